"""The post of one channel: its lines to the server, each with one letter at a time.

The order that loses nothing and sends nothing twice, for each letter:

    claimed -> recipient taken -> fence committed -> handed over -> result committed -> the line is used again
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from traceback import format_tb

from msgcenter_tui.delivery import pace
from msgcenter_tui.delivery.marks import Marks
from msgcenter_tui.delivery.transport import CannotCompose, Line, Reply, Transport, Trouble, Verdict
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.store.leaving import Letter
from msgcenter_tui.store.ledger import Fence, Result

log = logging.getLogger(__name__)

_S = DeliveryState
_IDLE = 20.0
"""Seconds that a line without a letter is kept."""
_STRIKES = 5
"""Refusals in a row that are about the sender rather than the recipient: the account is at fault."""

STOPPED = "the notifier was stopped after handing it over, before the server answered"


@dataclass(frozen=True, slots=True)
class Means:
    """What a post is given from outside: the ledger, and all that is not the same twice."""

    marks: Marks
    pause: Callable[[Channel, str, timedelta | None], Awaitable[None]]
    """Stop the channel, for a while or until somebody mends it."""
    progress: Callable[[], None]
    """A letter is done with."""
    ids: Callable[[], str]
    random: Callable[[], float]
    at: Callable[[str], None]
    """Hears the name of each point where a crash would hurt (tests)."""


class Post:
    """Sends the letters of one channel."""

    def __init__(self, transport: Transport, means: Means, lines: int) -> None:
        self.transport = transport
        self.lines = max(1, min(lines, transport.lines))
        self._means = means
        self._letters: deque[Letter] = deque()
        self._ready = asyncio.Condition()
        self._workers: set[asyncio.Task[None]] = set()
        self._open: set[Line] = set()
        self._sending = 0
        self._most = self.lines
        self._opening = asyncio.Lock()
        self._stops = 0
        self._failures = 0
        self._strikes = 0
        self._closing = False

    @property
    def in_hand(self) -> int:
        """Letters that are claimed and not done with."""
        return len(self._letters) + self._sending

    async def put(self, letters: Sequence[Letter]) -> None:
        if not self._workers:
            self._most = self.lines
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

    # -- a line's life ------------------------------------------------------------------------------------------------

    def _hire(self) -> None:
        idle = len(self._workers) - self._sending
        for _ in range(min(len(self._letters) - idle, self._most - len(self._workers))):
            worker = asyncio.create_task(self._work(), name=f"{self.transport.channel.value}-line")
            self._workers.add(worker)
            worker.add_done_callback(self._ended)

    def _ended(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if not worker.cancelled() and (error := worker.exception()) is not None:
            log.error(
                "a line ended unexpectedly: %s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__))
            )
        if not self._closing and not self._workers:
            self._hire()
        self._means.progress()

    async def _work(self) -> None:
        line: Line | None = None
        try:
            while (letter := await self._next()) is not None:
                self._sending += 1
                try:
                    line = await self._deliver(letter, line)
                finally:
                    self._sending -= 1
                    self._means.progress()
                if line is None and self._crowded():
                    break
            if line is not None:
                await line.close()
        finally:
            self._drop(line)

    async def _next(self) -> Letter | None:
        async with self._ready:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE):
                    await self._ready.wait_for(lambda: self._letters or self._closing)
            return self._letters.popleft() if self._letters and not self._closing else None

    def _crowded(self) -> bool:
        return len(self._workers) > self._most

    def _drop(self, line: Line | None) -> None:
        if line is not None:
            line.abort()
            self._open.discard(line)

    async def _opened(self, letter: Letter) -> Line | None:
        """A new line; where there is none the letter goes back, and the channel rests or makes do with fewer lines.

        One after the other: a server that has not let the first line in is not asked for another.
        """
        stops = self._stops
        async with self._opening:
            if stops != self._stops:
                await self._settle(letter, Reply(Verdict.LINE), fenced=False)
                return None
            try:
                line = await self.transport.open()
            except Trouble as trouble:
                if self._open and trouble.reply.verdict is Verdict.LINE:
                    self._most = len(self._open)  # the server takes no more lines at a time
                    self._letters.appendleft(letter)
                    async with self._ready:
                        self._ready.notify()
                else:
                    await self._settle(letter, trouble.reply, fenced=False)
                    await self._stop(trouble.reply)
                return None
            self._open.add(line)
            return line

    # -- a letter's way -----------------------------------------------------------------------------------------------

    async def _deliver(self, letter: Letter, line: Line | None) -> Line | None:
        """Send one letter on the line, or on a new one; returns the line for the next, None where it is of no use."""
        offered = await self._offered(letter, line)
        if offered is None:
            return None
        line, reply = offered
        if reply is not None:
            await self._settle(letter, reply, fenced=False)
        else:
            self._means.at("after_rcpt")
            reply = await self._leave(letter, line)
        if reply is not None:
            await self._learn(reply)
        if line.alive and (reply is None or reply.verdict not in (Verdict.LINE, Verdict.ACCOUNT)):
            return line
        self._drop(line)
        return None

    async def _offered(self, letter: Letter, line: Line | None) -> tuple[Line, Reply | None] | None:
        """Offer the letter on the line, on a new one if it is gone; None where none can be had."""
        if line is not None and line.alive:
            reply = await self._offer(letter, line)
            if reply is None or reply.verdict is not Verdict.LINE:
                return line, reply
        self._drop(line)  # it was kept longer than the server likes
        line = await self._opened(letter)
        return None if line is None else (line, await self._offer(letter, line))

    async def _offer(self, letter: Letter, line: Line) -> Reply | None:
        try:
            return await line.offer(letter)
        except CannotCompose as error:
            return Reply(Verdict.REFUSED, str(error))
        except BaseException:
            self._drop(line)
            raise

    async def _leave(self, letter: Letter, line: Line) -> Reply | None:
        """Fence, hand over, settle. None where it could not leave: its claim was lost, or it has changed."""
        lost = Result(letter, True, _S.RETRYING, "it was not handed over", timedelta())
        try:
            fenced = await self._means.marks.fence(Fence(letter, self._means.ids(), self.transport.domain))
        except BaseException:
            self._drop(line)
            self._means.marks.post(lost)  # should it be fenced all the same: nothing of it has left
            raise
        if fenced is None:
            await line.take_back()
            await self._means.marks.settle(lost)
            return None
        self._means.at("after_fence")
        try:
            reply = await line.hand_over(fenced)
        except CannotCompose as error:
            await line.take_back()
            reply = Reply(Verdict.REFUSED, str(error))
        except BaseException:
            self._drop(line)
            await asyncio.shield(self._settle(fenced, Reply(Verdict.UNKNOWN, STOPPED), fenced=True))
            raise
        self._means.at("after_data")
        await asyncio.shield(self._settle(fenced, reply, fenced=True))
        return reply

    async def _learn(self, reply: Reply) -> None:
        """What an answer says about the channel."""
        if reply.verdict in (Verdict.LINE, Verdict.ACCOUNT):
            await self._stop(reply)
        elif reply.verdict is not Verdict.UNKNOWN:
            self._failures = 0
            self._strikes = self._strikes + 1 if reply.policy else 0
            if self._strikes >= _STRIKES:
                why = f"{reply.why}; so it went {self._strikes} times in a row: see that the account may send this"
                await self._stop(Reply(Verdict.ACCOUNT, why))

    async def _stop(self, reply: Reply) -> None:
        """Nothing can be sent for now: the channel rests for everybody, and its letters go back."""
        self._stops += 1
        self._strikes = 0
        span = None
        if reply.verdict is Verdict.LINE:
            self._failures += 1
            span = max(pace.line_pause(self._failures), reply.rest or timedelta())
        await self._means.pause(self.transport.channel, reply.why, span)
        await self._return_letters()

    async def _return_letters(self) -> None:
        letters = list(self._letters)
        self._letters.clear()
        back = [self._means.marks.settle(Result(letter, False, _S.WAITING)) for letter in letters]
        await asyncio.gather(*back)

    async def _settle(self, letter: Letter, reply: Reply, *, fenced: bool) -> None:
        self._means.at("before_commit")
        await self._means.marks.settle(self._result(letter, reply, fenced))

    def _result(self, letter: Letter, reply: Reply, fenced: bool) -> Result:
        attempt = letter.attempts + 1
        later = Result(letter, fenced, _S.RETRYING, reply.why, pace.retry_after(attempt, self._means.random))
        match reply.verdict:
            case Verdict.ACCEPTED:
                return Result(letter, fenced, _S.SENT)
            case Verdict.UNKNOWN:
                return Result(letter, fenced, _S.UNKNOWN, reply.why)
            case Verdict.REFUSED if not (reply.once and attempt == 1):
                return Result(
                    letter, fenced, _S.FAILED, reply.why, bad_address=reply.bad_address, declined=reply.declined
                )
            case Verdict.LINE | Verdict.ACCOUNT if not fenced:
                return Result(letter, fenced, _S.WAITING)
            case Verdict.LINE | Verdict.ACCOUNT if reply.uncharged:
                return Result(letter, fenced, _S.RETRYING, reply.why, charged=False)
        if attempt >= pace.MOST_ATTEMPTS:
            return Result(letter, fenced, _S.FAILED, f"{reply.why}; given up after {attempt} attempts")
        return later
