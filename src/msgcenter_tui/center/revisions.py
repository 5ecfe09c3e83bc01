"""Changing what was written: editing, deleting, taking back (M2, N5)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import checking, drafts, rendering
from msgcenter_tui.center.countdown import to_take_back
from msgcenter_tui.center.standing import the_thread, the_thread_locked
from msgcenter_tui.center.threads import why_not_write
from msgcenter_tui.domain import (
    Actor,
    Draft,
    MessageId,
    MessageVersion,
    Recipients,
    ThreadId,
    ThreadKind,
)
from msgcenter_tui.errors import NotFound, Refused, not_found
from msgcenter_tui.store import conversations, posting, runs
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look


@act
def edit(tx: Tx, actor: Actor, message: MessageId, body: str) -> None:
    """Change one's own message for everyone; the former text is kept as a version (M2).

    What of its notification has not left carries the new text (N5). Where only the owner writes, only the owner
    edits (L1).
    """
    row, thread = _message(tx, actor, message)
    if row.author_id != actor.person:
        raise Refused("you cannot edit this message", "only its author can")
    if row.deleted_at is not None:
        raise Refused("you cannot edit this message", "it is deleted")
    if why := why_not_write(thread, actor):
        raise Refused("your change was not kept", why.rstrip("."), "you can still delete the message")
    body = checking.sendable(tx, actor, body, thread.kind, checking.clients_there(thread))
    if body == row.body:
        return
    facts = rendering.facts_for(tx, actor, body, thread.workspace_name)
    posting.rewrite(tx, row, body, facts)
    record(tx, actor, "message.edit", message, "body")


@act
def delete_message(tx: Tx, actor: Actor, message: MessageId) -> None:
    """Delete a message for everyone: its author, or the thread's owner (M2). It leaves what has not left (N5)."""
    row, thread = _message(tx, actor, message)
    if row.author_id != actor.person and not thread.owns:
        raise Refused("you cannot delete this message", "only its author and the thread's owner can")
    if row.deleted_at is not None:
        return
    posting.empty(tx, row, actor.person)
    runs.cancel_emptied(tx, thread.id, "the message was deleted")
    record(tx, actor, "message.delete", message)


def _message(tx: Tx, actor: Actor, message: MessageId) -> tuple[Row[Any], Row[Any]]:
    """The message and its thread, locked, where the actor sees it; NotFound otherwise."""
    row = posting.message_row(tx, message)
    if row is None:
        raise not_found("message", message)
    try:
        thread = the_thread_locked(tx, actor, row.thread_id)
    except NotFound:
        raise not_found("message", message) from None
    fresh = posting.message_row(tx, message)
    if fresh is None:
        raise not_found("message", message)
    return fresh, thread


@act
def undo(tx: Tx, actor: Actor, thread: ThreadId) -> Draft:
    """Take one's own newest message back as a draft, while nothing of it has left and nobody has answered (N5)."""
    row = the_thread_locked(tx, actor, thread)
    newest = to_take_back(tx, actor, thread)
    people = conversations.participants_of(tx, [thread]).get(thread, [])
    others = tuple(person.id for person in people if person.id != actor.person)
    remains = posting.take_back(tx, thread, newest.id)
    runs.cancel_emptied(tx, thread, "taken back before it left")
    record(tx, actor, "message.undo", newest.id, thread)
    if remains:
        return drafts.save(tx, actor, id=None, version=0, thread=thread, body=newest.body, cursor=len(newest.body))
    return drafts.save(
        tx,
        actor,
        id=None,
        version=0,
        recipients=Recipients(row.kind, others if row.kind is ThreadKind.DIRECT else ()),
        workspace=row.workspace_id,
        subject=row.subject or "",
        body=newest.body,
        locked=row.locked,
        cursor=len(newest.body),
    )


@look
def versions(tx: Tx, actor: Actor, message: MessageId) -> tuple[MessageVersion, ...]:
    """Every text the message has had, oldest first, the present one last; for staff (M2)."""
    row = posting.message_row(tx, message)
    if row is None or actor.is_client:
        raise not_found("message", message)
    try:
        the_thread(tx, actor, row.thread_id)
    except NotFound:
        raise not_found("message", message) from None
    former = conversations.version_rows(tx, message)
    author = conversations.name_of(tx, row.author_id)
    kept = [MessageVersion(one.version, one.at, one.by, one.body) for one in former]
    if row.deleted_at is None:
        kept.append(MessageVersion(row.version, row.edited_at or row.at, author, row.body))
    return tuple(kept)
