"""At most so many letters a minute by an account, whoever sends by it, and however often they start."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from tests.conftest import MONDAY, Clock
from tests.delivery.mails import LETTER
from tests.delivery.office import Office, transport
from tests.delivery.scripted import Scripted
from tests.delivery.test_judgement import Door, one_place, stopped

from msgcenter_tui.delivery import pace
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.passage import Means
from msgcenter_tui.delivery.post import Post
from msgcenter_tui.delivery.transport import Transport
from msgcenter_tui.domain import Channel
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import paces
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.paces import Places
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Tx, ledger_act

NONE = Places(0, timedelta(seconds=0.01))


# -- one that sends ---------------------------------------------------------------------------------------------------


def test_a_rate_spreads_letters_evenly() -> None:
    now = 0.0
    rate = pace.Rate(61, lambda: now)  # a second each: a minute, and the second in which a place is good
    assert rate.spent
    rate.given(3, now)
    assert (rate.spent, rate.wait()) == (False, 0)
    rate.goes()
    assert rate.wait() == 1
    rate.came_back()
    assert rate.wait() == 0
    rate.goes()
    now = 1.75  # woken late
    assert rate.wait() == 0
    rate.goes()
    assert rate.wait() == 0.25
    now = 3.5  # too late for the last one
    assert rate.spent
    rate.given(2, now)
    rate.goes()
    rate.given(1, now)  # the store's clock was turned
    assert rate.wait() == 1
    unlimited = pace.Rate(None, lambda: now)
    unlimited.goes()
    assert (unlimited.spent, unlimited.wait()) == (False, 0)


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one at a time", "ahead"])
async def test_no_letter_goes_without_its_place_in_the_pace(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, extensions: tuple[str, ...]
) -> None:
    given, none_left = iter([Places(1, timedelta())] * 7), asyncio.Event()

    async def places(_: Notifier, by: Transport, letters: int) -> Places:
        place = next(given, NONE)
        if place is NONE and len(server.received) == 7:
            none_left.set()
        return place

    monkeypatch.setattr(Notifier, "_places", places)
    sqlite_office.broadcast_to(12)
    front = Front(sqlite_office.store)
    async with Scripted(extensions=extensions) as server:
        by = {Channel.EMAIL: transport(server, per_minute=1_000_000)}
        notifier = Notifier(front, by, connections=3).start()
        await asyncio.wait_for(none_left.wait(), 20)
        await notifier.stop()
        assert len(server.received) == notifier.tally.sent == 7
    await front.close()


async def test_a_rate_holds_up_letters_and_loses_none(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(4)
    async with Scripted(extensions=("PIPELINING",)) as server:
        assert (await sqlite_office.send(transport(server, per_minute=6000))).sent == 4


async def test_one_of_an_account_that_takes_few_a_minute_has_few_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is for whoever shares it, however quickly letters were put off."""
    now = 1000.0
    monkeypatch.setattr("msgcenter_tui.delivery.post.monotonic", lambda: now)
    door = Door(0)
    door.per_minute = 30
    marks: Any = SimpleNamespace()
    post = Post(door, Means(marks, str, lambda: 0.5, lambda _: None), 4, stopped, lambda: None, one_place)
    post._closing = True  # nobody sends here: what is put is gone
    for seconds in (5, 0.02, 0.001):
        assert post.room == 5
        now += seconds
        await post.put([LETTER] * 5)
        post._letters = deque()


# -- several ----------------------------------------------------------------------------------------------------------


def test_places_are_given_once(store: Store, clock: Clock) -> None:
    def take(number: int, account: str = "one") -> Places:
        return store.run(paces.take, account, 61, number)  # a second each

    assert take(9) == Places(1, timedelta())
    assert take(9) == Places(0, timedelta(seconds=0.5))
    assert take(9, "another") == Places(1, timedelta())
    clock.advance(seconds=0.75)
    assert take(9) == Places(1, timedelta(seconds=0.25))
    assert take(9) == Places(0, timedelta(seconds=0.75))
    clock.advance(hours=1)  # what was not used is lost
    assert [take(9).number for _ in range(3)] == [1, 0, 0]


def test_a_clock_that_is_turned_back_keeps_nobody_waiting(store: Store, clock: Clock) -> None:
    store.run(paces.take, "one", 1, 1)
    clock.advance(days=-1)
    assert store.run(paces.take, "one", 1, 1) == Places(0, timedelta(seconds=61))
    clock.advance(seconds=61)
    assert store.run(paces.take, "one", 1, 1).number == 1


@dataclass
class Sender:
    """A notifier, as far as its pace goes: it sends whenever it may."""

    store: Store
    per_minute: int
    rate: pace.Rate
    again_at: float = 0

    def sends(self, now: float) -> bool:
        if self.rate.spent and now >= self.again_at:
            number, wait = self.store.run(paces.take, "one", self.per_minute, 40)
            if number:
                self.rate.given(number, now + wait.total_seconds())
            else:
                self.again_at = now + min(wait.total_seconds(), 1)
        if self.rate.wait():
            return False
        self.rate.goes()
        return True


@pytest.mark.parametrize("per_minute", [1, 7, 60, 200])
def test_no_minute_has_more_than_it_may_however_many_come_and_go(store: Store, clock: Clock, per_minute: int) -> None:
    def seconds() -> float:
        return (clock.now - MONDAY).total_seconds()

    random, sent = Random(per_minute), list[float]()
    step, moments = (6.1, 120) if per_minute == 1 else (0.05, 3000)
    senders: list[Sender] = []
    for _ in range(moments):
        clock.advance(seconds=random.random() * step * 2)
        now = seconds()
        if len(senders) < 4 and random.random() < 0.05:
            senders.append(Sender(store, per_minute, pace.Rate(per_minute, seconds)))
        if senders and random.random() < 0.03:
            senders.remove(random.choice(senders))  # killed, with the places that it had
        working = [one for one in senders if random.random() < 0.9]  # the others are stopped for a moment
        sent += [now for one in working if one.sends(now)]
    minutes = [sum(begin <= moment < begin + 60 for moment in sent) for begin in sent]
    assert max(minutes) <= per_minute
    assert len(sent) >= sent[-1] / 61 * per_minute * 0.5  # nor did it stand still


async def test_who_starts_after_another_has_no_place_of_its_own(office: Office) -> None:
    fronts = [Front(office.store) for _ in range(2)]
    office.broadcast_to(1)
    async with Scripted() as server:
        by = transport(server, per_minute=1)
        assert (await Notifier(fronts[0], {Channel.EMAIL: by}).once()).sent == 1
        other = Notifier(fronts[1], {Channel.EMAIL: by})
        assert (await other._places(by, 1)).number == 0
        assert (await other._places(transport(server, per_minute=1, username="another"), 1)).number == 1
        office.due(seconds=61)
        assert (await other._places(by, 1)).number == 1
    for front in fronts:
        await front.close()


async def test_while_the_store_is_away_nothing_goes_and_nothing_is_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:  # hazards 33
    usual, asked = paces.take, itertools.count()

    @ledger_act
    def take(tx: Tx, account: str, per_minute: int, number: int) -> Places:
        if next(asked) < 2:
            raise StoreUnavailable("the store is away", "it is locked", "wait")
        return usual(tx, account, per_minute, number)

    monkeypatch.setattr(paces, "take", take)
    monkeypatch.setattr("msgcenter_tui.delivery.notifier._AFTER_TROUBLE", 0.01)
    office.broadcast_to(2)
    async with Scripted() as server:
        assert (await office.send(transport(server, per_minute=1_000_000))).sent == 2
