"""Engines: how connections to SQLite and PostgreSQL are opened, and how their transactions begin."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, FromClause, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from msgcenter_tui.errors import BadInput, StoreUnavailable
from msgcenter_tui.store.files import PRIVATE

PATIENCE = 15.0
"""Seconds that a statement waits for a lock that somebody else holds."""

_FLUSH = "flush"
_WAL_LIMIT = 16 * 1024 * 1024  # a long reader lets the -wal file grow; given back at the next checkpoint


@dataclass(frozen=True, slots=True)
class Engines:
    """Engines on one database: transactions of `write` may change it, those of `read` see one state of it.

    On a server each statement of `glance` stands alone, outside of any transaction, and cannot change anything.
    """

    write: Engine
    read: Engine
    glance: Engine | None = None

    def dispose(self) -> None:
        for engine in (self.read, self.write, self.glance):
            if engine is not None:
                engine.dispose()


def place(url: str) -> Path | URL:
    """What `--db` names: the path of a SQLite file, or the URL of a PostgreSQL database.

    Raises BadInput for anything else; its words hold no part of a URL, which may carry a password.
    """
    cure = "give the path of a file, or postgresql://USER@HOST/DATABASE"
    if "://" not in url:
        if not url or url == ":memory:" or "\0" in url:
            raise BadInput("this names no store", "a path of a file is needed", cure)
        return Path(url).expanduser().absolute()
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadInput("the URL of the store cannot be read", "", cure) from None
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database).expanduser().absolute()
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise BadInput("the URL names no store of this program", f"it begins with {parsed.drivername}", cure)


def file_of(url: str) -> Path:
    """The SQLite file that `url` names. Raises BadInput for a database on a server."""
    found = place(url)
    if not isinstance(found, Path):
        raise on_a_server()
    return found


def on_a_server() -> BadInput:
    """What is answered to who wants the file of a store that has none."""
    cure = "use the server's own tools, such as pg_dump and pg_restore"
    return BadInput("only a store in a file is copied so", "this one is on a server", cure)


def described(place: Path | URL) -> str:
    """The store in messages: never its user or password."""
    if isinstance(place, Path):
        return str(place)
    host = place.host or place.normalized_query.get("host", ("this machine",))[0]
    return f"{place.database or 'postgres'} (PostgreSQL, {host})"


# -- SQLite -----------------------------------------------------------------------------------------------------------


def sqlite_engines(path: Path, patience: float = PATIENCE) -> Engines:
    """Engines on the SQLite file at `path`, which exists.

    Write transactions begin IMMEDIATE: a deferred one that turns to writing late fails at once, whatever the timeout.
    """
    write, read = _sqlite(path, patience, reading=False), _sqlite(path, patience, reading=True)
    event.listen(write, "begin", _begin_immediate)
    event.listen(read, "begin", _begin)
    return Engines(write, read)


def sqlite_connection(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """A bare connection in autocommit mode; a missing file is an error, it is never made by opening it."""
    return _connect(path, "rw", patience)


def sqlite_reader(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """A bare connection that changes no byte of the file, not even at its end: it leaves the -wal where it is."""
    return _connect(path, "ro", patience)


def _connect(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    address = f"{path.as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)


def sqlite_copy(path: Path, target: Path) -> None:
    """Copy the file as it is at one moment, while others use it, to `target`: whole or not at all, without a -wal.

    Copying the file alone would miss what is in its -wal. What is at `target` is replaced.
    """
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE))
    try:
        with closing(sqlite_connection(path)) as source, closing(sqlite_connection(unfinished)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def sqlite_salvager(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """A reader of a damaged file: it reads what it can, where others are refused the whole for what is missing."""
    connection = sqlite_reader(path, patience)
    tolerate(connection)
    return connection


def tolerate(connection: sqlite3.Connection) -> None:
    """Have it read a damaged file as far as that goes."""
    # Despite its name: pages that the header counts and the file has not, and tables that cannot be made out, are no
    # reason any more to refuse all others. The first statement pays for the latter.
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("PRAGMA query_only=ON")
    with contextlib.suppress(sqlite3.DatabaseError):
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def sqlite_salvage(path: Path, patience: float = PATIENCE) -> Engine:
    """An engine on a damaged SQLite file: it reads what can be read, and writes nothing."""
    engine = _engine(lambda: sqlite_salvager(path, patience))
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite(path: Path, patience: float, *, reading: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite_connection(path, patience)
        try:
            _to_wal(connection, patience)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA recursive_triggers=ON")  # else REPLACE deletes without the delete trigger
            connection.execute(f"PRAGMA journal_size_limit={_WAL_LIMIT}")
            if reading:
                connection.execute("PRAGMA query_only=ON")
        except BaseException:
            connection.close()
            raise
        return connection

    return _engine(connect)


def _engine(connect: Callable[[], sqlite3.Connection]) -> Engine:
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
    engine.dialect.statement_compiler = _Compiler
    return engine


class _Compiler(SQLiteCompiler):
    """Writes what SQLAlchemy does not write, or not so, for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """The hints of a statement, such as INDEXED BY."""
        return text

    def visit_values(
        self, element: Any, asfrom: bool = False, from_linter: Any = None, visiting_cte: Any = None, **kw: Any
    ) -> str:
        """VALUES in a FROM: its columns have names of SQLite's own."""
        written: str = super().visit_values(element, asfrom, from_linter, visiting_cte, **kw)  # type: ignore[no-untyped-call]
        if not asfrom:
            return written
        rows, _, _ = written.rpartition(" AS ")
        names = (f"column{number} AS {column.name}" for number, column in enumerate(element.columns, 1))
        return f"(SELECT {', '.join(names)} FROM {rows}) AS {element.name}"


def _to_wal(connection: sqlite3.Connection, patience: float) -> None:
    # Two processes that switch a new file at once do not wait for each other: the loser is told BUSY at once.
    until = time.monotonic() + patience
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            if mode != "wal":
                mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.01)
            continue
        if mode != "wal":
            raise StoreUnavailable(
                "the store cannot be used", "its file system gives SQLite no write-ahead log", "keep it on a local disk"
            )
        return


def flush(conn: Connection, lasts: bool) -> None:
    """Whether the next commit of the connection waits for the disk. SQLite; outside of a transaction."""
    wanted = "FULL" if lasts else "NORMAL"
    if conn.info.get(_FLUSH, "FULL") != wanted:
        conn.connection.cursor().execute(f"PRAGMA synchronous={wanted}")
        conn.info[_FLUSH] = wanted


def _begin_immediate(conn: Connection) -> None:
    conn.connection.cursor().execute("BEGIN IMMEDIATE")


def _begin(conn: Connection) -> None:
    conn.connection.cursor().execute("BEGIN")


# -- PostgreSQL -------------------------------------------------------------------------------------------------------

_WORKING = 2, 3
"""Connections of a process that are kept, and how many more there may be for a while: its front has a writer and three
readers (front.py)."""
_ALONE = 2, 0
"""Those that cannot write: one listens (feed.py), and a notifier glances by the other."""


def postgresql_engines(url: URL, patience: float = PATIENCE) -> Engines:
    """Engines on a PostgreSQL database by psycopg 3; `read` sees one snapshot a transaction and cannot write.

    `glance` has connections of its own, which the server itself keeps from writing.
    """
    limits = {
        "lock_timeout": f"{patience:g}s",
        "statement_timeout": "120s",
        "idle_in_transaction_session_timeout": "120s",
    }
    try:
        from msgcenter_tui.store import server
    except ModuleNotFoundError as error:
        raise StoreUnavailable(
            "the store cannot be used",
            "the driver for PostgreSQL is not installed",
            "install the program with its extra, msgcenter-tui[postgres]",
        ) from error

    def engine(limits: dict[str, str], kept: int, more: int) -> Engine:
        options = [*(f"-c {name}={value}" for name, value in limits.items())]
        options += url.normalized_query.get("options", ())
        made = create_engine(
            url,
            connect_args={"application_name": "msgcenter"}
            | server.REACHES
            | dict(url.query)
            | {"options": " ".join(options)},
            hide_parameters=True,
            pool_size=kept,
            max_overflow=more,
            pool_timeout=patience,
            pool_use_lifo=True,
        )
        event.listen(made, "do_connect", lambda _dialect, _record, given, named: server.connected(*given, **named))
        return made

    write = engine(limits, *_WORKING)
    alone = engine(limits | {"default_transaction_read_only": "on"}, *_ALONE)
    return Engines(
        write,
        write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
        alone.execution_options(isolation_level="AUTOCOMMIT"),
    )
