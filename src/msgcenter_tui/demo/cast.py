"""The practice before anything was written: staff, teams, clients and templates, added by the center's acts."""

from __future__ import annotations

from collections.abc import Iterable

from msgcenter_tui.center import clients, staff, teams, templates
from msgcenter_tui.demo.people import (
    BRIGHT,
    BRIGHT_CLIENTS,
    HARBOR,
    HARBOR_CLIENTS,
    LEO,
    LEOS_CLIENTS,
    MAYA,
    MAYAS_CLIENTS,
    NOOR,
    STAFF,
    TEAMS,
    Someone,
)
from msgcenter_tui.demo.stage import Stage
from msgcenter_tui.demo.wording import TEMPLATES
from msgcenter_tui.domain import Role, Status

LATECOMERS = ("Tamsin Reed", "Amélie Lefèvre", "Trần Quốc Bảo")
"""Clients who are added only after most of the history: they see its broadcasts, and were notified of none (V2, N1)."""

CLIENTS = {
    BRIGHT: (MAYA, BRIGHT_CLIENTS),
    HARBOR: (NOOR, HARBOR_CLIENTS),
    MAYA: (MAYA, MAYAS_CLIENTS),
    LEO: (LEO, LEOS_CLIENTS),
}
"""Of each workspace, who adds its clients, and whom; a personal workspace goes by its owner's name."""


def gather(stage: Stage) -> None:
    """The staff and their teams, then the clients of before the first message, then the templates."""
    stage.on(62, "09:00")
    for name, email in STAFF.items():
        administrator = stage.actor(MAYA) if stage.people else None
        stage.people[name] = stage.run(staff.add, administrator, name, email).id
        stage.workspaces[name] = stage.run(teams.find_workspace, stage.actor(name), "personal").id
    for team, roles in TEAMS.items():
        owner = next(name for name, role in roles.items() if role is Role.OWNER)
        stage.workspaces[team] = stage.run(teams.add, stage.actor(MAYA), team, STAFF[owner]).id
        for name, role in roles.items():
            stage.run(teams.set_member, stage.actor(owner), stage.workspaces[team], stage.people[name], role)
    stage.on(60, "10:00")
    for workspace, (adder, all_of_them) in CLIENTS.items():
        admit(stage, workspace, adder, (one for one in all_of_them if one.name not in LATECOMERS))
    _write_templates(stage)


def admit(stage: Stage, workspace: str, adder: str, those: Iterable[Someone]) -> None:
    """Add clients, in one transaction; whoever is no longer current today still is when they come."""
    actor = stage.actor(adder)
    with stage.store.write() as tx:
        for one in those:
            added = clients.add(
                tx,
                actor,
                one.name,
                stage.workspaces[workspace],
                email=one.email,
                phone=one.phone,
                status=one.status if one.status.current else Status.ACTIVE,
                portal=one.portal,
                note=one.note,
                consent=one.consent,
            )
            stage.people[one.name] = added.id
            if one.muted:
                clients.change(tx, actor, added.id, mute_email=True)
            if one.assigned:
                clients.assign(tx, actor, added.id, stage.people[one.assigned])


def latecomers(stage: Stage) -> None:
    for workspace, (adder, all_of_them) in CLIENTS.items():
        admit(stage, workspace, adder, (one for one in all_of_them if one.name in LATECOMERS))


def become(stage: Stage, status: Status, how: str) -> None:
    """Those whom today finds Inactive, or Complete, become it now."""
    for adder, all_of_them in CLIENTS.values():
        for one in all_of_them:
            if one.status is status:
                stage.run(clients.change, stage.actor(adder), stage.people[one.name], status=status, how=how)


def _write_templates(stage: Stage) -> None:
    for wording in TEMPLATES:
        stage.run(
            templates.add,
            stage.actor(wording.by),
            wording.name,
            wording.body,
            shortcut=wording.shortcut,
            subject=wording.subject,
            team=stage.workspaces[wording.team] if wording.team else None,
        )
