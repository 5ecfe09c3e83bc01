"""Two at once in the ledger: snapshots, runs, fences and what is taken back are of one moment each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from tests.center.at_once import COMMIT, errors, in_between, replying, together
from tests.center.ledger import owed
from tests.center.practice import ALL_CLIENTS, Practice
from tests.center.sending import ME, claimed, send_all_that_is_due

from msgcenter_tui.center import drafts, messages, teams, threads
from msgcenter_tui.domain import Channel, Client, Draft, Policy, Role, Sent, Staff, Status, ThreadId
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import claims, leaving, ledger, notifiers
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.tables import deliveries, people, runs

EVERY = list(Channel)
CONSENTING: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}


# -- the snapshot -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    "change", [{"status": Status.INACTIVE}, {"mute_email": True, "phone": ""}, {"status": Status.ACTIVE}]
)
def test_the_snapshot_is_one_moment_for_every_channel(practice: Practice, change: dict[str, Any], nth: int) -> None:
    # hazards 54
    # N1: who changes while it is taken is in it by all their channels, or by none
    practice.client("Always", **CONSENTING)
    before = "inactive" if change.get("status") is Status.ACTIVE else "active"
    ana = practice.client("Ana", before, **CONSENTING)
    sent, changed = in_between(
        practice.store,
        "INSERT INTO deliveries",
        lambda: practice.start(practice.maya, ALL_CLIENTS, "Dear all"),
        lambda: practice.world.change(ana, **change),
        nth=nth,
    )
    assert isinstance(changed, Client), changed
    found = {channel for name, channel, _ in owed(practice.store, sent.thread) if name == "Ana"}
    assert found == ({"email", "sms"} if before == "active" else set()), "the change comes after the send"


@pytest.mark.parametrize("statement", ["UPDATE deliveries SET last", "INSERT INTO deliveries"])
@pytest.mark.parametrize("nth", [1, 2])
def test_who_comes_back_while_a_follow_up_is_sent_is_owed_whole_moments(
    practice: Practice, statement: str, nth: int
) -> None:
    # N1: in the first, out at the second, back while the third is written
    practice.client("Always")
    ana = practice.client("Ana", email="ana@mail.example")
    thread = practice.broadcast("one")
    practice.world.change(ana, status="inactive")
    practice.reply(practice.maya, thread, "two")
    sent, changed = in_between(
        practice.store,
        statement,
        replying(practice, practice.maya, thread, "three"),
        lambda: practice.world.change(ana, status="active"),
        nth=nth if statement.startswith("UPDATE") else 1,
    )
    assert isinstance(sent, Sent), sent
    assert isinstance(changed, Client), changed
    practice.reply(practice.maya, thread, "four")
    assert owed(practice.store, thread)["Ana", "email", "broadcast"] in ([1, 4], [1, 3, 4])


def test_a_member_who_is_removed_while_they_are_written_to(practice: Practice) -> None:
    # N10: both come through, one after the other, also where PostgreSQL has to break a deadlock
    ana = practice.client("Ana")
    thread = practice.direct(practice.lee, ana)
    maya = practice.who(practice.maya)
    removed, written = in_between(
        practice.store,
        "INSERT INTO participants",
        lambda: practice.store.run(teams.remove_member, maya, practice.team.id, practice.lee.id),
        replying(practice, ana, thread),
    )
    assert removed is None, removed
    assert isinstance(written, Sent), written
    told = {name for name, _, _ in owed(practice.store, thread)} - {"Ana"}
    assert told in ({"Maya Ortiz"}, {"Lee Park"})  # after it, or before
    assert practice.unread(practice.maya) == {thread: 2}


# -- runs -------------------------------------------------------------------------------------------------------------


def closing(practice: Practice) -> Any:
    return lambda: practice.store.run(notifiers.close_due, EVERY)


@pytest.mark.parametrize("statement", ["UPDATE threads", "INSERT INTO messages", COMMIT])
def test_a_run_that_is_due_waits_for_the_message_that_is_being_written(practice: Practice, statement: str) -> None:
    # N5, decision 4
    practice.client("Ana")
    thread = practice.broadcast("one")
    practice.clock.advance(seconds=60)
    written, closed = in_between(
        practice.store, statement, replying(practice, practice.maya, thread, "two"), closing(practice)
    )
    assert isinstance(written, Sent), written
    assert closed == 0, "it is not quiet any more"
    practice.clock.advance(seconds=60)
    assert send_all_that_is_due(practice.store) == [("Ana", "email", thread, (1, 2))]


@pytest.mark.parametrize("statement", ["UPDATE runs", COMMIT])
def test_a_message_that_meets_a_closing_run_begins_the_next_one(practice: Practice, statement: str) -> None:
    # N5, decision 4
    practice.client("Ana")
    both = [practice.broadcast("one"), practice.broadcast("one")]
    practice.clock.advance(seconds=60)
    closed, written = in_between(
        practice.store, statement, closing(practice), replying(practice, practice.maya, both[0], "two")
    )
    assert closed == 2
    assert isinstance(written, Sent), written
    assert sorted(send_all_that_is_due(practice.store)) == [("Ana", "email", thread, (1,)) for thread in both]
    practice.clock.advance(seconds=60)
    assert send_all_that_is_due(practice.store) == [("Ana", "email", both[0], (2,))]


def test_no_message_is_lost_between_runs_and_none_comes_twice(practice: Practice) -> None:
    # N1, N5, N8: three write while runs are closed under their hands; no quiet, so each run is due at once
    practice.store.policy = Policy(quiet_period=timedelta(0))
    practice.client("Ana", portal=False)
    thread = practice.broadcast("one")
    second = practice.world.staff("Second")
    practice.world.member(practice.team, second, Role.OWNER)

    def writing(by: Staff) -> Any:
        return lambda: [practice.reply(by, thread, "more") for _ in range(4)]

    def sending() -> list[Any]:
        return [one for _ in range(4) for one in send_all_that_is_due(practice.store)]

    *written, left = together(writing(practice.maya), writing(second), sending)
    assert errors([*written, left]) == []
    left += send_all_that_is_due(practice.store)
    assert sorted(number for name, _, _, numbers in left if name == "Ana" for number in numbers) == list(range(1, 10))


# -- deliveries -------------------------------------------------------------------------------------------------------


def due_broadcast(practice: Practice) -> ThreadId:
    """A broadcast to Ana and Ben whose quiet period is over and whose run is closed."""
    practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast()
    practice.clock.advance(seconds=60)
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, EVERY)
    return thread


def claiming(practice: Practice) -> Any:
    return lambda: claimed(practice.store)


def fencing(practice: Practice, letters: Sequence[Letter]) -> Any:
    fences = [ledger.fence(letter, "1", "example.org") for letter in letters]

    def fence() -> list[str]:
        marked = practice.store.run(ledger.mark, ME, fences, [])
        return sorted(letter.recipient for letter in letters if letter.id in marked.fenced)

    return fence


def deleting(practice: Practice, thread: ThreadId) -> Any:
    return lambda: practice.store.run(threads.delete, practice.who(practice.maya), thread)


def in_state(practice: Practice, thread: ThreadId) -> dict[str, tuple[str, str | None]]:
    """name -> state and claim of each delivery of the thread"""
    with practice.store.read() as tx:
        rows = tx.conn.execute(
            select(people.c.name, deliveries.c.state, deliveries.c.claimed_by)
            .join(runs, runs.c.id == deliveries.c.run_id)
            .join(people, people.c.id == deliveries.c.person_id)
            .where(runs.c.thread_id == thread)
        )
        return {row.name: (row.state.value, row.claimed_by) for row in rows}


CANCELLED = {"Ana": ("cancelled", None), "Ben": ("cancelled", None)}


@pytest.mark.parametrize("statement", ["UPDATE deliveries SET claimed_by", COMMIT])
def test_what_is_claimed_while_the_thread_is_deleted_does_not_leave(practice: Practice, statement: str) -> None:
    # V4
    thread = due_broadcast(practice)
    claim = partial(practice.store.run, claims.claim, ME, EVERY, 100)
    taken, deleted = in_between(practice.store, statement, claim, deleting(practice, thread))
    assert deleted is None, deleted
    # On PostgreSQL the delete is quicker as long as nothing is claimed.
    quicker = practice.store.file is None and statement != COMMIT
    assert len(taken.keys) == (0 if quicker else 2)
    assert in_state(practice, thread) == CANCELLED
    assert practice.store.run(leaving.read, ME, taken) == leaving.Found((), ())


@pytest.mark.parametrize("statement", ["UPDATE threads", "UPDATE deliveries", "UPDATE runs", COMMIT])
def test_nothing_is_claimed_of_a_thread_that_is_being_deleted(practice: Practice, statement: str) -> None:
    # V4
    thread = due_broadcast(practice)
    deleted, _ = in_between(practice.store, statement, deleting(practice, thread), claiming(practice))
    assert deleted is None, deleted
    assert in_state(practice, thread) == CANCELLED
    assert send_all_that_is_due(practice.store) == []


@pytest.mark.parametrize("statement", ["UPDATE deliveries SET state", COMMIT])
def test_what_passes_the_fence_first_leaves_although_the_thread_is_deleted(practice: Practice, statement: str) -> None:
    # V4, N14: deleting cancels what has not left; what has left is answered for
    thread = due_broadcast(practice)
    letters = claiming(practice)()
    fenced, deleted = in_between(practice.store, statement, fencing(practice, letters), deleting(practice, thread))
    assert deleted is None, deleted
    assert fenced == ["Ana", "Ben"]
    assert in_state(practice, thread) == {"Ana": ("sending", ME), "Ben": ("sending", ME)}


@pytest.mark.parametrize("statement", ["UPDATE threads", "UPDATE deliveries", "UPDATE runs", COMMIT])
def test_nothing_passes_the_fence_of_a_thread_that_is_being_deleted(practice: Practice, statement: str) -> None:
    # V4, N14
    thread = due_broadcast(practice)
    letters = claiming(practice)()
    deleted, fenced = in_between(practice.store, statement, deleting(practice, thread), fencing(practice, letters))
    assert deleted is None, deleted
    # On PostgreSQL the fence is quicker as long as the delete has not touched the deliveries: then they leave.
    quicker = practice.store.file is None and statement in ("UPDATE threads", "UPDATE deliveries")
    assert fenced == (["Ana", "Ben"] if quicker else [])
    if not quicker:
        assert in_state(practice, thread) == CANCELLED
    else:
        assert {state for state, _ in in_state(practice, thread).values()} == {"sending"}


# -- undo -------------------------------------------------------------------------------------------------------------


def undoing(practice: Practice, thread: ThreadId) -> Any:
    return lambda: practice.store.run(messages.undo, practice.who(practice.maya), thread)


@pytest.mark.parametrize("statement", ["UPDATE deliveries SET state", COMMIT])
def test_what_passes_the_fence_first_is_not_taken_back(practice: Practice, statement: str) -> None:
    # N5, N14
    thread = due_broadcast(practice)
    letters = claiming(practice)()
    fenced, undone = in_between(practice.store, statement, fencing(practice, letters), undoing(practice, thread))
    assert fenced == ["Ana", "Ben"]
    assert isinstance(undone, Refused), undone
    assert "begun to leave" in str(undone)
    assert practice.bodies(practice.maya, thread) == ["Dear all"]
    assert practice.store.run(drafts.list_drafts, practice.who(practice.maya)) == ()


@pytest.mark.parametrize("follow_up", [False, True])
@pytest.mark.parametrize("statement", ["DELETE FROM messages", COMMIT, "INSERT INTO drafts"])
def test_what_is_being_taken_back_does_not_leave(practice: Practice, statement: str, follow_up: bool) -> None:
    # N5, N14: neither all of a run nor a part of it
    practice.client("Ana")
    thread = practice.broadcast("one")
    if follow_up:
        practice.reply(practice.maya, thread, "two")
    practice.clock.advance(seconds=60)
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, EVERY)
    letters = claiming(practice)()
    undone, fenced = in_between(practice.store, statement, undoing(practice, thread), fencing(practice, letters))
    assert isinstance(undone, Draft), undone
    assert fenced == []  # what it carried has changed: it is read once more
    assert fencing(practice, claiming(practice)())() == (["Ana"] if follow_up else [])
    assert practice.store.run(drafts.list_drafts, practice.who(practice.maya)) == (undone,)
    if follow_up:
        with practice.store.read() as tx:
            (letter,) = tx.conn.scalars(select(deliveries.c.letter).where(deliveries.c.fenced_at.is_not(None)))
        assert len(letter["parts"]) == 1, "what was taken back is not in it"


def test_undo_and_leaving_at_once(practice: Practice) -> None:
    # N5: it is taken back, or it leaves; not both, and it is not lost
    practice.client("Ana")
    practice.store.run(notifiers.heartbeat, ME)

    def leaving() -> Any:
        practice.store.run(notifiers.close_due, EVERY)
        return fencing(practice, claiming(practice)())()

    for _ in range(4):
        thread = practice.broadcast("one")
        practice.clock.advance(seconds=60)
        practice.store.run(notifiers.heartbeat, ME)
        undone, left = together(undoing(practice, thread), leaving)
        assert left in ([], ["Ana"])
        left += leaving()
        assert isinstance(undone, Refused if left else Draft), (undone, left)
