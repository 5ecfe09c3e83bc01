"""The audit log in a rescue: rows may come twice there, and those of an older store come without their chain.

Records that were chained keep their numbers and hashes: where some were lost the chain has a gap, and says so when it
is verified.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from msgcenter_tui.store import chain
from msgcenter_tui.store.chain import Record

UNCHAINED = "unchained_audit"
"""Where the records of a store from before the chain go first: they come in no order."""

_SAID = "at, who_id, by_id, act, what, fields"


@contextmanager
def repeatable(writer: sqlite3.Connection) -> Iterator[None]:
    """Within an open transaction: a record that comes once more is left out, and ends nothing."""
    name = "audit_no_replace"
    (made,) = writer.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    writer.execute(f"DROP TRIGGER {name}")
    yield
    writer.execute(made)


@contextmanager
def chaining(writer: sqlite3.Connection) -> Iterator[None]:
    """Within an open transaction: what is put into UNCHAINED meanwhile becomes the log, in the order of its ids."""
    writer.execute(
        f"CREATE TEMP TABLE {UNCHAINED} (id INTEGER PRIMARY KEY, at NOT NULL, who_id, by_id, act NOT NULL,"
        " what NOT NULL, fields NOT NULL CHECK (json_valid(fields)), CHECK (typeof(at) = 'integer'))"
    )
    yield
    found = writer.execute(f"SELECT id, {_SAID} FROM {UNCHAINED} ORDER BY id")
    writer.executemany(
        f"INSERT INTO audit (id, {_SAID}, number, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _chained(found)
    )
    writer.execute(f"DROP TABLE {UNCHAINED}")


def _chained(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    hash = chain.BEGIN
    for number, (id, at, who, by, act, what, fields) in enumerate(rows, start=1):
        hash = chain.link(hash, number, Record(at, who, by, act, what, json.loads(fields)))
        yield id, at, who, by, act, what, fields, number, hash
