"""The clerk: a process of its own that does a notifier's acts on a store in a file.

One interpreter does one thing at a time: what speaks with the servers and what writes the ledger would take turns, each
half as fast. The clerk is forked off before the program has threads, and opens the store by itself.

It has no part in what is promised. What it is asked is what a thread would do: it is tried again where it fails, and
only what was committed counts. Is it killed, the front's own thread goes on; the letters that it had read are not
fenced any more, but read anew. Is whoever asks killed, it ends with what it is at.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import pickle
import signal
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import msgcenter_tui
from msgcenter_tui import forked
from msgcenter_tui.errors import MessageCenterError, StoreUnavailable
from msgcenter_tui.origin import Origin
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Act

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_PATIENCE = 15.0
"""Seconds that it has for what it is at, when it is to end."""
_MADE = 10_000
"""Objects that are made between two looks for garbage in circles: what is in hand is kept for a while, and goes by
itself."""
_ROOM = 64 * 1024
"""Bytes of answers that are read at a time; there is more room for one that is longer."""


@contextmanager
def hired(url: str, opened: Callable[[], Store]) -> Iterator[Clerk | None]:
    """A clerk for the store at `url` while the block runs; it has the store by `opened` once it is asked for something.

    None where it would gain nothing (on a server, on one processor), or where this process has threads already. This
    process has no database open yet.
    """
    if "://" in url or not forked.can_be():
        yield None
        return
    clerk = Clerk(*forked.begun(lambda caller: _serve(caller, opened)))
    try:
        yield clerk
    finally:
        clerk.dismiss()


# -- the clerk --------------------------------------------------------------------------------------------------------


def _serve(caller: socket.socket, opened: Callable[[], Store]) -> None:
    """Do what is asked, one after the other, until nobody is there to ask."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a service that stops tells all its processes: the notifier decides
    gc.freeze()
    gc.set_threshold(_MADE)
    noted = _Notes()
    store: Store | None = None
    while (asked := forked.heard(caller)) is not None:
        act, args, kwargs = asked
        done = True
        try:
            if store is None:
                store = opened()
                store.notes_later = True
            answer = store.run(act, *args, **kwargs)
        except MessageCenterError as error:
            done, answer = False, error
        except Exception as error:  # noqa: BLE001  it cannot be told in its own words, which may be a client's
            log.error("something went wrong inside: %s", Origin.of(error))
            done, answer = False, RuntimeError(f"{type(error).__name__} in the process that keeps the ledger")
        forked.say(caller, (done, answer, noted.taken()))
        if store is not None:
            store.note_fences()  # meanwhile the letters are on their way
    if store is not None:
        store.close()


class _Notes(logging.Handler):
    """What would go into the log: whoever asked writes it, who alone has the log's files."""

    def __init__(self) -> None:
        super().__init__()
        self._records: list[logging.LogRecord] = []
        room = logging.getLogger(msgcenter_tui.__name__)
        room.handlers, room.propagate = [self], False
        room.setLevel(logging.INFO)

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def taken(self) -> list[logging.LogRecord]:
        records, self._records = self._records, []
        return records


# -- whoever asks -----------------------------------------------------------------------------------------------------


class Clerk:
    """This side of it, for coroutines of one event loop."""

    def __init__(self, line: socket.socket, process: int) -> None:
        self.process = process
        self._line = line
        self._opening: asyncio.Task[None] | None = None
        self._transport: asyncio.WriteTransport | None = None
        """Once the line is spoken over."""
        self._ended = asyncio.Event()
        self._asked: deque[asyncio.Future[Any]] = deque()
        """Those who wait, in the order in which they asked."""
        self._gone = False
        self.alive = True
        """Not once it has ended."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`Store.run` over there: gives what the act returns, raises what it raises.

        What it was asked for is done, even when the caller is cancelled. Raises StoreUnavailable where it has ended.
        """
        await self._spoken_to()
        return await self.begun(act, *args, **kwargs)

    def begun(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """The same, on its way before it is waited for."""
        if self._transport is None:
            return asyncio.ensure_future(self.run(act, *args, **kwargs))
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            if not self.alive:
                raise _ended()
            self._transport.write(forked.packed((act, args, kwargs)))
        except Exception as error:  # noqa: BLE001  whoever waits for the answer is told
            answer.set_exception(error)
        else:
            self._asked.append(answer)
        return answer

    async def close(self, patience: float = _PATIENCE) -> None:
        """Let it end what it was asked for, and wait until it has; one that takes too long is killed.

        The store stands that: what it had not committed is undone.
        """
        await self._spoken_to()
        assert self._transport is not None
        with contextlib.suppress(OSError):
            self._transport.write_eof()
        try:
            async with asyncio.timeout(patience):
                await self._ended.wait()
        except TimeoutError:
            os.kill(self.process, signal.SIGKILL)
            await self._ended.wait()
        await asyncio.to_thread(self._see_it_end)

    def dismiss(self) -> None:
        """Be rid of one that was not closed, whatever it is at."""
        if not self._gone:
            os.kill(self.process, signal.SIGKILL)
            self._line.close()
            self._see_it_end()

    def _see_it_end(self) -> None:
        os.waitpid(self.process, 0)
        self._gone = True

    async def _spoken_to(self) -> None:
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        await asyncio.shield(self._opening)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: _Ear(self._hear, self._end), sock=self._line)

    def _hear(self, said: memoryview) -> None:
        done, answer, noted = pickle.loads(said)
        for record in noted:
            here = logging.getLogger(record.name)
            if here.isEnabledFor(record.levelno):
                here.handle(record)
        self._tell(done, answer)

    def _end(self) -> None:
        """Nobody waits for an answer that does not come."""
        log.info("the process that keeps the ledger has ended")
        self.alive = False
        while self._asked:
            self._tell(False, _ended())
        self._ended.set()

    def _tell(self, done: bool, answer: Any) -> None:
        asked = self._asked.popleft()
        if asked.done():  # whoever asked was cancelled
            if not done:
                log.error("work that nobody waits for any more failed: %s", answer)
        elif done:
            asked.set_result(answer)
        else:
            asked.set_exception(answer)


class _Ear(asyncio.BufferedProtocol):
    """Hears whole answers, each by itself, and the end. What cannot be understood ends the line, too.

    Not a stream: each of its steps would have the answer wait for all else that the loop has to do, and the clerk idle.
    """

    def __init__(self, hear: Callable[[memoryview], None], end: Callable[[], None]) -> None:
        self._hear = hear
        self._end = end
        self._room = bytearray(_ROOM)
        self._filled = 0

    def get_buffer(self, sizehint: int) -> memoryview:
        return memoryview(self._room)[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        room, at = memoryview(self._room), 0
        while (ends := self._end_of(at)) <= self._filled:
            self._hear(room[at + forked.LENGTH.size : ends])
            at = ends
        rest = room[at : self._filled]
        self._filled = len(rest)
        if ends - at > len(room):
            self._room = bytearray(ends - at)
            self._room[: len(rest)] = rest
        elif at:
            room[: len(rest)] = rest

    def _end_of(self, at: int) -> int:
        """Where the answer ends that begins there; beyond what is there already, where it has not come whole."""
        begins = at + forked.LENGTH.size
        if begins > self._filled:
            return begins
        return begins + int(forked.LENGTH.unpack_from(self._room, at)[0])

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()


def _ended() -> StoreUnavailable:
    return StoreUnavailable("it is not known whether the ledger was written", "the process that keeps it has ended")
