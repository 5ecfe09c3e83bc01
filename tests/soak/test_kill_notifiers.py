"""Two notifiers over 2 000 mails, killed twenty times: lost 0, repeated 0, on each store (N8, N14)."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Clock
from tests.delivery.office import Office
from tests.world import World

import msgcenter_tui
from msgcenter_tui.domain import Policy
from msgcenter_tui.store.notifiers import LEASE
from msgcenter_tui.store.store import open_store

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(msgcenter_tui.__file__).parents[1]), str(ROOT)])}

MAILS = 2000
KILLS = 20
NOTIFIERS = 2
LINES = 2  # of each notifier (victim.py)
REPLY = "0.02"  # seconds between dot and answer: most kills find something there


def started(module: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def sink(path: Path) -> Iterator[str]:
    process = started("tests.soak.sink", str(path), REPLY)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.soak
def test_nothing_is_lost_and_nothing_repeated(
    store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(20)
    clock = Clock()  # stands still for the writing; the notifiers' own runs with the machine's
    store = open_store(store_url, policy=Policy(quiet_period=timedelta()))
    office = Office(World(store, clock), clock)
    office.broadcast_to(MAILS)
    caught = tmp_path / "caught"
    kills = 0
    began = time.monotonic()
    with sink(caught) as port:
        running = [started("tests.delivery.victim", store_url, port, "0") for _ in range(NOTIFIERS)]
        while kills < KILLS:
            target = len(lines(caught)) + chance.randint(10, 2 * MAILS // KILLS - 20)
            while len(lines(caught)) < min(target, MAILS) and any(one.poll() is None for one in running):
                time.sleep(0.005)
            which = chance.randrange(NOTIFIERS)
            running[which].kill()
            running[which].communicate()
            kills += 1
            running[which] = started("tests.delivery.victim", store_url, port, "0")
        for one in running:
            one.communicate(timeout=300)
        # What the last ones killed had claimed is free when their leases are over.
        until = time.monotonic() + LEASE.total_seconds() + 5
        while set(office.states()) - {"sent", "unknown"}:
            assert time.monotonic() < until + 120
            time.sleep(1)
            started("tests.delivery.victim", store_url, port, "0").communicate(timeout=300)
    took = time.monotonic() - began

    got = Counter(line.split()[0] for line in lines(caught))
    rows = office.rows()
    store.close()
    unknown = {row.address for row in rows if row.state.value == "unknown"}
    lost = [row for row in rows if row.address not in got and row.address not in unknown]
    repeated = sum(times - 1 for times in got.values())
    with capsys.disabled():
        print(
            f"\n{'PostgreSQL' if '://' in store_url else 'SQLite'}: {len(rows)} mails, "
            f"{kills} kills in {took:.0f} s: lost {len(lost)}, "
            f"repeated {repeated}, unknown {len(unknown)}, of them arrived {len(unknown & set(got))}"
        )
    assert len(rows) == MAILS
    assert not lost
    assert not repeated
    assert len(unknown) <= 2 * LINES * KILLS  # at most two a connection and kill
