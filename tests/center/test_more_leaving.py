"""What really leaves, and what does not: the runs as a notifier finds them (N1, N3, N5, N6, N9, N10, N12, T5, V4)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.center.ledger import owed
from tests.center.practice import ALL_TEAM, Practice
from tests.center.sending import ME, claimed, send_all_that_is_due

from msgcenter_tui.center import messages, threads
from msgcenter_tui.delivery.parts import parts
from msgcenter_tui.domain import Channel, DeliveryState, ThreadId
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import ledger, notifiers
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.results import Result
from msgcenter_tui.store.tables import deliveries, people, runs

EVERY = list(Channel)
CONSENTING: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}
GATHER = 3600


def left(practice: Practice, seconds: float) -> list[tuple[str, str, tuple[int, ...]]]:
    """(recipient, channel, numbers of the messages) of all that leaves after so much time, sorted."""
    practice.clock.advance(seconds=seconds)
    return sorted((name, channel, numbers) for name, channel, _, numbers in send_all_that_is_due(practice.store))


def letters(practice: Practice, seconds: float = 60) -> dict[str, Letter]:
    """recipient -> what is claimed for them after so much time"""
    practice.clock.advance(seconds=seconds)
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, EVERY)
    return {one.recipient: one for one in claimed(practice.store)}


def became(practice: Practice, thread: ThreadId) -> list[tuple[str, str, str]]:
    """(recipient, kind of run, state) of every delivery of the thread, sorted."""
    with practice.store.read() as tx:
        rows = tx.conn.execute(
            select(people.c.name, runs.c.kind, deliveries.c.state)
            .join(runs, runs.c.id == deliveries.c.run_id)
            .join(people, people.c.id == deliveries.c.person_id)
            .where(runs.c.thread_id == thread)
        )
        return sorted((row.name, row.kind.value, row.state.value) for row in rows)


# -- who gets which messages ------------------------------------------------------------------------------------------


def test_a_delivery_carries_the_messages_at_whose_sending_they_were_in_the_audience(practice: Practice) -> None:
    # N1: in, out and in again; out for good; in later
    practice.client("Always")
    comes_and_goes, early = practice.client("Comes and goes"), practice.client("Early")
    thread = practice.broadcast("one")
    practice.world.change(comes_and_goes, status="inactive")
    practice.client("Late")
    practice.reply(practice.maya, thread, "two")
    practice.world.change(comes_and_goes, status="lead")
    practice.world.change(early, status="complete")
    practice.reply(practice.maya, thread, "three")
    practice.client("Too late")
    assert left(practice, 60) == [
        ("Always", "email", (1, 2, 3)),
        ("Comes and goes", "email", (1, 3)),
        ("Early", "email", (1, 2)),
        ("Late", "email", (2, 3)),
    ]


def test_consent_without_a_number_reaches_nobody(practice: Practice) -> None:
    # N3
    practice.client("No number", email=None, portal=False, consent="active")
    practice.client("Number", email=None, portal=False, **CONSENTING)
    thread = practice.broadcast()
    assert list(owed(practice.store, thread)) == [("Number", "sms", "broadcast")]


def test_replies_are_gathered_for_the_audience_without_their_authors(practice: Practice) -> None:
    # N9, N10: an hour for the audience, the quiet period for the owner, whom staff's replies do not concern
    ana, ben = practice.client("Ana"), practice.client("Ben")
    practice.client("Cleo")
    thread = practice.broadcast("one", locked=False)
    assert left(practice, 60) == [(name, "email", (1,)) for name in ("Ana", "Ben", "Cleo")]
    practice.reply(ana, thread, "two")
    practice.reply(practice.lee, thread, "three")
    practice.reply(ben, thread, "four")
    assert left(practice, 60) == [("Maya Ortiz", "email", (2, 4))]
    assert left(practice, GATHER - 61) == []
    assert left(practice, 1) == [("Ana", "email", (3, 4)), ("Ben", "email", (2, 3)), ("Cleo", "email", (2, 3, 4))]


def test_the_author_has_no_delivery_of_what_only_they_wrote(practice: Practice) -> None:
    # N9, N10
    ana = practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast("one", locked=False)
    practice.reply(ana, thread, "two")
    assert became(practice, thread) == [
        ("Ana", "broadcast", "waiting"),
        ("Ben", "broadcast", "waiting"),
        ("Ben", "reply", "waiting"),
        ("Maya Ortiz", "owner", "waiting"),
    ]
    direct = practice.direct(practice.lee, ana)
    assert became(practice, direct) == [("Ana", "other", "waiting")]
    alone = practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    assert alone is not None
    assert [name for name, _, _ in became(practice, alone)] == ["Kim Vale", "Lee Park"]


def test_who_left_the_audience_before_the_replies_leave_gets_none_of_them(practice: Practice) -> None:
    # N9; the owner's own message they are owed all the same (N12)
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.broadcast("one", locked=False)
    practice.reply(ana, thread, "two")
    practice.world.change(ben, status="complete")
    assert ("Ben", "email", (1,)) in left(practice, 60)
    assert left(practice, GATHER) == []
    assert ("Ben", "reply", "cancelled") in became(practice, thread)


def test_a_client_who_moved_away_is_not_notified_of_the_old_conversation(practice: Practice) -> None:
    # N10, V8
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.direct(practice.lee, ana, ben)
    practice.world.change(ben, move_to=practice.world.personal(practice.maya).id)
    practice.reply(practice.lee, thread, "two")
    assert left(practice, 60) == [("Ana", "email", (1, 2)), ("Ben", "email", (1,))]


# -- what it says -----------------------------------------------------------------------------------------------------


def test_a_letter_says_what_the_messages_say_when_it_leaves(practice: Practice) -> None:
    # N5, T5, M5
    practice.client("Ana Flores")
    thread = practice.broadcast("Dear {{ client.first_name }}, one")
    practice.reply(practice.maya, thread, "two")
    practice.reply(practice.maya, thread, "three")
    one, two, _ = practice.opened(practice.maya, thread).messages
    maya = practice.who(practice.maya)
    practice.store.run(messages.edit, maya, one.id, "Dear {{ client.name }} of {{ workspace.name }}, one")
    practice.store.run(messages.delete_message, maya, two.id)
    found = letters(practice)["Ana Flores"]
    assert [part.text for part in parts(found)] == ["Dear Ana Flores of Bright Beginnings, one", "three"]


def test_who_has_read_all_of_it_is_not_notified(practice: Practice) -> None:
    # N6: all of it, not a part
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.broadcast("one")
    practice.read(ana, thread)
    practice.read(ben, thread)
    practice.reply(practice.maya, thread, "two")
    practice.read(ana, thread)
    assert left(practice, 60) == [("Ben", "email", (1, 2))]
    assert ("Ana", "broadcast", "read-first") in became(practice, thread)


@pytest.mark.parametrize("change", [{"mute_email": True}, {"email": "", "portal": False}])
def test_what_is_forbidden_by_the_time_it_leaves_is_suppressed(practice: Practice, change: dict[str, Any]) -> None:
    # N12
    ana = practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast()
    practice.world.change(ana, **change)
    assert left(practice, 60) == [("Ben", "email", (1,))]
    assert became(practice, thread) == [("Ana", "broadcast", "suppressed"), ("Ben", "broadcast", "sent")]


def test_withdrawn_consent_is_looked_at_again(practice: Practice) -> None:
    # N12, N3
    ana = practice.client("Ana", email=None, portal=False, **CONSENTING)
    thread = practice.broadcast()
    practice.world.change(ana, consent="declined")
    assert left(practice, 60) == []
    assert became(practice, thread) == [("Ana", "broadcast", "suppressed")]


# -- what does not leave any more -------------------------------------------------------------------------------------


def set_state(practice: Practice, **states: DeliveryState) -> None:
    """Put the deliveries of these people into a state, by hand."""
    with practice.store.write() as tx:
        for name, state in states.items():
            person = select(people.c.id).where(people.c.name == name).scalar_subquery()
            values: dict[str, Any] = {"state": state}
            if state in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN):
                values["fenced_at"] = tx.now
            tx.conn.execute(update(deliveries).where(deliveries.c.person_id == person).values(values))


def test_deleting_cancels_all_that_has_not_left_and_nothing_else(practice: Practice) -> None:
    # V4, N8
    state = DeliveryState
    given = {
        "Ana": state.WAITING, "Ben": state.HELD, "Cleo": state.RETRYING, "Dan": state.SENDING, "Eve": state.UNKNOWN,
        "Finn": state.SENT, "Gil": state.FAILED,
    }  # fmt: skip
    for name in given:
        practice.client(name)
    thread = practice.broadcast()
    practice.clock.advance(seconds=60)
    practice.store.run(notifiers.close_due, EVERY)
    set_state(practice, **given)
    practice.store.run(threads.delete, practice.who(practice.maya), thread)
    cancelled = dict.fromkeys(("Ana", "Ben", "Cleo"), "cancelled")
    assert {name: now for name, _, now in became(practice, thread)} == {
        name: cancelled.get(name, before.value) for name, before in given.items()
    }


def test_a_run_is_not_settled_while_something_of_it_is_between_fence_and_answer(practice: Practice) -> None:
    # N8: the notifier's answer finds its run still open to it
    practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast()
    practice.clock.advance(seconds=60)
    practice.store.run(notifiers.close_due, EVERY)
    set_state(practice, Ana=DeliveryState.SENDING)
    practice.store.run(threads.delete, practice.who(practice.maya), thread)
    other = practice.broadcast()
    practice.store.run(threads.delete, practice.who(practice.maya), other)
    with practice.store.read() as tx:
        settled = tx.conn.execute(select(runs.c.thread_id, runs.c.settled_at).order_by(runs.c.id)).all()
    assert [tuple(row) for row in settled] == [(thread, None), (other, practice.clock.now)]


def test_a_deleted_reply_is_not_kept_waiting_by_messages_of_another_kind(practice: Practice) -> None:
    # N5, N9: the run of replies carries nothing any more, though the owner wrote after them
    ana = practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast("one", locked=False)
    practice.reply(ana, thread, "two")
    practice.reply(practice.maya, thread, "three")
    reply = practice.opened(ana, thread).messages[1]
    practice.store.run(messages.delete_message, practice.who(ana), reply.id)
    found = became(practice, thread)
    assert ("Ben", "reply", "cancelled") in found
    assert ("Maya Ortiz", "owner", "cancelled") in found
    assert ("Ben", "broadcast", "waiting") in found


def test_a_deleted_message_of_a_closed_run_is_not_kept_waiting_by_later_ones(practice: Practice) -> None:
    # N5
    practice.client("Ana")
    thread = practice.broadcast("one")
    practice.clock.advance(seconds=60)
    practice.store.run(notifiers.close_due, EVERY)
    practice.reply(practice.maya, thread, "two")
    (first, _) = practice.opened(practice.maya, thread).messages
    practice.store.run(messages.delete_message, practice.who(practice.maya), first.id)
    assert became(practice, thread) == [("Ana", "broadcast", "cancelled"), ("Ana", "broadcast", "waiting")]
    assert left(practice, 60) == [("Ana", "email", (2,))]


# -- taking back ------------------------------------------------------------------------------------------------------


def fence(practice: Practice, letter: Letter) -> None:
    marked = practice.store.run(ledger.mark, ME, [ledger.fence(letter, "1", "example.org")], [])
    assert list(marked.fenced) == [letter.id]


def test_a_message_is_taken_back_while_only_what_does_not_carry_it_has_left(practice: Practice) -> None:
    # N5, N1
    practice.client("Ana")
    early = practice.client("Early")
    thread = practice.broadcast("one")
    practice.world.change(early, status="complete")
    practice.reply(practice.maya, thread, "two")
    fence(practice, letters(practice)["Early"])
    countdown = practice.opened(practice.maya, thread).thread.countdown
    assert countdown is not None
    assert countdown.can_undo
    assert practice.store.run(messages.undo, practice.who(practice.maya), thread).body == "two"
    with pytest.raises(Refused, match="begun to leave"):  # the first message did leave
        practice.store.run(messages.undo, practice.who(practice.maya), thread)


def test_a_message_that_somebody_missed_is_taken_back_although_theirs_has_left(practice: Practice) -> None:
    # N5, N1: what left carried the first message, and not the second, at which they were away
    practice.client("Ana")
    ben = practice.client("Ben")
    thread = practice.broadcast("one")
    practice.world.change(ben, status="inactive")
    practice.reply(practice.maya, thread, "two")
    practice.world.change(ben, status="active")
    practice.reply(practice.maya, thread, "three")
    found = letters(practice)
    practice.store.run(messages.undo, practice.who(practice.maya), thread)
    stale = [ledger.fence(found["Ben"], "1", "example.org")]
    assert not practice.store.run(ledger.mark, ME, stale, []).fenced  # its run was changed: it is read once more
    fence(practice, letters(practice, 0)["Ben"])
    assert practice.store.run(messages.undo, practice.who(practice.maya), thread).body == "two"


@pytest.mark.parametrize("settled", [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.RETRYING])
def test_what_left_once_is_not_taken_back_whatever_became_of_it(practice: Practice, settled: DeliveryState) -> None:
    # N5, N14: a refusal after the fence came from a server that had been given the text
    practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast("one")
    found = letters(practice)
    fence(practice, found["Ana"])
    practice.store.run(ledger.mark, ME, [], [Result.of(found["Ana"], fenced=True, state=settled, reason="said no")])
    countdown = practice.opened(practice.maya, thread).thread.countdown
    assert countdown is not None
    assert not countdown.can_undo
    with pytest.raises(Refused, match="begun to leave"):
        practice.store.run(messages.undo, practice.who(practice.maya), thread)
