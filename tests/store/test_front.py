"""The async front: what was handed over is done, in order, whoever stops waiting for it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator

import pytest
from tests.store import rows

from msgcenter_tui.errors import Refused, StoreUnavailable
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Tx, act, look


@pytest.fixture
async def front(store: Store) -> AsyncIterator[Front]:
    front = Front(store)
    yield front
    await front.close()


class Gate:
    """An act and a look that stand still inside their transaction until let go."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.open = threading.Event()

        @act
        def write(tx: Tx, key: str) -> str:
            self.stand()
            return rows.put(tx, key, threading.current_thread().name)

        @look
        def see(tx: Tx) -> str:
            self.stand()
            return threading.current_thread().name

        self.write, self.see = write, see

    def stand(self) -> None:
        self.inside.release()
        assert self.open.wait(30)

    async def entered(self, count: int = 1) -> None:
        for _ in range(count):
            assert await asyncio.to_thread(self.inside.acquire, timeout=30)


@pytest.fixture
def gate() -> Gate:
    return Gate()


async def test_an_act_and_a_look_give_what_they_return(front: Front) -> None:
    assert await front.run(rows.put, "key", value="value") == "value"
    assert await front.run(rows.get, "key") == "value"


async def test_a_refusal_reaches_the_caller(front: Front) -> None:
    @act
    def refuse(tx: Tx) -> None:
        raise Refused("not this way")

    with pytest.raises(Refused, match="not this way"):
        await front.run(refuse)


async def test_a_cancelled_act_is_done_all_the_same(front: Front, gate: Gate) -> None:  # M4
    running = asyncio.create_task(front.run(gate.write, "running"))
    queued = asyncio.create_task(front.run(rows.put, "queued", "value"))
    await gate.entered()
    running.cancel()
    queued.cancel()
    for task in (running, queued):
        with pytest.raises(asyncio.CancelledError):
            await task
    gate.open.set()
    assert await front.run(rows.put, "last", "value") == "value"
    assert await front.run(rows.get, "running")
    assert await front.run(rows.get, "queued") == "value"


@pytest.mark.parametrize(
    ("failure", "logged"),
    [
        (StoreUnavailable("the store cannot be used", "the disk is full"), "the disk is full"),
        (KeyError("Ana's own words"), "KeyError"),
        (Refused("Ana's own words cannot be sent"), None),
    ],
    ids=["the store", "a fault", "a refusal"],
)
async def test_the_failure_of_a_cancelled_act_is_logged_without_anybodys_words(
    front: Front, gate: Gate, caplog: pytest.LogCaptureFixture, failure: Exception, logged: str | None
) -> None:  # S2
    @act
    def fail(tx: Tx) -> None:
        gate.stand()
        raise failure

    task = asyncio.create_task(front.run(fail))
    await gate.entered()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open.set()
    with caplog.at_level(logging.ERROR):
        await front.close()
    assert len(caplog.records) == (logged is not None)
    assert (logged or "") in caplog.text
    assert "Ana" not in caplog.text


async def test_a_cancelled_look_that_has_not_begun_is_dropped(front: Front, gate: Gate) -> None:
    begun: list[str] = []

    @look
    def search(tx: Tx, words: str) -> None:
        begun.append(words)

    busy = [asyncio.create_task(front.run(gate.see)) for _ in range(3)]
    await gate.entered(3)
    typed = [asyncio.create_task(front.run(search, words)) for words in ("a", "an", "ana")]
    await asyncio.sleep(0)
    for task in typed[:2]:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    gate.open.set()
    await asyncio.gather(*busy, typed[2])
    assert begun == ["ana"]


async def test_acts_are_done_one_after_the_other_in_the_order_of_the_calls(front: Front) -> None:
    done: list[int] = []

    @act
    def note(tx: Tx, number: int) -> str:
        done.append(number)
        return threading.current_thread().name

    names = await asyncio.gather(*(front.run(note, number) for number in range(50)))
    assert done == list(range(50))
    assert len(set(names)) == 1
    assert names[0] != threading.current_thread().name


async def test_reading_goes_on_while_an_act_runs_and_the_loop_is_never_held(front: Front, gate: Gate) -> None:
    writing = asyncio.create_task(front.run(gate.write, "key"))
    await gate.entered()
    assert await front.run(rows.get, "key") is None
    assert await front.changed()
    gate.open.set()
    await writing
    assert await front.run(rows.get, "key")


async def test_whoever_may_be_told_late_takes_the_answer_that_another_got(
    front: Front, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["first", "second", "third"])
    monkeypatch.setattr(type(store), "listens", False)
    monkeypatch.setattr(store, "changed", lambda: next(answers))
    assert await front.changed(seconds_old=60) == "first"  # nobody has asked
    assert await front.changed(seconds_old=60) == "first"
    assert await front.changed() == "second"
    assert await front.changed(seconds_old=60) == "second"


async def test_closing_waits_for_what_was_handed_over_and_takes_no_more(front: Front, gate: Gate, store: Store) -> None:
    running = asyncio.create_task(front.run(gate.write, "running"))
    queued = asyncio.create_task(front.run(rows.put, "queued", "value"))
    await gate.entered()
    closing = asyncio.create_task(front.close())
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable, match="the store is closed"):
        await front.run(rows.get, "key")
    with pytest.raises(StoreUnavailable, match="the store is closed"):
        await front.changed()
    assert not closing.done()
    gate.open.set()
    await closing
    assert running.done()
    await asyncio.gather(running, queued)
    assert store.run(rows.get, "queued") == "value"
    assert not [one for one in threading.enumerate() if one.name.startswith(("store-writer", "store-reader"))]


async def test_a_cancelled_closing_still_lets_the_work_end(front: Front, gate: Gate, store: Store) -> None:
    abandoned = asyncio.create_task(front.run(gate.write, "running"))
    await gate.entered()
    abandoned.cancel()
    closing = asyncio.create_task(front.close())
    await asyncio.sleep(0)
    closing.cancel()
    gate.open.set()
    await asyncio.gather(abandoned, closing, return_exceptions=True)
    await front.close()
    assert store.run(rows.get, "running")
