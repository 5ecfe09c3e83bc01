"""The indexes of words on SQLite, for whoever fills a store row by row by the million: left alone, then made anew.

What is in them, and the triggers that keep them, say the migrations: here they are only put aside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

INDEXES = ("search_threads", "search_clients", "search_staff")
"""Beside each is a view, of what it has of each row."""


@contextmanager
def aside(connection: sqlite3.Connection) -> Iterator[None]:
    """Within an open transaction: keep no index of what is written, and make them all anew at the end."""
    ours = "type = 'trigger' AND name LIKE 'search\\_%' ESCAPE '\\'"
    triggers = connection.execute(f"SELECT name, sql FROM sqlite_master WHERE {ours}").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield
    for index in INDEXES:
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
        connection.execute(f"INSERT INTO {index} (rowid, words) SELECT id, words FROM {index}_words")
    for _, made in triggers:
        connection.execute(made)
