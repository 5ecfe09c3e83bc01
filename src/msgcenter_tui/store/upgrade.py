"""Bringing a database to the newest schema: one process at a time, whole or not at all, with a copy kept before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import migrations
from msgcenter_tui.store.engine import sqlite_connection, sqlite_copy
from msgcenter_tui.store.walls import building

_LOCK = 0x6D73676374  # the advisory lock of PostgreSQL that a migrating process holds
_WAIT = "120s"


def sqlite(path: Path, patience: float, upgrading: Callable[[], None] = lambda: None) -> tuple[bool, str]:
    """Migrate the SQLite file at `path`: whether it was empty before, and the version it has now.

    A file with data is copied to `<file>.schema-<version>` beside it first, and `upgrading` hears that it takes its
    time. Of two processes one migrates and the other waits.
    """
    line = migrations.LINE
    engine = create_engine("sqlite+pysqlite://", creator=lambda: sqlite_connection(path, patience), poolclass=NullPool)
    with engine.connect() as conn:
        # The driver begins nothing by itself here: until BEGIN every statement stands alone.
        found = migrations.revision(conn)
        if not migrations.due(found, line):
            return False, line.newest
        conn.exec_driver_sql("PRAGMA foreign_keys=OFF")  # rebuilding a table must not cascade into its children
        conn.exec_driver_sql("PRAGMA legacy_alter_table=ON")  # nor stumble over triggers that name it while it is away
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            found = migrations.revision(conn)
            if migrations.due(found, line):
                if found is not None:
                    upgrading()
                    sqlite_copy(path, path.with_name(f"{path.name}.schema-{found}"))
                migrations.upgrade(conn, line)
                _check_keys(conn)
            conn.commit()
        except BaseException:
            conn.rollback()
            raise
    return found is None, line.newest


def postgresql(engine: Engine, upgrading: Callable[[], None] = lambda: None) -> tuple[bool, str]:
    """Migrate a PostgreSQL database: whether it was empty before, and the version it has now; `upgrading` as above."""
    line = migrations.LINE
    with engine.connect() as conn:
        found = migrations.revision(conn)
        if not migrations.due(found, line):
            return False, line.newest
        if found is not None:
            _check_owner(conn)
            upgrading()
    with engine.connect() as conn, conn.begin():
        found = alone(conn)
        if migrations.due(found, line):
            migrations.upgrade(conn, line)
            if building.stand(conn):  # around what is new, too
                building.put_up(conn)
    return found is None, line.newest


def alone(conn: Connection) -> str | None:
    """Have nobody else migrate a PostgreSQL database until the transaction of `conn` ends; the version it has then."""
    conn.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    conn.execute(text("SET LOCAL statement_timeout = 0"))
    conn.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    return migrations.revision(conn)


def _check_owner(conn: Connection) -> None:
    owner = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'alembic_version'::regclass"
    if not conn.execute(text(owner)).scalar():
        raise StoreUnavailable(
            "the store cannot be used yet",
            "it has to be upgraded for this version of the program, and your role does not own its tables",
            "have an administrator start the program once with the role that does",
        )


def _check_keys(conn: Connection) -> None:
    broken = conn.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StoreUnavailable(
            "the store was not upgraded",
            f"{len(broken)} rows point to rows that are not there, the first in table {broken[0][0]}",
            "nothing was changed; restore a backup, or ask for help with this sentence",
        )
