"""What has been committed is told once, and of what kind: a notifier's heartbeat has nobody read anything again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from msgcenter_tui.center import staff
from msgcenter_tui.store import notifiers
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.tui.watch import Change, Watch


@pytest.fixture
async def front(sqlite_store: Store) -> AsyncIterator[Front]:
    front = Front(sqlite_store)
    yield front
    await front.close()


@pytest.fixture
async def watch(front: Front) -> Watch:
    watch = Watch(front)
    assert await watch.look() is None
    await front.run(notifiers.heartbeat, "first")  # its connection has seen whatever was before
    while await watch.look() is not None:
        pass
    return watch


async def test_a_heartbeat_concerns_the_ledger_alone(front: Front, watch: Watch) -> None:
    await front.run(notifiers.heartbeat, "second")
    assert await watch.look() == Change(only_ledger=True)
    assert [await watch.look() for _ in range(3)] == [None] * 3


async def test_what_another_process_commits_beside_it_is_told(front: Front, watch: Watch, sqlite_url: str) -> None:
    other = open_store(sqlite_url)
    try:
        await front.run(notifiers.heartbeat, "second")
        other.run(staff.add, None, "Maya Ortiz", "maya@practice.example")
        seen = [await watch.look() for _ in range(3)]
    finally:
        other.close()
    assert Change(only_ledger=False) in seen
    assert seen[-1] is None


async def test_what_this_process_commits_is_told(front: Front, watch: Watch, sqlite_store: Store) -> None:
    await front.run(staff.add, None, "Maya Ortiz", "maya@practice.example")
    assert await watch.look() == Change(only_ledger=False)
    assert await watch.look() is None
