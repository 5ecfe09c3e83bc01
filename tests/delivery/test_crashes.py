"""Notifiers that are killed or stopped anywhere: nothing is lost, and nothing is sent twice by itself (N8, N14)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Clock
from tests.delivery.office import Office
from tests.delivery.scripted import Scripted
from tests.world import World

import msgcenter_tui

ROOT = Path(__file__).parents[2]
SOURCE = Path(msgcenter_tui.__file__).parents[1]
KINDS = ["sqlite", "postgresql"]
POINTS = ["after_claim", "after_rcpt", "after_fence", "after_data", "before_commit"]


@asynccontextmanager
async def victim(office: Office, url: str, server: Scripted, *point: str) -> AsyncIterator[Process]:
    ahead = (office.clock.now - datetime.now(UTC)).total_seconds()
    arguments = ["-m", "tests.delivery.victim", url, str(server.port), str(ahead), *point]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(ROOT)])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def received(server: Scripted, more: int) -> None:
    """Until the server has got so many more mails."""
    wanted = len(server.received) + more
    while len(server.received) < wanted:
        server.dotted.clear()
        await server.dotted.wait()


def account_for(office: Office, server: Scripted, everybody: int) -> None:
    """What holds whatever was killed."""
    got = Counter(mail.to for mail in server.mails)
    assert not [address for address, times in got.items() if times > 1]  # nothing repeated
    rows = office.rows()
    assert len(rows) == everybody
    assert {row.state.value for row in rows} <= {"sent", "unknown"}  # nothing lost, all of it decided
    sent = {row.address for row in rows if row.state.value == "sent"}
    unknown = {row.address for row in rows if row.state.value == "unknown"}
    assert sent <= set(got) <= sent | unknown


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one at a time", "ahead"])
async def test_killed_at(
    request: pytest.FixtureRequest, clock: Clock, point: str, extensions: tuple[str, ...]
) -> None:  # hazards 26
    # Each point on each store, and in each way, but not in all four: each costs a process.
    kind = KINDS[(POINTS.index(point) + len(extensions)) % 2]
    store_url: str = request.getfixturevalue(f"{kind}_url")
    office = Office(World(request.getfixturevalue(f"{kind}_store"), clock), clock)
    office.broadcast_to(6)
    async with Scripted(extensions=extensions) as server:
        async with victim(office, store_url, server, point, "1" if point == "after_claim" else "3", "9") as process:
            _, errors = await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == -signal.SIGKILL, errors.decode()
        before = len(server.mails)
        assert before < 6
        assert (await office.send_to(server)).sent in (0, 6 - before - office.states().get("unknown", 0))
        office.due(minutes=5)  # its lease is over
        await office.send_to(server)
        account_for(office, server, 6)
    unknown = office.states().get("unknown", 0)
    least = 0 if point in ("after_claim", "after_rcpt") and not extensions else 1
    assert (unknown, before) == (0, 0) if point == "after_claim" else least <= unknown <= 4  # two lines, two of each


async def test_a_notifier_stopped_past_its_lease_sends_nothing_more(office: Office, store_url: str) -> None:
    # hazards 27
    office.broadcast_to(4)
    stop = str(int(signal.SIGSTOP))
    async with Scripted() as server, victim(office, store_url, server, "after_rcpt", "1", stop) as process:
        await asyncio.to_thread(stopped, process.pid)
        office.due(minutes=5)
        assert (await office.send_to(server)).sent == 4
        process.send_signal(signal.SIGCONT)
        _, errors = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, errors.decode()
        account_for(office, server, 4)
        assert len(server.received) == 4
    assert office.states() == {"sent": 4}


def stopped(pid: int) -> None:
    """Wait until the process is stopped."""
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)


async def test_a_few_kills_anywhere(office: Office, store_url: str) -> None:
    chance, kills = random.Random(7), 4
    extensions = ("PIPELINING",) if office.store.file is None else ()
    office.broadcast_to(150)
    async with Scripted(extensions=extensions) as server:
        for _ in range(kills):
            async with victim(office, store_url, server) as process:
                await asyncio.wait_for(received(server, chance.randint(5, 30)), 60)
                process.kill()
            office.due(minutes=2)
        await office.send_to(server)
        account_for(office, server, 150)
    assert office.states().get("unknown", 0) <= kills * 4  # two lines, two of each
