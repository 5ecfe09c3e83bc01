"""From a browser's request to its page. Whoever is not let in by the door gets one answer to everything: nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from msgcenter_tui.errors import reason
from msgcenter_tui.serving.door import Door
from msgcenter_tui.serving.page import GRACE, Page
from msgcenter_tui.text import shown_line

_LONGEST = 1 << 20
"""Bytes of one message of a page: beyond any paste that a field takes."""
_PATIENCE = 3.0
"""Seconds until a page is refused: one that was loaded anew is there before the former has ended."""
_HEARTBEAT = 20.0
"""Seconds after which a browser that answers nothing is taken for gone, and half of them."""

_OURS, _THEIRS = files("msgcenter_tui.serving") / "assets", files("textual_serve") / "static"
_ASSETS: Final[Mapping[str, tuple[Traversable, str]]] = {
    "": (_OURS / "page.html", "text/html; charset=utf-8"),
    "page.css": (_OURS / "page.css", "text/css; charset=utf-8"),
    "page.js": (_OURS / "page.js", "text/javascript; charset=utf-8"),
    "xterm.css": (_THEIRS / "css" / "xterm.css", "text/css; charset=utf-8"),
    "textual.js": (_THEIRS / "js" / "textual.js", "text/javascript; charset=utf-8"),
    "roman.ttf": (_THEIRS / "fonts" / "RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "italic.ttf": (_THEIRS / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"),
}
"""All that there is, by name: no folder is looked into."""

_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), clipboard-read=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# xterm.js makes style elements of its own; it needs no script but its file, and nothing from elsewhere.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:; "
    "connect-src {sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

FULL = "As many pages are open as this Message Center allows ({most}). Close one of them, then open this one again."
LEFT = "The Message Center is closed on this page. Drafts are stored as they are written."
FAILED = "The Message Center had to stop. Drafts are stored as they are written; msgcenter.log has the details."
STOPPED = "msgcenter serve was stopped. Drafts are stored as they are written."


class Server:
    """Serves pages of `command`, which runs with `environment`, to whom `door` lets in: `most` at a time."""

    def __init__(self, door: Door, command: Sequence[str], environment: Mapping[str, str], *, most: int) -> None:
        self._door = door
        self._command = command
        self._environment = environment
        self._most = most
        self._places = asyncio.Semaphore(most)
        self._runner: web.AppRunner | None = None
        self._shown: set[web.WebSocketResponse] = set()
        self.pages: set[Page] = set()
        """Those whose processes run."""

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 is a free one. Gives the port, raises OSError. To be stopped, also after that."""
        app = web.Application()
        app.router.add_route("*", "/{anything:.*}", self._answer)
        app.on_response_prepare.append(_without_a_name)
        app.on_shutdown.append(self._close_all)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE + 2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        at: int = self._runner.addresses[0][1]
        return at

    async def stop(self) -> None:
        """Tell every page; when this returns, all their processes have ended."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _close_all(self, _: web.Application) -> None:
        await asyncio.gather(*(_tell_and_close(socket, STOPPED, WSCloseCode.GOING_AWAY) for socket in [*self._shown]))

    # -- requests ------------------------------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Every request comes this way, so that none gets around the door."""
        door, host = self._door, request.headers.get("Host", "")
        if request.method != "GET" or not door.knows(host):
            return _nothing()
        if request.path == "/":
            return self._welcome() if door.opens(request.query.get("token", "")) else _nothing()
        if not request.path.startswith(door.place) or not door.passes(request.cookies.get(door.cookie, "")):
            return _nothing()
        name = request.path.removeprefix(door.place)
        if name == "socket" and door.is_own(request.headers.get("Origin", ""), host):
            return await self._show(request)
        return self._asset(name, host) if name in _ASSETS else _nothing()

    def _welcome(self) -> web.Response:
        """Take the secret out of the address: from now on a cookie stands for it.

        By a page that leads on, not by a redirect: a link followed from elsewhere would come without the cookie.
        """
        door = self._door
        answer = web.Response(headers={**_ALWAYS, "Refresh": f"0; url={door.public_place}"})
        answer.set_cookie(
            door.cookie, door.cookie_value, path=door.public_place, httponly=True, samesite="Strict", secure=door.secure
        )
        return answer

    def _asset(self, name: str, host: str) -> web.Response:
        file, kind = _ASSETS[name]
        sockets = " ".join(f"ws://{one} wss://{one}" for one in {host, self._door.proxy or host})
        policy = _POLICY.format(sockets=sockets)
        headers = {**_ALWAYS, "Content-Type": kind, "Content-Security-Policy": policy}
        return web.Response(body=file.read_bytes(), headers=headers)

    # -- pages ---------------------------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.StreamResponse:
        """A page, from its opening until its browser or its process leaves."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LONGEST, compress=False)
        if not socket.can_prepare(request):
            return _nothing()
        await socket.prepare(request)
        try:
            await asyncio.wait_for(self._places.acquire(), _PATIENCE)
        except TimeoutError:
            await _tell_and_close(socket, FULL.format(most=self._most), WSCloseCode.TRY_AGAIN_LATER)
            return socket
        self._shown.add(socket)
        try:
            await self._run(socket, _number(request, "width", 80), _number(request, "height", 24))
        finally:
            self._shown.discard(socket)
            self._places.release()
        return socket

    async def _run(self, socket: web.WebSocketResponse, columns: int, rows: int) -> None:
        try:
            page = await Page.open(self._command, self._environment, columns, rows)
        except OSError as error:
            why = reason(error)
            await _tell_and_close(socket, f"The Message Center cannot be started: {why}.", WSCloseCode.INTERNAL_ERROR)
            return
        self.pages.add(page)
        drawing = asyncio.create_task(_draw(page, socket), name="page-drawing")
        try:
            await _hear(page, socket)
        finally:
            # Not given up half way: whoever waits for this server's end has the processes ended.
            await asyncio.shield(self._end(page, drawing))

    async def _end(self, page: Page, drawing: asyncio.Task[None]) -> None:
        await page.end()
        await drawing
        self.pages.discard(page)


async def _draw(page: Page, socket: web.WebSocketResponse) -> None:
    """Bring what the app draws to the browser; when the app has ended, say so, and why."""
    async for drawn in page.drawn():
        if not socket.closed:  # else it is taken all the same: the app must not wait for it
            with suppress(OSError):
                await socket.send_bytes(drawn)
    if not socket.closed:
        words = await page.last_words()
        await _tell_and_close(socket, LEFT if words is None else shown_line(words) or FAILED, WSCloseCode.OK)


async def _hear(page: Page, socket: web.WebSocketResponse) -> None:
    """Bring what the browser says to the app, in textual-serve's words; what is none of them is not heard."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            said = json.loads(message.data)
        except (ValueError, RecursionError):
            continue
        match said:
            case ["stdin", str(keys)]:
                await page.type(keys)
            case ["resize", {"width": int(columns), "height": int(rows)}]:
                await page.resize(columns, rows)
            case ["focus" | "blur" as what]:
                await page.look(away=what == "blur")
            case ["ping", str(when)]:
                await socket.send_json(["pong", when])


async def _tell_and_close(socket: web.WebSocketResponse, words: str, code: WSCloseCode) -> None:
    """The last line on a page (assets/page.js shows it)."""
    with suppress(OSError):
        await socket.send_json(["end", words])
    await socket.close(code=code)


def _nothing() -> web.Response:
    return web.Response(status=404, headers=_ALWAYS)


def _number(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


async def _without_a_name(_: web.Request, answer: web.StreamResponse) -> None:
    """Nobody need know what serves it, and in which version."""
    answer.headers.popall("Server", None)
