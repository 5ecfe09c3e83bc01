"""Catching up (N11): who is notified, who is not, state by state; what leaves, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.center.ledger import owed
from tests.center.practice import ALL_TEAM, Practice
from tests.center.sending import ME, claimed, send_all_that_is_due

from msgcenter_tui.center import audit, catching_up, messages, reading, threads
from msgcenter_tui.domain import Channel, Client, DeliveryState, Reach, RunKind, Staff, ThreadId
from msgcenter_tui.errors import Ask, NotFound, Refused
from msgcenter_tui.store import notifiers
from msgcenter_tui.store.tables import deliveries, runs

QUIET = timedelta(seconds=60)
TEXTS: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}


def catch_up(practice: Practice, thread: ThreadId, by: Staff | None = None, **more: bool) -> Reach:
    return practice.store.run(catching_up.catch_up, practice.who(by or practice.maya), thread, **{"yes": True, **more})


def leave(practice: Practice) -> list[tuple[str, str, tuple[int, ...]]]:
    practice.clock.advance(seconds=60)
    return [(name, channel, numbers) for name, channel, _, numbers in send_all_that_is_due(practice.store)]


def announced(practice: Practice) -> ThreadId:
    """A broadcast that nobody was there for."""
    thread = practice.broadcast("One")
    practice.clock.advance(minutes=10)
    return thread


def test_those_who_joined_later_are_notified_once(practice: Practice) -> None:  # N11, N1
    practice.client("Ana")
    thread = practice.broadcast("One")
    assert leave(practice) == [("Ana", "email", (1,))]
    practice.client("Ben")
    practice.client("Cleo", **TEXTS)
    assert catch_up(practice, thread, dry_run=True) == Reach(people=2, email=2, sms=1)
    assert owed(practice.store, thread) == {}
    assert catch_up(practice, thread) == Reach(people=2, email=2, sms=1)
    assert owed(practice.store, thread) == {
        ("Ben", "email", "catch-up"): [1],
        ("Cleo", "email", "catch-up"): [1],
        ("Cleo", "sms", "catch-up"): [1],
    }
    assert catch_up(practice, thread) == Reach()
    assert leave(practice) == [("Ben", "email", (1,)), ("Cleo", "email", (1,)), ("Cleo", "sms", (1,))]
    assert catch_up(practice, thread) == Reach()


@pytest.mark.parametrize("state", DeliveryState)
def test_who_has_a_delivery_of_it_in_one_of_these_states_is_left_out(  # N11
    practice: Practice, state: DeliveryState
) -> None:
    practice.client("Ana")
    thread = practice.broadcast()
    leave(practice)
    with practice.store.write() as tx:
        tx.conn.execute(update(deliveries).values(state=state))
    spared = {"waiting", "held", "sending", "retrying", "sent", "unknown"}
    assert catch_up(practice, thread).people == (0 if state.value in spared else 1)


def test_who_does_not_see_it_or_has_read_it_is_left_out(practice: Practice) -> None:  # N11, V1
    thread = announced(practice)
    world = practice.world
    practice.client("Portal off", portal=False)
    practice.client("Not current", "complete")
    world.client("Elsewhere", world.personal(practice.maya), portal=True)
    moved = practice.client("Moved")
    world.change(moved, move_to=world.personal(practice.maya).id)
    reader = practice.client("Reader")
    practice.read(reader, thread)
    practice.client("Ana")
    assert catch_up(practice, thread).people == 1
    assert owed(practice.store, thread) == {("Ana", "email", "catch-up"): [1]}


def test_whom_no_channel_reaches_is_counted_and_not_notified(practice: Practice) -> None:  # N11, N3, N4
    thread = announced(practice)
    muted = practice.client("Muted")
    practice.world.change(muted, mute_email=True)
    assert catch_up(practice, thread) == Reach(portal_only=1)
    assert owed(practice.store, thread) == {}


def test_it_carries_what_is_not_read_and_nothing_that_is_written_later(practice: Practice) -> None:  # N11, N1
    thread = announced(practice)
    practice.reply(practice.maya, thread, "Two")
    practice.clock.advance(minutes=10)
    half = practice.client("Half")
    practice.client("Ana")
    practice.store.run(reading.read, practice.who(half), thread, 1)
    catch_up(practice, thread)
    practice.reply(practice.maya, thread, "Three")
    assert sorted(leave(practice)) == [
        ("Ana", "email", (1, 2)),
        ("Ana", "email", (3,)),
        ("Half", "email", (2,)),
        ("Half", "email", (3,)),
    ]


def test_who_was_notified_of_nothing_but_a_reply_is_caught_up(practice: Practice) -> None:  # N11, N9
    practice.client("Ana")
    thread = practice.broadcast("One", locked=False)
    leave(practice)
    practice.client("Late")
    practice.reply(practice.lee, thread, "Two")
    assert catch_up(practice, thread, dry_run=True) == Reach(people=1, email=1), "the reply waits"
    practice.clock.advance(hours=2)
    assert sorted(leave(practice)) == [("Ana", "email", (2,)), ("Late", "email", (2,))]
    assert catch_up(practice, thread) == Reach(people=1, email=1)
    assert leave(practice) == [("Late", "email", (1,))]
    assert catch_up(practice, thread) == Reach()


def test_replies_of_others_are_not_in_it(practice: Practice) -> None:  # N11, N9
    thread = practice.broadcast("One", locked=False)
    practice.reply(practice.lee, thread, "Two")
    practice.clock.advance(hours=2)
    practice.client("Ana")
    catch_up(practice, thread)
    assert leave(practice) == [("Ana", "email", (1,))]


def test_it_asks_first_with_the_figures(practice: Practice) -> None:  # N11, S3
    thread = announced(practice)
    assert catch_up(practice, thread, yes=False) == Reach()  # nobody is asked about nobody
    practice.client("Ana")
    practice.client("Ben", email=None, portal=False, **TEXTS)
    with pytest.raises(Ask, match=r"Bright Beginnings .* 1 person will be notified \(1 by e-mail\)"):
        catch_up(practice, thread, yes=False)
    assert owed(practice.store, thread) == {}


def test_only_an_owner_catches_up(practice: Practice) -> None:  # N11, S4
    thread = announced(practice)
    ana = practice.client("Ana")
    for by in (practice.lee, practice.kim):
        with pytest.raises(Refused, match="Maya Ortiz"):
            catch_up(practice, thread, by)
    for stranger in (practice.world.staff("Stranger"), ana):
        with pytest.raises(NotFound):
            practice.store.run(catching_up.catch_up, practice.who(stranger), thread, yes=True)


def test_only_a_live_thread_to_all_clients_is_caught_up_on(practice: Practice) -> None:  # N11, V4
    direct = practice.direct(practice.maya, practice.client("Ana"))
    meeting = practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    assert meeting is not None
    for thread, by in ((meeting, practice.maya), (direct, practice.maya), (meeting, practice.lee)):
        with pytest.raises(Refused, match="not to All Clients"):  # to others than its owner, too: who could not either
            catch_up(practice, thread, by)
    with pytest.raises(NotFound):
        catch_up(practice, direct, practice.lee)
    gone = announced(practice)
    practice.store.run(threads.delete, practice.who(practice.maya), gone)
    with pytest.raises(NotFound):
        catch_up(practice, gone)


def test_a_second_one_joins_the_first_while_it_waits(practice: Practice) -> None:  # N11, N5
    thread = announced(practice)
    practice.client("Ana")
    catch_up(practice, thread)
    practice.clock.advance(seconds=40)
    practice.client("Ben")
    assert catch_up(practice, thread).people == 1
    with practice.store.read() as tx:
        waiting = select(runs.c.leaves_at).where(runs.c.kind == RunKind.CATCH_UP)
        assert tx.conn.scalars(waiting).all() == [practice.clock.now + QUIET]
    assert leave(practice) == [("Ana", "email", (1,)), ("Ben", "email", (1,))]


def test_it_can_be_taken_back_while_it_waits(practice: Practice) -> None:  # N5, N11
    thread = announced(practice)
    practice.client("Ana")
    catch_up(practice, thread)
    assert practice.store.run(catching_up.take_back, practice.who(practice.maya), thread) == 1
    assert leave(practice) == []
    with pytest.raises(Refused, match="no catch-up"):
        practice.store.run(catching_up.take_back, practice.who(practice.maya), thread)
    assert catch_up(practice, thread).people == 1
    assert leave(practice) == [("Ana", "email", (1,))]


def test_what_leaves_is_judged_again(practice: Practice) -> None:  # N6, N12, V4, N5
    thread = announced(practice)
    reader, muted = practice.client("Reader"), practice.client("Muted")
    practice.client("Ana")
    catch_up(practice, thread)
    practice.read(reader, thread)
    practice.world.change(muted, mute_email=True)
    assert leave(practice) == [("Ana", "email", (1,))]
    with practice.store.read() as tx:
        became = tx.conn.scalars(select(deliveries.c.state).order_by(deliveries.c.person_id)).all()
    assert [state.value for state in became] == ["read-first", "suppressed", "sent"]


def test_deleting_the_thread_or_the_message_cancels_it(practice: Practice) -> None:  # V4, N5
    practice.client("Ana", portal=True)
    for deed in ("thread", "message"):
        practice.clock.advance(minutes=10)
        thread = practice.broadcast("One")
        practice.client(f"New for the {deed}")
        leave(practice)
        catch_up(practice, thread)
        (message,) = practice.opened(practice.maya, thread).messages
        if deed == "thread":
            practice.store.run(threads.delete, practice.who(practice.maya), thread)
        else:
            practice.store.run(messages.delete_message, practice.who(practice.maya), message.id)
        assert leave(practice) == []


def test_an_edit_before_it_leaves_changes_it(practice: Practice) -> None:  # N5
    thread = announced(practice)
    practice.client("Ana")
    catch_up(practice, thread)
    (message,) = practice.opened(practice.maya, thread).messages
    practice.store.run(messages.edit, practice.who(practice.maya), message.id, "Uno")
    practice.clock.advance(seconds=60)

    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, list(Channel))
    (letter,) = claimed(practice.store)
    assert [passage.body for passage in letter.edition.passages] == ["Uno"]


def test_it_is_audited(practice: Practice) -> None:  # S2
    thread = announced(practice)
    practice.client("Ana")
    catch_up(practice, thread)
    practice.store.run(catching_up.take_back, practice.who(practice.maya), thread)
    records = practice.store.run(audit.list_records, practice.who(practice.maya)).items
    assert [(one.act, one.what, one.fields) for one in records[:2]] == [
        ("thread.catch-up-undo", thread, ("count=1",)),
        ("thread.catch-up", thread, ("people=1",)),
    ]


def test_a_client_never_sees_it(practice: Practice) -> None:  # V5
    thread = announced(practice)
    ana: Client = practice.client("Ana")
    catch_up(practice, thread)
    assert practice.opened(ana, thread).thread.progress is None
