"""Looking at a large ledger beside the bare statement each look cannot do without, in the same run.

python -m bench.ledger [DELIVERIES...]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.looking import milliseconds
from sqlalchemy import text
from tests.conftest import Clock
from tests.delivery.office import Office
from tests.world import World

from msgcenter_tui.center import deliveries
from msgcenter_tui.domain import DeliveryState, ThreadId
from msgcenter_tui.store.store import Store, open_store

CLIENTS = 100_000
PAGE = 100

COUNT = "SELECT count(*) FROM deliveries WHERE run_id = (SELECT max(id) FROM runs)"
KEYS = "SELECT run_id, person_id FROM deliveries WHERE state = 'unknown' ORDER BY run_id DESC, person_id DESC LIMIT 100"
SAID = "SELECT reason, count(*) FROM deliveries WHERE state = 'failed' GROUP BY reason"

# Of every thousand: ten refused, each in words of its own; one unknown; half of the newest broadcast not left yet.
AS_SENT = (
    "UPDATE deliveries SET state = 'sent', fenced_at = 1, settled_at = 1",
    "UPDATE deliveries SET state = 'waiting', fenced_at = NULL, settled_at = NULL"
    " WHERE run_id = (SELECT max(id) FROM runs) AND person_id % 2 = 0",
    "UPDATE deliveries SET state = 'failed', reason = '550 5.1.1 No such mailbox ' || person_id"
    " WHERE person_id % 100 = 1",
    "UPDATE deliveries SET state = 'unknown', reason = 'the connection was lost' WHERE person_id % 1000 = 3",
    "UPDATE runs SET closed_at = 1, last = 1",
    "UPDATE runs SET settled_at = 1 WHERE id < (SELECT max(id) FROM runs)",
)


def filled(store: Store, number: int) -> tuple[Office, ThreadId]:
    """A ledger of so many deliveries, of one broadcast after another; the last one is under way."""
    clock = Clock()
    office = Office(World(store, clock), clock)
    office.crowd(min(number, CLIENTS))
    threads = [office.broadcast() for _ in range(max(1, number // CLIENTS))]
    with store.write() as tx:
        for statement in AS_SENT:
            tx.conn.execute(text(statement))
    return office, threads[-1]


def look(store: Store, statement: str) -> Callable[[], object]:
    """One statement, all its rows, in a transaction that reads."""

    def work() -> None:
        with store.read() as tx:
            tx.conn.execute(text(statement)).all()

    return work


def measure(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.db"))
        office, thread = filled(store, number)
        unknown = DeliveryState.UNKNOWN
        pairs = [
            ("how far a send is", COUNT, lambda: store.run(deliveries.progress, office.me, thread)),
            ("the figures of the top line", COUNT, lambda: store.run(deliveries.status, office.me)),
            (
                "a page of the unknown",
                KEYS,
                lambda: store.run(deliveries.list_deliveries, office.me, state=unknown, limit=PAGE),
            ),
            (
                "why some failed, counted",
                SAID,
                lambda: store.run(deliveries.reasons, office.me, state=DeliveryState.FAILED),
            ),
        ]
        print(f"the ledger: {number} deliveries, of which the newest {min(number, CLIENTS)} are under way")
        for words, statement, ours in pairs:
            least, spent = milliseconds(look(store, statement)), milliseconds(ours)
            print(f"  {words:<28} {spent:8.1f} ms  bare {least:8.1f} ms  {spent / least:6.2f}")
        store.close()


def main(*numbers: int) -> None:
    for number in numbers or (CLIENTS,):
        measure(number)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
