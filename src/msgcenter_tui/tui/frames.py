"""When a screen is painted: at once where it was still, else a frame's length after the last paint began.

Textual's timer ticks in a grid. After a paint that took longer than a frame it leaves out the next tick, too: what a
key changed meanwhile stood there for up to 33 ms with nobody at work.
"""

from __future__ import annotations

from asyncio import Event, sleep
from collections.abc import Callable
from time import monotonic

from textual.message_pump import MessagePump
from textual.screen import UPDATE_PERIOD
from textual.timer import EventTargetGone, Timer

_REST = 0.002
"""Seconds between two paints at least: what was pressed during the first is done by then, and in the second."""
_TURNS = 6
"""Turns of the loop in which the widgets have heard of the focus, each of the one before, and of what follows of it."""


class Frames(Timer):
    """A paused timer that calls `paint` when it is resumed; `paint` pauses it."""

    def __init__(self, screen: MessagePump, paint: Callable[[], None]) -> None:
        super().__init__(screen, UPDATE_PERIOD, name="screen_update", callback=paint, pause=True)
        self._turns = 0
        self._start()

    def follow_the_focus(self) -> None:
        """The focus is on another widget: what looks otherwise for it is to be one paint."""
        self._turns = _TURNS

    async def _run(self) -> None:
        active: Event = self._active
        while True:
            await active.wait()
            while self._turns:
                self._turns -= 1
                await sleep(0)
            began = monotonic()
            try:
                await self._tick(next_timer=began, count=0)
            except EventTargetGone:
                return
            await sleep(max(_REST, began + self._interval - monotonic()))
