"""Reading: how far a person has read, what they set unread, and the badge (R1, R2)."""

from __future__ import annotations

from msgcenter_tui.center.standing import the_portal_client, the_thread
from msgcenter_tui.domain import Actor, Badge, MessageId, ThreadId
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.store import conversations, posting
from msgcenter_tui.store import reading as facts
from msgcenter_tui.store.tx import Tx, act, look


@act
def read(tx: Tx, actor: Actor, thread: ThreadId, up_to: int) -> None:
    """The reader was shown the thread up to message number `up_to` (R2)."""
    row = the_thread(tx, actor, thread)
    shown = min(up_to, row.last_number)
    if shown > 0:
        facts.read_up_to(tx, thread, actor.person, shown, is_client=actor.is_client)


@act
def set_unread(tx: Tx, actor: Actor, thread: ThreadId, from_message: MessageId | None = None) -> None:
    """Set the thread unread from this message on; without one, from the newest that somebody else wrote (R2)."""
    the_thread(tx, actor, thread)
    if from_message is None:
        number = conversations.newest_incoming(tx, thread, actor.person)
        if number is None:
            raise Refused("nothing here can be unread", "no message of somebody else stands in it")
    else:
        row = posting.message_row(tx, from_message)
        if row is None or row.thread_id != thread:
            raise NotFound("there is no such message in this thread")
        number = row.number
    facts.unread_from(tx, thread, actor.person, number, is_client=actor.is_client)


@look
def badge(tx: Tx, actor: Actor) -> Badge:
    """What is unread for the actor over all threads they see (R1)."""
    if actor.is_client and not actor.viewing:
        the_portal_client(tx, actor)
    return conversations.badge(tx, actor)
