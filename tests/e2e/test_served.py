"""`msgcenter serve` as its users have it: two pages at once, a broadcast sent in one and read in the other's portal."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, Self

import pytest
from aiohttp import ClientSession
from tests.e2e.browser import CHROMIUM, browser
from tests.e2e.served import PageScreen, Served, Visitor, ended, serving

from msgcenter_tui.center import drafts, identity, threads
from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.demo import DemoPlace
from msgcenter_tui.demo.people import ANA, MAYA, STAFF
from msgcenter_tui.serving.server import LEFT, STOPPED
from msgcenter_tui.store.store import Store

DRAFT = "Words that nobody wants to write twice"
SUBJECT, WORDS = "Closed on Friday", "We are closed on Friday, all of us."


Serve = Callable[..., AbstractAsyncContextManager[Served]]


class Page(Protocol):
    """A page, whether its socket is spoken to or a browser has it."""

    async def wait(self, *texts: str) -> Self: ...
    async def wait_gone(self, *texts: str) -> Self: ...
    async def press(self, *keys: str) -> Self: ...
    async def type(self, text: str) -> Self: ...


async def send_to_all(page: Page) -> None:
    await page.wait("Message Center", "The 23rd")
    await (await page.press("n")).wait("All Team Members", "Choose whom it goes to")
    await (await page.press("enter")).wait("goes on", "will be notified")
    await (await page.press("enter")).wait("Subject (optional)", "Write your message")
    await (await page.type(SUBJECT)).wait(SUBJECT)
    await (await (await page.press("enter")).type(WORDS)).wait(WORDS)
    await (await page.press("ctrl+s")).wait("Send to All Clients of Bright Beginnings?", "25 e-mail")
    await (await (await page.press("y")).wait_gone("Send to All Clients of")).wait(SUBJECT, "just now", WORDS)


async def read_in_the_portal(page: Page) -> None:
    await (await page.press("p")).wait("whose portal?")
    await (await page.type(ANA)).wait(ANA, "● on")
    await (await page.press("enter")).wait(f"Client portal of {ANA}", f"● {SUBJECT}")  # V1: there, and unread
    await (await (await page.press("enter")).wait(WORDS, "Replies are off")).wait_gone(f"● {SUBJECT}")  # R1


@pytest.fixture
def serve(place: DemoPlace) -> Serve:
    """`async with serve(EDITOR="nano") as served`: a copy of the demonstration, served as Maya."""
    arguments = ("--db", str(place.database), "--as", STAFF[MAYA], "serve")

    def start(quiet: int = 3600, **environment: str) -> AbstractAsyncContextManager[Served]:
        return serving(*arguments, environment={"MSGCENTER_NOTIFY_QUIET_PERIOD": str(quiet), **environment})

    return start


async def write_a_reply(page: PageScreen) -> None:
    await (await page.press("r")).wait("^s send")
    await (await page.type(DRAFT)).wait(DRAFT)


def drafted(store: Store) -> bool:
    maya = store.run(identity.who, STAFF[MAYA])
    return DRAFT in [draft.body for draft in store.run(drafts.list_drafts, maya)]


async def test_a_broadcast_sent_on_one_page_is_read_on_another(serve: Serve, store: Store) -> None:
    async with serve() as served, Visitor(served) as visitor, ClientSession() as stranger:
        for way in (served.base, f"{served.base}/?token=wrong", visitor.place, f"{visitor.place}socket"):
            async with stranger.get(way, headers={"Origin": served.base}) as answer:
                assert (answer.status, await answer.read()) == (404, b"")
        assert served.processes() == []

        one, two = await visitor.open(), await visitor.open()
        await two.wait("Message Center", "The 23rd")
        await send_to_all(one)
        await read_in_the_portal(two)
        both = served.processes()
        assert len(both) == 2

        await write_a_reply(one)
        await one.close()
        await ended(both[0])
        assert drafted(store)  # M4
        assert served.processes() == both[1:]
        assert await served.stop() == 0
        assert await two.wait_end() == STOPPED
        await ended(both[1])
        assert served.errors == ""
    ana = store.run(identity.who, "ana.flores@example.com")
    newest = store.run(threads.list_threads, ana, search=SUBJECT).items[0]
    assert (newest.subject, newest.unread) == (SUBJECT, 0)


async def test_no_process_outlives_a_server_that_is_killed(serve: Serve, store: Store) -> None:
    """kill -9: the page's process stores what is being written, and ends."""
    async with serve() as served, Visitor(served) as visitor:
        page = await visitor.open()
        await (await (await page.wait("The 23rd")).press("enter")).wait("on the 23rd still on?", "Write a reply")
        await write_a_reply(page)
        (pid,) = served.processes()
        await served.stop(signal.SIGKILL)
        await ended(pid)
    assert drafted(store)  # M4


async def test_what_was_sent_leaves_though_its_page_is_closed(serve: Serve, place: DemoPlace, store: Store) -> None:
    """The notifier is the server's: no page has one, and none need stay open for it."""
    async with serve(quiet=1, EDITOR="true") as served, Visitor(served) as visitor:
        page = await visitor.open()
        await send_to_all(page)
        (pid,) = served.processes()
        await page.close()
        await ended(pid)

        again = await visitor.open()  # begins anew
        await (await (await again.wait("The 23rd")).press("m")).wait("search recipients", SUBJECT)
        await (await again.press("i")).wait("The 23rd")
        await (await again.press("r")).wait("^s send")
        await (await again.press("f4")).wait("Your editor cannot be shown here", "as in a browser")
        await again.press("ctrl+q")
        assert await again.wait_end() == LEFT
        assert await served.stop(signal.SIGINT) == 0
        assert served.errors == ""
    assert SUBJECT in {mail.subject for mail in Catcher(place.caught).mails()}


async def test_the_demonstration_is_served_as_maya(place: DemoPlace) -> None:
    async with serving("serve", "--demo", environment={"MSGCENTER_DEMO": str(place.folder)}) as served:
        assert served.said["as"]["name"] == MAYA
        assert await served.stop(signal.SIGHUP) == 0  # its terminal is closed


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
async def test_two_tabs_of_a_real_browser(serve: Serve, tmp_path: Path) -> None:
    async with serve() as served, browser() as chromium:
        stranger = await chromium.tab(served.base + "/?token=wrong")
        one = await chromium.tab(served.address)
        two = await chromium.tab(served.address)
        await two.wait("Message Center", "The 23rd")
        await send_to_all(one)
        await read_in_the_portal(two)
        await two.picture(tmp_path / "portal.png")
        assert "token" not in await one.evaluate("location.href")
        assert await one.evaluate("document.fonts.check('16px \"Roboto Mono\"')")
        assert not await stranger.evaluate("document.querySelector('#terminal')")
        assert not await one.evaluate(
            f"performance.getEntriesByType('resource').some(e => !e.name.startsWith('{served.base}'))"
        )
        await (await one.press("r")).wait("Follow-up to All Clients", "^s send")
        await (await one.paste("from elsewhere")).wait("from elsewhere")
        await (await one.press("ctrl+q")).wait(
            "They leave whether this stays open or not, as long as msgcenter serve runs"
        )
        await (await one.press("y")).wait(LEFT, "Open again")
        await (await (await one.click("#again")).wait_gone(LEFT)).wait("The 23rd", "draft: from elsewhere")
        assert await served.stop() == 0
        await one.wait(STOPPED)
