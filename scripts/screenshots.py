"""Takes the pictures of the README and docs/: the main screens of the demonstration, at one moment that never passes.

    python scripts/screenshots.py [NAME...]     into docs/pictures/, all of them without a name

The story, the clock and the zone are fixed, so a picture changes only when a screen does.
"""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from msgcenter_tui import demo
from msgcenter_tui.center import identity
from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.demo.people import MAYA, STAFF
from msgcenter_tui.demo.running import POLICY, proofs
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import open_store
from msgcenter_tui.tui import correspondence
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.services import Services

NOW = datetime(2026, 12, 2, 9, 41, tzinfo=UTC)
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
PATIENCE = 30.0
WIDE, SMALL = (120, 36), (80, 24)


class Camera:
    """Drives one app by keys, and waits for what they bring."""

    def __init__(self, app: MessageCenterApp, pilot: Pilot[None]) -> None:
        self._app = app
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def type(self, words: str) -> None:
        await self._pilot.press(*("space" if letter == " " else letter for letter in words))

    async def see(self, *words: str) -> None:
        """Wait until all of these are on the screen; ends the script with the screen where they never come."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while missing := [word for word in words if word not in self.text]:
            if asyncio.get_running_loop().time() > deadline:
                sys.exit(f"{missing} never came; the screen:\n{self.text}")
            await self._pilot.pause(0.05)
        await self._pilot.pause(0.3)

    @property
    def svg(self) -> str:
        """The screen, without the fonts that it would load and the id that Textual makes of its contents."""
        svg = self._app.export_screenshot(title="Message Center")
        return re.sub(r"@font-face \{.*?\}", "", re.sub(r"terminal-\d+", "terminal", svg), flags=re.DOTALL)

    @property
    def text(self) -> str:
        tags = re.compile(r"<style.*?</style>|<[^>]+>|\n\s*", re.DOTALL)
        return html.unescape(tags.sub("", self.svg)).replace("\N{NO-BREAK SPACE}", " ")


Scene = Callable[[Camera], Awaitable[None]]


async def inbox(camera: Camera) -> None:
    await camera.see("The 23rd", "3 unread")
    await camera.press("down")
    await camera.see("we are closed from 24 December", "read by")


async def small(camera: Camera) -> None:
    await camera.see("The 23rd", "3 unread")


async def new_thread(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("n")
    await camera.see("All Clients")
    await camera.press("enter")
    await camera.see("notified")


async def template_picker(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("down", "down", "enter", "r", "ctrl+t")
    await camera.see("Holiday closing")
    await camera.type("holi")
    await camera.see("Dear Ana")


async def preview(camera: Camera) -> None:
    await new_thread(camera)
    await camera.press("enter", "tab")
    await camera.type("/holiday")
    await camera.see("Holiday closing")
    await camera.press("enter")
    await camera.type("24 December")
    await camera.press("tab")
    await camera.type("2 January")
    await camera.see("from 24 December to 2 January")
    await camera.press("ctrl+g")
    await camera.see("All 31 looked at", "Longest text")
    await camera.press("n")
    await camera.see("Longest SMS", "Dear ")


async def audience(camera: Camera) -> None:
    await inbox(camera)
    await camera.press("a")
    await camera.see("Amélie Lefèvre", "have read it")


async def portal(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("p")
    await camera.see("Ana Flores")
    await camera.type("ana fl")
    await camera.press("enter")
    await camera.see("2 unread")


async def side_by_side(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("b")
    await camera.see("Whose portal beside it?")
    await camera.type("ana fl")
    await camera.press("enter")
    await camera.see("2 unread", "New office hours")
    await camera.press("down", "enter", "f6", "enter")
    await camera.see("Dear Ana", "Replies are off")


async def deliveries(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("d")
    await camera.see("1 failed", "1 unknown")


async def clients(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("c")
    await camera.see("Ana Flores")


async def mailbox(camera: Camera) -> None:
    await camera.see("3 unread")
    await camera.press("m")
    await camera.see("Good morning!")


SCENES: dict[str, tuple[Scene, tuple[int, int]]] = {
    "inbox": (inbox, WIDE),
    "inbox-small": (small, SMALL),
    "new-thread": (new_thread, WIDE),
    "template-picker": (template_picker, WIDE),
    "preview": (preview, WIDE),
    "audience": (audience, WIDE),
    "portal": (portal, WIDE),
    "side-by-side": (side_by_side, WIDE),
    "deliveries": (deliveries, WIDE),
    "clients": (clients, WIDE),
    "mailbox": (mailbox, WIDE),
}


async def take(name: str, place: demo.DemoPlace) -> None:
    """One picture; the demonstration is used up by it."""
    scene, size = SCENES[name]
    store = open_store(str(place.database), policy=POLICY, clock=lambda: NOW)
    front = Front(store)
    services = Services(
        front,
        store.run(identity.who, STAFF[MAYA]),
        policy=POLICY,
        demonstration=True,
        mailbox=Catcher(place.caught),
        clock=lambda: NOW,
        zone=UTC,
        blink=False,
        proofs=proofs,
    )
    app = MessageCenterApp(services)
    async with app.run_test(size=size) as pilot:
        camera = Camera(app, pilot)
        await scene(camera)
        (PICTURES / f"{name}.svg").write_text(camera.svg, "utf-8")
    await front.close()
    store.close()


def main(names: list[str]) -> None:
    # Nothing is read by resting on it: the pictures show what is unread.
    correspondence.REST = 3600.0
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        made = demo.prepare(folder=Path(folder) / "made", now=NOW)
        for name in names or SCENES:
            copy = shutil.copytree(made.folder, Path(folder) / name)
            asyncio.run(take(name, demo.DemoPlace(copy)))
            print(f"docs/pictures/{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
