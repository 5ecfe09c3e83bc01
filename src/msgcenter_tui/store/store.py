"""The store: opens, migrates and closes a database, and gives every act its one transaction."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from msgcenter_tui.domain import Actor, Policy
from msgcenter_tui.errors import Refused, StoreUnavailable
from msgcenter_tui.store import identity, upgrade
from msgcenter_tui.store.engine import (
    PATIENCE,
    Engines,
    described,
    place,
    postgresql_engines,
    sqlite_connection,
    sqlite_engines,
)
from msgcenter_tui.store.faults import explained, repeatable
from msgcenter_tui.store.files import StoreFile
from msgcenter_tui.store.tx import TOUCHED, Act, Tx

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 4


@dataclass(frozen=True, slots=True)
class Commits:
    """Of which kind the commits of a store are, as far as this process knows."""

    of_ledger: int
    """How many transactions of this process were ledger acts that changed nothing else."""
    others: int
    """It differs after any other commit: of another process at the latest after the next one of this process."""


class Store:
    """A database of the Message Center. Its methods may be called from any thread.

    `url` is the path of a SQLite file or the URL of a PostgreSQL database; `patience` is how many seconds a
    transaction waits for a lock. Nothing is opened before it is used: `open_store` makes and upgrades what has to be.
    """

    def __init__(
        self,
        url: str,
        *,
        policy: Policy = Policy(),  # noqa: B008  frozen
        clock: Callable[[], datetime] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        where = place(url)
        self.policy = policy
        self.name = described(where)
        """The store in messages for people, without user and password."""
        self.file: StoreFile | None = None
        self._clock = clock
        self._patience = patience
        self._watch: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._numbers = itertools.count()
        self._written = 0
        """Transactions of this process that may have changed what letters are made of."""
        self._of_ledger = 0
        self._foreign = 0
        """How often a transaction of this process found that another connection had committed since the last one."""
        self._engines: Engines
        if isinstance(where, Path):
            self.file = StoreFile(where)
            self._engines = sqlite_engines(where, patience)
        else:
            self._engines = postgresql_engines(where, patience)

    def migrate(self) -> str:
        """Make the store where there is none, upgrade an older one; gives the version of its schema.

        A store that is made is at home where it lies (identity.py). Raises StoreUnavailable for a database that is
        something else, or that a newer version of the program made.
        """
        with explained(self.name):
            if self.file is None:
                made, revision = upgrade.postgresql(self._engines.write)
            else:
                self.file.create()
                made, revision = upgrade.sqlite(self.file.path, self._patience)
            if made:
                identity.settle_here(self)
        return revision

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def write(self, *, of_ledger: bool = False) -> Iterator[Tx]:
        """One transaction that may change the store: committed at the end, rolled back whole on any error.

        `of_ledger`: it does what a ledger act may (tx.py). Raises StoreUnavailable where the store cannot be used; then
        nothing was written.
        """
        with explained(self.name):
            self._check_file()
            with self._connected(self._engines.write) as (conn, now):
                conn.info.pop(identity.FENCES, None)
                conn.info.pop(TOUCHED, None)
                if not of_ledger:  # counted while nobody else writes: a later transaction has seen it
                    self._written += 1
                yield Tx(conn, now, self.policy, seen=self._seen(conn))
                touched = conn.info.pop(TOUCHED, 0)
                self._written += touched
                self._of_ledger += of_ledger and not touched
                self._check_file()
                conn.commit()
                fences = conn.info.pop(identity.FENCES, None)
            if fences is not None:
                identity.note(self, fences)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One transaction that sees one state of the store and cannot change it."""
        with explained(self.name, reading=True):
            self._check_file()
            with self._connected(self._engines.read) as (conn, now):
                yield Tx(conn, now, self.policy, writes=False)
                conn.commit()

    def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one act in a transaction of its own: what it returns is committed, what it raises left nothing behind.

        P3: who only looks at a portal changes nothing, whichever act it is.
        """
        if not act.writes:
            with self.read() as tx:
                return act(tx, *args, **kwargs)
        for given in (*args, *kwargs.values()):
            if isinstance(given, Actor) and given.viewing:
                raise Refused(
                    "nothing was changed", "you only look at this portal", "sign in as the client, or go back to staff"
                )
        for left in reversed(range(_TRIES)):
            try:
                with self.write(of_ledger=act.of_ledger) as tx:
                    return act(tx, *args, **kwargs)
            except (DBAPIError, StoreUnavailable) as error:
                cause = error if isinstance(error, DBAPIError) else error.__cause__
                if not left or not isinstance(cause, DBAPIError) or not repeatable(cause):
                    raise
        raise AssertionError("unreachable")

    def changed(self) -> int | str:
        """A token that differs from the last one when anybody, in this process or another, committed since.

        Cheap enough to ask several times a second. On PostgreSQL it may also differ when nothing here changed.
        """
        with explained(self.name):
            self._check_file()
            if self.file is None:
                with self._connected(self._engines.read) as (conn, _):
                    # Every transaction that wrote is either running or not begun in one snapshot, and past in a later
                    # one: no commit is missed, whatever the order in which they end.
                    return str(conn.execute(text("SELECT pg_current_snapshot()::text")).scalar_one())
            return self._data_version(self.file.path)

    @property
    def commits(self) -> Commits:
        """Of which kind the commits so far were. On PostgreSQL nobody can tell: there none counts as a ledger act's."""
        if self.file is None:
            return Commits(0, 0)
        return Commits(self._of_ledger, self._written + self._foreign)

    def close(self) -> None:
        """Close every connection; the file is complete without its -wal then."""
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self._engines.dispose()

    # -- within -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[tuple[Connection, datetime]]:
        """A connection with a transaction that has begun, and the time; rolled back unless it is committed.

        The server may have restarted since it was last used: that is noticed before anything is done by it, and
        costs no question of its own.
        """
        conn = engine.connect()
        try:
            try:
                now = self._began(conn)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                conn.close()
                conn = engine.connect()
                now = self._began(conn)
            yield conn, now
        finally:
            conn.close()

    def _began(self, conn: Connection) -> datetime:
        conn.begin()
        now = datetime.now(UTC)
        if self.file is None:
            now = conn.exec_driver_sql("SELECT clock_timestamp()").scalar_one().astimezone(UTC)
        return now if self._clock is None else self._clock()

    def _seen(self, conn: Connection) -> object:
        """SQLite tells a connection whether another one has committed; of its own commits this process knows."""
        if self.file is None:
            return None
        number = conn.info.setdefault("number", next(self._numbers))
        cursor = conn.connection.cursor()
        (version,) = cursor.execute("PRAGMA data_version").fetchone()
        if conn.info.get("version") != version:
            conn.info["version"] = version
            self._foreign += 1
        return number, version, self._written

    def _check_file(self) -> None:
        if self.file is not None:
            self.file.check()

    def _data_version(self, path: Path) -> int:
        # Changes when another connection committed; this one is kept, and never writes.
        with self._watching:
            if self._watch is None:
                self._watch = sqlite_connection(path, self._patience)
            version: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
            return version


def open_store(
    url: str,
    *,
    policy: Policy = Policy(),  # noqa: B008  frozen
    clock: Callable[[], datetime] | None = None,
    patience: float = PATIENCE,
) -> Store:
    """Open the store that `url` names, made or upgraded first where that is due.

    Raises StoreUnavailable where it cannot be used, BadInput where `url` names none.
    """
    store = Store(url, policy=policy, clock=clock, patience=patience)
    try:
        store.migrate()
    except BaseException:
        store.close()
        raise
    return store
