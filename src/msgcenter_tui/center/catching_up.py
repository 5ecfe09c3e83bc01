"""Catching up: the owner notifies those who see a broadcast, have not read it, and were not notified of it (N11)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import audience
from msgcenter_tui.center.standing import require_owner, the_thread_locked
from msgcenter_tui.domain import Actor, Reach, ThreadId, ThreadKind
from msgcenter_tui.errors import Ask, Refused, not_found
from msgcenter_tui.rules import asking, waiting
from msgcenter_tui.store import catch_up as store
from msgcenter_tui.store import runs
from msgcenter_tui.store.audience import newest_by_owner
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act


@act
def catch_up(tx: Tx, actor: Actor, thread: ThreadId, *, yes: bool = False, dry_run: bool = False) -> Reach:
    """Notify those who see it, have not read it, and have no delivery of it that is under way, sent or unknown.

    Each gets what they have not read. It waits the quiet period, and can be taken back meanwhile. Gives the figures
    of whom it notifies; with `dry_run` nothing is written. Raises Ask with them unless `yes`; nobody is asked about
    nobody.
    """
    row, newest = _the_broadcast(tx, actor, thread)
    circle = audience.circle_of(tx, actor, row)
    found = store.figures(tx, circle)
    if dry_run or not found.people:
        return found
    if not yes:
        raise Ask(asking.to_catch_up(row.workspace_name, found), channels=waiting.channels(found))
    found = store.notify(tx, thread, circle, newest)
    if found.people:
        record(tx, actor, "thread.catch-up", thread, f"people={found.people}")
    return found


@act
def take_back(tx: Tx, actor: Actor, thread: ThreadId) -> int:
    """Cancel a catch-up that has not begun to leave; how many notifications that were."""
    _the_broadcast(tx, actor, thread)
    cancelled = runs.cancel_catch_up(tx, thread, "taken back before it left")
    if not cancelled:
        raise Refused("there is no catch-up to take back", "none is waiting: it was not begun, or has begun to leave")
    record(tx, actor, "thread.catch-up-undo", thread, f"count={cancelled}")
    return cancelled


def _the_broadcast(tx: Tx, actor: Actor, thread: ThreadId) -> tuple[Row[Any], int]:
    """A thread to All Clients of which the actor is the owner, locked, and its newest message by an owner."""
    if actor.is_client:
        raise not_found("thread", thread)
    row = the_thread_locked(tx, actor, thread)
    if row.kind is not ThreadKind.ALL_CLIENTS:  # said first: of such a thread its owner could not either
        raise Refused(
            "nobody can be caught up on this thread",
            "it is not to All Clients",
            "have what failed tried again, among its deliveries",
        )
    require_owner(tx, row, "catch up on")
    newest = newest_by_owner(tx, thread, row.workspace_id, row.kind)
    if newest is None:
        raise Refused("nobody can be caught up on this thread", "its messages are deleted", "write a follow-up")
    return row, newest.number
