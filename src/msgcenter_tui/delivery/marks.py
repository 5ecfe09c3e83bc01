"""Group commits: the fences and results of all lines, as many in one transaction as came while the last one ran."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.leaving import Letter
from msgcenter_tui.store.ledger import Fence, Marked, Result, mark

log = logging.getLogger(__name__)

T = TypeVar("T", Fence, Result)

_PAUSE = 0.25  # before the store is tried again
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class _Asked(Generic[T]):
    mark: T
    answer: asyncio.Future[Letter | None]


class Marks:
    """Commits marks for one notifier. A store that cannot be used is tried until it can, or until `close`.

    `settled` hears how many deliveries each commit settled, by state.
    """

    def __init__(self, front: Front, notifier: str, settled: Callable[[Mapping[DeliveryState, int]], None]) -> None:
        self._front = front
        self._notifier = notifier
        self._settled = settled
        self._fences: list[_Asked[Fence]] = []
        self._results: list[_Asked[Result]] = []
        self._pump: asyncio.Task[None] | None = None
        self._patient = True
        self.trouble = ""
        """Why the store cannot be used, while it cannot."""

    async def fence(self, fence: Fence) -> Letter | None:
        """The letter as it is fixed, durably, or None where it may not leave."""
        return await self._ask(self._fences, fence)

    async def settle(self, result: Result) -> None:
        """Returns once the result is durable."""
        await self._ask(self._results, result)

    def post(self, result: Result) -> None:
        """Settle without waiting for it, after a cancelled wait for a fence: whether it was committed is not known."""
        answer = self._put(self._results, result)
        answer.add_done_callback(_retrieve)

    async def close(self, patience: float) -> None:
        """Wait for what was asked; give up on a store that cannot be used."""
        pump = self._pump
        if pump is not None and not pump.done():
            await asyncio.wait([pump], timeout=patience)
            self._patient = False
            await asyncio.wait([pump])

    async def _ask(self, queue: list[_Asked[T]], wanted: T) -> Letter | None:
        return await self._put(queue, wanted)

    def _put(self, queue: list[_Asked[T]], wanted: T) -> asyncio.Future[Letter | None]:
        answer: asyncio.Future[Letter | None] = asyncio.get_running_loop().create_future()
        queue.append(_Asked(wanted, answer))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run())
        return answer

    async def _run(self) -> None:
        while self._fences or self._results:
            # A fence whose line was cancelled meanwhile is not needed; a result is, whoever waits for it.
            fences = [one for one in self._fences if not one.answer.cancelled()]
            results = self._results
            self._fences, self._results = [], []
            if fences or results:
                await self._commit(fences, results)

    async def _commit(self, fences: Sequence[_Asked[Fence]], results: Sequence[_Asked[Result]]) -> None:
        try:
            marked = await self._marked([one.mark for one in fences], [one.mark for one in results])
        except Exception as error:  # noqa: BLE001  the lines that wait are told, each in its place
            if len(fences) + len(results) == 1:
                for answer in (*(one.answer for one in fences), *(one.answer for one in results)):
                    if not answer.done():
                        answer.set_exception(error)
                return
            for fence in fences:  # one bad mark among many: each by itself
                await self._commit([fence], [])
            for result in results:
                await self._commit([], [result])
            return
        self._settled(marked.settled)
        for one in fences:
            if not one.answer.done():
                one.answer.set_result(marked.fenced.get(one.mark.letter.id))
        for asked in results:
            if not asked.answer.done():
                asked.answer.set_result(None)

    async def _marked(self, fences: Sequence[Fence], results: Sequence[Result]) -> Marked:
        pause = _PAUSE
        while True:
            try:
                marked = await self._front.run(mark, self._notifier, fences, results)
            except MessageCenterError as error:
                if not self._patient:
                    raise
                self.trouble = str(error)
                log.warning("%d marks wait for the store: %s", len(fences) + len(results), error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                self.trouble = ""
                return marked


def _retrieve(answer: asyncio.Future[Letter | None]) -> None:
    if not answer.cancelled() and answer.exception() is not None:
        log.error("a result was not kept: %s", type(answer.exception()).__name__)
