"""`msgcenter serve` in a process of its own, and its pages: by their sockets, as a browser's script uses them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType
from tests.e2e.terminal import KEYS, PATIENCE, ROOT, Screen

WIDTH, HEIGHT = 120, 36


class Served:
    """A running `msgcenter serve`."""

    def __init__(self, process: asyncio.subprocess.Process, said: dict[str, Any]) -> None:
        self.process = process
        self.said = said
        """Its JSON."""
        self.address: str = said["address"]
        """With the secret in it."""
        self.base = self.address.partition("/?")[0]
        self.errors = ""
        """What it wrote to standard error, once it has ended."""

    def processes(self) -> list[int]:
        """Those of its pages."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("utf-8")
        return [int(pid) for pid in children.split()]

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; gives its exit status."""
        self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            out, errors = await self.process.communicate()
        assert out == b""  # --json is one document
        self.errors = errors.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def serving(*arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Served]:
    """Of this source tree, with the (isolated) environment of the test."""
    ours = {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error", "TZ": "UTC"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "msgcenter_tui",
        "--json",
        *arguments,
        env={**os.environ, **ours, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            said = await process.stdout.readline()
        yield Served(process, json.loads(said))
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


class Visitor:
    """A browser that was given the address: it has the cookie."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._client = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.place = ""

    async def __aenter__(self) -> Visitor:
        async with self._client.get(self._served.address) as answer:
            self.place = self._served.base + answer.headers["Refresh"].partition("url=")[2]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def open(self) -> PageScreen:
        where = f"{self.place}socket?width={WIDTH}&height={HEIGHT}"
        return PageScreen(await self._client.ws_connect(where, headers={"Origin": self._served.base}))


class PageScreen(Screen):
    """The terminal on one page."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        super().__init__(WIDTH, HEIGHT)
        self._socket = socket
        self.last_line = ""
        """What it said at its end."""

    async def _hear(self) -> bool:
        """Take what comes next; False at the end."""
        message = await self._socket.receive()
        if message.type is WSMsgType.BINARY:
            self.show(message.data)
        elif message.type is WSMsgType.TEXT:
            kind, words = json.loads(message.data)
            self.last_line = words if kind == "end" else self.last_line
        return message.type in (WSMsgType.BINARY, WSMsgType.TEXT)

    async def wait(self, *texts: str) -> PageScreen:
        """Until all of these texts are on it."""
        return await self._until(lambda: all(text in self.words for text in texts), repr(texts))

    async def wait_gone(self, *texts: str) -> PageScreen:
        """Until none of these texts is on it."""
        return await self._until(lambda: not any(text in self.words for text in texts), f"the end of {texts}")

    async def _until(self, true: Callable[[], bool], what: str) -> PageScreen:
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():
                    assert await self._hear(), f"it ended before {what} came: {self.last_line}\n{self.text}"
        except TimeoutError:
            raise AssertionError(f"{what} did not come; the screen:\n{self.text}") from None
        return self

    async def wait_end(self) -> str:
        """Until it ends; gives its last line."""
        try:
            async with asyncio.timeout(PATIENCE):
                while await self._hear():
                    pass
        except TimeoutError:
            raise AssertionError(f"it did not end; the screen:\n{self.text}") from None
        return self.last_line

    async def press(self, *keys: str) -> PageScreen:
        for key in keys:
            await self._socket.send_json(["stdin", KEYS.get(key, key)])
        return self

    async def type(self, text: str) -> PageScreen:
        return await self.press(*text)

    async def close(self) -> None:
        """As a browser does whose tab is closed."""
        await self._socket.close()


async def ended(pid: int) -> None:
    """Wait until a process has ended, whoever's child it is."""
    async with asyncio.timeout(PATIENCE):
        await asyncio.to_thread(_wait_for, pid)


def _wait_for(pid: int) -> None:
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        import select

        select.select([watched], [], [], PATIENCE)
    finally:
        os.close(watched)
