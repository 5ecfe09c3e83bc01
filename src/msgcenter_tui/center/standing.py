"""Where an actor stands in a workspace and in a thread. Every act on threads begins here.

An Actor may be hours old: what it may do is judged afresh against the store, in the act's own transaction (S4).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.domain import Actor, Role, ThreadId, WorkspaceId, WorkspaceKind
from msgcenter_tui.errors import NotFound, Refused, not_found
from msgcenter_tui.store import clientele, places, posting
from msgcenter_tui.store.conversations import owners_of, standing_row, thread_row
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import THREAD
from msgcenter_tui.store.tx import Tx


def the_portal_client(tx: Tx, actor: Actor) -> Row[Any]:
    """The row of a client who acts in their portal; refused while it is disabled (P2).

    Of a portal looked at with eyes: what decides about it then, see store.visibility.standing.
    """
    if actor.eyes is None:
        if tx.writes:
            clientele.stays(tx, actor.person)
        row = clientele.client_by_id(tx, actor.person)
    else:
        row = standing_row(tx, actor)
    if row is None:
        raise NotFound("there is no such client")
    if not row.portal:
        raise Refused(
            f"{actor.name} cannot sign in", "their client portal is not enabled", "staff can enable it for them"
        )
    return row


def the_workspace(tx: Tx, actor: Actor, workspace: WorkspaceId) -> tuple[Row[Any], Role]:
    """The workspace and the actor's role in it; not found for whoever is no member (S4)."""
    row = None if actor.is_client else places.workspace_of(tx, actor.person, workspace)
    if row is None:
        raise not_found("workspace", workspace)
    return row, row.role


def is_personal(workspace: Row[Any]) -> bool:
    return bool(workspace.kind is WorkspaceKind.PERSONAL)


def the_thread(tx: Tx, actor: Actor, thread: ThreadId, *, deleted_too: bool = False) -> Row[Any]:
    """The thread as the actor sees it (see store.conversations.thread_row), or NotFound (S4)."""
    if actor.is_client:
        the_portal_client(tx, actor)
    row = thread_row(tx, actor, thread, deleted_too=deleted_too) if is_id(THREAD, thread) else None
    if row is None:
        raise not_found("thread", thread)
    return row


def the_thread_locked(tx: Tx, actor: Actor, thread: ThreadId, *, deleted_too: bool = False) -> Row[Any]:
    """The same with its row locked, so that what is decided holds until the act is done (L4, decision 6)."""
    if is_id(THREAD, thread):
        if not actor.is_client:
            places.hold_member(tx, actor.person, thread=thread)
        posting.lock_thread(tx, thread)
    return the_thread(tx, actor, thread, deleted_too=deleted_too)


def the_owned_thread(tx: Tx, actor: Actor, thread: ThreadId, deed: str, *, deleted_too: bool = False) -> Row[Any]:
    """A thread, locked, of which the actor is the owner; `deed` completes "you cannot ... this thread"."""
    row = the_thread_locked(tx, actor, thread, deleted_too=deleted_too)
    require_owner(tx, row, deed)
    return row


def require_owner(tx: Tx, row: Row[Any], deed: str, why: str = "only its owner can") -> None:
    """Refuse whoever does not own the thread that they see so, naming who does (S1)."""
    if not row.owns:
        owners = " or ".join(person.name for person in owners_of(tx, row)) or "its owner"
        raise Refused(f"you cannot {deed} this thread", why, f"ask {owners}")
