"""What is unread: R1..R4, V2, V6."""

from __future__ import annotations

import pytest
from tests.center.practice import ALL_TEAM, Practice

from msgcenter_tui.center import audience, messages, reading, threads
from msgcenter_tui.domain import Among, MessageId, Readers, ThreadId
from msgcenter_tui.errors import NotFound, Refused


def message(practice: Practice, thread: ThreadId, number: int) -> MessageId:
    seen = practice.opened(practice.maya, thread).messages
    return next(one.id for one in seen if one.number == number)


@pytest.fixture
def thread(practice: Practice) -> ThreadId:
    """An open broadcast with messages 1 and 3 by Maya, 2 by Ana."""
    thread = practice.broadcast("one", locked=False)
    practice.reply(practice.client("Ana"), thread, "two")
    practice.reply(practice.maya, thread, "three")
    return thread


def test_ones_own_and_deleted_messages_are_not_unread(practice: Practice, thread: ThreadId) -> None:
    # R1
    ben = practice.client("Ben")
    assert practice.unread(ben) == {thread: 3}
    assert practice.unread(practice.lee) == {thread: 3}
    assert practice.unread(practice.maya) == {thread: 1}
    practice.store.run(messages.delete_message, practice.who(practice.maya), message(practice, thread, 2))
    assert practice.unread(ben) == {thread: 2}
    assert practice.unread(practice.lee) == {thread: 2}
    assert practice.unread(practice.maya) == {}


def test_reading_reads_up_to_what_was_shown_and_never_goes_back(practice: Practice, thread: ThreadId) -> None:
    # R2
    for person in (practice.client("Ben"), practice.lee):
        who = practice.who(person)
        for shown, left in ((2, 1), (1, 1), (3, 0), (2, 0), (99, 0)):
            practice.store.run(reading.read, who, thread, shown)
            assert practice.unread(person) == ({thread: left} if left else {})
    practice.reply(practice.maya, thread, "four")
    assert practice.unread(practice.lee) == {thread: 1}  # what was never shown was not read


def test_the_time_of_reading_is_of_the_farthest_point(practice: Practice, thread: ThreadId) -> None:
    # R2
    from sqlalchemy import select

    from msgcenter_tui.store.tables import reads

    ben = practice.client("Ben")
    times = [practice.clock.now]
    for shown in (1, 2, 1):
        practice.store.run(reading.read, practice.who(ben), thread, shown)
        times.append(practice.clock.advance(minutes=1))
    with practice.store.read() as tx:
        row = tx.conn.execute(select(reads).where(reads.c.person_id == ben.id)).one()
    assert (row.up_to, row.first_at, row.at) == (2, times[0], times[1])


def test_setting_unread_from_a_message_on(practice: Practice, thread: ThreadId) -> None:
    # R1, R2
    for person in (practice.client("Ben"), practice.lee):
        who = practice.who(person)
        practice.read(person, thread)
        practice.store.run(reading.set_unread, who, thread, message(practice, thread, 2))
        assert practice.unread(person) == {thread: 2}
        assert practice.opened(person, thread).thread.first_unread == 2
        practice.store.run(reading.read, who, thread, 2)  # only that much was shown
        assert practice.unread(person) == {thread: 1}
        practice.store.run(reading.read, who, thread, 3)
        assert practice.unread(person) == {}
        practice.store.run(reading.set_unread, who, thread)
        assert practice.unread(person) == {thread: 1}


def test_setting_unread_does_not_hide_what_was_unread_before(practice: Practice, thread: ThreadId) -> None:
    # R1
    for person in (practice.client("Ben"), practice.lee):
        practice.store.run(reading.set_unread, practice.who(person), thread, message(practice, thread, 3))
        assert practice.unread(person) == {thread: 3}


def test_ones_own_thread_cannot_be_unread_and_another_threads_message_is_not_here(practice: Practice) -> None:
    thread = practice.broadcast(locked=False)
    reply = practice.reply(practice.lee, thread).message
    assert reply is not None
    practice.store.run(messages.delete_message, practice.who(practice.lee), reply)
    with pytest.raises(Refused, match="no message of somebody else stands in it"):  # S1
        practice.store.run(reading.set_unread, practice.who(practice.maya), thread)
    other = practice.broadcast()
    with pytest.raises(NotFound):
        practice.store.run(reading.set_unread, practice.who(practice.lee), thread, message(practice, other, 1))


def test_a_portal_enabled_after_two_broadcasts_shows_exactly_two_unread(practice: Practice) -> None:
    # R3
    ana = practice.client("Ana", portal=False)
    both = {practice.broadcast("one"): 1, practice.broadcast("two"): 1}
    practice.world.change(ana, portal=True)
    assert practice.unread(ana) == both
    badge = practice.store.run(reading.badge, practice.who(ana))
    assert (badge.threads, badge.messages) == (2, 2)


def test_staff_see_how_many_of_those_who_see_it_now_have_read(practice: Practice) -> None:
    # R4
    ana, ben, cleo = (practice.client(name) for name in ("Ana", "Ben", "Cleo"))
    practice.client("Dan", "inactive")
    thread = practice.broadcast(locked=False)

    def readers() -> Readers | None:
        counted = practice.opened(practice.maya, thread).thread.readers
        assert counted == practice.store.run(threads.readers, practice.who(practice.maya), thread)
        return counted

    assert readers() == (3, 0, 3)
    practice.read(ana, thread)
    practice.read(ben, thread)
    practice.reply(ben, thread, "a reply does not make them unread readers")
    assert readers() == (3, 2, 3)
    practice.world.change(ana, status="complete")
    assert readers() == (2, 1, 2)
    practice.reply(practice.maya, thread, "newer")
    assert readers() == (2, 0, 2)
    practice.read(cleo, thread)
    assert readers() == (2, 1, 2)


def test_readers_of_a_thread_to_the_team_are_its_other_members(practice: Practice) -> None:
    # R4
    thread = practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    assert thread is not None
    practice.read(practice.lee, thread)
    seen = practice.opened(practice.maya, thread).thread
    assert seen.readers == (2, 1, None)


def test_nobody_sees_a_deleted_broadcast_or_counts_as_its_reader(practice: Practice) -> None:
    # V1, V4, R4
    ana, maya = practice.client("Ana"), practice.who(practice.maya)
    sent = practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    assert sent is not None
    for thread, reader, seen in ((practice.broadcast(), ana, (1, 1, 1)), (sent, practice.lee, (2, 1, None))):
        practice.read(reader, thread)
        assert practice.opened(maya, thread).thread.readers == seen
        practice.store.run(threads.delete, maya, thread)
        assert practice.store.run(threads.readers, maya, thread) == (0, 0, seen[2])
        counts = practice.store.run(audience.audience_counts, maya, thread)
        assert counts[Among.SEES] == counts[Among.READ] == 0
        practice.store.run(threads.restore, maya, thread)
        assert practice.opened(maya, thread).thread.readers == seen


def test_the_badge_counts_threads_and_messages_of_what_is_visible(practice: Practice, thread: ThreadId) -> None:
    # R1
    practice.store.run(threads.delete, practice.who(practice.maya), thread)
    assert practice.unread(practice.lee) == {}
    assert practice.unread(practice.client("Ben")) == {}
    practice.store.run(threads.restore, practice.who(practice.maya), thread)
    assert practice.unread(practice.lee) == {thread: 3}
