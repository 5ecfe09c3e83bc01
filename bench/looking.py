"""What a person waits for who looks at a large practice. python -m bench.looking [CLIENTS]."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import ledgers

from msgcenter_tui.center import reading, threads

ROUNDS = 5


def milliseconds(work: Callable[[], object]) -> float:
    """The median."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def main(clients: int = 20_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = ledgers.office_of(str(Path(folder) / "store.db"))
        store = office.store
        office.crowd(clients)
        for _ in range(3):
            office.broadcast()
        looks = {
            "the inbox, first page": lambda: store.run(threads.list_threads, office.me),
            "a search that finds nothing": lambda: store.run(threads.list_threads, office.me, search="no such words"),
            "the badge": lambda: store.run(reading.badge, office.me),
        }
        print(f"looking: {clients} clients, three broadcasts to all of them, median of {ROUNDS}")
        for words, look in looks.items():
            print(f"  {words:34}{milliseconds(look):8.1f} ms")
        store.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
