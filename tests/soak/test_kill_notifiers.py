"""Notifiers over 6 000 mails, killed a hundred times: lost 0, repeated 0, on each store (N8, N14).

Two of them on SQLite, four on PostgreSQL.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Clock
from tests.delivery.office import Office
from tests.delivery.test_crashes import POINTS
from tests.world import World

import msgcenter_tui
from msgcenter_tui.domain import Policy
from msgcenter_tui.store.notifiers import LEASE
from msgcenter_tui.store.store import open_store

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(msgcenter_tui.__file__).parents[1]), str(ROOT)])}

MAILS = 6000
KILLS = 100
NOTIFIERS = {"sqlite": 2, "postgresql": 4}
LINES = 2  # of each notifier (victim.py)
ON_THE_WAY = 2  # on a line at most: one handed over, one fenced ahead
REPLY = "0.02"  # seconds between dot and answer: most kills find something there
BETWEEN = (5, 2 * MAILS // KILLS - 20)  # mails from one kill to the next
PATIENCE = 300


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


@dataclass
class Slaughter:
    """Kills notifiers, from without at any moment, and from within at the points where it hurts, by turns of chance."""

    url: str
    port: str
    caught: Path
    chance: random.Random
    notifiers: int
    kills: Counter[str] = field(default_factory=Counter)
    clerks: int = 0
    """So many times the process that keeps a notifier's ledger was killed, and the notifier went on."""

    def run(self, office: Office) -> None:
        running = [self._start() for _ in range(self.notifiers)]
        try:
            while self.kills.total() < KILLS and unsettled(office):
                self._kill(running)
            for one in running:
                one.communicate(timeout=PATIENCE)
                self._count(one, "at a point")
        finally:
            for one in running:
                one.kill()
                one.communicate()

    def _kill(self, running: list[subprocess.Popen[str]]) -> None:
        """One of them, or see after those that killed themselves; another begins in its place."""
        target = self.arrived + self.chance.randint(*BETWEEN)
        while not (over := ended(running)) and (self.arrived < target or not at_work(running)):
            time.sleep(0.005)
        if not over and self.chance.random() < 0.3 and lost_clerk(self.chance.choice(at_work(running))):
            self.clerks += 1
            return
        for one in over or [self.chance.choice(at_work(running))]:
            one.kill()
            one.communicate()
            running[running.index(one)] = self._start()
            self._count(one, "at a point" if over else "anywhere")

    @property
    def arrived(self) -> int:
        return len(lines(self.caught))

    def finish(self, office: Office) -> None:
        """What the last ones killed had claimed is free when their leases are over."""
        until = time.monotonic() + LEASE.total_seconds() + PATIENCE
        while unsettled(office):
            assert time.monotonic() < until
            time.sleep(1)
            started("tests.delivery.victim", self.url, self.port, "0").communicate(timeout=PATIENCE)

    def _start(self) -> subprocess.Popen[str]:
        point: tuple[str, ...] = ()
        if self.chance.random() < 0.5:
            name = self.chance.choice(POINTS)
            times = self.chance.randint(1, 2 if name == "after_claim" else BETWEEN[1])
            point = (name, str(times), str(int(signal.SIGKILL)))
        return started("tests.delivery.victim", self.url, self.port, "0", *point)

    def _count(self, ended: subprocess.Popen[str], how: str) -> None:
        if ended.returncode == -signal.SIGKILL:
            self.kills[how] += 1
        else:
            assert ended.returncode == 0


def unsettled(office: Office) -> bool:
    """What is unknown stays so: nobody is there to judge it."""
    return bool(office.states().keys() - {"sent", "unknown"})


def lost_clerk(notifier: subprocess.Popen[str]) -> bool:
    """Kill its clerk, where it has one."""
    try:
        children = Path(f"/proc/{notifier.pid}/task/{notifier.pid}/children").read_text("ascii").split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return bool(children)


def ended(running: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    return [one for one in running if one.poll() is not None]


def at_work(running: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """Those that have said so: one that is killed while it starts proves nothing."""
    return [one for one in running if one.stdout is not None and select.select([one.stdout.fileno()], [], [], 0)[0]]


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.soak
def test_nothing_is_lost_and_nothing_repeated(
    store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()  # stands still for the writing; the notifiers' own runs with the machine's
    store = open_store(store_url, policy=Policy(quiet_period=timedelta()))
    office = Office(World(store, clock), clock)
    office.broadcast_to(MAILS)
    caught = tmp_path / "caught"
    began = time.monotonic()
    with sink(caught) as port:
        notifiers = NOTIFIERS["postgresql" if "://" in store_url else "sqlite"]
        slaughter = Slaughter(store_url, port, caught, random.Random(20), notifiers)
        slaughter.run(office)
        slaughter.finish(office)
    took = time.monotonic() - began

    got = Counter(line.split()[0] for line in lines(caught))
    rows = office.rows()
    store.close()
    unknown = {row.address for row in rows if row.state.value == "unknown"}
    lost = [row for row in rows if row.address not in got and row.address not in unknown]
    repeated = sum(times - 1 for times in got.values())
    kills = slaughter.kills.total()
    with capsys.disabled():
        print(
            f"\n{'PostgreSQL' if '://' in store_url else 'SQLite'}: {len(rows)} mails, {notifiers} notifiers, "
            f"{kills} kills ({', '.join(f'{n} {how}' for how, n in slaughter.kills.items())}), "
            f"{slaughter.clerks} of clerks, in {took:.0f} s: "
            f"lost {len(lost)}, repeated {repeated}, unknown {len(unknown)}, "
            f"of them arrived {len(unknown & set(got))}"
        )
    assert len(rows) == MAILS
    assert kills >= KILLS
    assert not lost
    assert not repeated
    assert len(unknown) <= ON_THE_WAY * LINES * kills
