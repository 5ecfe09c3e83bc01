"""Words for places and threads, as command lines use and show them."""

from __future__ import annotations

from msgcenter_tui.center import teams
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import NO_SUBJECT, ThreadRow, WorkspaceId, WorkspaceKind

PERSONAL = "personal"


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
        return NO_SUBJECT
    return ", ".join(row.people) + (f" and {row.others} more" if row.others else "")
