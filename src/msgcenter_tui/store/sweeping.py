"""Leaving no byte of what was erased in a SQLite file: it is written anew, and its -wal is emptied.

A deleted row, a former page, a word of an index stand in the file until something else is written over them. On a
server that is the server's affair.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from msgcenter_tui.files import left_behind
from msgcenter_tui.store.engine import PATIENCE, sqlite_connection
from msgcenter_tui.store.faults import explained
from msgcenter_tui.store.files import FORMER, kept_beside
from msgcenter_tui.store.search_index import INDEXES
from msgcenter_tui.store.store import Store


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of the bytes."""

    clean: bool
    """False: somebody was reading, and the -wal, which has some of them, could not be emptied."""
    copies: tuple[Path, ...]
    """Files and folders beside the store that hold it as it was before."""


def sweep(store: Store, *, patience: float = PATIENCE) -> Swept | None:
    """Write the store's file anew, without what was deleted and replaced; None for a store on a server.

    Others wait meanwhile, a second for some hundred megabytes, and it takes the space of two such files. `patience`:
    how many seconds it waits for others itself. Raises StoreUnavailable where it cannot be done: then the words are
    gone for whoever reads the store, and some of their bytes may be left in the file.
    """
    if store.file is None:
        return None
    path = store.file.path
    with explained(store.name):
        store.file.check()
        with closing(sqlite_connection(path, patience)) as connection:
            for index in INDEXES:  # a word that was taken out is only marked so until its index is merged
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
            connection.execute("VACUUM")
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return Swept(not busy, _copies(path))


def _copies(path: Path) -> tuple[Path, ...]:
    """What upgrades and restoring have kept, beside the store under its name; what was left there of any copy."""
    return (*kept_beside(path, ".schema-", FORMER), *left_behind(path.parent))
