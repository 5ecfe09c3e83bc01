"""The process behind one page: an app with Textual's web driver, which talks in packets over its standard streams."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

_READY = b"__GANGLION__\n"
_HEAD = struct.Struct(">cI")
_DRAWN, _TOLD = b"D", b"M"
_BIGGEST = 1 << 24
"""Bytes; a longer packet is no packet."""
_KEPT = 4096
"""Bytes of its last words."""
GRACE = 10.0
"""Seconds in which a process stores what is being written, and ends."""
LEAST, MOST = 1, 1000
"""Columns and rows of a terminal."""


class Page:
    """One process of the app: keys go in, what it draws comes out. To be ended."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last_words = bytearray()
        self._listening = asyncio.create_task(self._listen(), name="page-last-words")

    @classmethod
    async def open(cls, command: Sequence[str], environment: Mapping[str, str], columns: int, rows: int) -> Page:
        """Start `command`, no shell between. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**environment, "COLUMNS": str(_fit(columns)), "ROWS": str(_fit(rows))},
            start_new_session=True,  # ctrl+c on the server's terminal is the server's: it ends its pages itself
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    # -- what comes out ------------------------------------------------------------------------------------------------

    async def drawn(self) -> AsyncIterator[bytes]:
        """What the app draws, until it has ended; what comes after its last packet is taken, and not shown."""
        out = self._process.stdout
        assert out is not None
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await out.readuntil(_READY)
            while True:
                kind, size = _HEAD.unpack(await out.readexactly(_HEAD.size))
                if size > _BIGGEST:
                    break
                payload = await out.readexactly(size)
                if kind == _DRAWN:
                    yield payload
                elif kind != _TOLD or json.loads(payload).get("type") == "exit":
                    break

        while await out.read(_KEPT):
            pass

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while new := await self._process.stderr.read(_KEPT):
            self._last_words += new
            del self._last_words[:-_KEPT]

    async def last_words(self) -> str | None:
        """Once it has ended by itself: the line by which a command says why it cannot go on; None where all was well.

        Empty where it said nothing of that kind: what else stands there is for no page.
        """
        status = await self._process.wait()
        await self._listening
        if not status:
            return None
        lines = self._last_words.decode("utf-8", "replace").splitlines()
        return next((line for line in reversed(lines) if line.startswith("error: ")), "")

    # -- what goes in --------------------------------------------------------------------------------------------------

    async def type(self, keys: str) -> None:
        await self._send(_DRAWN, keys.encode("utf-8", "replace"))

    async def resize(self, columns: int, rows: int) -> None:
        await self._tell(type="resize", width=_fit(columns), height=_fit(rows))

    async def look(self, *, away: bool) -> None:
        """The page lost the focus of its browser, or has it again."""
        await self._tell(type="blur" if away else "focus")

    async def _tell(self, **words: str | int) -> None:
        await self._send(_TOLD, json.dumps(words).encode())

    async def _send(self, kind: bytes, payload: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError):  # it has ended: whoever reads `drawn` is told
            stream.write(_HEAD.pack(kind, len(payload)) + payload)
            await stream.drain()

    # -- the end -------------------------------------------------------------------------------------------------------

    async def end(self) -> None:
        """Have it store what is being written, and end; after GRACE it is killed.

        Somebody must read what it draws meanwhile, else it waits for that for ever.
        """
        try:
            async with asyncio.timeout(GRACE):
                await self._tell(type="quit")
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        finally:
            if self._process.stdin is not None:
                self._process.stdin.close()
            await self._listening


def _fit(number: int) -> int:
    return min(max(number, LEAST), MOST)
