"""The replies of a mail server, in their order, on a connection that is open and secured (RFC 5321, RFC 2920).

A buffered protocol: asyncio's plain one makes a quarter of a megabyte anew for each receive.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import NamedTuple

_ROOM = 64 * 1024
_LONGEST = 32 * 1024
"""Bytes of one reply, with all its lines: a server that says more than this makes no sense."""

_MOST_UNASKED = 64
_ENDLESS = b"(an answer without an end)"
_LINE = re.compile(rb"[0-9]{3}(?:[ -]|\r?$)")


class Said(NamedTuple):
    """A whole reply: its code, -1 for what is none, and its text without codes, lines joined by a blank."""

    code: int
    text: str

    @staticmethod
    def of(raw: bytes) -> Said:
        """What the lines of a reply say."""
        lines = raw.rstrip(b"\r\n").split(b"\n")
        if not all(_LINE.match(line) for line in lines):
            return Said(-1, raw[:200].decode("utf-8", "replace"))
        return Said(int(lines[-1][:3]), b" ".join(line[4:].strip() for line in lines).decode("utf-8", "replace"))


class Wire(asyncio.BufferedProtocol):
    """Commands go out as they are; the replies come in their order, each waited for with a time of its own."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._room = bytearray(_ROOM)
        self._view = memoryview(self._room)
        self._filled = 0
        self._before = b""
        """The lines of a reply that is not whole yet."""
        self._replies: deque[bytes] = deque()
        self._waiter: asyncio.Future[bytes] | None = None
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

    def said(self, *beginnings: bytes) -> bool:
        """Take so many replies, where all of them are there already and each begins so; else none is taken."""
        replies = self._replies
        if len(replies) < len(beginnings):
            return False
        for reply, beginning in zip(replies, beginnings, strict=False):
            if not reply.startswith(beginning):
                return False
        for _ in beginnings:
            replies.popleft()
        return True

    def reply(self, patience: float) -> asyncio.Future[bytes]:
        """The next reply as it came, with its line ends; to be awaited before the one after it is asked for.

        Ends with ConnectionError, or with TimeoutError after so many seconds without one.
        """
        reply: asyncio.Future[bytes] = self._loop.create_future()
        if self._replies:
            reply.set_result(self._replies.popleft())
        elif not self.alive:
            reply.set_exception(ConnectionResetError())
        else:
            self._waiter = reply
            self._until = self._loop.time() + patience
            if self._timer is None or self._timer.when() > self._until:
                self._set_timer()
        return reply

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
            self._waiter = None
        else:
            self._set_timer()

    # -- asyncio's side -----------------------------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        end = self._filled + nbytes
        whole = self._room.rfind(b"\n", 0, end) + 1
        if whole:
            for line in bytes(self._view[:whole]).splitlines(keepends=True):
                self._take(line)
            self._room[: end - whole] = self._room[whole:end]
        self._filled = end - whole
        if self._filled > _LONGEST:
            self._deliver(_ENDLESS)
            self._filled = 0

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

    def _take(self, line: bytes) -> None:
        if line[3:4] == b"-" and line[:3].isdigit():
            self._before += line
            if len(self._before) > _LONGEST:
                self._deliver(_ENDLESS)
                self._before = b""
        elif self._before:
            self._deliver(self._before + line)
            self._before = b""
        else:
            self._deliver(line)

    def _deliver(self, reply: bytes) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(reply)
        elif len(self._replies) < _MOST_UNASKED:
            self._replies.append(reply)
        else:
            self.abort()
