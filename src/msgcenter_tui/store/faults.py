"""What a database driver complains about, said to people: the cause and the cure (S1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from msgcenter_tui.errors import MessageCenterError, StoreDamaged, StoreUnavailable

RESCUE = (
    "restore a backup with `msgcenter restore FILE`, or save what can be read into a new store with"
    " `msgcenter rescue FILE`"
)

_WRITABLE = "make the file, its -wal and -shm where they are there, and its folder writable for you"

# SQLite's result codes by the beginning of their names; the longest beginning that fits counts.
_SQLITE = {
    "SQLITE_BUSY": ("another process kept it locked too long", "try again; close other programs that have it open"),
    "SQLITE_LOCKED": ("another process kept it locked too long", "try again; close other programs that have it open"),
    "SQLITE_FULL": ("the disk is full", "free some space and try again; what was saved before is safe"),
    "SQLITE_IOERR": ("the disk could not be read or written", "look for a full or failing disk, then try again"),
    "SQLITE_NOTADB": ("the file is not a database", "choose another file with --db, or restore a backup"),
    "SQLITE_CORRUPT": ("the file is damaged", RESCUE),
    "SQLITE_READONLY": ("it may not be written", _WRITABLE),
    "SQLITE_READONLY_DBMOVED": ("the file was moved or deleted", "close the program and start it again"),
    "SQLITE_CANTOPEN": ("the file cannot be opened", "see that the file and its folder are there and writable"),
    "SQLITE_PERM": ("it may not be opened", _WRITABLE),
    "SQLITE_NOMEM": ("memory is short", "close other programs and try again"),
    "SQLITE_INTERRUPT": ("the work was interrupted", "try again"),
}

# PostgreSQL's SQLSTATE, whole or its class.
_POSTGRESQL = {
    "08": ("the connection was lost", "see that the server runs and can be reached, then try again"),
    "25006": ("it may not be written", "connect to the primary server, not to a read-only one"),
    "25P03": ("the server ended a transaction that was idle too long", "try again"),
    "28": ("the server refuses the user or the password", "correct them in the URL of --db or MSGCENTER_DB"),
    "3D000": ("the server has no database of that name", "create it, or correct the name in the URL"),
    "3F": ("the database has no schema to work in", "create the schema that its search_path names"),
    "40": ("others changed the same things at the same time", "try again"),
    "42501": (
        "the user may not do this in the database",
        "grant them all rights on its schema, or give them a place behind its walls with `msgcenter logins add`",
    ),
    "53100": ("the server's disk is full", "free some space there and try again; what was saved before is safe"),
    "53300": ("the server has too many connections", "close other programs or raise max_connections"),
    "53": ("the server is short of resources", "try again later"),
    "55P03": ("somebody else kept it locked too long", "try again"),
    "57014": ("the server took too long", "try again"),
    "57": ("the server is stopping or starting", "try again in a moment"),
    "58": ("the server has a fault of its own", "look into its log"),
}

_SILENT = ("the server does not answer", "see that it runs and the network does, then try again")
_UNREACHABLE = ("the server cannot be reached", "see that it runs, and that host, port and user in the URL are right")
_DAMAGED = (_SQLITE["SQLITE_CORRUPT"], _SQLITE["SQLITE_NOTADB"])
_FULL = _SQLITE["SQLITE_FULL"]
_READ_ONLY = (_SQLITE["SQLITE_READONLY"], _POSTGRESQL["25006"])
_REPEATABLE = frozenset({"40001", "40P01", "23505"})


@contextmanager
def explained(store: str, *, reading: bool = False, into: Path | None = None) -> Iterator[None]:
    """Turn what keeps the store named `store` from working into StoreUnavailable, or StoreDamaged.

    Where its rows go `into` another file it is that one's disk that is full. Errors of the program (a constraint that
    holds, a wrong statement, writing where it said it only reads) pass as they are.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        reason = explanation(error)
        if reason is None or (reading and reason in _READ_ONLY):
            raise
        if into is not None and reason == _FULL:
            cure = "free some space there, or name a place on another disk"
            raise StoreUnavailable(f"{into} cannot be made", "its disk is full", cure) from error
        kind = StoreDamaged if reason in _DAMAGED else StoreUnavailable
        raise kind(f"the store {store} cannot be used", *reason) from error
    except StatementError as error:
        # A value refused by its column type (Id: there is no such thing) comes wrapped in the statement it was for.
        if isinstance(error.orig, MessageCenterError):
            raise error.orig from None
        raise
    except PoolTimeout as error:
        raise StoreUnavailable(
            f"the store {store} cannot be used", "all its connections are in use", "try again"
        ) from error


def explanation(error: DBAPIError | sqlite3.Error) -> tuple[str, str] | None:
    """Cause and cure of a driver's error; None where the program itself is wrong."""
    if isinstance(error, IntegrityError):
        return None
    name = getattr(error if isinstance(error, sqlite3.Error) else error.orig, "sqlite_errorname", None)
    if name is not None:
        return _longest(_SQLITE, name)
    if isinstance(error, sqlite3.Error):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return _longest(_POSTGRESQL, state)
    text = str(error.orig)
    if "did not answer" in text:
        return _SILENT
    if "password" in text or "authentication" in text:
        return _POSTGRESQL["28"]
    if "does not exist" in text and "database" in text:
        return _POSTGRESQL["3D000"]
    if "too many" in text:
        return _POSTGRESQL["53300"]
    if error.connection_invalidated:
        return _POSTGRESQL["08"]
    return _UNREACHABLE if type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"} else None


def repeatable(error: DBAPIError) -> bool:
    """Whether the same act may do better when it is run again from its beginning.

    True where PostgreSQL broke a deadlock, and where two transactions wrote the same key at once: run again, the later
    one sees what the earlier one wrote and says so in words.
    """
    return getattr(error.orig, "sqlstate", None) in _REPEATABLE


def lost(error: DBAPIError) -> bool:
    """Whether the connection was lost, and nothing else was wrong."""
    return error.connection_invalidated and not isinstance(error, IntegrityError)


def _longest(table: dict[str, tuple[str, str]], code: str) -> tuple[str, str] | None:
    fitting = [start for start in table if code.startswith(start)]
    return table[max(fitting, key=len)] if fitting else None
