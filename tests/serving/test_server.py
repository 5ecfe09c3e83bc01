"""The server, in this process: who gets nothing, what the page may do, and what becomes of its process."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType
from aiohttp.client_exceptions import WSServerHandshakeError

from msgcenter_tui.serving import page as pages
from msgcenter_tui.serving import server as servers
from msgcenter_tui.serving.door import Door
from msgcenter_tui.serving.server import Server

APP = str(Path(__file__).with_name("app.py"))
ASSETS = ["", "page.css", "page.js", "xterm.css", "textual.js", "roman.ttf", "italic.ttf"]


class Visit:
    """A server, and a browser that may or may not have been let in."""

    def __init__(self, door: Door, server: Server, client: ClientSession, port: int) -> None:
        self.door = door
        self.server = server
        self.client = client
        self.base = f"http://127.0.0.1:{port}"
        self.inside = self.base + door.place

    async def enter(self) -> Visit:
        async with self.client.get(f"{self.base}/", params={"token": self.door.token}) as answer:
            assert answer.status == 200
        return self

    async def socket(self, origin: str | None = None, size: str = "width=90&height=30") -> ClientWebSocketResponse:
        headers = {"Origin": self.base if origin is None else origin}
        return await self.client.ws_connect(f"{self.inside}socket?{size}", headers=headers)


@asynccontextmanager
async def visiting(how: str = "usual", *, most: int = 2, door: Door | None = None) -> AsyncIterator[Visit]:
    door = door or Door()
    server = Server(door, [sys.executable, APP, how], os.environ, most=most)
    try:
        port = await server.start("127.0.0.1", 0)
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
            yield Visit(door, server, client, port)
    finally:
        await server.stop()


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    async with visiting() as visit:
        yield visit


async def heard(socket: ClientWebSocketResponse) -> bytes | str | None:
    """The next that the page is sent; None at its end."""
    async with asyncio.timeout(30):
        message = await socket.receive()
    return message.data if message.type in (WSMsgType.TEXT, WSMsgType.BINARY) else None


async def last_line(socket: ClientWebSocketResponse) -> str:
    """What the page says at its end."""
    said = ""
    while (more := await heard(socket)) is not None:
        if isinstance(more, str) and json.loads(more)[0] == "end":
            said = json.loads(more)[1]
    return said


async def gone(server: Server) -> None:
    """Wait until the processes of all its pages have ended."""
    async with asyncio.timeout(30):
        await asyncio.gather(*(page._process.wait() for page in server.pages))


# -- the door ---------------------------------------------------------------------------------------------------------


async def assert_nothing(visit: Visit, path: str, method: str = "GET", **headers: str) -> None:
    async with visit.client.request(method, visit.base + path, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, await answer.read()) == (404, b"")
        assert not answer.headers.keys() & {"Set-Cookie", "Location", "Refresh", "Server", "Content-Type"}


async def test_without_the_secret_every_way_leads_to_nothing(visit: Visit) -> None:
    door = visit.door
    ways = ["/", "/?token=", "/?token=wrong", f"/?token={Door().token}", f"/?Token={door.token}", f"/{door.token}/"]
    ways += [door.place + name for name in (*ASSETS, "socket", "download/x", "static/", "nowhere")]
    ways += ["/static/", "/ws", "/download/x", "/favicon.ico", "/robots.txt", "//", f"{door.place}?token={door.token}"]
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    upgrade |= {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Origin": visit.base}
    for cookie in ({}, {"Cookie": f"{door.cookie}=wrong"}, {"Cookie": f"{door.cookie}={door.token}"}):
        for way in ways:
            await assert_nothing(visit, way, **cookie)
            await assert_nothing(visit, way, **cookie, **upgrade)
    assert not visit.server.pages


async def test_with_it_there_is_the_page_and_nothing_beside_it(visit: Visit) -> None:
    await visit.enter()
    for name in ASSETS:
        async with visit.client.get(visit.inside + name) as answer:
            assert answer.status == 200, name
            assert len(await answer.read()) > 500
    for way in (
        "..",
        "../",
        "static/",
        "page.html",
        "/etc/passwd",
        "..%2f..%2fserver.py",
        "%2e%2e/server.py",
        "socket/",
    ):
        await assert_nothing(visit, visit.door.place + way)
    await assert_nothing(visit, "/")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"):
        await assert_nothing(visit, visit.door.place, method)
        await assert_nothing(visit, f"/?token={visit.door.token}", method)


async def test_a_stranger_who_leads_a_name_here_gets_nothing(visit: Visit) -> None:
    """DNS rebinding: to the browser it is the stranger's own page, cookie or not."""
    await visit.enter()
    for host in ("evil.example", f"evil.example:{visit.base.rpartition(':')[2]}"):
        await assert_nothing(visit, visit.door.place, Host=host)
        await assert_nothing(visit, f"/?token={visit.door.token}", Host=host)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_no_page_of_a_stranger_opens_a_socket(visit: Visit, origin: str) -> None:
    """Cross-site websocket hijacking: the browser sends the cookie along, and says who asks."""
    await visit.enter()
    with pytest.raises(WSServerHandshakeError) as refused:
        await visit.socket(origin)
    assert refused.value.status == 404
    assert not visit.server.pages


async def test_a_socket_that_does_not_become_one_is_nothing(visit: Visit) -> None:
    await visit.enter()
    await assert_nothing(visit, visit.door.place + "socket", Origin=visit.base)


async def test_the_secret_leaves_the_address_at_once(visit: Visit) -> None:
    door = visit.door
    async with visit.client.get(f"{visit.base}/?token={door.token}", allow_redirects=False) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.headers["Refresh"] == f"0; url={door.place}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not any(door.token in value for value in answer.headers.values())
        cookie = answer.cookies[door.cookie]
    assert (cookie["path"], cookie["samesite"], cookie["domain"]) == (door.place, "Strict", "")
    assert cookie["httponly"]
    assert not cookie["secure"]  # there is no https here


async def test_behind_a_proxy_the_cookie_is_for_https_only() -> None:
    async with visiting(door=Door(url="https://center.example.org/office")) as visit:
        async with visit.client.get(f"{visit.base}/?token={visit.door.token}") as answer:
            cookie = answer.cookies[visit.door.cookie]
        assert cookie["secure"]
        assert cookie["path"] == f"/office{visit.door.place}"


async def test_the_page_may_ask_nobody_else_for_anything(visit: Visit) -> None:
    await visit.enter()
    async with visit.client.get(visit.inside) as answer:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        page = await answer.text()
    socket = visit.base.removeprefix("http:")
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"ws:{socket} wss:{socket}"
    assert policy["frame-ancestors"] == "'none'"
    for name in ("page.css", "page.js", "xterm.css"):
        async with visit.client.get(visit.inside + name) as answer:
            page += await answer.text()
    # The licence of xterm.css names where it came from.
    assert not re.search(r"(?:src|href|url|import|fetch)\W{1,3}(?:https?:)?//", page)


# -- pages ------------------------------------------------------------------------------------------------------------


async def test_a_page_is_a_process_of_its_own(visit: Visit) -> None:
    await visit.enter()
    one, two = await visit.socket(), await visit.socket(size="width=0&height=99999")
    assert (await heard(one), await heard(two)) == (b"90x30", b"1x1000")
    await one.send_json(["stdin", "hé\x1b[A"])
    assert await heard(one) == "Dhé\x1b[A".encode()
    await one.send_json(["resize", {"width": 100, "height": 0}])
    assert await heard(one) == b'M{"type": "resize", "width": 100, "height": 1}'
    for what in ("focus", "blur"):
        await one.send_json([what])
        assert await heard(one) == f'M{{"type": "{what}"}}'.encode()
    await one.send_json(["ping", "17"])
    assert await heard(one) == '["pong", "17"]'
    assert len({page.pid for page in visit.server.pages}) == 2
    await one.close()
    await two.send_json(["stdin", "still here"])
    assert await heard(two) == b"Dstill here"


async def test_what_is_no_word_of_the_page_is_not_heard(visit: Visit) -> None:
    await visit.enter()
    socket = await visit.socket()
    await heard(socket)
    for said in (
        "",
        "{",
        "[",
        "null",
        '["stdin"]',
        '["stdin", 7]',
        '["resize", {"width": "x"}]',
        '["quit"]',
        "[" * 90_000,
    ):
        await socket.send_str(said)
    await socket.send_bytes(b"\x00")
    await socket.send_str('["stdin", "\\ud800!"]')
    assert await heard(socket) == b"D?!"


async def test_a_closed_page_ends_its_process(visit: Visit) -> None:
    await visit.enter()
    socket = await visit.socket()
    await heard(socket)
    await socket.send_json(["stdin", "much"])  # more than a pipe holds, and nobody reads it any more
    await socket.close()
    await gone(visit.server)


async def test_a_process_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "GRACE", 0.05)
    async with visiting("stays") as visit:
        await visit.enter()
        socket = await visit.socket()
        await heard(socket)
        await socket.close()
        await gone(visit.server)


async def test_an_app_that_is_left_says_so_on_its_page(visit: Visit) -> None:
    await visit.enter()
    socket = await visit.socket()
    await socket.send_json(["stdin", "q"])
    assert await last_line(socket) == servers.LEFT
    await gone(visit.server)


@pytest.mark.parametrize(("how", "words"), [("fails", "error: the store is not there"), ("breaks", servers.FAILED)])
async def test_an_app_that_cannot_go_on_says_why(how: str, words: str) -> None:
    """By its line of error, and by nothing else that stands there."""
    async with visiting(how) as visit:
        await visit.enter()
        assert await last_line(await visit.socket()) == words


async def test_a_command_that_is_not_there_is_said() -> None:
    async with visiting() as visit:
        visit.server._command = ["/nowhere/python"]
        await visit.enter()
        assert "no such file" in await last_line(await visit.socket())


async def test_no_more_pages_than_allowed_and_a_place_that_is_free_again_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with visiting(most=1) as visit:
        await visit.enter()
        one = await visit.socket()
        assert await heard(one) == b"90x30"
        monkeypatch.setattr(servers, "_PATIENCE", 0.01)
        assert await last_line(await visit.socket()) == servers.FULL.format(most=1)
        assert len(visit.server.pages) == 1
        monkeypatch.setattr(servers, "_PATIENCE", 30)
        await one.close()
        again = await visit.socket()  # as one that is loaded anew: the former may not have ended yet
        assert await heard(again) == b"90x30"


async def test_the_servers_end_is_told_and_ends_every_process() -> None:
    async with AsyncExitStack() as stack:
        visit = await stack.enter_async_context(visiting())
        await visit.enter()
        sockets = [await visit.socket() for _ in range(2)]
        for socket in sockets:
            await heard(socket)
        telling = [asyncio.create_task(last_line(socket)) for socket in sockets]
        await visit.server.stop()
        assert [await told for told in telling] == [servers.STOPPED] * 2
        assert not visit.server.pages
