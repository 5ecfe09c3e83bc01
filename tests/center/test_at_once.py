"""Two at once in threads, runs, deliveries and drafts: nothing is lost, nothing happens after it was forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.center.at_once import errors, in_between, together
from tests.center.ledger import owed
from tests.center.practice import ALL_CLIENTS, Practice
from tests.center.sending import ME, send_all_that_is_due

from msgcenter_tui.center import clients, drafts, messages, reading, threads
from msgcenter_tui.domain import Channel, Client, Draft, Role, Sent, Staff, Status, ThreadId
from msgcenter_tui.errors import Conflict, Refused
from msgcenter_tui.store import claims, ledger, notifiers
from msgcenter_tui.store.leaving import Letter
from msgcenter_tui.store.tables import audit, deliveries, people, runs

EVERY = list(Channel)
CONSENTING: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}


def replying(practice: Practice, by: Staff | Client, thread: ThreadId, body: str = "Thanks") -> Any:
    return lambda: practice.reply(by, thread, body)


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_two_replies_at_once_get_two_numbers(practice: Practice) -> None:
    # M5, decision 6: the second waits for the first, wherever the first one is
    ana = practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    for statement in ("UPDATE threads", "INSERT INTO messages", "INSERT INTO audit"):
        before = practice.opened(practice.maya, thread).thread.newest
        first, second = in_between(
            practice.store, statement, replying(practice, ana, thread, "A"), replying(practice, practice.lee, thread, "B")
        )
        assert isinstance(first, Sent)
        assert isinstance(second, Sent)
        both = practice.opened(practice.maya, thread).messages[-2:]
        assert [(one.number, one.body) for one in both] == [(before + 1, "A"), (before + 2, "B")]


def test_many_replies_at_once_are_all_there_and_counted(practice: Practice) -> None:
    # M5, R1, N10
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.broadcast("Dear all", locked=False)
    writers: list[Staff | Client] = [practice.maya, practice.lee, ana, ben]

    def three_by(person: Staff | Client) -> Any:
        return lambda: [practice.reply(person, thread, f"{person.name} {turn}") for turn in range(3)]

    assert errors(together(*map(three_by, writers))) == []
    seen = practice.opened(practice.kim, thread).messages
    assert [one.number for one in seen] == list(range(1, 14))
    assert {one.body for one in seen} == {"Dear all", *(f"{one.name} {n}" for one in writers for n in range(3))}
    assert practice.unread(practice.kim) == {thread: 13}
    assert practice.unread(practice.lee) == practice.unread(ana) == {thread: 10}
    by_clients = [one.number for one in seen if one.author.id in (ana.id, ben.id)]
    assert owed(practice.store, thread)["Maya Ortiz", "email", "owner"] == by_clients
    assert len(owed(practice.store, thread)["Ana", "email", "broadcast"]) == 4


# -- locks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["INSERT INTO messages", "INSERT INTO deliveries", "INSERT INTO audit"])
def test_a_reply_that_began_before_the_lock_is_in_before_it(practice: Practice, statement: str) -> None:
    # L4
    ana, thread = practice.client("Ana"), practice.broadcast(locked=False)
    written, locked = in_between(
        practice.store,
        statement,
        replying(practice, ana, thread),
        lambda: practice.store.run(threads.lock, practice.who(practice.maya), thread),
    )
    assert isinstance(written, Sent)
    assert locked is None
    assert practice.opened(ana, thread).thread.locked
    assert acts(practice)[-2:] == ["message.write", "thread.lock"]


@pytest.mark.parametrize("statement", ["UPDATE threads", "INSERT INTO audit"])
def test_a_reply_that_meets_the_lock_is_refused_and_stays_a_draft(practice: Practice, statement: str) -> None:
    # L4
    ana, thread = practice.client("Ana"), practice.broadcast(locked=False)
    draft = practice.store.run(drafts.save, practice.who(ana), id=None, version=0, thread=thread, body="I was just")
    _, written = in_between(
        practice.store,
        statement,
        lambda: practice.store.run(threads.lock, practice.who(practice.maya), thread),
        lambda: practice.store.run(messages.reply, practice.who(ana), thread, "I was just", draft=draft.id),
    )
    assert isinstance(written, Refused)
    assert "your text is kept" in str(written)
    seen = practice.opened(ana, thread)
    assert [one.body for one in seen.messages] == ["Dear all"]
    assert seen.draft == draft


def test_no_reply_comes_after_the_lock_however_they_race(practice: Practice) -> None:
    # L4: what the audit says came after the lock was refused
    ana, thread = practice.client("Ana"), practice.broadcast(locked=False)
    maya = practice.who(practice.maya)
    for _ in range(5):
        written, _ = together(
            replying(practice, ana, thread), lambda: practice.store.run(threads.lock, maya, thread)
        )
        assert isinstance(written, Sent | Refused)
        last = acts(practice)
        assert last[-1] == "thread.lock", "nothing was written after it"
        assert isinstance(written, Sent) == (last[-2] == "message.write")
        practice.store.run(threads.unlock, maya, thread, yes=True)


def acts(practice: Practice) -> list[str]:
    with practice.store.read() as tx:
        return list(tx.conn.scalars(select(audit.c.act).order_by(audit.c.id)))


# -- the snapshot -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    "change", [{"status": Status.INACTIVE}, {"mute_email": True, "phone": ""}, {"status": Status.ACTIVE}]
)
def test_the_snapshot_is_one_moment_for_every_channel(practice: Practice, change: dict[str, Any], nth: int) -> None:
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
    from msgcenter_tui.center import teams

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


@pytest.mark.parametrize("statement", ["UPDATE threads", "INSERT INTO messages", "INSERT INTO audit"])
def test_a_run_that_is_due_waits_for_the_message_that_is_being_written(practice: Practice, statement: str) -> None:
    # N5, decision 4
    practice.client("Ana")
    thread = practice.broadcast("one")
    practice.clock.advance(seconds=60)
    written, closed = in_between(practice.store, statement, replying(practice, practice.maya, thread, "two"), closing(practice))
    assert isinstance(written, Sent), written
    assert closed == 0, "it is not quiet any more"
    practice.clock.advance(seconds=60)
    assert send_all_that_is_due(practice.store) == [("Ana", "email", thread, (1, 2))]


@pytest.mark.parametrize("nth", [1, 2])
def test_a_message_that_meets_a_closing_run_begins_the_next_one(practice: Practice, nth: int) -> None:
    # N5, decision 4: of the first thread that is closed, and of the second
    practice.client("Ana")
    both = [practice.broadcast("one"), practice.broadcast("one")]
    practice.clock.advance(seconds=60)
    closed, written = in_between(
        practice.store, "UPDATE runs", closing(practice), replying(practice, practice.maya, both[0], "two"), nth=nth
    )
    assert closed == 2
    assert isinstance(written, Sent), written
    assert sorted(send_all_that_is_due(practice.store)) == [("Ana", "email", thread, (1,)) for thread in both]
    practice.clock.advance(seconds=60)
    assert send_all_that_is_due(practice.store) == [("Ana", "email", both[0], (2,))]


def test_no_message_is_lost_between_runs_and_none_comes_twice(practice: Practice) -> None:
    # N1, N5, N8: three write while runs are closed under their hands; no quiet, so each run is due at once
    from datetime import timedelta

    from msgcenter_tui.domain import Policy

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
    return lambda: practice.store.run(claims.claim, ME, EVERY, 100).letters


def fencing(practice: Practice, letters: Sequence[Letter]) -> Any:
    fences = [ledger.Fence(letter, "1", "example.org") for letter in letters]
    return lambda: sorted(one.recipient for one in practice.store.run(ledger.mark, ME, fences, []).fenced.values())


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


@pytest.mark.parametrize("statement", ["UPDATE deliveries SET claimed_by", "FROM messages", "FROM gaps"])
def test_what_is_claimed_while_the_thread_is_deleted_does_not_leave(practice: Practice, statement: str) -> None:
    # V4
    thread = due_broadcast(practice)
    letters, deleted = in_between(practice.store, statement, claiming(practice), deleting(practice, thread))
    assert deleted is None, deleted
    assert [one.recipient for one in letters] == ["Ana", "Ben"]
    assert in_state(practice, thread) == CANCELLED
    assert fencing(practice, letters)() == []
    assert in_state(practice, thread) == CANCELLED


@pytest.mark.parametrize("statement", ["UPDATE threads", "UPDATE deliveries", "UPDATE runs", "INSERT INTO audit"])
def test_nothing_is_claimed_of_a_thread_that_is_being_deleted(practice: Practice, statement: str) -> None:
    # V4
    thread = due_broadcast(practice)
    deleted, _ = in_between(practice.store, statement, deleting(practice, thread), claiming(practice))
    assert deleted is None, deleted
    assert in_state(practice, thread) == CANCELLED
    assert send_all_that_is_due(practice.store) == []


@pytest.mark.parametrize("nth", [1, 2])
def test_what_passes_the_fence_first_leaves_although_the_thread_is_deleted(practice: Practice, nth: int) -> None:
    # V4, N14: deleting cancels what has not left; what has left is answered for
    thread = due_broadcast(practice)
    letters = claiming(practice)()
    fenced, deleted = in_between(
        practice.store, "UPDATE deliveries SET state", fencing(practice, letters), deleting(practice, thread), nth=nth
    )
    assert deleted is None, deleted
    assert fenced == ["Ana", "Ben"]
    assert in_state(practice, thread) == {"Ana": ("sending", ME), "Ben": ("sending", ME)}


@pytest.mark.parametrize("statement", ["UPDATE threads", "UPDATE deliveries", "UPDATE runs", "INSERT INTO audit"])
def test_nothing_passes_the_fence_of_a_thread_that_is_being_deleted(practice: Practice, statement: str) -> None:
    # V4, N14
    thread = due_broadcast(practice)
    letters = claiming(practice)()
    deleted, fenced = in_between(
        practice.store, statement, deleting(practice, thread), fencing(practice, letters)
    )
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


@pytest.mark.parametrize("statement", ["FROM messages", "UPDATE deliveries SET state"])
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
@pytest.mark.parametrize("statement", ["DELETE FROM messages", "INSERT INTO audit", "INSERT INTO drafts"])
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
    assert fenced == (["Ana"] if follow_up else [])
    assert practice.store.run(drafts.list_drafts, practice.who(practice.maya)) == (undone,)
    if follow_up:
        with practice.store.read() as tx:
            (letter,) = tx.conn.scalars(select(deliveries.c.letter).where(deliveries.c.fenced_at.is_not(None)))
        assert [part[1] for part in letter["parts"]] == [1]
        assert len(letter["parts"]) == 1, "what was taken back is not in it"


def test_undo_and_closing_at_once(practice: Practice) -> None:
    # N5: it is taken back, or it leaves; not both, and it is not lost
    practice.client("Ana")
    for _ in range(4):
        thread = practice.broadcast("one")
        practice.clock.advance(seconds=60)
        undone, left = together(undoing(practice, thread), lambda: send_all_that_is_due(practice.store))
        assert not isinstance(left, Exception), left
        left += send_all_that_is_due(practice.store)
        assert isinstance(undone, Refused if left else Draft), (undone, left)


# -- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_that_two_terminals_send_is_sent_once(practice: Practice) -> None:
    # M4: in a thread, and as a new thread
    practice.client("Ana")
    maya, thread, team = practice.who(practice.maya), practice.broadcast(), practice.team.id
    save, run = drafts.save, practice.store.run
    for statement in ("DELETE FROM drafts", "INSERT INTO messages", "INSERT INTO audit"):
        draft = run(save, maya, id=None, version=0, thread=thread, body="Once")
        before = practice.opened(practice.maya, thread).thread.newest

        def again(draft: Draft = draft) -> Sent:
            return run(messages.reply, maya, thread, "Once", yes=True, draft=draft.id)

        first, second = in_between(practice.store, statement, again, again)
        assert sorted([type(first), type(second)], key=str) == sorted([Sent, Conflict], key=str), (first, second)
        assert practice.opened(practice.maya, thread).thread.newest == before + 1

        draft = run(save, maya, id=None, version=0, recipients=ALL_CLIENTS, workspace=team, body="Once")
        there = len(practice.sees(practice.maya))

        def anew(draft: Draft = draft) -> Sent:
            return run(messages.start, maya, ALL_CLIENTS, team, "Once", yes=True, draft=draft.id)

        first, second = in_between(practice.store, statement, anew, anew)
        assert sorted([type(first), type(second)], key=str) == sorted([Sent, Conflict], key=str), (first, second)
        assert len(practice.sees(practice.maya)) == there + 1
    assert run(drafts.list_drafts, maya) == ()


def test_what_is_typed_while_another_terminal_sends_the_draft_is_kept(practice: Practice) -> None:
    # M4: the save that comes too late makes a draft of its own
    maya, thread = practice.who(practice.maya), practice.broadcast()
    draft = practice.store.run(drafts.save, maya, id=None, version=0, thread=thread, body="Once")
    sent, saved = in_between(
        practice.store,
        "INSERT INTO messages",
        lambda: practice.store.run(messages.reply, maya, thread, "Once", yes=True, draft=draft.id),
        lambda: practice.store.run(drafts.save, maya, id=draft.id, version=draft.version, thread=thread, body="Once more"),
    )
    assert isinstance(sent, Sent), sent
    assert isinstance(saved, Draft), saved
    assert [one.body for one in practice.store.run(drafts.list_drafts, maya)] == ["Once more"]
    assert saved.thread == thread


# -- reading ----------------------------------------------------------------------------------------------------------


def reading_to(practice: Practice, person: Staff | Client, thread: ThreadId, shown: int) -> Any:
    return lambda: practice.store.run(reading.read, practice.who(person), thread, shown)


@pytest.mark.parametrize("statement", ["INSERT INTO messages", "INSERT INTO deliveries", "INSERT INTO audit"])
def test_what_comes_while_somebody_reads_is_unread(practice: Practice, statement: str) -> None:
    # R1: they were shown two of them; the third was being written, its mark among the old ones
    ben = practice.client("Ben")
    thread = practice.broadcast("one")
    practice.reply(practice.maya, thread, "two")
    for person in (practice.lee, ben):
        practice.store.run(reading.read, practice.who(person), thread, 1)
    for shown, person in ((2, practice.lee), (3, ben)):
        written, read = in_between(
            practice.store,
            statement,
            replying(practice, practice.maya, thread, "more"),
            reading_to(practice, person, thread, shown),
        )
        assert isinstance(written, Sent), written
        assert read is None, read
        assert practice.unread(person) == {thread: 1}
    assert practice.unread(practice.lee) == {thread: 2}
    assert practice.unread(practice.kim) == {thread: 4}


@pytest.mark.parametrize("statement", ["INSERT INTO reads", "DELETE FROM marks", "UPDATE marks"])
def test_what_is_written_while_somebody_reads_is_unread(practice: Practice, statement: str) -> None:
    # R1
    thread = practice.broadcast("one")
    practice.store.run(reading.read, practice.who(practice.lee), thread, 1)
    practice.reply(practice.maya, thread, "two")
    read, written = in_between(
        practice.store,
        statement,
        reading_to(practice, practice.lee, thread, 2),
        replying(practice, practice.maya, thread, "three"),
    )
    assert read is None, read
    assert isinstance(written, Sent), written
    assert practice.unread(practice.lee) == {thread: 1}


def test_the_earlier_of_two_messages_is_not_read_because_the_later_one_was(practice: Practice) -> None:
    # R1, M5: in one thread the later commit waits for the earlier; in two threads it does not, and nothing is lost
    ana = practice.client("Ana")
    one, other = practice.broadcast("one"), practice.broadcast("one")
    for person in (ana, practice.lee):
        practice.read(person, one)
        practice.read(person, other)

    def write_elsewhere_and_read() -> None:
        practice.reply(practice.maya, other, "committed first")
        for person in (ana, practice.lee):
            for row in practice.store.run(threads.list_threads, practice.who(person)).items:
                practice.read(person, row.id)

    first, second = in_between(
        practice.store, "INSERT INTO audit", replying(practice, practice.maya, one, "two"), write_elsewhere_and_read
    )
    assert isinstance(first, Sent), first
    assert second is None, second
    if practice.store.file is None:
        for person in (ana, practice.lee):
            assert practice.unread(person) == {one: 1}

    first, second = in_between(
        practice.store,
        "INSERT INTO audit",
        replying(practice, practice.maya, one, "three"),
        replying(practice, practice.maya, one, "four"),
    )
    newest = practice.opened(practice.maya, one).messages[-2:]
    assert [message.body for message in newest] == ["three", "four"]
    practice.store.run(reading.read, practice.who(ana), one, newest[0].number)
    assert practice.unread(ana) == {one: 1}


# -- addresses --------------------------------------------------------------------------------------------------------


def test_of_many_who_add_one_address_one_does(practice: Practice) -> None:
    # S5
    maya = practice.who(practice.maya)

    def adding(name: str, email: str) -> Any:
        return lambda: practice.store.run(clients.add, maya, name, practice.team.id, email=email)

    added = together(*(adding(f"Ana {n}", email) for n, email in enumerate(("ana@mail.example", "ANA@Mail.example") * 2)))
    assert sorted(type(one).__name__ for one in added) == ["Client", "Conflict", "Conflict", "Conflict"], added
    (only,) = practice.store.run(clients.list_clients, maya).items
    assert only in added
    for refused in errors(added):
        assert only.name in str(refused)
    with practice.store.read() as tx:
        assert tx.conn.scalar(select(func.count()).select_from(people).where(people.c.kind == "client")) == 1
