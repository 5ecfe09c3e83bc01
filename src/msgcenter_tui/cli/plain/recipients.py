"""To whom a new thread goes and from where, asked in words: all clients, all team, or people by name (A1..A4)."""

from __future__ import annotations

from dataclasses import dataclass

from msgcenter_tui.cli.plain.desk import Desk
from msgcenter_tui.domain import Draft, Person, Recipients, ThreadKind, Workspace, WorkspaceId
from msgcenter_tui.rules.roles import fit_to_send
from msgcenter_tui.text import fold
from msgcenter_tui.tui import acts, render

_BROADCASTS = {
    **dict.fromkeys(("all clients", "clients", "all-clients"), ThreadKind.ALL_CLIENTS),
    **dict.fromkeys(("all team", "team", "all-team", "all team members"), ThreadKind.ALL_TEAM),
}
_FOUND = 20
_NOWHERE = WorkspaceId("")
"""A client writes from where they live, whatever is said."""


@dataclass(frozen=True)
class Addressee:
    recipients: Recipients
    workspace: WorkspaceId
    locked: bool
    words: str

    @classmethod
    def of(cls, draft: Draft) -> Addressee | None:
        """As a draft has it; None where it is not said there."""
        to = draft.recipients
        if to is None:
            return None
        names = ", ".join(person.name for person in draft.people)
        return cls(to, draft.workspace or _NOWHERE, draft.locked, to.kind.called if to.kind.broadcast else names)


def asked(desk: Desk) -> Addressee | None:
    """Ask for it; None where nothing was answered. Raises Refused, Stopped."""
    if desk.actor.is_client:
        typed = desk.voice.ask("To, names with commas between them").strip()
        people = _people(desk, typed, None)
        return _direct(people, _NOWHERE) if people else None
    typed = desk.voice.ask("To: all clients, all team, or names with commas between them").strip()
    if not typed:
        return None
    kind = _BROADCASTS.get(fold(typed), ThreadKind.DIRECT)
    workspace = _workspace(desk, kind)
    if workspace is None:
        return None
    if kind is ThreadKind.DIRECT:
        people = _people(desk, typed, workspace.id)
        return _direct(people, workspace.id) if people else None
    who = "clients" if kind is ThreadKind.ALL_CLIENTS else "members"
    reply = desk.voice.ask(f"May {who} reply? Type yes; nothing locks it").strip().casefold() == "yes"
    where = f"{kind.called} of {render.workspace_name(workspace)}{'' if reply else ', locked'}"
    return Addressee(Recipients(kind), workspace.id, not reply, where)


def _direct(people: list[Person], workspace: WorkspaceId) -> Addressee:
    to = Recipients(ThreadKind.DIRECT, tuple(person.id for person in people))
    return Addressee(to, workspace, False, ", ".join(person.name for person in people))


def _workspace(desk: Desk, kind: ThreadKind) -> Workspace | None:
    """The workspace it is sent from: where there is one only, that; the center judges it (A3)."""
    found = desk.do(acts.teams.workspaces)
    fitting = fit_to_send(found, kind)
    if len(fitting) == 1:
        return fitting[0]
    chosen = desk.choose("From which workspace", [render.workspace_name(one) for one in fitting])
    return None if chosen is None else fitting[chosen]


def _people(desk: Desk, typed: str, workspace: WorkspaceId | None) -> list[Person]:
    """Those whom the names mean, each once; several of a name are chosen among by number (S5)."""
    people: dict[str, Person] = {}
    names = [one.strip() for one in typed.split(",")]
    while names:
        if not (name := names.pop(0)):
            continue
        found = desk.do(acts.clients.reachable, workspace=workspace, search=name, limit=_FOUND)
        exact = [one for one in found if fold(one.name) == fold(name)]
        found = tuple(exact) if len(exact) == 1 else found
        if not found:
            desk.voice.say(f"There is no person {name[:80]!r} here whom you could write to.")
            names.insert(0, desk.voice.ask("Another name, or nothing to leave it out").strip())
            continue
        chosen: int | None = 0
        if len(found) > 1:
            chosen = desk.choose(f"Which {name[:80]}", [f"{one.name}, {one.kind.value}" for one in found])
        if chosen is not None:
            people[found[chosen].id] = found[chosen]
    return list(people.values())
