"""Stopping a wrong message at once (V4, L1, N14, S2, S4)."""

from __future__ import annotations

import pytest
from tests.center.ledger import owed, states
from tests.center.practice import ALL_TEAM, Practice
from tests.center.sending import ME, claimed, send_all_that_is_due

from msgcenter_tui.center import audit, threads
from msgcenter_tui.domain import Channel, ThreadState, Withdrawn
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.store import ledger, notifiers


def test_it_is_gone_everywhere_and_what_has_not_left_is_cancelled(practice: Practice) -> None:  # V4, N14, S2
    ana = practice.client("Ana")
    for name in ("Ben", "Cora", "Dan"):
        practice.client(name, portal=name == "Ben")
    thread = practice.broadcast(locked=False)
    practice.clock.advance(seconds=60)
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, list(Channel))
    letters = claimed(practice.store)
    assert len(letters) == 4
    passing, late = letters[0], letters[1]
    practice.store.run(ledger.mark, ME, [ledger.fence(passing, "1", "example.org")], [])
    maya = practice.who(practice.maya)
    done = practice.store.run(threads.withdraw, maya, thread)
    assert done == Withdrawn(total=4, left=1, cancelled=3, portals=2)
    # One that is claimed and about to leave finds itself cancelled at its fence.
    assert not practice.store.run(ledger.mark, ME, [ledger.fence(late, "2", "example.org")], []).fenced
    found = states(practice.store, thread)
    assert found.pop(passing.recipient) == "sending"
    assert set(found.values()) == {"cancelled"}
    assert practice.sees(ana) == practice.sees(practice.maya) == []
    with pytest.raises(NotFound):
        practice.opened(ana, thread)
    practice.clock.advance(days=1)
    assert send_all_that_is_due(practice.store) == []
    newest = practice.store.run(audit.list_records, practice.who(practice.maya), limit=3).items
    assert [(one.act, one.what, one.fields) for one in newest] == [
        ("thread.withdraw", thread, ("cancelled=3", "left=1")),
        ("thread.delete", thread, ("state",)),
        ("thread.lock", thread, ("locked",)),
    ]


def test_restored_it_stays_locked_and_nobody_is_notified(practice: Practice) -> None:  # V4, L1
    ana, maya = practice.client("Ana"), practice.who(practice.maya)
    thread = practice.broadcast(locked=False)
    practice.store.run(threads.withdraw, maya, thread)
    deleted = practice.store.run(threads.open_thread, maya, thread).thread
    assert (deleted.state, deleted.locked) == (ThreadState.DELETED, True)
    with pytest.raises(NotFound):  # once is enough
        practice.store.run(threads.withdraw, maya, thread)
    practice.store.run(threads.restore, maya, thread)
    assert practice.sees(ana) == [thread]
    assert practice.opened(ana, thread).thread.locked
    with pytest.raises(Refused, match="Replies are off"):
        practice.reply(ana, thread)
    practice.clock.advance(days=1)
    assert send_all_that_is_due(practice.store) == []
    assert owed(practice.store, thread) == {}


def test_only_its_owner_withdraws_it_and_is_named(practice: Practice) -> None:  # S4
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    for other in (practice.lee, practice.kim, ana):
        with pytest.raises(Refused, match="cannot withdraw this thread: only its owner can; ask Maya"):
            practice.store.run(threads.withdraw, practice.who(other), thread)
    with pytest.raises(NotFound):
        practice.store.run(threads.withdraw, practice.who(practice.world.staff("Nora")), thread)
    assert practice.sees(ana) == [thread]
    assert not practice.opened(ana, thread).thread.locked


def test_any_thread_of_ones_own_can_be_withdrawn(practice: Practice) -> None:  # V4, V8
    ana, ben = practice.client("Ana"), practice.client("Ben", portal=False)
    direct = practice.direct(practice.lee, ana, ben)
    assert practice.store.run(threads.withdraw, practice.who(practice.lee), direct) == Withdrawn(2, 0, 2, 1)
    team = practice.start(practice.maya, ALL_TEAM, "Hello").thread
    assert team is not None
    assert practice.store.run(threads.withdraw, practice.who(practice.maya), team) == Withdrawn(2, 0, 2, 0)
