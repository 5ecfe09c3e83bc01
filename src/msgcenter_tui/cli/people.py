"""From the words of a command line to people and places: an e-mail address or an id to a person, an id to a name."""

from __future__ import annotations

from msgcenter_tui.center import clients, identity, teams
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import PersonId, ThreadRow, WorkspaceId, WorkspaceKind
from msgcenter_tui.errors import NotFound

PERSONAL = "personal"


def person(session: Session, who: str, workspace: WorkspaceId | None) -> PersonId:
    """The id of whoever `who` means: an id, or an address of staff or of a client, first of `workspace`'s.

    Whether the actor may write to them is the center's to say (A4).
    """
    if "@" not in who:
        return PersonId(who)
    address = who.strip().casefold()
    for one in session.store.run(identity.accounts):
        if one.email.casefold() == address:
            return one.id
    if session.actor.is_client:
        raise NotFound(f"there is no person {who[:80]!r} to whom you could write")
    if workspace is not None:
        page = session.run(clients.list_clients, workspace=workspace, search=who, limit=1000)
        for client in page.items:
            if client.email is not None and client.email.casefold() == address:
                return client.id
    return session.run(clients.get, who).id


def place_names(session: Session) -> dict[WorkspaceId, str]:
    """The words by which commands find the actor's workspaces; a client has none to find."""
    if session.actor.is_client:
        return {}
    mine = session.run(teams.workspaces)
    return {one.id: PERSONAL if one.kind is WorkspaceKind.PERSONAL else one.name for one in mine}


def title(row: ThreadRow) -> str:
    """A thread's subject, or whom it is with (M1)."""
    if row.subject:
        return row.subject
    if not row.people:
        return "(No Subject)"
    return ", ".join(row.people) + (f" and {row.others} more" if row.others else "")
