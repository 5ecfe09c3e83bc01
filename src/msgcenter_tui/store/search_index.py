"""The indexes of words, for whoever fills a store row by row by the million: left alone, then made anew.

What is in them, and the triggers that keep them, say the migrations: here they are only put aside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

INDEXES = ("search_threads", "search_clients", "search_staff")
"""On SQLite there is a view beside each, of what it has of each row."""

_ON_A_SERVER = (
    "INSERT INTO search_threads SELECT id, search_thread(id) FROM threads",
    "INSERT INTO search_clients SELECT person_id, search_client(person_id) FROM clients",
    "INSERT INTO search_staff SELECT id, search_words(name || ' ' || name_key) FROM people WHERE kind = 'staff'",
)


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


@contextmanager
def aside_on_a_server(conn: Connection) -> Iterator[None]:
    """The same on PostgreSQL, of a store with nothing in it yet."""
    ours = "SELECT tgname, tgrelid::regclass FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    ours += " WHERE relnamespace = current_schema()::regnamespace AND starts_with(tgname, 'search_')"
    triggers = conn.execute(text(ours)).all()
    for name, table in triggers:
        conn.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {name}"))
    yield
    for made_anew in _ON_A_SERVER:
        conn.execute(text(made_anew))
    for name, table in triggers:
        conn.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {name}"))
