"""One letter over a line of its own, without a ledger: the test of an account."""

from __future__ import annotations

import asyncio

from msgcenter_tui.delivery.transport import Line, Reply
from msgcenter_tui.store.letters import Fenced


async def sent_alone(line: Line, fenced: Fenced) -> Reply:
    """What the server says to it. Raises CannotCompose."""
    written = line.written(fenced)
    alone = _Alone(line, written)
    if line.offer(line.envelope(fenced.letter)):
        alone.taken()
    line.flush()
    return await alone.said


class _Alone:
    """Hears what is said about the only letter."""

    def __init__(self, line: Line, written: bytes) -> None:
        line.hearer = self
        self._line = line
        self._written = written
        self.said: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def taken(self) -> None:
        self._line.hand_over(self._written)

    def refused(self, reply: Reply) -> None:
        self.said.set_result(reply)

    def answered(self, reply: Reply) -> None:
        self.said.set_result(reply)

    def broken(self, error: Exception) -> None:
        self.said.set_exception(error)
