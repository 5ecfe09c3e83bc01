"""What sending owes to whom: N1, N2, N3, N5, N9, N10, as the ledger keeps it when a message is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.center.ledger import owed, states
from tests.center.practice import ALL_TEAM, Practice

from msgcenter_tui.center import messages, teams, threads
from msgcenter_tui.domain import ThreadId
from msgcenter_tui.errors import Refused
from msgcenter_tui.store.tables import runs


def leaving(practice: Practice, thread: ThreadId) -> dict[tuple[str, str], timedelta]:
    """(kind, channel) of the thread's open runs -> how long until they leave."""
    with practice.store.read() as tx:
        rows = tx.conn.execute(select(runs).where(runs.c.thread_id == thread, runs.c.closed_at.is_(None))).all()
    return {(row.kind.value, row.channel.value): row.leaves_at - practice.clock.now for row in rows}


def test_sending_takes_a_snapshot_by_each_channel_that_reaches_them(practice: Practice) -> None:
    # N1, N2, N3
    consenting: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}
    practice.client("Both", **consenting)
    practice.client("Mail", "lead", portal=False)
    practice.client("Text", portal=False, email=None, **consenting)
    practice.client("Neither", portal=False, email=None, phone="+1 212 555 0199", consent="pending")
    practice.world.change(practice.client("Muted"), mute_email=True)
    thread = practice.broadcast()
    practice.client("Later")
    assert owed(practice.store, thread) == {
        ("Both", "email", "broadcast"): [1],
        ("Both", "sms", "broadcast"): [1],
        ("Mail", "email", "broadcast"): [1],
        ("Text", "sms", "broadcast"): [1],
    }


def test_each_is_owed_exactly_the_messages_at_whose_sending_they_were_in_the_audience(practice: Practice) -> None:
    # N1: in, out and in again within one open run
    practice.client("Always")
    comes_and_goes, early = practice.client("Comes and goes"), practice.client("Early")
    thread = practice.broadcast("one")
    practice.world.change(comes_and_goes, status="inactive")
    practice.client("Late")
    practice.reply(practice.maya, thread, "two")
    practice.world.change(comes_and_goes, status="lead")
    practice.world.change(early, status="complete")
    practice.reply(practice.maya, thread, "three")
    practice.world.change(early, mute_email=True)
    practice.world.change(early, status="active")
    practice.reply(practice.maya, thread, "four")
    kind = ("email", "broadcast")
    assert owed(practice.store, thread) == {
        ("Always", *kind): [1, 2, 3, 4],
        ("Comes and goes", *kind): [1, 3, 4],
        ("Early", *kind): [1, 2],
        ("Late", *kind): [2, 3, 4],
    }


def test_a_run_takes_further_messages_until_it_is_quiet_and_ten_times_that_at_most(practice: Practice) -> None:
    # N5
    practice.client("Ana")
    thread = practice.broadcast()
    quiet = timedelta(seconds=60)
    assert leaving(practice, thread) == {("broadcast", "email"): quiet}
    for _ in range(11):
        practice.clock.advance(seconds=50)
        practice.reply(practice.maya, thread, "more")
    assert leaving(practice, thread) == {("broadcast", "email"): timedelta(seconds=50)}  # 600 s after the first
    assert owed(practice.store, thread) == {("Ana", "email", "broadcast"): list(range(1, 13))}


def test_editing_changes_what_is_owed_and_deleting_takes_it_out(practice: Practice) -> None:
    # N5
    practice.client("Ana")
    thread = practice.broadcast("one")
    practice.reply(practice.maya, thread, "two")
    first, second = practice.opened(practice.maya, thread).messages
    maya = practice.who(practice.maya)
    practice.store.run(messages.edit, maya, first.id, "one, better")
    practice.store.run(messages.delete_message, maya, second.id)
    assert owed(practice.store, thread) == {("Ana", "email", "broadcast"): [1]}
    practice.store.run(messages.delete_message, maya, first.id)
    assert owed(practice.store, thread) == {}
    assert states(practice.store, thread) == {"Ana": "cancelled"}
    practice.reply(practice.maya, thread, "three")
    assert owed(practice.store, thread) == {("Ana", "email", "broadcast"): [3]}


def test_undo_takes_the_message_back_as_a_draft_and_its_number_stays_a_hole(practice: Practice) -> None:
    # N5
    ana = practice.client("Ana")
    thread = practice.broadcast("one")
    practice.reply(practice.maya, thread, "two")
    maya, run = practice.who(practice.maya), practice.store.run
    draft = run(messages.undo, maya, thread)
    assert (draft.thread, draft.body) == (thread, "two")
    assert practice.bodies(ana, thread) == ["one"]
    run(messages.reply, maya, thread, "two, better", yes=True, draft=draft)
    assert [message.number for message in practice.opened(ana, thread).messages] == [1, 3]
    assert owed(practice.store, thread) == {("Ana", "email", "broadcast"): [1, 3]}
    assert practice.unread(ana) == {thread: 2}


def test_undo_of_the_first_message_leaves_nothing_but_a_draft_of_the_whole(practice: Practice) -> None:
    # N5
    ana = practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    draft = practice.store.run(messages.undo, practice.who(practice.maya), thread)
    assert (draft.thread, draft.workspace, draft.body, draft.locked) == (None, practice.team.id, "one", False)
    assert draft.recipients
    assert draft.recipients.kind.value == "all-clients"
    assert practice.sees(ana) == practice.sees(practice.maya) == practice.sees(practice.lee) == []
    assert practice.unread(ana) == practice.unread(practice.lee) == {}
    assert owed(practice.store, thread) == {}
    assert states(practice.store, thread) == {"Ana": "cancelled"}


def test_nothing_is_taken_back_once_somebody_answered_or_the_quiet_period_is_over(practice: Practice) -> None:
    # N5
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    assert practice.opened(practice.maya, thread).thread.countdown
    practice.reply(ana, thread)
    undo, maya = messages.undo, practice.who(practice.maya)
    with pytest.raises(Refused, match="answered"):
        practice.store.run(undo, maya, thread)
    assert practice.opened(practice.maya, thread).thread.countdown is None
    practice.world.change(ana, mute_email=True)
    quiet = practice.direct(practice.maya, ana)  # nobody is notified
    practice.clock.advance(seconds=61)
    with pytest.raises(Refused, match="quiet period"):
        practice.store.run(undo, maya, quiet)


def test_who_wrote_nothing_is_told_that_it_is_not_theirs_to_take_back(practice: Practice) -> None:  # N5, S1
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    undo, lee = messages.undo, practice.who(practice.lee)
    with pytest.raises(Refused, match="somebody else wrote it; only its author can"):
        practice.store.run(undo, lee, thread)
    reply = practice.reply(practice.lee, thread).message
    assert reply is not None
    practice.reply(ana, thread)
    with pytest.raises(Refused, match="somebody has answered since"):
        practice.store.run(undo, lee, thread)
    practice.store.run(messages.delete_message, lee, reply)
    with pytest.raises(Refused, match="somebody else wrote it"):
        practice.store.run(undo, lee, thread)


def test_the_countdown_is_the_senders_alone(practice: Practice) -> None:
    # N5
    practice.client("Ana")
    thread = practice.broadcast()
    countdown = practice.opened(practice.maya, thread).thread.countdown
    assert countdown
    assert countdown.can_undo
    assert countdown.leaves_at == practice.clock.now + timedelta(seconds=60)
    assert practice.opened(practice.lee, thread).thread.countdown is None


def test_a_reply_in_an_open_broadcast_is_gathered_for_the_audience_and_told_to_the_owner(practice: Practice) -> None:
    # N9, N10
    ana = practice.client("Ana")
    practice.client("Ben", portal=False)
    thread = practice.broadcast("one", locked=False)
    practice.reply(ana, thread, "two")
    assert owed(practice.store, thread) == {
        ("Ana", "email", "broadcast"): [1],
        ("Ben", "email", "broadcast"): [1],
        ("Ben", "email", "reply"): [2],
        ("Maya Ortiz", "email", "owner"): [2],
    }
    due = leaving(practice, thread)
    assert due[("reply", "email")] == timedelta(hours=1)
    assert due[("owner", "email")] == timedelta(seconds=60)
    practice.clock.advance(minutes=30)
    practice.reply(practice.lee, thread, "three")
    assert leaving(practice, thread)[("reply", "email")] == timedelta(minutes=30)  # gathered, not put off
    found = owed(practice.store, thread)
    assert found[("Ben", "email", "reply")] == [2, 3]
    assert found[("Ana", "email", "reply")] == [3]
    assert found[("Maya Ortiz", "email", "owner")] == [2]  # N10 speaks of clients' replies


def test_in_a_direct_thread_the_others_are_notified_portal_or_no_portal(practice: Practice) -> None:
    # N10
    ana = practice.client("Ana", "complete", portal=False)
    thread = practice.direct(practice.lee, ana, practice.kim)
    practice.reply(practice.kim, thread, "two")
    kind = ("email", "other")
    assert owed(practice.store, thread) == {
        ("Ana", *kind): [1, 2],
        ("Kim Vale", *kind): [1],
        ("Lee Park", *kind): [2],
    }
    practice.store.run(threads.remove_person, practice.who(practice.lee), thread, practice.kim.id)
    practice.reply(practice.lee, thread, "three")
    found = owed(practice.store, thread)
    assert found[("Kim Vale", *kind)] == [1]
    assert found[("Ana", *kind)] == [1, 2, 3]


def test_in_a_thread_to_the_team_its_members_are_notified(practice: Practice) -> None:
    # N10, A2
    thread = practice.start(practice.maya, ALL_TEAM, "one").thread
    assert thread is not None
    practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.kim.id)
    practice.reply(practice.lee, thread, "two")
    kind = ("email", "other")
    assert owed(practice.store, thread) == {
        ("Kim Vale", *kind): [1],
        ("Lee Park", *kind): [1],
        ("Maya Ortiz", *kind): [2],
    }


def test_a_restored_thread_notifies_nobody_and_new_messages_do(practice: Practice) -> None:
    # V4
    practice.client("Ana")
    thread = practice.broadcast()
    maya = practice.who(practice.maya)
    practice.store.run(threads.delete, maya, thread)
    practice.store.run(threads.restore, maya, thread)
    assert owed(practice.store, thread) == {}
    practice.reply(practice.maya, thread, "two")
    assert owed(practice.store, thread) == {("Ana", "email", "broadcast"): [2]}
