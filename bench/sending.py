"""Sending to All Clients, and looking at it, beside the bare statement each cannot do without, in the same run.

python -m bench.sending [CLIENTS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from sqlalchemy import text
from tests.conftest import Clock
from tests.delivery.office import Office
from tests.world import World

from msgcenter_tui.center import reading, threads
from msgcenter_tui.store.store import Store, open_store

ROUNDS = 5
COPY = "CREATE TABLE bare AS SELECT * FROM deliveries WHERE 0"
BARE = "INSERT INTO bare (run_id, person_id, first, state) SELECT 1, person_id, 1, 'waiting' FROM clients"


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def bare(store: Store, statement: str) -> Callable[[], object]:
    """One statement in a transaction of its own."""

    def work() -> None:
        with store.write() as tx:
            tx.conn.execute(text(statement))

    return work


def main(clients: int = 20_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.db"))
        office = Office(World(store, Clock()), Clock())
        office.crowd(clients)
        bare(store, COPY)()
        insert, ours = seconds(bare(store, BARE)), seconds(office.broadcast)
        looking = seconds(lambda: store.run(threads.list_threads, office.me))
        badge = seconds(lambda: store.run(reading.badge, office.me))
        nothing = seconds(lambda: store.run(threads.list_threads, office.me, search="no such words"))
        store.close()
    print(f"sending: All Clients of {clients}, median of {ROUNDS}")
    print(f"  the bare INSERT ... SELECT        {insert * 1000:8.1f} ms  1.00")
    print(f"  sent: asked, judged, in the ledger {ours * 1000:7.1f} ms  {ours / insert:.2f}")
    print(f"  the inbox, first page             {looking * 1000:8.1f} ms")
    print(f"  a search that finds nothing       {nothing * 1000:8.1f} ms")
    print(f"  the badge                         {badge * 1000:8.1f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
