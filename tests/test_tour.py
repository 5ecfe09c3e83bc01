"""The guided tour tells the truth: after each step the store is as its words say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from msgcenter_tui import demo
from msgcenter_tui.center import audience, reading, threads
from msgcenter_tui.demo.tour import REPLY, Tour
from msgcenter_tui.domain import Actor, ThreadId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.tui.tour import Scene


class Walked:
    """The tour, step by step, and what a client sees."""

    def __init__(self, store: Store, front: Front) -> None:
        self.store = store
        self.tour = Tour(front, lambda: datetime.now(UTC))
        self._next = 0

    async def to(self, title: str) -> Scene:
        while True:
            scene = await self.tour.play(self._next)
            self._next += 1
            if scene.title == title:
                return scene

    def sees(self, client: Actor, thread: ThreadId | None) -> bool:
        try:
            return thread is not None and bool(self.store.run(threads.open_thread, client, thread))
        except NotFound:
            return False


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(demo.prepare(folder=tmp_path / "demo").database))
    yield store
    store.close()


@pytest.fixture
async def walked(store: Store) -> AsyncIterator[Walked]:
    front = Front(store)
    yield Walked(store, front)
    await front.close()


async def test_each_step_does_what_it_says(walked: Walked) -> None:
    first = await walked.to("An announcement")
    thread, (ana,) = first.thread, first.portals
    assert walked.sees(ana, thread)
    added = await walked.to("Added later")
    (tess,) = added.portals
    assert walked.sees(tess, thread)  # V2
    await walked.to("Not notified")
    maya = walked.tour._maya
    assert thread is not None
    row = next(
        one
        for one in walked.store.run(audience.list_audience, maya, thread, search="Tess", limit=5).items
        if one.person.id == tess.person
    )
    assert row.sees
    assert not row.notices  # N1
    without = await walked.to("No portal")
    assert "client portal is not enabled" in without.words  # P2
    unread = await walked.to("Unread on first sign-in")
    badge = walked.store.run(reading.badge, tess)
    assert f"{badge.threads} threads are unread" in unread.words  # R3
    replied = await walked.to("Replies among clients")
    page = walked.store.run(threads.open_thread, tess, thread)
    assert (page.messages[-1].body, page.messages[-1].author.name) == (REPLY, "Ana Flores")  # V7
    assert {one.person for one in replied.portals} == {ana.person, tess.person}
    await walked.to("Locking")
    assert not walked.store.run(threads.open_thread, ana, thread).thread.can_write  # L1
    await walked.to("Deleting")
    assert not walked.sees(ana, thread)  # V4
    assert not walked.sees(tess, thread)
