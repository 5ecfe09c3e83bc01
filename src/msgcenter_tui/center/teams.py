"""Teams and their members: who belongs to a workspace, in which role."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import addresses, finding
from msgcenter_tui.domain import Actor, CountedWorkspace, Member, PersonId, Role, Workspace, WorkspaceId, WorkspaceKind
from msgcenter_tui.errors import BadInput, Conflict, NotFound, Refused, not_found
from msgcenter_tui.rules.roles import Deed
from msgcenter_tui.store import places, posting
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import WORKSPACE
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.text import clean_line, clean_name, fold


@act
def add(tx: Tx, actor: Actor, name: str, owner: str, *, region: str | None = None) -> CountedWorkspace:
    """Add a team with its first Owner, given by id or address (S4). Raises Conflict where the name is taken.

    It is returned as its Owner sees it.
    """
    finding.require_administrator(tx, actor)
    name = _team_name(tx, name)
    person = PersonId(finding.the_staff(tx, owner).id)
    if region is not None:
        region = addresses.region_code(region)
    workspace = places.add_workspace(tx, WorkspaceKind.TEAM, name, person, region)
    record(tx, actor, "team.add", workspace, "name", f"owner={person}")
    return _workspace(tx, person, workspace)


def _team_name(tx: Tx, name: str, present: str | None = None) -> str:
    name = clean_name(name, "the team's name")
    if fold(name) == WorkspaceKind.PERSONAL or is_id(WORKSPACE, fold(name)):
        raise BadInput(f"no team can be called {name!r}", "commands give these words another meaning", "choose another")
    holder = places.team_named(tx, name)
    if holder not in (None, present):
        raise Conflict(f"a team called {name!r} exists already", "", "choose another name")
    return name


@act
def change(
    tx: Tx, actor: Actor, workspace: str, *, name: str | None = None, region: str | None = None
) -> CountedWorkspace:
    """Rename a team, or set the country of phone numbers that are written without one, of a personal one too."""
    row = _row(tx, actor, workspace)
    finding.require(tx, actor, row.id, Deed.MEMBERS)
    changed = []
    if name is not None and name != row.name:
        _refuse_personal(row)
        places.rename_team(tx, row.id, _team_name(tx, name, present=row.id))
        changed.append("name")
    if region is not None and (code := addresses.region_code(region)) != row.region:
        places.set_region(tx, row.id, code)
        changed.append("region")
    if changed:
        record(tx, actor, "team.change", row.id, *changed)
    return _workspace(tx, actor.person, row.id)


@look
def workspaces(tx: Tx, actor: Actor) -> tuple[Workspace, ...]:
    """The workspaces of which the actor is a member, the personal one first, teams by name."""
    finding.require_staff(tx, actor)
    return tuple(_seen(row) for row in places.workspaces_of(tx, actor.person))


@look
def counted_workspaces(tx: Tx, actor: Actor) -> tuple[CountedWorkspace, ...]:
    """`workspaces`, in the same order, with their numbers: for what shows those, for they take a while."""
    finding.require_staff(tx, actor)
    rows = places.workspaces_of(tx, actor.person)
    counts = places.counts_of(tx, [row.id for row in rows])
    return tuple(_counted(row, counts[row.id]) for row in rows)


@look
def find_workspace(tx: Tx, actor: Actor, name_or_id: str) -> Workspace:
    """The workspace meant by an id, by a team's name or by "personal"; NotFound for whoever is no member (S4)."""
    return _seen(_row(tx, actor, name_or_id))


@look
def region(tx: Tx, actor: Actor, workspace: WorkspaceId) -> str:
    """The country of phone numbers that are written without one, as an ISO 3166 code."""
    finding.the_role(tx, actor, workspace)
    return places.region_of(tx, workspace)


@look
def members(tx: Tx, actor: Actor, workspace: WorkspaceId) -> tuple[Member, ...]:
    """The members of a workspace by name, for its members (S4)."""
    finding.the_role(tx, actor, workspace)
    return tuple(
        Member(row.person, row.name, row.email, row.role, row.since) for row in places.members_of(tx, workspace)
    )


@act
def set_member(tx: Tx, actor: Actor, team: str, who: str, role: Role) -> Member:
    """Add a member of staff to the team, or change their role. Its last Owner stays one.

    Who is an Owner now is put into the direct threads of those who left: they own them, too (rules.md, Words).
    """
    workspace = _the_team_for_members(tx, actor, team)
    person = finding.the_staff(tx, who)
    present = places.role_of(tx, workspace, person.id)
    if present is None:
        places.add_member(tx, workspace, person.id, role)
    elif present is not role:
        _spare_last_owner(tx, workspace, person, present)
        places.set_role(tx, workspace, person.id, role)
    if present is not role:
        posting.put_owners_in(tx, workspace)
        record(tx, actor, "team.set_member", workspace, person.id, f"role={role.value}")
    return next(
        Member(row.person, row.name, row.email, row.role, row.since)
        for row in places.members_of(tx, workspace)
        if row.person == person.id
    )


@act
def remove_member(tx: Tx, actor: Actor, team: str, who: str) -> None:
    """Remove a member, who loses every thread of the team at once (V6); its last Owner stays.

    They stay named in their direct threads, and find them again when they come back. Those they own belong to the
    team's Owners until then, who are put into them (rules.md, Words).
    """
    workspace = _the_team_for_members(tx, actor, team)
    person = finding.the_staff(tx, who)
    role = places.role_of(tx, workspace, person.id)
    if role is None:
        raise NotFound(f"{person.name} is no member of this team")
    _spare_last_owner(tx, workspace, person, role)
    places.lock_member(tx, workspace, person.id)
    posting.put_owners_in(tx, workspace, leaving=person.id)
    places.remove_member(tx, workspace, person.id)
    record(tx, actor, "team.remove_member", workspace, person.id, "assignments")


def _the_team_for_members(tx: Tx, actor: Actor, team: str) -> WorkspaceId:
    row = _row(tx, actor, team)
    _refuse_personal(row)
    # Two Owners who demote each other at once: the second one finds that he is none any more.
    places.lock_members(tx, row.id)
    finding.require(tx, actor, row.id, Deed.MEMBERS)
    return WorkspaceId(row.id)


def _refuse_personal(row: Row[Any]) -> None:
    if row.kind is WorkspaceKind.PERSONAL:
        raise Refused("a personal workspace stays as it is", "its owner is its only member", "name a team")


def _spare_last_owner(tx: Tx, workspace: WorkspaceId, person: Row[Any], role: Role) -> None:
    if role is Role.OWNER and len(places.members_of(tx, workspace, Role.OWNER)) == 1:
        raise Refused(f"{person.name} stays Owner of this team", "there is no other", "make somebody else Owner first")


def _row(tx: Tx, actor: Actor, which: str) -> Row[Any]:
    if actor.is_client:
        raise not_found("workspace", which)
    row = places.workspace_of(tx, actor.person, clean_line(which))
    if row is None:
        teams = [one.name for one in places.workspaces_of(tx, actor.person) if one.kind is WorkspaceKind.TEAM]
        raise not_found("workspace", which, f"yours are {', '.join((WorkspaceKind.PERSONAL, *teams))}")
    return row


def _workspace(tx: Tx, person: PersonId, workspace: WorkspaceId) -> CountedWorkspace:
    row = places.workspace_of(tx, person, workspace)
    if row is None:
        raise not_found("workspace", workspace)
    return _counted(row, places.counts_of(tx, [workspace])[workspace])


def _seen(row: Row[Any]) -> Workspace:
    return Workspace(WorkspaceId(row.id), row.kind, row.name, row.role)


def _counted(row: Row[Any], counts: places.Counts) -> CountedWorkspace:
    return CountedWorkspace(WorkspaceId(row.id), row.kind, row.name, row.role, *counts)
