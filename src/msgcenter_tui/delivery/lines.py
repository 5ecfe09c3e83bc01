"""The lines of one channel: how many there are at a time, found out by growing while the server takes more."""

from __future__ import annotations

import asyncio
from enum import Enum, auto

from msgcenter_tui.delivery.transport import Line, Reply, Transport, Trouble, Verdict

_AT_FIRST = 2
_GROW_AGAIN = 100
"""Letters accepted since a server took no further line, until it is asked for one more."""


class NoLine(Enum):
    """Why there is no new line, though those that are open may go on."""

    FULL = auto()
    """The server takes no more at a time."""
    STOPPED = auto()
    """The channel has been stopped meanwhile."""


class Lines:
    """Opens the lines of a transport, at most `most` at a time, and lets go of them.

    It begins with two; each letter that is accepted allows one more, so that a server that is slow to answer is not
    run over, and one that takes no more lines, or asks to slow down, is content with fewer.
    """

    def __init__(self, transport: Transport, most: int) -> None:
        self.most = max(1, min(most, transport.lines))
        self._transport = transport
        self._taken = self.most
        """How many the server is known, or hoped, to take."""
        self._allowed = min(_AT_FIRST, self.most)
        self._accepted = 0
        self._open: set[Line] = set()
        self._opening = asyncio.Lock()
        self._stops = 0

    @property
    def allowed(self) -> int:
        """How many may be open now."""
        return min(self._allowed, self._taken)

    async def opened(self) -> Line | Reply | NoLine:
        """A new line; a reply says why there can be none at all.

        One after the other: a server that has not let the first line in is not asked for another.
        """
        stops = self._stops
        async with self._opening:
            if stops != self._stops:
                return NoLine.STOPPED
            try:
                line = await self._transport.open()
            except Trouble as trouble:
                if self._open and trouble.reply.verdict is Verdict.LINE:
                    self._taken = len(self._open)
                    self._accepted = 0
                    return NoLine.FULL if stops == self._stops else NoLine.STOPPED
                self._stops += 1
                return trouble.reply
            if stops != self._stops:  # what is sent over it now would be sent during a pause
                line.abort()
                return NoLine.STOPPED
            self._open.add(line)
            return line

    def drop(self, line: Line | None) -> None:
        if line is not None:
            line.abort()
            self._open.discard(line)

    def accepted(self) -> bool:
        """The server took a letter; whether there may be more lines for it."""
        grown = self._allowed < self.most
        if grown:
            self._allowed += 1
        if self._taken < self.most:
            self._accepted += 1
            if self._accepted >= _GROW_AGAIN:
                self._accepted, self._taken, grown = 0, self._taken + 1, True
        return grown

    def slower(self) -> None:
        """The server finds that too much comes at once: half as many lines."""
        self._taken = max(1, min(self._taken, len(self._open)) // 2)
        self._accepted = 0

    def stopped(self) -> None:
        """The channel rests: whoever waits for a line gets none."""
        self._stops += 1
