"""The replies of a mail server, in their order, on a connection that is open and secured (RFC 5321, RFC 2920).

A buffered protocol: asyncio's plain one makes a quarter of a megabyte anew for each receive.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

_ROOM = 64 * 1024
_LONGEST = 32 * 1024
"""Bytes of one reply, with all its lines: a server that says more than this makes no sense."""

_MOST_UNASKED = 64


class Said(NamedTuple):
    """A whole reply: its code, -1 for what is none, and its text without codes, lines joined by a blank."""

    code: int
    text: str


class Wire(asyncio.BufferedProtocol):
    """Commands go out as they are; the replies come in their order, each waited for with a time of its own."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._room = bytearray(_ROOM)
        self._view = memoryview(self._room)
        self._filled = 0
        self._lines: list[bytes] = []
        self._size = 0
        self._replies: deque[Said] = deque()
        self._waiter: asyncio.Future[Said] | None = None
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._lost = False

    @property
    def alive(self) -> bool:
        return not self._lost and not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Raises ConnectionError where the connection is gone."""
        if not self.alive:
            raise ConnectionResetError
        self._transport.write(data)

    async def reply(self, patience: float) -> Said:
        """The next reply. Raises ConnectionError, or TimeoutError after so many seconds without one."""
        if self._replies:
            return self._replies.popleft()
        if not self.alive:
            raise ConnectionResetError
        self._waiter = self._loop.create_future()
        self._until = self._loop.time() + patience
        if self._timer is None or self._timer.when() > self._until:
            self._set_timer()
        try:
            return await self._waiter
        finally:
            self._waiter = None

    def abort(self) -> None:
        """Drop the connection; closing it would still send what is buffered."""
        self._transport.abort()
        self._end()

    # -- the clock: one timer a connection, set anew only when it rings or would ring too late ------------------------

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiter is None or self._waiter.done():
            return
        if self._loop.time() >= self._until:
            self._waiter.set_exception(TimeoutError())
        else:
            self._set_timer()

    # -- asyncio's side -----------------------------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        end = self._filled + nbytes
        start = 0
        while (stop := self._room.find(b"\n", start, end)) >= 0:
            self._line(bytes(self._view[start:stop]))
            start = stop + 1
        left = end - start
        if start and left:
            self._room[:left] = self._room[start:end]
        self._filled = left
        if left > _LONGEST:
            self._senseless(bytes(self._view[:200]))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        self._lost = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionResetError())

    # -- replies ------------------------------------------------------------------------------------------------------

    def _line(self, line: bytes) -> None:
        if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"\r", b""):
            self._senseless(line)
            return
        self._lines.append(line)
        self._size += len(line)
        if line[3:4] == b"-":
            if self._size > _LONGEST:
                self._senseless(line)
            return
        code = int(line[:3])
        words = (part[4:].strip() for part in self._lines)
        text = line[4:-1] if len(self._lines) == 1 and line.endswith(b"\r") else b" ".join(words)
        self._lines.clear()
        self._size = 0
        self._deliver(Said(code, text.decode("utf-8", "replace")))

    def _senseless(self, line: bytes) -> None:
        self._lines.clear()
        self._size = self._filled = 0
        self._deliver(Said(-1, line[:200].decode("utf-8", "replace")))

    def _deliver(self, said: Said) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(said)
        elif len(self._replies) < _MOST_UNASKED:
            self._replies.append(said)
        else:
            self.abort()
