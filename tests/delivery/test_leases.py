"""Claims, fences and leases on both stores: two notifiers, dead ones, slow ones, clocks that jump (N8, N13, N14)."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import closing
from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import select, update
from tests.conftest import Clock
from tests.delivery.office import Office, transport
from tests.delivery.scripted import Scripted

from msgcenter_tui.center import messages, threads
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.domain import Channel, Consent, DeliveryState
from msgcenter_tui.rules import states
from msgcenter_tui.store import channels, claims, identity, ledger, notifiers
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.keys import key_of
from msgcenter_tui.store.ledger import Marked
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.results import Result
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tables import deliveries as table
from msgcenter_tui.store.tables import notifiers as notifiers_table

S = DeliveryState
EMAIL = [Channel.EMAIL]


class Hand:
    """A notifier's dealings with the ledger, one step at a time."""

    def __init__(self, office: Office, name: str) -> None:
        self.store = office.store
        self.name = name
        self.store.run(notifiers.begin, name, {Channel.EMAIL: str})

    def claim(self, limit: int = 100) -> list[Letter]:
        self.store.run(notifiers.close_due, EMAIL)
        return list(self.store.run(claims.take, self.name, EMAIL, limit).letters)

    def fence(self, *letters: Letter) -> Marked:
        fences = [ledger.fence(letter, f"{self.name}{n}", "bright.example") for n, letter in enumerate(letters)]
        return self.store.run(ledger.mark, self.name, fences, [])

    def settle(self, letter: Letter, state: DeliveryState, *, fenced: bool = True, **more: object) -> int:
        result = Result.of(letter, fenced, state, **more)  # type: ignore[arg-type]
        return self.store.run(ledger.mark, self.name, [], [result]).settled.get(state, 0)

    def beat(self) -> None:
        self.store.run(notifiers.heartbeat, self.name)


# -- one ------------------------------------------------------------------------------------------------------------


def test_only_the_last_reading_of_a_letter_leaves(office: Office) -> None:  # N14
    office.broadcast_to(1)
    hand = Hand(office, "a")
    (early,) = hand.claim()
    hand.store.run(notifiers.let_go, "a")
    (late,) = hand.claim()
    assert hand.fence(early).fenced == {}  # it was claimed once more, and may read otherwise by now
    assert not office.store._in_hand["a"]
    (again,) = hand.claim()
    assert hand.fence(late).fenced == {}
    (last,) = hand.claim()
    assert len({one.reading for one in (early, late, again, last)}) == 4
    assert list(hand.fence(last).fenced) == [last.id]
    assert list(office.store._in_hand["a"]) == [last.id]
    assert hand.settle(last, S.FAILED) == 1
    assert not office.store._in_hand["a"]


def test_a_letter_that_somebody_else_read_is_read_anew(office: Office, store_url: str, clock: Clock) -> None:  # N14
    office.broadcast_to(1)
    (letter,) = Hand(office, "a").claim()
    elsewhere = Store(store_url, clock=clock)
    assert elsewhere.run(ledger.mark, "a", [ledger.fence(letter, "1", "bright.example")], []).fenced == {}
    elsewhere.close()
    assert office.row().claimed_by is None


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
def test_what_a_run_carries_is_read_anew_once_somebody_has_written(  # N14
    office: Office, store_url: str, clock: Clock, elsewhere: bool
) -> None:
    thread = office.broadcast_to(3)
    hand = Hand(office, "a")
    (early,) = hand.claim(1)
    message = office.world.run(threads.open_thread, office.me, thread).messages[0]
    with closing(Store(store_url, clock=clock)) as other:
        (other if elsewhere else office.store).run(messages.edit, office.me, message.id, "Something else.")
    late = hand.claim()
    assert [letter.edition.passages[0].body for letter in late] == ["Something else."] * 2
    assert hand.fence(early, *late).fenced.keys() == {letter.id for letter in late}


def test_each_of_many_is_judged_by_what_is_their_own(office: Office) -> None:  # N12, T5
    ana, ben, cora, *_ = office.add("Ana", "Ben", "Cora", "Dana", "Eve")
    office.broadcast("Dear {{ client.first_name }}")
    office.due()
    office.world.change(ana, mute_email=True)
    office.world.change(ben, email="", phone="+1 555 010 0001")
    office.world.change(cora, email="elsewhere@mail.example")
    found = Hand(office, "a").claim()
    assert [(letter.recipient, letter.address.partition("@")[0]) for letter in found] == [
        ("Cora", "elsewhere"),
        ("Dana", "dana"),
        ("Eve", "eve"),
    ]
    assert [(letter.values or {})["client.first_name"] for letter in found] == ["Cora", "Dana", "Eve"]


def test_any_number_is_fenced_and_settled_at_once(office: Office) -> None:
    office.broadcast_to(600)
    hand = Hand(office, "a")
    letters = hand.claim(600)
    assert len(letters) == len(hand.fence(*letters).fenced) == 600
    assert office.states() == {"sending": 600}
    settled = hand.store.run(ledger.mark, "a", [], [], [letter.id for letter in letters]).settled
    assert settled == office.states() == {"sent": 600}
    assert not any(office.store._in_hand.values())  # a notifier works for months


def test_a_letter_passes_the_fence_once(office: Office) -> None:  # N8
    office.broadcast_to(1)
    one = Hand(office, "one")
    (letter,) = one.claim()
    fenced = one.fence(letter).fenced
    (left,) = fenced.values()
    assert office.store.run(ledger.mark, "one", [ledger.fence(letter, "2", "bright.example")], []).fenced == {}
    assert (office.row().state, office.row().message_id) == (S.SENDING, left[0])


def test_what_becomes_of_one_says_nothing_of_what_the_same_recipient_is_owed_otherwise(office: Office) -> None:  # N8
    (ana,) = office.add("Ana")
    for number in range(5):
        office.direct(ana, f"About {number}.")
    office.due()
    one, two = Hand(office, "one"), Hand(office, "two")

    def stands() -> list[tuple[str, str | None]]:
        return [(row.state.value, row.claimed_by) for row in office.rows()]

    (first,) = one.claim(1)
    assert stands() == [("waiting", "one"), *[("waiting", None)] * 4]
    second, third, fourth, _ = one.claim()
    office.world.change(ana, mute_email=True)
    assert two.store.run(ledger.decide, "two", [first.id]) == {}
    assert one.store.run(ledger.decide, "one", [first.id]) == {S.SUPPRESSED: 1}
    assert (office.rows()[0].settled_at, office.rows()[0].next_at) == (office.clock(), None)
    office.world.change(ana, mute_email=False)
    assert len(one.fence(second, third).fenced) == 2
    one.settle(second, S.SENT)
    one.settle(fourth, S.WAITING, fenced=False)
    assert stands() == [
        ("suppressed", None),
        ("sent", None),
        ("sending", "one"),
        ("waiting", None),
        ("waiting", "one"),
    ]
    one.settle(third, S.FAILED, reason="550 no")
    assert [row.reason for row in office.rows()[1:]] == ["", "550 no", "", ""]


def test_a_retry_that_is_on_its_way_has_no_reason_and_no_time(office: Office) -> None:  # N8
    office.broadcast_to(1)
    one = Hand(office, "one")
    (letter,) = one.claim()
    one.fence(letter)
    one.settle(letter, S.RETRYING, after=timedelta(seconds=5), reason="451 later")
    assert (office.row().reason, office.row().attempts) == ("451 later", 1)
    office.due(seconds=6)
    (again,) = one.claim()
    assert one.fence(again).fenced
    assert (office.row().state, office.row().reason, office.row().next_at) == (S.SENDING, "", None)


def test_who_declines_with_one_answer_gets_nothing_else_that_is_in_hand(office: Office) -> None:  # N3, N12
    (ana,) = office.add("Ana", phone="+1 201 555 0101")
    office.world.change(ana, consent=Consent.ACTIVE, how="on paper")
    for number in range(2):
        office.direct(ana, f"About {number}.")
    office.due()
    sms = [Channel.SMS]
    office.store.run(notifiers.begin, "one", {Channel.SMS: str})
    office.store.run(notifiers.close_due, sms)
    first, second = office.store.run(claims.take, "one", sms, 10).letters
    fences = [ledger.fence(letter, letter.id, "bright.example") for letter in (first, second)]
    assert office.store.run(ledger.mark, "one", fences[:1], []).fenced
    stop = Result.of(first, True, S.FAILED, "they opted out", declined=True)
    office.store.run(ledger.mark, "one", [], [stop])
    assert office.store.run(ledger.mark, "one", fences[1:], []).fenced == {}


def test_each_fence_is_counted_by_which_a_restored_file_is_known(sqlite_office: Office) -> None:  # N13
    identity.settle_here(sqlite_office.store)
    sqlite_office.broadcast_to(3)
    one = Hand(sqlite_office, "one")
    assert one.fence(*one.claim()).fenced
    file = sqlite_office.store.file
    assert file is not None
    assert json.loads(file.beside.read_text())["fences"] == 3


@pytest.mark.parametrize("kept", [False, True], ids=["refused before", "unknown before"])
def test_what_was_on_its_way_before_keeps_its_own_when_it_is_given_back(office: Office, kept: bool) -> None:  # N14
    office.broadcast_to(1)
    one = Hand(office, "one")
    (letter,) = one.claim()
    one.fence(letter)
    if kept:
        letter = letter._replace(kept=True)
    else:
        one.settle(letter, S.RETRYING, after=timedelta(seconds=5))
        office.due(seconds=6)
        (letter,) = one.claim()
        one.fence(letter)
    own = "message_id", "fenced_at", "address"
    before = [getattr(office.row(), name) for name in own]
    assert all(before)
    one.settle(letter, S.WAITING)
    assert office.state() is S.WAITING
    assert [getattr(office.row(), name) for name in own] == before


# -- two at once ------------------------------------------------------------------------------------------------------


def test_two_notifiers_never_claim_the_same(office: Office) -> None:  # hazards 28
    office.broadcast_to(10)
    one, two = Hand(office, "one"), Hand(office, "two")
    first, second = one.claim(6), two.claim(6)
    assert (len(first), len(second)) == (6, 4)
    assert not {letter.id for letter in first} & {letter.id for letter in second}
    assert two.fence(*first) == Marked({}, {})
    assert len(one.fence(*first).fenced) == 6
    assert two.settle(first[0], S.SENT) == 0


def test_one_without_an_account_says_nothing_of_what_another_may_send(office: Office) -> None:  # N13
    run = office.store.run
    run(notifiers.begin, "service", {Channel.EMAIL: str})
    run(notifiers.begin, "terminal", {})
    assert run(channels.not_configured) == (Channel.SMS,)
    for name in ("service", "terminal"):
        run(notifiers.retire, name)
    run(notifiers.begin, "another", {})
    assert {Channel.EMAIL, Channel.SMS} == {*run(channels.not_configured)}


def test_each_run_gets_its_share(office: Office) -> None:
    office.broadcast_to(30)
    small = [office.direct(client) for client in office.clients[:3]]
    office.due()
    claimed = Hand(office, "one").claim(12)
    assert len(claimed) == 12
    assert {letter.edition.thread for letter in claimed} > set(small)


def test_claims_go_on_where_they_were_and_soon_come_back_to_what_was_given_back(office: Office) -> None:
    office.broadcast_to(12)
    one = Hand(office, "one")
    first = one.claim(3)
    assert one.settle(first[1], S.WAITING, fenced=False) == 0
    second = one.claim(3)
    assert not {letter.id for letter in second} & {letter.id for letter in first}
    office.due(seconds=1)
    assert first[1].id in {letter.id for letter in one.claim(3)}


def test_what_was_given_back_is_claimed_at_once_when_nothing_else_is_left(office: Office) -> None:
    office.broadcast_to(4)
    one = Hand(office, "one")
    first = one.claim(2)
    one.settle(first[0], S.WAITING, fenced=False)
    assert len(one.claim(3)) == 3


def test_what_is_tried_again_is_part_of_the_share_of_its_run(office: Office) -> None:
    office.broadcast_to(6)
    one = Hand(office, "one")
    for letter in one.claim(4):
        one.settle(letter, S.RETRYING, fenced=False, after=timedelta(seconds=5))
    office.broadcast()
    office.due()
    one.beat()
    claimed = Counter(letter.edition.thread for letter in one.claim(6))
    assert list(claimed.values()) == [3, 3]


async def test_two_notifiers_on_one_store_send_each_once(office: Office) -> None:  # hazards 28
    office.broadcast_to(40)
    fronts = [Front(office.store), Front(office.store)]
    async with Scripted() as server:
        pair = [Notifier(front, {Channel.EMAIL: transport(server)}, connections=2) for front in fronts]
        tallies = await asyncio.gather(*(notifier.once() for notifier in pair))
    for front in fronts:
        await front.close()
    assert sum(tally.sent for tally in tallies) == 40
    assert len({mail.to for mail in server.mails}) == len(server.received) == 40
    assert office.states() == {"sent": 40}


# -- leases -----------------------------------------------------------------------------------------------------------


def test_a_claim_holds_while_its_notifier_is_alive(office: Office) -> None:
    office.broadcast_to(3)
    one, two = Hand(office, "one"), Hand(office, "two")
    assert len(one.claim()) == 3
    for _ in range(5):
        office.due(seconds=20)
        one.beat()
        two.beat()
        assert two.claim() == []


def test_what_a_dead_notifier_claimed_is_claimed_again_and_what_it_fenced_is_unknown(office: Office) -> None:  # N8
    office.broadcast_to(3)
    one, two = Hand(office, "one"), Hand(office, "two")
    fenced, *claimed = one.claim()
    assert one.fence(fenced).fenced
    office.due(seconds=31)
    two.beat()
    assert {letter.id for letter in two.claim()} == {letter.id for letter in claimed}
    (row,) = [row for row in office.rows() if row.state is S.UNKNOWN]
    assert row.message_id
    assert row.attempts == 1
    assert "stopped after handing it over" in row.reason


@pytest.mark.parametrize("tried", [False, True])
def test_a_slow_notifier_may_not_fence_what_it_lost(office: Office, tried: bool) -> None:  # hazards 27
    office.broadcast_to(2)
    one, two = Hand(office, "one"), Hand(office, "two")
    if tried:  # then whoever fences it gives it the same Message-ID (N14)
        one.fence(*(refused := one.claim()))
        for letter in refused:
            one.settle(letter, S.RETRYING, after=timedelta(seconds=5))
        office.due(seconds=6)
    letters = one.claim()
    office.due(seconds=31)
    assert one.fence(*letters) == Marked({}, {})  # its own lease is over, whether anybody noticed or not
    two.beat()
    assert len(two.fence(*two.claim()).fenced) == 2
    one.beat()
    assert one.fence(*letters) == Marked({}, {})


def test_a_slow_answer_still_counts(office: Office) -> None:  # N8
    office.broadcast_to(3)
    one, two = Hand(office, "one"), Hand(office, "two")
    sent, refused, later = letters = one.claim()
    one.fence(*letters)
    office.due(seconds=31)
    two.beat()
    assert office.states() == {"unknown": 3}
    assert two.claim() == []
    assert office.rows()[0].run_settled
    assert one.settle(sent, S.SENT) == 1
    assert one.settle(refused, S.FAILED, reason="550") == 1
    assert one.settle(later, S.RETRYING, after=timedelta(minutes=5)) == 1
    assert office.states() == {"sent": 1, "failed": 1, "retrying": 1}
    assert {row.claimed_by for row in office.rows()} == {None}
    assert office.rows()[0].run_settled is None  # one is pending again


def test_an_answer_comes_too_late_once_a_person_has_decided(office: Office) -> None:  # N8
    from msgcenter_tui.center import deliveries

    office.broadcast_to(1)
    one, two = Hand(office, "one"), Hand(office, "two")
    (letter,) = one.claim()
    one.fence(letter)
    office.due(seconds=31)
    two.beat()
    office.world.run(deliveries.resolve, office.me, arrived=False, ids=[letter.id])
    assert one.settle(letter, S.SENT) == 0
    assert office.state() is S.WAITING


RESULTS = [S.SENT, S.FAILED, S.RETRYING, S.UNKNOWN, S.WAITING]


@pytest.mark.parametrize("fenced", [True, False], ids=["fenced", "not fenced"])
def test_no_result_goes_a_way_that_the_rules_do_not_know(sqlite_office: Office, fenced: bool) -> None:  # N8
    office = sqlite_office
    office.broadcast_to(len(S) * len(RESULTS))
    one = Hand(office, "one")
    letters = iter(one.claim())
    with office.store.read() as tx:
        now = tx.now
    for before in S:
        for result in RESULTS:
            letter = next(letters)
            run, person = key_of(letter.id)
            this = table.c.run_id == run, table.c.person_id == person
            with office.store.write() as tx:
                tx.conn.execute(update(table).where(*this).values(state=before, fenced_at=now, claimed_by="one"))
            one.settle(letter, result, fenced=fenced)
            with office.store.read() as tx:
                after = tx.conn.scalars(select(table.c.state).where(*this)).one()
            assert after is before or (after is result and states.may_become(before, after))
            # What may have arrived has passed the fence, whatever is said of it.
            came_from = (S.SENDING, S.UNKNOWN) if fenced or result in (S.SENT, S.UNKNOWN) else states.PENDING
            if before in came_from and states.may_become(before, result):
                assert after is result, f"{before} {result}"


def test_stopping_in_order_frees_the_claims(office: Office) -> None:
    office.broadcast_to(2)
    one, two = Hand(office, "one"), Hand(office, "two")
    one.claim()
    office.store.run(notifiers.retire, "one")
    assert len(two.claim()) == 2


def test_claims_without_a_notifier_are_found(office: Office) -> None:
    office.broadcast_to(2)
    one, two = Hand(office, "one"), Hand(office, "two")
    first, _ = one.claim()
    one.fence(first)
    with office.store.write() as tx:
        tx.conn.execute(notifiers_table.delete().where(notifiers_table.c.id == "one"))
    two.beat()
    assert office.states() == {"unknown": 1, "waiting": 1}
    assert len(two.claim()) == 1


# -- clocks -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_goes_back_causes_no_storm(office: Office) -> None:  # hazards 29
    office.broadcast_to(4)
    one = Hand(office, "one")
    sent, unanswered, later, _ = letters = one.claim()
    one.fence(*letters)
    one.settle(sent, S.SENT)
    one.settle(later, S.RETRYING, after=timedelta(minutes=5))
    office.clock.advance(hours=-1)
    two = Hand(office, "two")
    assert two.claim() == []  # what was sent stays sent, what waits goes on waiting
    assert office.states() == {"sent": 1, "retrying": 1, "unknown": 2}
    # `one` was only thought dead: its lease ended an hour ahead. Its answers still count.
    assert one.settle(unanswered, S.SENT) == 1


def test_a_small_step_back_takes_nothing_from_anybody(office: Office) -> None:
    office.broadcast_to(2)
    one = Hand(office, "one")
    letters = one.claim()
    office.clock.advance(minutes=-2)
    two = Hand(office, "two")
    assert two.claim() == []
    assert len(one.fence(*letters).fenced) == 2


def test_a_clock_that_goes_forth_fails_nobody(office: Office) -> None:  # hazards 30
    office.broadcast_to(3)
    one, two = Hand(office, "one"), Hand(office, "two")
    first, second, third = one.claim()
    one.fence(first)
    one.settle(second, S.RETRYING, fenced=False, after=timedelta(minutes=5))
    office.clock.advance(days=1)
    two.beat()
    assert office.states() == {"unknown": 1, "retrying": 1, "waiting": 1}
    assert one.settle(first, S.SENT) == 1
    assert {letter.id for letter in two.claim()} == {second.id, third.id}


# -- held (N13) -------------------------------------------------------------------------------------------------------


async def test_what_is_more_than_a_day_late_at_the_start_is_held(office: Office) -> None:  # N13
    from msgcenter_tui.center import deliveries

    office.add("Ana")
    late = office.broadcast()
    office.due(hours=23)
    office.broadcast("In time.")
    office.due(hours=2)
    async with Scripted() as server:
        tally = await office.send_to(server)
        assert (tally.held, tally.sent) == (1, 1)
        assert office.states() == {"held": 1, "sent": 1}
        assert (await office.send_to(server)).sent == 0
        assert office.world.run(deliveries.release, office.me, thread=late) == 1
        office.due(hours=20)  # due since its release: not late for a notifier of tomorrow
        assert (await office.send_to(server)).sent == 1
    assert office.states() == {"sent": 2}


def test_what_another_notifier_is_busy_with_is_not_late(office: Office) -> None:  # N13
    office.broadcast_to(3)
    one = Hand(office, "one")
    one.claim(1)
    for _ in range(4000):  # a day and more of a broadcast that takes its time, alive all the while
        office.clock.advance(seconds=25)
    with office.store.write() as tx:
        tx.conn.execute(notifiers_table.update().values(alive_until=tx.now + timedelta(seconds=20)))
    two = Hand(office, "two")
    assert len(two.claim()) == 2
    assert office.states() == {"waiting": 3}


@pytest.mark.parametrize("crashed", [False, True])
def test_a_retry_that_is_late_is_held_too(office: Office, crashed: bool) -> None:  # N13
    office.broadcast_to(1)
    one = Hand(office, "one")
    (letter,) = one.claim()
    one.settle(letter, S.RETRYING, fenced=False, after=timedelta(minutes=5))
    if not crashed:
        office.store.run(notifiers.retire, "one")
    office.due(days=2)
    Hand(office, "two")
    assert office.state() is S.HELD


def test_no_lease_in_a_copied_store_is_of_here(office: Office) -> None:  # N13
    office.broadcast_to(2)
    one = Hand(office, "one")
    fenced, _ = one.claim()
    one.fence(fenced)
    assert office.store.run(notifiers.begin, "two", {Channel.EMAIL: str}, "copied") == 2
    assert office.store.run(notifiers.at_work) == 1
    assert office.states() == {"held": 1, "unknown": 1}


@pytest.mark.parametrize("what", ["thread", "message"])
def test_what_is_held_is_cancelled_with_what_it_carries(office: Office, what: str) -> None:  # V4, N5
    office.add("Ana", "Ben")
    thread = office.broadcast()
    office.due(days=2)
    two = Hand(office, "two")
    assert two.claim() == []
    assert {(row.state, row.run_settled is None) for row in office.rows()} == {(S.HELD, False)}
    if what == "thread":
        office.world.run(threads.delete, office.me, thread)
    else:
        message = office.world.run(threads.open_thread, office.me, thread).messages[0]
        office.world.run(messages.delete_message, office.me, message.id)
    assert {(row.state, row.reason) for row in office.rows()} == {(S.CANCELLED, f"the {what} was deleted")}


async def test_in_a_copied_store_everything_that_waits_is_held(sqlite_office: Office) -> None:  # N13
    import shutil

    office = sqlite_office
    office.add("Ana", "Bea", "Cal")
    office.broadcast()
    identity.settle_here(office.store)
    office.due()
    one = Hand(office, "one")
    first, second, _ = one.claim()
    one.fence(first)
    one.settle(second, S.RETRYING, fenced=False, after=timedelta(minutes=5))
    office.broadcast("Open still.")
    assert office.store.file is not None
    path = office.store.file.path
    with office.store.write() as tx:
        tx.conn.exec_driver_sql("SELECT 1")
    office.store.close()
    copy = path.with_name("copy.db")
    for suffix in ("", "-wal"):
        if path.with_name(path.name + suffix).exists():
            shutil.copy(path.with_name(path.name + suffix), copy.with_name(copy.name + suffix))
    office.store = open_store(str(copy), clock=office.clock)
    async with Scripted() as server:
        office.due()
        tally = await office.send_to(server)
        assert not server.received
        assert office.states() == {"unknown": 1, "held": 5}
        assert tally.held == 6
        assert identity.moved(office.store) is None
        assert (await office.send_to(server)).held == 0  # once only
    assert all("copied" in row.reason for row in office.rows())
    office.store.close()


# -- the order that loses nothing -------------------------------------------------------------------------------------


async def test_each_step_is_durable_before_the_next(sqlite_office: Office) -> None:
    office = sqlite_office
    office.broadcast_to(1)
    seen: list[tuple[str, str, bool]] = []

    def look(name: str) -> None:
        row = office.row()
        seen.append((name, row.state.value, row.claimed_by is not None))

    async with Scripted() as server:
        await office.send_to(server, at=look)
    assert seen[:5] == [
        ("after_claim", "waiting", True),
        ("after_rcpt", "waiting", True),
        ("after_fence", "sending", True),
        ("after_data", "sending", True),
        ("before_commit", "sending", True),
    ]
    assert office.state() is S.SENT


async def test_the_fence_is_committed_before_the_server_gets_the_body(sqlite_office: Office) -> None:  # N14
    office = sqlite_office
    office.broadcast_to(2)
    states: list[DeliveryState] = []

    def at_data(session: object, rest: str) -> str:
        states.append(next(row.state for row in office.rows() if row.state is not S.SENT))
        return "354 go"

    async with Scripted(data=at_data) as server:
        await office.send_to(server, connections=1)
    assert states == [S.SENDING, S.SENDING]


async def test_of_a_line_two_at_most_have_no_result_when_another_is_handed_over(sqlite_office: Office) -> None:  # N8
    office = sqlite_office
    office.broadcast_to(6)
    under_way: list[int] = []

    def at_data(session: object, rest: str) -> str:
        under_way.append(sum(row.state is S.SENDING for row in office.rows()))
        return "354 go"

    async with Scripted(data=at_data) as server:
        await office.send_to(server, connections=1)
    assert len(under_way) == 6
    assert set(under_way) <= {1, 2}


@pytest.mark.parametrize("now", [False, True])
def test_closing_fixes_the_last_message(office: Office, now: bool) -> None:
    from msgcenter_tui.center import messages
    from msgcenter_tui.store.tables import runs

    office.add("Ana")
    thread = office.broadcast()
    if not now:
        office.due()
    assert office.store.run(notifiers.close_due, EMAIL, now) == 1
    office.world.run(messages.reply, office.me, thread, "The next one.", yes=True)
    with office.store.read() as tx:
        rows = tx.conn.execute(select(runs.c.first, runs.c.last).order_by(runs.c.id)).all()
    assert [tuple(row) for row in rows] == [(1, 1), (2, None)]


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one at a time", "ahead"])
async def test_what_was_fenced_before_a_stop_longer_than_the_lease_does_not_leave(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, extensions: tuple[str, ...]
) -> None:  # N8: by then somebody may have said "send again"
    sqlite_office.broadcast_to(4)
    stopped, fences = 0.0, 0
    left: list[int] = []

    def at(name: str) -> None:
        nonlocal stopped, fences
        fences += name == "after_fence"
        if name == "after_fence" and fences == 2:
            stopped = 29.5
        elif name == "after_claim" and stopped:
            left.append(len(server.received))
            stopped = 0.0

    monkeypatch.setattr("msgcenter_tui.delivery.notifier.monotonic", lambda: monotonic() + stopped)
    async with Scripted(extensions=extensions) as server:
        assert (await sqlite_office.send_to(server, connections=1, at=at)).sent == 4
    assert (left, len(server.received)) == ([1], 4)
    assert {row.attempts for row in sqlite_office.rows()} == {1}  # N5: what did not leave is charged nothing


async def test_a_lease_is_certain_until_shortly_before_its_end(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:  # N8
    now, front = 1000.0, Front(sqlite_office.store)
    monkeypatch.setattr("msgcenter_tui.delivery.notifier.monotonic", lambda: now)
    notifier = Notifier(front, {})
    assert not notifier._in_time()
    await notifier._begin()
    for later, certain in ((0, True), (28.9, True), (29, False), (300, False)):
        now = 1000 + later
        assert notifier._in_time() is certain, later
    await notifier._renew()
    assert notifier._in_time()
    await front.close()
