"""A broadcast enters the ledger: the center's act beside the bare statement it cannot do without, in one run.

python -m bench.enqueue [CLIENTS]; 1000000 for the large one.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench import ledgers
from sqlalchemy import text
from tests.delivery.office import Office

from msgcenter_tui.store.store import Store

ROUNDS = 9
BARE = """
INSERT INTO bare (run_id, person_id, first, state)
SELECT :run, person_id, 1, 'waiting' FROM clients ORDER BY person_id
"""


def copy_the_table(store: Store) -> None:
    """`bare`: as deliveries, with its keys, checks and indexes."""
    with store.write() as tx:
        said = "SELECT sql FROM sqlite_master WHERE tbl_name = 'deliveries' AND sql IS NOT NULL"
        for statement in tx.conn.scalars(text(said)).all():
            tx.conn.execute(text(statement.replace("deliveries", "bare")))


def act(office: Office) -> float:
    began = time.perf_counter()
    office.broadcast()
    return time.perf_counter() - began


def bare(store: Store) -> float:
    """For the same run, so that both tables grow alike."""
    with store.read() as tx:
        run = tx.conn.scalar(text("SELECT max(id) FROM runs"))
    began = time.perf_counter()
    with store.write() as tx:
        tx.conn.execute(text(BARE), {"run": run})
    return time.perf_counter() - began


def main(clients: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = ledgers.office_of(str(Path(folder) / "store.db"))
        office.crowd(clients)
        copy_the_table(office.store)
        pairs = [(act(office), bare(office.store)) for _ in range(ROUNDS)]
        office.store.close()
    ours, least = (median(one) * 1000 for one in zip(*pairs, strict=True))
    print(f"enqueue: a broadcast to {clients} clients, SQLite, median of {ROUNDS}")
    print(f"  the bare INSERT ... SELECT, same indexes {least:8.1f} ms  1.00")
    print(f"  the act: judged, written, in the ledger  {ours:8.1f} ms  {ours / least:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
