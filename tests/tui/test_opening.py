"""The first frame, before the store is open: it says what one waits for, and what is typed ahead is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC

from tests.conftest import Clock
from tests.tui.conftest import Driven, WatchedFront
from tests.tui.practice import Practice

from msgcenter_tui.domain import Policy
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.services import Opening, Services, Start


async def test_it_says_what_one_waits_for(practice: Practice, practice_store: Store, clock: Clock) -> None:
    upgrade, end, front = asyncio.Event(), asyncio.Event(), WatchedFront(Front(practice_store))

    async def begin(tell: Callable[[str], None]) -> Start:
        await upgrade.wait()
        await asyncio.to_thread(tell, "Upgrading the store …")
        await end.wait()
        return Start(Services(front, practice.actor, policy=Policy(), clock=clock, zone=UTC, blink=False))

    app = MessageCenterApp(Opening(begin))
    async with app.run_test(size=(80, 24)) as pilot:
        driven = Driven(app, pilot)
        await driven.until(lambda: "Opening the store …" in driven.text)
        upgrade.set()
        await driven.until(lambda: "Upgrading the store …" in driven.text)
        assert "Opening" not in driven.text
        end.set()
        await driven.until(lambda: isinstance(app.screen, Inbox) and "Upgrading" not in driven.text)
        await driven.still()
    await front.close()
    assert app.troubles == []
