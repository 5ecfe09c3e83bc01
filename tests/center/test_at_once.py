"""Two at once in threads and drafts: nothing is lost, nothing happens after it was forbidden."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from tests.center.at_once import COMMIT, RECORD, errors, in_between, outcome, replying, together
from tests.center.ledger import owed
from tests.center.practice import ALL_CLIENTS, Practice

from msgcenter_tui.center import clients, drafts, messages, reading, teams, threads
from msgcenter_tui.domain import Client, Draft, Role, Sent, Staff, ThreadId
from msgcenter_tui.errors import Conflict, NotFound, Refused
from msgcenter_tui.store.tables import audit, people
from msgcenter_tui.store.tx import Act

# -- numbers ----------------------------------------------------------------------------------------------------------


def test_two_replies_at_once_get_two_numbers(practice: Practice) -> None:
    # M5, decision 6: the second waits for the first, wherever the first one is
    ana = practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    for statement in ("UPDATE threads", "INSERT INTO messages", COMMIT):
        before = practice.opened(practice.maya, thread).thread.newest
        first, second = in_between(
            practice.store,
            statement,
            replying(practice, ana, thread, "A"),
            replying(practice, practice.lee, thread, "B"),
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


@pytest.mark.parametrize("statement", ["INSERT INTO messages", "INSERT INTO deliveries", COMMIT])
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


@pytest.mark.parametrize("statement", ["UPDATE threads", COMMIT])
def test_a_reply_that_meets_the_lock_is_refused_and_stays_a_draft(practice: Practice, statement: str) -> None:
    # hazards 53
    # L4
    ana, thread = practice.client("Ana"), practice.broadcast(locked=False)
    draft = practice.store.run(drafts.save, practice.who(ana), id=None, version=0, thread=thread, body="I was just")
    _, written = in_between(
        practice.store,
        statement,
        lambda: practice.store.run(threads.lock, practice.who(practice.maya), thread),
        lambda: practice.store.run(messages.reply, practice.who(ana), thread, "I was just", draft=draft),
    )
    assert isinstance(written, Refused)
    assert "your text is kept" in str(written)
    seen = practice.opened(ana, thread)
    assert [one.body for one in seen.messages] == ["Dear all"]
    assert seen.draft == draft


def test_no_reply_comes_after_the_lock_however_they_race(practice: Practice) -> None:  # hazards 53
    # L4: what the audit says came after the lock was refused
    ana, thread = practice.client("Ana"), practice.broadcast(locked=False)
    maya = practice.who(practice.maya)
    for _ in range(5):
        written, _ = together(replying(practice, ana, thread), lambda: practice.store.run(threads.lock, maya, thread))
        assert isinstance(written, Sent | Refused)
        last = acts(practice)
        assert last[-1] == "thread.lock", "nothing was written after it"
        assert isinstance(written, Sent) == (last[-2] == "message.write")
        practice.store.run(threads.unlock, maya, thread, yes=True)


@pytest.mark.parametrize("deed", [threads.lock, threads.unlock, threads.delete, threads.restore])
@pytest.mark.parametrize("statement", ["UPDATE threads", COMMIT])
def test_what_two_owners_do_to_a_thread_at_once_is_done_once(
    practice: Practice, deed: Act[..., None], statement: str
) -> None:
    # V4, L2, S2: the second one finds it done, and is not in the audit
    second = practice.world.staff("Second")
    practice.world.member(practice.team, second, Role.OWNER)
    thread = practice.broadcast(locked=deed is threads.unlock)
    if deed is threads.restore:
        practice.store.run(threads.delete, practice.who(practice.maya), thread)
    more = {"yes": True} if deed is threads.unlock else {}
    before = len(acts(practice))
    done, again = in_between(
        practice.store,
        statement,
        lambda: practice.store.run(deed, practice.who(practice.maya), thread, **more),
        lambda: practice.store.run(deed, practice.who(second), thread, **more),
    )
    assert done is None, done
    assert again is None or isinstance(again, Refused | NotFound), again
    assert len(acts(practice)) == before + 1


def acts(practice: Practice) -> list[str]:
    with practice.store.read() as tx:
        return list(tx.conn.scalars(select(audit.c.act).order_by(audit.c.id)))


# -- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_that_two_terminals_send_is_sent_once(practice: Practice) -> None:
    # M4: in a thread, and as a new thread
    practice.client("Ana")
    maya, thread, team = practice.who(practice.maya), practice.broadcast(), practice.team.id
    save, run = drafts.save, practice.store.run
    for statement in ("DELETE FROM drafts", "INSERT INTO messages", COMMIT):
        draft = run(save, maya, id=None, version=0, thread=thread, body="Once")
        before = practice.opened(practice.maya, thread).thread.newest

        def again(draft: Draft = draft) -> Sent:
            return run(messages.reply, maya, thread, "Once", yes=True, draft=draft)

        first, second = in_between(practice.store, statement, again, again)
        assert sorted([type(first), type(second)], key=str) == sorted([Sent, Conflict], key=str), (first, second)
        assert practice.opened(practice.maya, thread).thread.newest == before + 1

        draft = run(save, maya, id=None, version=0, recipients=ALL_CLIENTS, workspace=team, body="Once")
        there = len(practice.sees(practice.maya))

        def anew(draft: Draft = draft) -> Sent:
            return run(messages.start, maya, ALL_CLIENTS, team, "Once", yes=True, draft=draft)

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
        lambda: practice.store.run(messages.reply, maya, thread, "Once", yes=True, draft=draft),
        lambda: practice.store.run(
            drafts.save, maya, id=draft.id, version=draft.version, thread=thread, body="Once more"
        ),
    )
    assert isinstance(sent, Sent), sent
    assert isinstance(saved, Draft), saved
    assert [one.body for one in practice.store.run(drafts.list_drafts, maya)] == ["Once more"]
    assert saved.thread == thread


# -- reading ----------------------------------------------------------------------------------------------------------


def reading_to(practice: Practice, person: Staff | Client, thread: ThreadId, shown: int) -> Any:
    return lambda: practice.store.run(reading.read, practice.who(person), thread, shown)


@pytest.mark.parametrize("statement", ["INSERT INTO messages", "INSERT INTO deliveries", COMMIT])
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


def test_the_earlier_of_two_messages_is_not_read_because_the_later_one_was(practice: Practice) -> None:  # hazards 56
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
        practice.store, RECORD, replying(practice, practice.maya, one, "two"), write_elsewhere_and_read
    )
    assert isinstance(first, Sent), first
    assert second is None, second
    if practice.store.file is None:
        for person in (ana, practice.lee):
            assert practice.unread(person) == {one: 1}

    first, second = in_between(
        practice.store,
        COMMIT,
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

    added = together(
        *(adding(f"Ana {n}", email) for n, email in enumerate(("ana@mail.example", "ANA@Mail.example") * 2))
    )
    assert sorted(type(one).__name__ for one in added) == ["Client", "Conflict", "Conflict", "Conflict"], added
    (only,) = practice.store.run(clients.list_clients, maya).items
    assert only in added
    for refused in errors(added):
        assert only.name in str(refused)
    with practice.store.read() as tx:
        assert tx.conn.scalar(select(func.count()).select_from(people).where(people.c.kind == "client")) == 1


# -- owners and members -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["UPDATE threads", COMMIT])
def test_of_two_owners_who_change_the_subject_the_later_one_is_right(practice: Practice, statement: str) -> None:
    # M1, S2: one after the other, both in the audit; nothing is mixed
    second = practice.world.staff("Second")
    practice.world.member(practice.team, second, Role.OWNER)
    thread = practice.broadcast()

    def naming(who: Staff, subject: str) -> Any:
        return lambda: practice.store.run(threads.rename, practice.who(who), thread, subject)

    outcomes = in_between(practice.store, statement, naming(practice.maya, "By Maya"), naming(second, "By the second"))
    assert outcomes == (None, None)
    assert practice.opened(practice.maya, thread).thread.subject == "By the second"
    assert acts(practice)[-2:] == ["thread.rename", "thread.rename"]


@pytest.mark.parametrize("statement", ["INSERT INTO messages", COMMIT])
def test_a_member_who_is_removed_while_they_write_has_written_before(practice: Practice, statement: str) -> None:
    # S4, V6, A2
    thread = practice.broadcast(locked=False)
    written, removed = in_between(
        practice.store,
        statement,
        replying(practice, practice.lee, thread, "Just before"),
        lambda: practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.lee.id),
    )
    assert isinstance(written, Sent)
    assert removed is None
    assert practice.bodies(practice.maya, thread) == ["Dear all", "Just before"]
    assert practice.sees(practice.lee) == []
    assert isinstance(outcome(replying(practice, practice.lee, thread)), NotFound)


@pytest.mark.parametrize("statement", ["DELETE FROM assignments", COMMIT])
def test_a_member_who_writes_while_they_are_removed_is_refused(practice: Practice, statement: str) -> None:
    # S4
    thread = practice.broadcast(locked=False)
    for again in (replying(practice, practice.lee, thread, "Too late"), starting(practice, practice.lee)):
        removed, written = in_between(
            practice.store,
            statement,
            lambda: practice.store.run(
                teams.remove_member, practice.who(practice.maya), practice.team.id, practice.lee.id
            ),
            again,
        )
        assert removed is None
        assert isinstance(written, NotFound)
        assert acts(practice)[-1] == "team.remove_member"
        practice.world.member(practice.team, practice.lee, Role.CONTRIBUTOR)


@pytest.mark.parametrize("statement", ["INSERT INTO participants", COMMIT])
def test_what_a_member_begins_while_they_are_removed_is_the_owners(practice: Practice, statement: str) -> None:
    # rules.md, Words; V9
    ana = practice.client("Ana")
    begun, removed = in_between(
        practice.store,
        statement,
        lambda: practice.direct(practice.lee, ana),
        lambda: practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.lee.id),
    )
    assert removed is None
    assert practice.sees(practice.maya) == [begun]


@pytest.mark.parametrize("statement", ["INSERT INTO participants", COMMIT])
def test_what_a_client_writes_to_a_member_who_is_being_removed_is_seen(practice: Practice, statement: str) -> None:
    # rules.md, Words; V9, A4
    ana = practice.client("Ana")
    practice.store.run(clients.assign, practice.who(practice.maya), ana.id, practice.lee.id)
    begun, removed = in_between(
        practice.store,
        statement,
        lambda: practice.direct(ana, practice.lee),
        lambda: practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.lee.id),
    )
    assert removed is None
    assert practice.sees(practice.maya) == [begun]


def starting(practice: Practice, by: Staff) -> Any:
    return lambda: practice.direct(by, practice.maya)
