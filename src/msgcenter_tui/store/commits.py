"""What is known of the commits of a store: those of this process by their kind, and that another has written."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from msgcenter_tui.store.engine import sqlite_reader, tolerate


@dataclass(frozen=True, slots=True)
class Commits:
    """Of which kind the commits of a store are, as far as this process knows."""

    of_ledger: int
    """How many transactions were ledger acts that changed nothing else: of this process, on a server of any."""
    others: int
    """It differs after any other commit. On SQLite, of another process at the latest after the next of this one."""


class CommitCount:
    """Counts the commits of this process, and notices those of others, on SQLite. From any thread that writes."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._of_ledger = 0
        self._written = 0
        """Transactions of this process that may have changed what letters are made of."""
        self._foreign = 0
        """How often a transaction of this process found that another connection had committed since the last one."""

    def begun(self, *, of_ledger: bool) -> None:
        """A transaction of this process has begun: counted while nobody else writes, so a later one has seen it."""
        self._written += not of_ledger

    def ends(self, *, of_ledger: bool, touched: int) -> None:
        """It is about to be committed; as a ledger act it `touched` what letters are made of so many times."""
        self._written += touched
        self._of_ledger += of_ledger and not touched

    def seen(self, conn: Connection) -> object:
        """What a transaction of this connection sees: the same as an earlier one's while only ledger acts wrote.

        SQLite tells a connection whether another one has committed; of its own commits this process knows.
        """
        number = conn.info.setdefault("number", next(self._numbers))
        cursor = conn.connection.cursor()
        (version,) = cursor.execute("PRAGMA data_version").fetchone()
        if conn.info.get("version") != version:
            conn.info["version"] = version
            self._foreign += 1
        return number, version, self._written

    @property
    def commits(self) -> Commits:
        return Commits(self._of_ledger, self._written + self._foreign)


class FileWatch:
    """A connection to a SQLite file that never writes, kept while the store is open: it sees that anybody has written.

    From any thread.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int:
        """Another one after any commit of another connection."""
        with self._lock:
            version: int = self._connected().execute("PRAGMA data_version").fetchone()[0]
            return version

    def outlast(self) -> None:
        """Stay until the other connections to a damaged file are closed.

        The last one to close writes the -wal into the file, unless it is one that may not.
        """
        with self._lock, suppress(sqlite3.Error):
            tolerate(self._connected())

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite_reader(self._path, self._patience)
        return self._connection
