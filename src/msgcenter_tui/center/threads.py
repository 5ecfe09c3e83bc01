"""Threads: listing and opening them; locking, deleting, renaming, and who is in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui import text
from msgcenter_tui.center import drafts, outlooks, rendering
from msgcenter_tui.center.countdown import countdown
from msgcenter_tui.center.participation import add_person, leave, remove_person, whom_to_add, whom_to_remove
from msgcenter_tui.center.standing import the_owned_thread, the_portal_client, the_thread
from msgcenter_tui.domain import (
    Actor,
    Conversation,
    Page,
    Readers,
    Show,
    Thread,
    ThreadId,
    ThreadKind,
    ThreadRow,
    ThreadState,
    Withdrawn,
    WorkspaceId,
)
from msgcenter_tui.errors import Ask, BadInput, Refused
from msgcenter_tui.rules import asking, fields, writing
from msgcenter_tui.rules.states import LEFT
from msgcenter_tui.store import audience, conversations, posting, progress, runs, thread_list
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.cursors import checked_limit, cursor, number_key
from msgcenter_tui.store.tables import THREAD
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.types import microseconds

__all__ = [
    "Show",
    "add_person",
    "delete",
    "leave",
    "list_threads",
    "lock",
    "open_thread",
    "readers",
    "remove_person",
    "rename",
    "restore",
    "unlock",
    "whom_to_add",
    "whom_to_remove",
    "withdraw",
]

PREVIEW = 200
NAMES_IN_A_ROW = 3


# -- looking ----------------------------------------------------------------------------------------------------------


@look
def list_threads(
    tx: Tx,
    actor: Actor,
    *,
    workspace: WorkspaceId | None = None,
    show: Show = Show.ALL,
    search: str = "",
    limit: int = 50,
    after: str | None = None,
) -> Page[ThreadRow]:
    """A page of the threads that the actor sees, newest first (V, R1).

    Raises Refused for what is unread at a time in the past: it is not kept.
    """
    client = the_portal_client(tx, actor) if actor.is_client and not actor.viewing else None
    if actor.at is not None and show is Show.UNREAD:
        why = "how far somebody had read is kept as of now only"
        raise Refused("nobody can say what was unread then", why, "look at all that was there")
    limit = checked_limit(limit)
    rows = thread_list.list_rows(
        tx,
        actor,
        show=show,
        workspace=workspace,
        search=search,
        limit=limit + 1,
        after=number_key(after, THREAD) if after else None,
    )
    shown = rows[:limit]
    direct = [row.id for row in shown if row.kind is ThreadKind.DIRECT]
    people = conversations.participants_of(tx, direct, actor.at) if direct else {}
    values = rendering.reader_values(tx, actor, client)
    items = tuple(
        _thread_row(row, actor, values, [p.name for p in people.get(row.id, ()) if p.id != actor.person])
        for row in shown
    )
    more = len(rows) > limit
    return Page(items, cursor(microseconds(shown[-1].last_at), shown[-1].id) if more else None)


def _thread_row(row: Row[Any], actor: Actor, values: dict[str, str] | None, names: list[str]) -> ThreadRow:
    newest = "" if row.body is None else rendering.plain(rendering.pieces(row.body, row.facts, values))
    return ThreadRow(
        id=row.id,
        kind=row.kind,
        workspace=row.workspace_id,
        workspace_name=row.workspace_name,
        subject=row.subject,
        locked=row.locked,
        state=row.state,
        unread=row.unread,
        last_at=row.last_at,
        people=tuple(names[:NAMES_IN_A_ROW]),
        others=max(0, len(names) - NAMES_IN_A_ROW),
        last_author=None if row.author_id == actor.person else row.author,
        preview=text.preview(newest, PREVIEW),
    )


@look
def open_thread(
    tx: Tx, actor: Actor, thread: ThreadId, *, before: int | None = None, limit: int = 50, counted: bool = True
) -> Conversation:
    """The thread and its newest messages, or those before number `before`. Marks nothing read (see reading.read).

    Its readers are told only where they are `counted`: of a million clients that takes a while.
    """
    row = the_thread(tx, actor, thread, deleted_too=True)
    limit = checked_limit(limit)
    found = conversations.message_rows(tx, thread, row.workspace_id, before=before, limit=limit + 1, at=actor.at)
    values = rendering.reader_values(tx, actor)
    shown = tuple(rendering.message(message, actor, values) for message in reversed(found[:limit]))
    draft = drafts.for_thread(tx, actor, thread)
    return Conversation(_thread(tx, actor, row, counted=counted), shown, len(found) > limit, draft)


@look
def readers(tx: Tx, actor: Actor, thread: ThreadId) -> Readers | None:
    """How many see a broadcast, and how many of them have read it; None for a client, and of a direct thread."""
    return _readers(tx, actor, the_thread(tx, actor, thread, deleted_too=True))


def _readers(tx: Tx, actor: Actor, row: Row[Any]) -> Readers | None:
    if actor.is_client or not row.kind.broadcast:
        return None
    sees, read = audience.readers(tx, row)
    of_all = row.kind is ThreadKind.ALL_CLIENTS
    clients = audience.size(tx, row.workspace_id) if of_all else None
    return Readers(sees, read, clients)


def _thread(tx: Tx, actor: Actor, row: Row[Any], *, counted: bool) -> Thread:
    people = tuple(conversations.participants_of(tx, [row.id], actor.at).get(row.id, ()))
    why_not = why_not_write(row, actor)
    return Thread(
        id=row.id,
        kind=row.kind,
        workspace=row.workspace_id,
        workspace_name=row.workspace_name,
        subject=row.subject,
        locked=row.locked,
        state=row.state,
        unread=row.unread,
        first_unread=row.first_unread,
        newest=row.last_number,
        people=people,
        # V5: in a portal nobody's place in the practice is told.
        owners=() if actor.is_client else conversations.owners_of(tx, row),
        is_owner=bool(row.owns),
        can_write=not why_not,
        why_not=why_not,
        readers=_readers(tx, actor, row) if counted else None,
        countdown=None if actor.viewing else countdown(tx, actor, row.id),
        progress=None if actor.is_client else progress.of_thread(tx, row.id),
    )


def why_not_write(row: Row[Any], actor: Actor) -> str:
    """Why the actor cannot write in this thread, a sentence; empty where they can (L1, P3)."""
    return writing.why_not_write(
        kind=row.kind,
        state=row.state,
        locked=row.locked,
        is_owner=bool(row.owns),
        is_client=actor.is_client,
        viewing=actor.viewing,
    )


# -- the owner's acts -------------------------------------------------------------------------------------------------


def subject_of(given: str | None) -> str | None:
    """A subject as it is kept: one line, None where it is empty (M1); fields are for bodies only (T8)."""
    subject = text.clean_subject(given)
    if subject is None:
        return None
    if fields.placeholders(subject):
        raise BadInput(
            "the subject holds a merge field or a blank", "it is the same for everybody", "put it into the message"
        )
    return subject


@act
def rename(tx: Tx, actor: Actor, thread: ThreadId, subject: str) -> None:
    """Change the subject; an empty one takes it away (M1)."""
    the_owned_thread(tx, actor, thread, "rename")
    posting.change_thread(tx, thread, subject=subject_of(subject))
    record(tx, actor, "thread.rename", thread, "subject")


@act
def unlock(tx: Tx, actor: Actor, thread: ThreadId, *, yes: bool = False) -> None:
    """Let everybody who sees the thread write in it; says first how many learn each other's names (L2, L3, S3)."""
    row = the_owned_thread(tx, actor, thread, "unlock")
    if not row.locked:
        return
    if row.kind is not ThreadKind.ALL_TEAM and not yes:
        people = [person.id for person in conversations.participants_of(tx, [thread]).get(thread, ())]
        unlocked = outlooks.outlook(
            tx,
            actor,
            kind=row.kind,
            workspace=row.workspace_id,
            workspace_name=row.workspace_name,
            people=people,
            locked=False,
        )
        raise Ask(asking.to_unlock(row.kind, row.workspace_name, unlocked.reach, unlocked.exposed))
    posting.change_thread(tx, thread, locked=False)
    record(tx, actor, "thread.unlock", thread, "locked")


@act
def lock(tx: Tx, actor: Actor, thread: ThreadId) -> None:
    """Only the owner writes from now on (L1, L2)."""
    row = the_owned_thread(tx, actor, thread, "lock")
    if not row.locked:
        posting.change_thread(tx, thread, locked=True)
        record(tx, actor, "thread.lock", thread, "locked")


@act
def delete(tx: Tx, actor: Actor, thread: ThreadId) -> None:
    """Remove the thread from every portal and list, and cancel what of its deliveries has not left (V4)."""
    the_owned_thread(tx, actor, thread, "delete")
    _delete(tx, actor, thread)


def _delete(tx: Tx, actor: Actor, thread: ThreadId) -> int:
    """How many deliveries were cancelled."""
    posting.change_thread(tx, thread, state=ThreadState.DELETED, deleted_at=tx.now, deleted_by=actor.person)
    cancelled = runs.cancel_pending(tx, thread, "the thread was deleted")
    record(tx, actor, "thread.delete", thread, "state")
    return cancelled


@act
def withdraw(tx: Tx, actor: Actor, thread: ThreadId) -> Withdrawn:
    """Stop a wrong message at once: lock the thread and delete it, without a question, since `restore` brings it back.

    What has not left is cancelled (V4). What is on its way at this instant is judged by its fence: it either found
    itself cancelled there, or has left and is counted so (N14). Once restored, the thread stays locked (L1).
    """
    row = the_owned_thread(tx, actor, thread, "withdraw")
    portals = audience.portals(tx, row)
    lock(tx, actor, thread)
    cancelled = _delete(tx, actor, thread)
    # Counted behind the cancelling: whoever held a delivery meanwhile has either let it go or fenced it by now.
    found = progress.by_state(tx, thread)
    left = sum(found.get(state, 0) for state in LEFT)
    record(tx, actor, "thread.withdraw", thread, f"cancelled={cancelled}", f"left={left}")
    return Withdrawn(sum(found.values()), left, cancelled, portals)


@act
def restore(tx: Tx, actor: Actor, thread: ThreadId) -> None:
    """Make a deleted thread visible again; nobody is notified (V4). One that was withdrawn stays locked."""
    row = the_owned_thread(tx, actor, thread, "restore", deleted_too=True)
    if row.state is not ThreadState.DELETED:
        raise Refused("you cannot restore this thread", "it is not deleted")
    posting.change_thread(tx, thread, state=ThreadState.LIVE, deleted_at=None, deleted_by=None)
    record(tx, actor, "thread.restore", thread, "state")
