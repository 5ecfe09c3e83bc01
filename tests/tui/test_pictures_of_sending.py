"""Pictures of a new thread, its last look, and the client portal, at the two sizes."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.tui.conftest import Run
from tests.tui.practice import Practice

from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen

SIZES = [(80, 24), (120, 36)]
AT = [f"{width}x{height}" for width, height in SIZES]


@pytest.mark.parametrize("size", SIZES, ids=AT)
async def test_new_thread(practice: Practice, run: Run, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "Ana Flores" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "9 people will be notified" in driven.text)
        driven.screen.addressing.figures.toggle()
        await driven.until(lambda: "Rosa Díaz" in driven.text and "9 waiting" in driven.text)
        await driven.still()
        assert driven.picture() == svg


@pytest.mark.parametrize("size", SIZES, ids=AT)
async def test_last_look(practice: Practice, run: Run, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "Ana Flores" in driven.text)
        await driven.press("enter", "enter")
        await driven.type("Spring")
        await driven.press("enter")
        await driven.type("We open again on Monday.")
        await driven.until(lambda: "9 notified" in driven.text and "1 SMS of 1 segment (GSM-7)" in driven.text)
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook) and "The same people" in driven.text)
        await driven.still()
        assert driven.picture() == svg


@pytest.mark.parametrize("size", SIZES, ids=AT)
async def test_portal(practice: Practice, run: Run, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    who = practice.clients["Zoë Åkesson"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True, size=size) as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and "● 2 unread" in driven.text)
        if size[0] < 100:
            await driven.press("down", "enter")
            await driven.until(lambda: "Everyone in this conversation" in driven.text and "● 1 unread" in driven.text)
        else:
            await driven.until(lambda: "Dear Zoë," in driven.text)
        await driven.still()
        assert driven.picture() == svg


async def test_portal_in_the_light(practice: Practice, run: Run, svg: SnapshotAssertion) -> None:
    who = practice.clients["Zoë Åkesson"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True, theme="morning") as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and "Dear Zoë," in driven.text)
        await driven.until(lambda: "● 2 unread" in driven.text)
        await driven.still()
        assert driven.picture() == svg
