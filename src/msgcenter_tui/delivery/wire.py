"""The replies of a mail server, whole and in their order, on a connection that is open and secured (RFC 5321).

A buffered protocol: asyncio's plain one makes a quarter of a megabyte anew for each receive. What is received is taken
out of the buffer at once, so that all the connections of an account share one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

ROOM = 64 * 1024
"""Bytes that are received at a time."""
_LONGEST = 32 * 1024
"""Bytes of one reply, with all its lines: a server that says more than this makes no sense."""

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


class Listener(Protocol):
    """Whoever speaks over a wire."""

    def heard(self, replies: Sequence[bytes]) -> None:
        """Whole replies, as they came together."""

    def lost(self, *, silent: bool) -> None:
        """No reply comes any more: the connection is gone or, `silent`, the server took too long. Heard once."""


class Wire(asyncio.BufferedProtocol):
    """Commands go out as they are; whole replies are told to the listener at once, which gives each its meaning."""

    listener: Listener

    def __init__(self, transport: asyncio.WriteTransport, room: memoryview) -> None:
        """`room` is received into: by any number of wires of one event loop."""
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._room = room
        self._rest = b""
        """Of a line that is not whole yet."""
        self._before = b""
        """The lines of a reply that is not whole yet."""
        self._until = 0.0
        """When a reply has to be there; 0: none is waited for."""
        self._timer: asyncio.TimerHandle | None = None
        self._lost = False

    @property
    def alive(self) -> bool:
        return not self._lost and not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def abort(self) -> None:
        """Drop the connection; closing it would still send what is buffered. The listener hears nothing more."""
        self._lost = True
        self._transport.abort()
        self._drop_timer()

    # -- the clock: one timer a connection, set anew only when it rings or would ring too late ------------------------

    def wait(self, patience: float) -> None:
        """The next reply has to be there in so many seconds from now."""
        self._until = self._loop.time() + patience
        if self._timer is None or self._timer.when() > self._until:
            self._set_timer()

    def rest(self) -> None:
        """No reply is waited for."""
        self._until = 0.0

    def _set_timer(self) -> None:
        self._drop_timer()
        self._timer = self._loop.call_at(self._until, self._ring)

    def _drop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        if self._until > self._loop.time():
            self._set_timer()
        elif self._until:
            self._end(silent=True)

    # -- asyncio's side -----------------------------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        data = self._rest + self._room[:nbytes]
        *lines, self._rest = data.split(b"\n")
        replies = self._whole(lines) if self._before or b"-" in data else lines
        endless = len(self._rest) > _LONGEST or len(self._before) > _LONGEST
        if endless:
            replies.append(_ENDLESS)
        if replies and not self._lost:
            self.listener.heard(replies)
        if endless:  # whatever was asked: what is still to come of it would be taken for the next answer
            self._end(silent=False)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(silent=False)

    def _end(self, *, silent: bool) -> None:
        if not self._lost:
            self._lost = True
            self._drop_timer()
            self.listener.lost(silent=silent)

    # -- replies ------------------------------------------------------------------------------------------------------

    def _whole(self, lines: list[bytes]) -> list[bytes]:
        """The replies that these lines end; all but the last line of one are marked as such (RFC 5321, 4.2.1)."""
        replies: list[bytes] = []
        for line in lines:
            if line[3:4] == b"-" and line[:3].isdigit():
                self._before += line + b"\n"
            elif self._before:
                replies.append(self._before + line)
                self._before = b""
            else:
                replies.append(line)
        return replies
