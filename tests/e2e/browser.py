"""A real browser without a window, driven by its DevTools protocol: tabs, keys, and what is on the terminal in them."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from tests.e2e.terminal import FRAMES, PATIENCE

CHROMIUM: Final = shutil.which("chromium")

_FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--remote-debugging-port=0", "--window-size=1280,800",
)  # fmt: skip

# textual.js keeps its terminal to itself: it is caught as it names the address of its socket.
_CATCH: Final = """Object.defineProperty(Object.prototype, "websocket_url", {set(url) {
  window.caught = this;
  Object.defineProperty(this, "websocket_url", {value: url});
}});"""
_SCREEN: Final = """(() => {
  const buffer = window.caught?.terminal.buffer.active;
  if (!buffer) return "";
  return Array.from({length: buffer.length}, (_, row) => buffer.getLine(row).translateToString(true)).join("\\n");
})()"""

_A_FRAME: Final = 0.05
"""Seconds."""
_GOING_ON: Final = re.compile("navigated|context was destroyed|Cannot find (default )?context")

_CLIPBOARD: Final = ["clipboardReadWrite", "clipboardSanitizedWrite"]
_KEYS: Final = {"enter": ("Enter", 13), "tab": ("Tab", 9), "esc": ("Escape", 27), "up": ("ArrowUp", 38)}
_CTRL: Final = 2


class Refused(AssertionError):
    """What the browser answered instead of doing it."""


class Tab:
    """A tab of the browser, with a terminal in it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        return await self._browser.do(method, self._session, **parameters)

    async def evaluate(self, code: str) -> Any:
        """The value of a piece of JavaScript."""
        done = await self.do("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        return done["result"].get("value")

    async def open(self, address: str) -> Tab:
        await self.do("Page.enable")
        await self.do("Page.addScriptToEvaluateOnNewDocument", source=_CATCH)
        await self.do("Emulation.setFocusEmulationEnabled", enabled=True)  # each tab as if it were in front
        await self.do("Page.navigate", url=address)
        return self

    async def text(self) -> str:
        """The terminal's screen, and what the page says over it."""
        return f"{await self.evaluate(_SCREEN)}\n{await self.evaluate('document.body?.innerText')}"

    async def words(self) -> str:
        """The same as one line, without frames and bars: for what is wrapped."""
        return " ".join(FRAMES.sub(" ", await self.text()).split())

    async def _words_so_far(self) -> str:
        """What is to be seen; nothing while the page goes on to another, as from the token's address to the place's."""
        try:
            return await self.words()
        except Refused as error:
            if not _GOING_ON.search(str(error)):
                raise
            return ""

    async def wait(self, *texts: str) -> Tab:
        """Until all of these texts are to be seen."""
        return await self._until(lambda words: all(text in words for text in texts), repr(texts))

    async def wait_gone(self, *texts: str) -> Tab:
        """Until none of these texts is to be seen."""
        return await self._until(lambda words: not any(text in words for text in texts), f"the end of {texts}")

    async def _until(self, true: Callable[[str], bool], what: str) -> Tab:
        try:
            async with asyncio.timeout(PATIENCE):
                while not true(await self._words_so_far()):  # noqa: ASYNC110  it is the browser's page that changes
                    await asyncio.sleep(_A_FRAME)
        except TimeoutError:
            raise AssertionError(f"{what} did not come; the screen:\n{await self.text()}") from None
        return self

    async def press(self, *keys: str) -> Tab:
        """Press keys as a keyboard does: `enter`, `ctrl+s`, `n`."""
        for key in keys:
            ctrl, name = (_CTRL, key[5:]) if key.startswith("ctrl+") else (0, key)
            word, code = _KEYS.get(name, (name, ord(name.upper()) if name.isalnum() and len(name) == 1 else 0))
            written = {"text": "\r" if name == "enter" else name} if not ctrl and name in ("enter", word) else {}
            facts = {"key": word, "windowsVirtualKeyCode": code, "modifiers": ctrl}
            await self.do("Input.dispatchKeyEvent", type="keyDown" if written else "rawKeyDown", **facts, **written)
            await self.do("Input.dispatchKeyEvent", type="keyUp", **facts)
        return self

    async def type(self, text: str) -> Tab:
        return await self.press(*text)

    async def paste(self, text: str) -> Tab:
        """Copy a text somewhere, and paste it here by ctrl+v."""
        await self._browser.do("Browser.grantPermissions", permissions=_CLIPBOARD)
        copied = f"navigator.clipboard.writeText({json.dumps(text)}).then(() => 'copied', String)"
        assert await self.evaluate(copied) == "copied", await self.evaluate(copied)
        key = {"key": "v", "code": "KeyV", "windowsVirtualKeyCode": ord("V"), "modifiers": _CTRL}
        await self.do("Input.dispatchKeyEvent", type="rawKeyDown", commands=["paste"], **key)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **key)
        return self

    async def click(self, selector: str) -> Tab:
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        return self

    async def picture(self, path: Path) -> None:
        data = (await self.do("Page.captureScreenshot"))["data"]
        await asyncio.to_thread(path.write_bytes, base64.b64decode(data))


class Browser:
    """Chromium, with a profile of its own that is thrown away."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._hearing = asyncio.create_task(self._hear())

    async def do(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        to = {} if session is None else {"sessionId": session}
        await self._socket.send_json({"id": number, "method": method, "params": parameters, **to})
        async with asyncio.timeout(PATIENCE):
            return await answer

    async def _hear(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            answer = self._answers.pop(said.get("id", 0), None)
            if answer is None or answer.done():
                continue
            if "error" in said:
                answer.set_exception(Refused(str(said["error"])))
            else:
                answer.set_result(said["result"])

    async def tab(self, address: str) -> Tab:
        target = await self.do("Target.createTarget", url="about:blank", newWindow=True, width=1280, height=800)
        attached = await self.do("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        return await Tab(self, attached["sessionId"]).open(address)

    async def close(self) -> None:
        with suppress(ConnectionError, TimeoutError):
            await self.do("Browser.close")
        self._hearing.cancel()
        await asyncio.gather(self._hearing, return_exceptions=True)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A browser, where there is one (CHROMIUM); it ends with the block."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(prefix="msgcenter-browser-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *_FLAGS,
            f"--user-data-dir={profile}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with ClientSession() as client:
                async with asyncio.timeout(PATIENCE):
                    address, reading = await _address(process)
                    socket = await client.ws_connect(address, max_msg_size=0)
                opened = Browser(socket)
                yield opened
                await opened.close()
                await socket.close()
                async with asyncio.timeout(PATIENCE):
                    await process.wait()
                    await reading
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _address(process: asyncio.subprocess.Process) -> tuple[str, asyncio.Task[bytes]]:
    """Where it listens for its driver, and who reads on what it complains of."""
    errors = process.stderr
    assert errors is not None
    while b"listening on " not in (line := await errors.readline()):
        assert line, "the browser did not start"
    return line.split(b"listening on ")[1].decode().strip(), asyncio.create_task(errors.read())
