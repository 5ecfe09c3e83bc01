"""Who is in a direct thread: adding, leaving, removing (A5)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import reach
from msgcenter_tui.center.standing import require_owner, the_thread, the_thread_locked
from msgcenter_tui.domain import Actor, Person, PersonId, PersonKind, ThreadId, ThreadKind
from msgcenter_tui.errors import Ask, NotFound, Refused
from msgcenter_tui.rules import asking
from msgcenter_tui.store import conversations, posting
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.visibility import in_thread, nameable_by

_UNSEEN = "who is no current client, or no member, does not see it"
_ADDING = "add people to", "write to them by name"
_REMOVING = "remove people from", _UNSEEN


@look
def whom_to_add(tx: Tx, actor: Actor, thread: ThreadId, who: str) -> PersonId:
    """Whom `who`, an id or an address, means among those whom one could add to the thread (see reach.meant)."""
    row = the_thread(tx, actor, thread)
    _refuse_broadcast(row, *_ADDING)
    return reach.meant(tx, who, nameable_by(actor, row.workspace_id, row.role))


@look
def whom_to_remove(tx: Tx, actor: Actor, thread: ThreadId, who: str) -> PersonId:
    """The same among those who are in the thread."""
    row = the_thread(tx, actor, thread)
    _refuse_broadcast(row, *_REMOVING)
    return reach.meant(tx, who, in_thread(thread), "in this thread")


@act
def add_person(tx: Tx, actor: Actor, thread: ThreadId, person: PersonId, *, yes: bool = False) -> None:
    """Add somebody to a direct thread: they see its whole history, which is asked first (A5, L3)."""
    row = the_thread_locked(tx, actor, thread)
    _refuse_broadcast(row, *_ADDING)
    if actor.is_client:
        raise Refused("you cannot add people to this thread", "only staff can", "ask whoever you write with")
    if row.locked:
        require_owner(tx, row, "add people to", "while it is locked only its owner can")
    present = _people(tx, thread)
    if any(one.id == person for one in present):
        return
    (added,) = reach.named(tx, actor, row.workspace_id, row.role, [person])
    if not yes:
        clients = sum(one.kind is PersonKind.CLIENT for one in [*present, added])
        raise Ask(asking.add_person(added.name, row.last_number, clients))
    posting.add_participants(tx, thread, [person])
    if added.kind is PersonKind.STAFF:
        posting.mark_history(tx, thread, person)
    record(tx, actor, "thread.add", thread, person)


@act
def leave(tx: Tx, actor: Actor, thread: ThreadId) -> None:
    """Leave a direct thread; staff only, and not its owner (A5)."""
    row = the_thread_locked(tx, actor, thread)
    _refuse_broadcast(row, "leave", _UNSEEN)
    if actor.is_client:
        raise Refused("you cannot leave this thread", "only staff can", "ask whoever you write with to remove you")
    if row.owns:
        raise Refused("you cannot leave this thread", "you own it", "delete it instead")
    posting.remove_participant(tx, thread, actor.person)
    record(tx, actor, "thread.leave", thread)


@act
def remove_person(tx: Tx, actor: Actor, thread: ThreadId, person: PersonId) -> None:
    """Remove somebody from a direct thread; its owner only, and not the owner (A5)."""
    row = the_thread_locked(tx, actor, thread)
    _refuse_broadcast(row, *_REMOVING)
    require_owner(tx, row, "remove people from")
    if all(one.id != person for one in _people(tx, thread)):
        raise NotFound("there is no such person in this thread")
    if any(one.id == person for one in conversations.owners_of(tx, row)):
        raise Refused("you cannot remove them from this thread", "they own it", "delete it instead")
    posting.remove_participant(tx, thread, person)
    record(tx, actor, "thread.remove", thread, person)


def _people(tx: Tx, thread: ThreadId) -> list[Person]:
    return conversations.participants_of(tx, [thread]).get(thread, [])


def _refuse_broadcast(row: Row[Any], deed: str, cure: str) -> None:
    if row.kind is not ThreadKind.DIRECT:
        why = "it is a broadcast: who is in it follows from who they are"
        raise Refused(f"you cannot {deed} this thread", why, cure)
