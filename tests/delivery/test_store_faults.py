"""What becomes of letters when the store fails under the notifier: a full disk, a lock, a file or server that goes."""

from __future__ import annotations

import asyncio
import contextlib
import filecmp
import resource
import shutil
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.conftest import Clock
from tests.delivery.office import Office, transport
from tests.delivery.scripted import Scripted
from tests.delivery.test_crashes import victim
from tests.line import AtCommit, Line
from tests.locked import locked
from tests.world import World

from msgcenter_tui.center import threads
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store

S = DeliveryState
PATIENCE = 60
UNDER_WAY = 2
"""Letters on the way on one line at most: one handed over, one fenced ahead."""


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  what is waited for is in another process, or in the notifier's inside
            await asyncio.sleep(0.01)


async def says(process: Process, words: str) -> None:
    """Until its log has these words."""
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, "it ended without saying so"


# -- a full disk ------------------------------------------------------------------------------------------------------


async def test_a_disk_that_is_full_after_the_answer(sqlite_office: Office, sqlite_url: str) -> None:  # hazards 32
    office = sqlite_office
    office.broadcast_to(1)
    async with Scripted() as server:
        async with victim(office, sqlite_url, server, "before_commit", "1", "full") as process:
            await says(process, "look for a full or failing disk")
            assert len(server.mails) == 1
            assert office.state() is S.SENDING  # N8: neither forgotten nor sent again
            process.kill()
            await process.communicate()
        office.due(minutes=5)
        assert (await office.send_to(server)).sent == 0
        assert len(server.received) == 1
    assert office.state() is S.UNKNOWN


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives another process its space back")
async def test_once_there_is_space_the_answer_is_kept(sqlite_office: Office, sqlite_url: str) -> None:  # hazards 32
    office = sqlite_office
    office.broadcast_to(3)
    async with Scripted() as server, victim(office, sqlite_url, server, "before_commit", "1", "full") as process:
        await says(process, "look for a full or failing disk")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
        await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 0
        assert len(server.received) == 3
    assert office.states() == {"sent": 3}


# -- a lock -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["after_claim", "before_commit"])
async def test_a_lock_that_lasts_too_long_is_waited_for(  # hazards 33
    sqlite_office: Office, sqlite_url: str, point: str
) -> None:
    office = sqlite_office
    office.broadcast_to(4)
    store = open_store(sqlite_url, clock=office.clock, patience=0.05)
    front, held = Front(store), ExitStack()
    points = iter([point])

    def at(name: str) -> None:
        if name == point and next(points, None):
            held.enter_context(locked(sqlite_url))

    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}, connections=1, at=at).start()
        with held:
            await until(lambda: "locked" in notifier.status)
            assert (await front.run(threads.list_threads, office.me)).items  # one reads on meanwhile
            assert len(server.received) <= UNDER_WAY
        await until(lambda: len(server.mails) == 4 and office.states() == {"sent": 4})
        await until(lambda: notifier.status == "")
        await notifier.stop()
        assert len(server.received) == 4
    await front.close()
    store.close()


# -- a file that is taken away ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_store_that_is_taken_away_ends_the_sending(  # hazards 34
    sqlite_office: Office, sqlite_template: Path, replaced: bool
) -> None:
    office = sqlite_office
    office.broadcast_to(30)
    assert office.store.file is not None
    path = office.store.file.path
    away = path.with_name("away.db")

    def take_away(name: str) -> None:
        if name == "before_commit" and not away.exists():
            path.rename(away)
            if replaced:
                shutil.copy(sqlite_template, path)

    front = Front(office.store)
    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}, connections=1, at=take_away).start()
        await until(lambda: "while it was open" in notifier.status)
        await notifier.stop(patience=0.05)
        assert 1 <= len(server.received) <= UNDER_WAY
        if replaced:
            assert filecmp.cmp(path, sqlite_template, shallow=False)
        else:
            assert not path.exists()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        away.rename(path)
        office.due(minutes=5)
        await office.send_to(server)  # what had been put in its place is gone: all is told
        assert len({mail.to for mail in server.received}) == len(server.received)
        assert office.states().keys() <= {"sent", "unknown"}
        assert office.states()["unknown"] <= UNDER_WAY
        assert {row.address for row in office.rows() if row.state is S.SENT} <= {mail.to for mail in server.mails}
    await front.close()


# -- a server that is lost --------------------------------------------------------------------------------------------

CLAIM, FENCE = b"SKIP LOCKED", b"fenced_at="
"""What only their statements say."""


@pytest.fixture
def line(postgresql_url: str) -> Iterator[Line]:
    with Line(postgresql_url) as line:
        yield line


@pytest.mark.parametrize("fate", [AtCommit.LOST, AtCommit.UNANSWERED])
@pytest.mark.parametrize("of", [CLAIM, FENCE], ids=["claim", "fence"])
async def test_a_commit_whose_answer_is_lost_costs_nothing(  # N8, hazards 39
    postgresql_store: Store, clock: Clock, line: Line, of: bytes, fate: AtCommit
) -> None:
    office = Office(World(postgresql_store, clock), clock)
    office.broadcast_to(6)
    far = open_store(line.url, clock=clock)
    front = Front(far)
    line.of, line.at_commit = of, fate
    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}, connections=2).start()
        await until(lambda: office.states() == {"sent": 6})
        await notifier.stop()
        assert line.at_commit is AtCommit.PASSES
        assert len(server.received) == len({mail.to for mail in server.received}) == 6
    await front.close()
    far.close()


async def test_a_server_that_is_gone_for_a_while_holds_up_and_nothing_more(  # N8, hazards 39
    postgresql_store: Store, clock: Clock, line: Line
) -> None:
    office = Office(World(postgresql_store, clock), clock)
    office.broadcast_to(6)
    far = open_store(line.url, clock=clock)
    front = Front(far)
    points = iter(["before_commit"])
    down = ExitStack()

    def at(name: str) -> None:
        if name == "before_commit" and next(points, None):
            down.enter_context(line.down())

    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}, connections=1, at=at).start()
        with down:
            await until(lambda: notifier.status)
        await until(lambda: office.states() == {"sent": 6})
        await until(lambda: notifier.status == "")
        await notifier.stop()
        assert len(server.received) == len({mail.to for mail in server.received}) == 6
    await front.close()
    far.close()
