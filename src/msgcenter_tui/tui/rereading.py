"""When something is read again after commits: one reading at a time, between two keys, and not all the time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from time import monotonic

from textual.message_pump import MessagePump
from textual.timer import Timer

from msgcenter_tui.tui.guard import Work

STILL = 0.2
"""Seconds without a key after which the hands are still: what others do is shown then, and not between two keys."""
LONGEST_REST = 1.0
"""Seconds after which a change is read at the latest, however long the reading before it took."""


class Rereading:
    """`soon()` reads; `when_still()` does when the hands are still, and the reading before has had its rest.

    It `rests` so many times as long as it took, and at most so many seconds.
    While a notifier commits all the time, the most of it is left to whoever sends, and all to the hands: what nobody
    waits for is read one after the other, each in its `turn`.
    """

    def __init__(
        self,
        pump: MessagePump,
        read: Callable[[], Awaitable[None]],
        *,
        run: Callable[[Work], object],
        last_key: Callable[[], float],
        turn: Callable[[], asyncio.Lock],
        rests: tuple[float, float] = (3, LONGEST_REST / 2),
    ) -> None:
        self._pump = pump
        self._read = read
        self._run = run
        self._last_key = last_key
        self._turn = turn
        self._rests = rests
        self._reading = False
        self._again = False
        self._rests_until = 0.0
        self._changed_at = 0.0
        self._resting: Timer | None = None
        self.has_read = asyncio.Event()
        """Set as soon as it has been read once, or could not be."""

    def soon(self) -> None:
        """Several at once become one, and one that is under way is followed by another."""
        self._begin(contextlib.nullcontext())

    def _begin(self, turn: contextlib.AbstractAsyncContextManager[None]) -> None:
        if self._reading:
            self._again = True
            return
        self._reading = True
        self._run(self._read_until_nothing_is_new(turn))

    async def _read_until_nothing_is_new(self, turn: contextlib.AbstractAsyncContextManager[None]) -> None:
        began = monotonic()
        try:
            async with turn:
                began = monotonic()
                while True:
                    self._again = False
                    await self._read()
                    if not self._again:
                        return
        finally:
            self._reading = False
            self.has_read.set()
            times, most = self._rests
            self._rests_until = monotonic() + min(most, times * (monotonic() - began))

    def when_still(self) -> None:
        now = monotonic()
        rest = max(self._rests_until - now, self._last_key() + STILL - now)
        if rest <= 0:
            self._begin(self._turn())
        elif self._resting is None:
            self._changed_at = now
            self._resting = self._pump.set_timer(rest, self._after_rest)

    def _after_rest(self) -> None:
        self._resting = None
        now = monotonic()
        typing = self._last_key() + STILL - now
        if typing > 0 and now - self._changed_at < LONGEST_REST:
            self._resting = self._pump.set_timer(typing, self._after_rest)
        else:
            self._begin(self._turn())
