"""Group commits, in the order that was asked for; who waits is told before the next, or while it is under way."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from tests.delivery.mails import AT, LETTER

from msgcenter_tui.delivery.marks import Marks
from msgcenter_tui.domain import DeliveryId, DeliveryState
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store.ledger import Marked
from msgcenter_tui.store.letters import Fenced
from msgcenter_tui.store.results import Result

SOMEBODY = "Ana Novak"
FIRST, SECOND = (LETTER._replace(id=DeliveryId(id)) for id in ("r1p1", "r1p2"))


class Slow:
    """A front whose commits wait until they are let through, or fail with what they are given."""

    def __init__(self, *, kept_apart: bool) -> None:
        self.kept_apart = kept_apart
        self.ledger = self
        self.happened: list[str] = []
        self.commits: asyncio.Queue[asyncio.Future[Exception | None]] = asyncio.Queue()

    def begun(self, act: Any, notifier: str, fences: Any, results: Any, sent: Any) -> asyncio.Future[Marked]:
        said = [*(fence[0] for fence in fences), *(f"sent {id}" for id in sent)]
        said += [f"{result.state.value} {result.id}" for result in results if result.fenced]
        self.happened.append("commit " + " ".join(said))
        through: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self.commits.put_nowait(through)
        return asyncio.ensure_future(self._marked(through, fences, sent))

    async def _marked(self, through: asyncio.Future[Exception | None], fences: Any, sent: Any) -> Marked:
        if (error := await through) is not None:
            raise error
        fixed = {fence[0]: (f"<{fence[2]}@{fence[3]}>", AT) for fence in fences}
        return Marked(fixed, Counter({DeliveryState.SENT: len(sent)}))


class Waiting:
    """Waits for the fence of a letter."""

    needed = True

    def __init__(self, marks: Marks, front: Slow, letter: Any) -> None:
        self.told: asyncio.Future[Fenced | None] = asyncio.get_running_loop().create_future()
        self._front = front
        self._name = letter.id
        marks.fence(letter, "1", "bright.example", self)

    def fenced(self, leaving: Fenced | None) -> None:
        self._front.happened.append(f"told {self._name}")
        self.told.set_result(leaving)

    def failed(self, error: Exception) -> None:
        self.told.set_exception(error)


def made(front: Slow) -> tuple[Marks, Counter[DeliveryState]]:
    settled: Counter[DeliveryState] = Counter()
    return Marks(front, "me", settled.update, lambda: 1), settled  # type: ignore[arg-type]


@pytest.mark.parametrize("kept_apart", [False, True])
async def test_who_asked_is_told_while_the_next_is_committed_where_that_is_done_elsewhere(kept_apart: bool) -> None:
    front = Slow(kept_apart=kept_apart)
    marks, settled = made(front)
    one = Waiting(marks, front, FIRST)
    commit = await front.commits.get()
    two = Waiting(marks, front, SECOND)
    marks.settle(Result(FIRST.id, True, DeliveryState.SENT))
    assert marks.pending == 1
    commit.set_result(None)
    assert await one.told == Fenced(FIRST, "<1@bright.example>", AT)
    (await front.commits.get()).set_result(None)
    assert await two.told is not None
    await marks.close(1)
    told, commit_of_next = "told r1p1", "commit r1p2 sent r1p1"
    between = [commit_of_next, told] if kept_apart else [told, commit_of_next]
    assert front.happened == ["commit r1p1", *between, "told r1p2"]
    assert (settled, marks.pending) == ({DeliveryState.SENT: 1}, 0)


@pytest.mark.parametrize("kept_apart", [False, True])
async def test_lines_wait_for_each_other_where_a_thread_commits_and_only_there(
    kept_apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Slow(kept_apart=kept_apart)
    marks = Marks(front, "me", lambda _: None, lambda: 9)  # type: ignore[arg-type]
    moment, gathers = asyncio.Event(), asyncio.Event()

    async def passes(_: float) -> None:
        gathers.set()
        await moment.wait()

    monkeypatch.setattr("msgcenter_tui.delivery.marks.asyncio.sleep", passes)
    one = Waiting(marks, front, FIRST)
    commit = asyncio.create_task(front.commits.get())
    first = asyncio.create_task(gathers.wait())
    await asyncio.wait([commit, first], return_when=asyncio.FIRST_COMPLETED)
    assert (commit.done(), first.done()) == (kept_apart, not kept_apart)
    two = Waiting(marks, front, SECOND)
    moment.set()
    (await commit).set_result(None)
    if kept_apart:
        (await front.commits.get()).set_result(None)
    assert None not in [await one.told, await two.told]
    commits = [one for one in front.happened if one.startswith("commit")]
    assert commits == (["commit r1p1", "commit r1p2"] if kept_apart else ["commit r1p1 r1p2"])
    first.cancel()
    await marks.close(1)


@pytest.mark.parametrize("kept_apart", [False, True])
async def test_a_commit_that_fails_is_tried_again_before_any_other(
    kept_apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # N8: no fence is durable before a result that was asked for earlier
    monkeypatch.setattr("msgcenter_tui.delivery.marks._PAUSE", 0)
    front = Slow(kept_apart=kept_apart)
    marks, settled = made(front)
    marks.settle(Result(FIRST.id, True, DeliveryState.SENT))
    commit = await front.commits.get()
    waiting = Waiting(marks, front, SECOND)
    commit.set_result(StoreUnavailable("the store cannot be used"))
    again = await front.commits.get()
    assert marks.trouble == "the store cannot be used"
    again.set_result(None)
    (await front.commits.get()).set_result(None)
    assert await waiting.told is not None
    assert front.happened == ["commit sent r1p1", "commit sent r1p1", "commit r1p2", "told r1p2"]
    assert (settled, marks.trouble) == ({DeliveryState.SENT: 1}, "")
    await marks.close(1)


@pytest.mark.parametrize("kept_apart", [False, True])
async def test_what_may_be_fenced_without_anybody_knowing_is_not_fenced_again(
    kept_apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # N8, N14
    monkeypatch.setattr("msgcenter_tui.delivery.marks._PAUSE", 0)
    front = Slow(kept_apart=kept_apart)
    marks, _ = made(front)
    waiting = Waiting(marks, front, FIRST)
    for _ in range(2):
        (await front.commits.get()).set_result(StoreUnavailable("its answer was lost"))
    (await front.commits.get()).set_result(None)
    assert await waiting.told is None
    assert front.happened == ["commit r1p1", *2 * ["commit waiting r1p1"], "told r1p1"]
    await marks.close(1)


@pytest.mark.parametrize("kept_apart", [False, True])
async def test_nor_where_what_is_tried_again_fails_in_another_way(
    kept_apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # N8, N14
    monkeypatch.setattr("msgcenter_tui.delivery.marks._PAUSE", 0)
    front = Slow(kept_apart=kept_apart)
    marks, settled = made(front)
    waiting = Waiting(marks, front, FIRST)
    marks.settle(Result(SECOND.id, True, DeliveryState.SENT))
    for error in (StoreUnavailable("its answer was lost"), KeyError(), None, KeyError()):
        (await front.commits.get()).set_result(error)
    assert await asyncio.wait_for(waiting.told, 20) is None
    assert front.happened[1:] == [
        "commit sent r1p2 waiting r1p1",
        "commit sent r1p2",
        "commit waiting r1p1",
        "told r1p1",
    ]
    assert settled == {DeliveryState.SENT: 1}
    await marks.close(1)


async def test_whoever_is_told_and_fails_keeps_nobody_from_being_told(caplog: pytest.LogCaptureFixture) -> None:
    def stumbles(settled: object) -> None:
        raise OSError(SOMEBODY)

    front = Slow(kept_apart=False)
    marks = Marks(front, "me", stumbles, lambda: 1)  # type: ignore[arg-type]
    for letter in (FIRST, SECOND):
        waiting = Waiting(marks, front, letter)
        (await front.commits.get()).set_result(None)
        assert await waiting.told is not None
    await marks.close(1)
    assert "OSError" in caplog.text
    assert SOMEBODY not in caplog.text


async def test_a_store_that_cannot_be_used_is_given_up_at_the_end_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:  # not result by result: each would wait for a lock as long as the store does
    monkeypatch.setattr("msgcenter_tui.delivery.marks._PAUSE", 0)
    front = Slow(kept_apart=True)
    marks, _ = made(front)
    waiting = Waiting(marks, front, SECOND)
    for number in range(5):
        marks.settle(Result(DeliveryId(f"r2p{number}"), True, DeliveryState.SENT))
    commit = await front.commits.get()
    closing = asyncio.create_task(marks.close(0))
    while marks._patient:  # noqa: ASYNC110  it has given up waiting
        await asyncio.sleep(0)
    commit.set_result(StoreUnavailable("it is locked"))
    await closing
    assert await waiting.told is None
    assert front.commits.empty()
    assert "5 results were not kept" in caplog.text


async def test_one_bad_mark_spoils_no_other() -> None:
    front = Slow(kept_apart=True)
    marks, settled = made(front)
    good, bad = Waiting(marks, front, FIRST), Waiting(marks, front, SECOND)
    marks.settle(Result(DeliveryId("r1p3"), True, DeliveryState.SENT))
    (await front.commits.get()).set_result(KeyError())
    for error in (None, None, KeyError()):
        (await front.commits.get()).set_result(error)
    assert await good.told is not None
    with pytest.raises(KeyError):
        await bad.told
    assert front.happened[1:4] == ["commit sent r1p3", "commit r1p1", "commit r1p2"]
    assert settled == {DeliveryState.SENT: 1}
    await marks.close(1)
