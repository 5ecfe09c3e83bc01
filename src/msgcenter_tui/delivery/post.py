"""The post of one channel: the letters in hand, and the workers that take them to the server, each on a line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from time import monotonic

from msgcenter_tui.delivery import outcome, pace
from msgcenter_tui.delivery.lines import Lines, NoLine
from msgcenter_tui.delivery.passage import Means, Passage, Source
from msgcenter_tui.delivery.transport import Line, Reply, Transport, Verdict, own_error
from msgcenter_tui.domain import Channel
from msgcenter_tui.origin import Origin
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.paces import Places

log = logging.getLogger(__name__)

_EACH, _BATCH = 16, 40
"""Letters in hand for each line, and at least: a commit for many, and little to give back."""
_AHEAD = 10.0
"""Seconds for which letters are in hand, where the account takes only so many a minute."""
_ASKS = 10.0
"""At the latest after so many seconds a place in the pace is asked for again, whatever the store's clock did."""
_IDLE = 20.0
"""Seconds that a line without a letter is kept."""
_STRIKES = 5
"""Refusals in a row that are about the sender rather than the recipient: the account is at fault. Or letters that an
error of the program's own kept back: the program is."""

Pause = Callable[[Channel, str, timedelta | None], Awaitable[None]]
"""Stop a channel, for a while or until somebody mends it."""

Ask = Callable[[Transport, int], Awaitable[Places]]
"""Get places for so many letters in the pace of an account that takes only so many a minute."""


class Post:
    """Sends the letters of one channel over at most so many lines. `progress` hears that letters are out of hand."""

    def __init__(
        self, transport: Transport, means: Means, lines: int, pause: Pause, progress: Callable[[], None], ask: Ask
    ) -> None:
        self.transport = transport
        self._means = means
        self._pause = pause
        self._progress = progress
        self._ask = ask
        self._lines = Lines(transport, lines)
        least = max(_BATCH, _EACH * self._lines.most)
        ahead = round(transport.per_minute / 60 * _AHEAD) if transport.per_minute else max(least, pace.MOST_IN_HAND)
        self._most = max(1, ahead)
        """More than so many are never in hand: they are for whoever shares the account."""
        self._least = min(least, self._most)
        self.most = self._least
        """Letters that it may have in hand."""
        self._put_at = 0.0
        self._letters: deque[Letter] = deque()
        self._ready = asyncio.Condition()
        self._workers: set[asyncio.Task[None]] = set()
        self._busy = 0
        """Workers with a letter."""
        self._sending = 0
        self._rests = pace.Rests(monotonic)
        self._rate = pace.Rate(transport.per_minute, monotonic)
        self._asking = asyncio.Lock()
        self._asks_at = 0.0
        self._failures = 0
        self._strikes = 0
        self._stopping = False
        """The channel is being stopped, and the ledger may not know yet."""
        self._closing = False
        self._source = Source(self._following, self._may_go, self._learn, self._out_of_hand)

    @property
    def lines(self) -> int:
        """How many lines are at work."""
        return self._busy

    @property
    def room(self) -> int:
        """How many letters to claim for it: none before half of what it may have in hand is done."""
        return self.most - self.in_hand if self.in_hand <= self.most // 2 and not self._stopping else 0

    @property
    def in_hand(self) -> int:
        """Letters that are claimed and not done with."""
        return len(self._letters) + self._sending

    async def put(self, letters: Sequence[Letter]) -> None:
        if self._stopping:  # they were claimed before: another line would try a wrong password once more
            self._give_back(letters)
            return
        now = monotonic()
        self.most = min(max(self._least, pace.in_hand(len(letters), now - self._put_at)), self._most)
        self._put_at = now
        async with self._ready:
            self._letters.extend(letters)
            self._ready.notify(len(letters))
        self._hire()

    async def close(self, patience: float) -> None:
        """Finish what is under way, begin nothing new. After so many seconds what has no answer yet becomes unknown.

        What was not begun stays claimed: it is free when the notifier's lease ends.
        """
        self._closing = True
        self._letters.clear()
        async with self._ready:
            self._ready.notify_all()
        if self._workers:
            await asyncio.wait(self._workers, timeout=patience)
        left = list(self._workers)
        for worker in left:
            worker.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    # -- workers ------------------------------------------------------------------------------------------------------

    def _hire(self) -> None:
        idle = len(self._workers) - self._busy
        for _ in range(min(len(self._letters) - idle, self._lines.allowed - len(self._workers))):
            worker = asyncio.create_task(self._work(), name=f"{self.transport.channel.value}-line")
            self._workers.add(worker)
            worker.add_done_callback(self._ended)

    def _ended(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if not self._closing:
            self._hire()
        self._progress()

    async def _work(self) -> None:
        passage: Passage | None = None
        try:
            while (letter := await self._next()) is not None:
                self._busy += 1
                try:
                    passage = await self._over_a_line(letter, passage)
                finally:
                    self._busy -= 1
                if self._crowded():
                    break
            if passage is not None:
                await passage.line.close()
        except Exception as error:  # noqa: BLE001  the letters go on, after a rest
            log.error("a line ended unexpectedly: %s", Origin.of(error))
            await self._stop(Reply(Verdict.LINE, own_error(error)))
        finally:
            if passage is not None:
                self._lines.drop(passage.line)

    async def _over_a_line(self, letter: Letter, passage: Passage | None) -> Passage | None:
        """Send the letter over the line, or a new one; gives what the next one may pass over."""
        if passage is not None and not passage.line.alive:
            self._lines.drop(passage.line)  # it was kept longer than the server likes
            passage = None
        if passage is None:
            line = await self._opened(letter)
            if line is None:
                return None
            passage = Passage(line, self.transport.domain, self._means, self._source)
        try:
            reply = await passage.send(letter)
        except BaseException:
            self._lines.drop(passage.line)
            raise
        await self._weigh(reply, passage)
        if passage.line.alive and (reply is None or reply.verdict not in (Verdict.LINE, Verdict.ACCOUNT)):
            return passage
        self._lines.drop(passage.line)
        return None

    async def _opened(self, letter: Letter) -> Line | None:
        """A new line; where there is none the letter goes back, and the channel rests or makes do with fewer lines."""
        try:
            found = await self._lines.opened()
        except BaseException:
            self._back(letter)
            raise
        if isinstance(found, NoLine | Reply):
            self._rate.came_back()
        if found is NoLine.FULL:
            self._sending -= 1
            self._letters.appendleft(letter)
            async with self._ready:
                self._ready.notify()
        elif found is NoLine.STOPPED:
            self._back(letter)
        elif isinstance(found, Reply):
            self._back(letter)
            await self._stop(found)
        else:
            return found
        return None

    # -- letters ------------------------------------------------------------------------------------------------------

    async def _next(self) -> Letter | None:
        """The next letter, waited for; None where the line is not needed any more."""
        while not self._closing:
            if not self._letters:
                async with self._ready:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_IDLE):
                            await self._ready.wait_for(lambda: self._letters or self._closing)
                if not self._letters or self._closing:
                    return None
            if self._rate.spent:
                await self._get_places()
            elif wait := self._rate.wait():
                await asyncio.sleep(min(wait, 1))
            elif (letter := self._taken()) is not None:
                return letter
        return None

    async def _get_places(self) -> None:
        """Ask for places in the pace, one worker for all."""
        async with self._asking:
            if self._closing or not self._letters or not self._rate.spent:
                return
            now = monotonic()
            if now < self._asks_at:
                await asyncio.sleep(min(self._asks_at - now, 1))
                return
            number, wait = await self._ask(self.transport, len(self._letters))
            if number:
                self._rate.given(number, now + wait.total_seconds())
            else:
                self._asks_at = now + min(wait.total_seconds(), _ASKS)

    def _following(self) -> Letter | None:
        """The next letter for a line that is under way; None where there is none now, or the line is one too many."""
        if not self._letters or self._closing or self._strikes >= _STRIKES or self._crowded() or self._rate.wait():
            return None
        return self._taken()

    def _may_go(self, letter: Letter) -> bool:
        """Whether what a line took earlier may still be offered, after what was learned meanwhile."""
        if self._closing or self._strikes >= _STRIKES:
            return False
        return not (self._rests and self._rests.left(_domain(letter)))

    def _taken(self) -> Letter | None:
        """The first letter that may go to its domain now; those that may not are put off."""
        while self._letters:
            letter = self._letters.popleft()
            self._sending += 1
            rest = self._rests.left(_domain(letter)) if self._rests else None
            if rest is None:
                self._rate.goes()
                return letter
            self._out_of_hand()
            self._means.marks.settle(outcome.put_off(letter, rest, self._means.random))
        return None

    def _crowded(self) -> bool:
        return len(self._workers) > self._lines.allowed

    def _out_of_hand(self) -> None:
        self._sending -= 1
        if self.in_hand <= self.most // 2:
            self._progress()

    def _back(self, letter: Letter) -> None:
        self._out_of_hand()
        self._give_back([letter])

    def _give_back(self, letters: Sequence[Letter]) -> None:
        for letter in letters:
            self._means.marks.settle(outcome.as_before(letter, fenced=False))

    # -- judgement ----------------------------------------------------------------------------------------------------

    def _learn(self, letter: Letter, reply: Reply) -> None:
        """What the server said about a letter, and says about its domain, and the pace."""
        if reply.verdict is Verdict.UNKNOWN:
            return
        if reply.own:
            self._strikes += 1
            return
        self._failures = 0
        if reply.verdict is Verdict.ACCEPTED:
            self._strikes = 0
            if self._lines.accepted() and self._letters:
                self._hire()
            if self._rests:
                self._rests.accepted(_domain(letter))
            return
        self._strikes = self._strikes + 1 if reply.policy else 0
        if reply.slower and not reply.ends_line:
            self._rests.slower(_domain(letter))

    async def _weigh(self, reply: Reply | None, passage: Passage) -> None:
        """What the last reply on a line means for the channel."""
        if self._strikes >= _STRIKES and reply is not None and reply.own:
            await self._stop(Reply(Verdict.LINE, reply.why))
        elif self._strikes >= _STRIKES and reply is not None:
            why = f"{reply.why}; so it went {self._strikes} times in a row: see that the account may send this"
            await self._stop(Reply(Verdict.ACCOUNT, why))
        elif reply is not None and (reply.verdict is Verdict.ACCOUNT or self._at_once(reply, passage)):
            await self._stop(reply)
        elif reply is not None and reply.slower and reply.ends_line:
            self._lines.slower()

    def _at_once(self, reply: Reply, passage: Passage) -> bool:
        """Nothing can be sent; of a line that was used and ended the server may only have had enough."""
        return reply.verdict is Verdict.LINE and not (passage.judged and reply.ends_line)

    async def _stop(self, reply: Reply) -> None:
        """Nothing can be sent for now: the channel rests for everybody, and its letters go back."""
        self._stopping = True
        self._lines.stopped()
        self._strikes = 0
        letters = list(self._letters)
        self._letters.clear()
        self._give_back(letters)
        span = None
        if reply.verdict is Verdict.LINE:
            self._failures += 1
            span = max(pace.line_pause(self._failures), reply.rest or timedelta())
        try:
            await self._pause(self.transport.channel, reply.why, span)
        finally:
            self._stopping = False
            self._progress()


def _domain(letter: Letter) -> str:
    return letter.address.rpartition("@")[2].lower()
