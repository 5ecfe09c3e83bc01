"""Group commits: the fences and results of all lines, as many in one transaction as came while the last one ran."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from msgcenter_tui.delivery import outcome
from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.origin import Origin
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.ledger import Fence, Marked, fence, mark
from msgcenter_tui.store.letters import Fenced, Letter
from msgcenter_tui.store.results import Result

log = logging.getLogger(__name__)

_PAUSE = 0.25  # before the store is tried again
_LONGEST_PAUSE = 5.0
_MOMENT, _MOMENTS = 0.0005, 8
_OF_A_LINE = 2
"""Fences that a line asks for at a time (`Line.ahead`)."""


class Asker(Protocol):
    """Whoever asks for a fence. It is told once, if it still needs it."""

    @property
    def needed(self) -> bool:
        """Not where its line was lost meanwhile: what is not fenced yet will not be."""

    def fenced(self, leaving: Fenced | None) -> None:
        """The letter as it is fixed, durably, or None where it may not leave."""

    def failed(self, error: Exception) -> None:
        """The store did not do it, and it is of no use to try again."""


_Told = Callable[[], None]
_NOTHING = Marked({}, {})


class _Asked(NamedTuple):
    letter: Letter
    fence: Fence
    asker: Asker


class Marks:
    """Commits marks for one notifier, in the order they come: a fence is durable no sooner than a result before it.

    A store that cannot be used is tried until it can, or until `close`; the fences that were asked for are denied then.
    `settled` hears after each commit how many deliveries it settled, by state; `lines` says how many lines are at work.
    """

    def __init__(
        self,
        front: Front,
        notifier: str,
        settled: Callable[[Mapping[DeliveryState, int]], None],
        lines: Callable[[], int],
    ) -> None:
        self._front = front
        self._notifier = notifier
        self._settled = settled
        self._lines = lines
        self._loop = asyncio.get_running_loop()
        self._fences: list[_Asked] = []
        self._results: list[Result] = []
        self._under_way = 0
        self._pump: asyncio.Task[None] | None = None
        self._running = False
        self._patient = True
        self.trouble = ""
        """Why the store cannot be used, while it cannot."""

    @property
    def pending(self) -> int:
        """Results that are not durable yet."""
        return len(self._results) + self._under_way

    def fence(self, letter: Letter, unique: str, domain: str, asker: Asker) -> None:
        """Fence the letter, with the next commit; it gets the Message-ID `unique` at `domain`, should it need one."""
        self._fences.append(_Asked(letter, fence(letter, unique, domain), asker))
        self._start()

    def settle(self, result: Result) -> None:
        """Make the result durable, with the next commit."""
        self._results.append(result)
        self._start()

    async def close(self, patience: float) -> None:
        """Wait for what was asked; give up on a store that cannot be used."""
        pump = self._pump
        if pump is not None and not pump.done():
            await asyncio.wait([pump], timeout=patience)
            self._patient = False
            await asyncio.wait([pump])

    def _start(self) -> None:
        if not self._running:
            self._running = True
            self._pump = self._loop.create_task(self._run(), name="notifier-marks")

    async def _run(self) -> None:
        """Commit group by group; those of one are told, and ask for the next, before that, or while it is under way.

        The latter where it is another process that commits: a thread would only take turns with them. Nor is anybody
        waited for then: the others ask while it commits what is there.
        """
        told: list[_Told] = []
        while told or self._asked:
            apart = self._front.kept_apart
            if not (told and self._asked and apart):
                _tell(told)
                told = []
                if not self._asked:
                    continue
                if not apart:
                    await self._gather()
            group = self._group()
            begun = self._begun(*group)
            _tell(told)
            told = await self._committed(begun, *group)
            self._under_way = 0
        self._running = False

    @property
    def _asked(self) -> int:
        return len(self._fences) + len(self._results)

    async def _gather(self) -> None:
        """Let all lines ask, while there are still some that do: a commit costs the same for one as for many."""
        for _ in range(_MOMENTS):
            asked = self._asked
            if len(self._fences) >= _OF_A_LINE * self._lines():
                return
            await asyncio.sleep(_MOMENT)
            if self._asked == asked:
                return

    def _group(self) -> tuple[list[_Asked], list[Result]]:
        """What has been asked, for one commit."""
        # A result is needed whoever waits for it.
        fences = [asked for asked in self._fences if asked.asker.needed]
        results = self._results
        self._fences, self._results = [], []
        self._under_way = len(results)
        return fences, results

    def _begun(self, fences: Sequence[_Asked], results: Sequence[Result]) -> asyncio.Future[Marked]:
        sent = [result.id for result in results if result.state is DeliveryState.SENT]
        others = [result for result in results if result.state is not DeliveryState.SENT]
        return self._front.ledger.begun(mark, self._notifier, [one.fence for one in fences], others, sent)

    async def _committed(
        self, begun: asyncio.Future[Marked], fences: Sequence[_Asked], results: Sequence[Result]
    ) -> list[_Told]:
        """Gives what is to be told then."""
        try:
            marked = await begun
        except MessageCenterError as error:
            return await self._tried_again(fences, results, error)
        except Exception as error:  # noqa: BLE001  the lines that wait are told, each in its place
            return await self._one_by_one(fences, results, error)
        self.trouble = ""
        return self._news(marked, fences)

    async def _one_by_one(self, fences: Sequence[_Asked], results: Sequence[Result], error: Exception) -> list[_Told]:
        """One bad mark among many spoils no other."""
        if len(fences) + len(results) > 1:
            alone = [*(([], [result]) for result in results), *(([asked], []) for asked in fences)]
            return [tell for one in alone for tell in await self._committed(self._begun(*one), *one)]
        for result in results:
            log.error("a result was not kept (%s): %s", result.state.value, Origin.of(error))
        failed = [partial(asked.asker.failed, error) for asked in fences if asked.asker.needed]
        return [partial(self._settled, {}), *failed]

    def _tell_of(self, marked: Marked, fences: Sequence[_Asked]) -> None:
        for letter, _, asker in fences:
            if asker.needed:
                fixed = marked.fenced.get(letter.id)
                asker.fenced(None if fixed is None else Fenced(letter, *fixed))

    async def _tried_again(
        self, asked: Sequence[_Asked], results: Sequence[Result], error: MessageCenterError
    ) -> list[_Told]:
        """Until the store can be used.

        Whatever was fenced without anybody hearing of it did not leave. None of it is fenced once more: the next
        reading decides about it.
        """
        pause = _PAUSE
        settled = [*results, *(outcome.as_before(letter, fenced=True) for letter, _, _ in asked)]
        while self._patient:
            self.trouble = str(error)
            log.warning("%d marks wait for the store: %s", len(settled), error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                marked = await self._begun([], settled)
            except MessageCenterError as still:
                error = still
            except Exception as wrong:  # noqa: BLE001  it is a result's, and no fence's
                return [*await self._one_by_one([], settled, wrong), *self._news(_NOTHING, asked)]
            else:
                self.trouble = ""
                return self._news(marked, asked)
        log.error("%d results were not kept, for nobody waits for the store any more: %s", len(results), error)
        return self._news(_NOTHING, asked)

    def _news(self, marked: Marked, asked: Sequence[_Asked]) -> list[_Told]:
        return [partial(self._settled, marked.settled), partial(self._tell_of, marked, asked)]


def _tell(told: Sequence[_Told]) -> None:
    for tell in told:
        try:
            tell()
        except Exception as error:  # noqa: BLE001  it is nobody else's, who waits
            log.error("something went wrong inside: %s", Origin.of(error))
