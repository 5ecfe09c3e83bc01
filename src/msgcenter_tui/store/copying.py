"""A store copied into a new one of either kind, read at one moment while it is in use, and compared row by row (N13).

All of it is one transaction of the new store, in which its tables are made, too; a new file has its name only after
that. So a copy that fails, or is killed, leaves an empty database, or no file: nothing that could be taken for a store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Table, text

from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import Refused, StoreDamaged, StoreUnavailable
from msgcenter_tui.store import identity, migrations, notifiers, search_index, upgrade
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.engine import PATIENCE, place, sqlite_connection
from msgcenter_tui.store.engine import described as store_name
from msgcenter_tui.store.faults import RESCUE, explained
from msgcenter_tui.store.files import StoreFile, folder_beside, make_folders, name_new, require_new, written
from msgcenter_tui.store.raw import Row, Tables, described, key
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import metadata
from msgcenter_tui.store.tx import Tx

WHY = "the store was copied"


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is, in rows: each is counted when it is copied, and once more when it is compared."""

    doing: str
    """ "copying deliveries", a clause for people."""
    done: int
    all: int


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy, how many rows of each table were copied and compared, and how many deliveries wait for a person in it."""

    source: str
    target: str
    """Both as messages name them: without user and password."""
    rows: dict[str, int]
    held: int


def opened(source: str) -> Store:
    """The store that `source` names, to be copied: as it is, neither made nor upgraded.

    Raises StoreUnavailable where there is none, where it is of another version, or cannot be used; StoreDamaged where
    its file is damaged; BadInput where `source` names none.
    """
    where = place(source)
    what = f"nothing was copied from {store_name(where)}"
    if isinstance(where, Path) and not where.exists():
        raise StoreUnavailable(what, "there is no such file", "name the store to copy with --from")
    store = Store(source)
    try:
        with store.read() as tx:
            version = migrations.revision(tx.conn)
        if version is None:
            raise StoreUnavailable(what, "the database is empty", "name the store to copy with --from")
        if migrations.due(version, migrations.LINE):
            cure = "upgrade it first: `msgcenter --db STORE init`"
            raise StoreUnavailable(what, f"it is of an older version (schema {version})", cure)
        store.migrate()
        if store.damaged:
            raise StoreDamaged(what, "its file is damaged", RESCUE)
    except BaseException:
        store.close()
        raise
    return store


def require_empty(target: str) -> None:
    """Raise Refused where `target` names a file that is there, or a database that holds something."""
    where = place(target)
    if isinstance(where, Path):
        require_new(where, f"nothing was copied into {where}")
        return
    with closing(Store(target)) as store, store.read() as tx:
        _require_no_tables(store.name, migrations.revision(tx.conn))


def copy(source: Store, target: str, actor: Actor, heard: Callable[[Step], None] = lambda _: None) -> Copied:
    """Copy all that `source` holds at this moment into the new store `target`, compare each row, and hold what waits.

    What is committed to `source` meanwhile is not in it. `actor` is named in the copy's audit. Raises Refused where the
    target is not empty, StoreUnavailable where either store cannot be used, where the target does not take a row, and
    where one of its rows is another than was copied: then there is no copy.
    """
    with _made(target) as new:
        with source.read() as tx:
            _take_your_time(tx)
            counts = _pass(Tables(tx, source.name), new, heard)
        with explained(new.name):
            held = notifiers.hold_everything(new.tx, WHY)
            record(new.tx, actor, "store.copy", "", f"held={held}")
            if not new.tx.sqlite:  # else its first statements are planned as for empty tables
                new.tx.conn.execute(text(f"ANALYZE {', '.join(metadata.tables)}"))
    # Until here the copy has the home of its source: a notifier that found it so would hold everything (N13).
    with closing(Store(target)) as store:
        identity.settle_here(store)
    return Copied(source.name, new.name, counts, held)


# -- the new store ----------------------------------------------------------------------------------------------------


@contextmanager
def _made(target: str) -> Iterator[Tables]:
    """The tables of the store that `target` names, with nothing in them; it is there when the block has ended well."""
    where = place(target)
    with _made_file(where) if isinstance(where, Path) else _made_database(target) as new:
        yield new


@contextmanager
def _made_file(path: Path) -> Iterator[Tables]:
    what = f"nothing was copied into {path}"
    require_empty(str(path))
    with written(what):
        make_folders(path.parent)
    with folder_beside(path, what) as folder:
        fresh = folder / path.name
        StoreFile(fresh).create()
        with explained(str(path)):
            upgrade.sqlite(fresh, PATIENCE)
        with closing(Store(str(fresh))) as store, store.write() as tx:
            yield Tables(tx, str(path))
        with explained(str(path)), closing(sqlite_connection(fresh)) as whole:
            # A store that is closed does this, too, but where the disk is full it says nothing and leaves a -wal.
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        name_new(fresh, path, what)


@contextmanager
def _made_database(url: str) -> Iterator[Tables]:
    with closing(Store(url)) as store, store.write() as tx:
        _require_no_tables(store.name, upgrade.alone(tx.conn))
        migrations.upgrade(tx.conn, migrations.LINE)
        _take_your_time(tx)
        yield Tables(tx, store.name)


def _require_no_tables(name: str, version: str | None) -> None:
    if version is not None:
        cure = "name an empty database; the copy makes its tables itself"
        raise Refused(f"nothing was copied into {name}", "it holds a store already", cure)


def _take_your_time(tx: Tx) -> None:
    """A statement may take minutes here, and one transaction rest while the other works. Nothing may be hidden."""
    if not tx.sqlite:
        for setting in ("statement_timeout = 0", "idle_in_transaction_session_timeout = 0", "row_security = off"):
            tx.conn.execute(text(f"SET LOCAL {setting}"))


# -- all rows ---------------------------------------------------------------------------------------------------------


def _pass(old: Tables, new: Tables, heard: Callable[[Step], None]) -> dict[str, int]:
    """Copy and compare all rows; gives how many there are, by table."""
    counts = {table.name: old.count(table) for table in metadata.sorted_tables}
    done, twice = 0, 2 * sum(counts.values())

    def told(doing: str, rows: int) -> None:
        nonlocal done
        done += rows
        heard(Step(doing, done, twice))

    with explained(new.name), _search_aside(new.tx):
        for table in metadata.sorted_tables:  # what others point to comes first
            for rows in old.batches(table):
                new.put(table, rows)
                told(f"copying {table.name}", len(rows))
        new.go_on_after(old.given())
        told("making the indexes of words", 0)
    for table in metadata.sorted_tables:
        with closing(old.batches(table)) as all_rows, closing(new.batches(table)) as all_copies:
            none: list[Row] = []
            for rows, copies in zip_longest(all_rows, all_copies, fillvalue=none):
                if rows != copies:
                    raise _differs(new.name, table, rows, copies)
                told(f"comparing {table.name}", len(rows))
    return counts


def _search_aside(tx: Tx) -> AbstractContextManager[None]:
    driver: Any = tx.conn.connection.driver_connection
    return search_index.aside(driver) if tx.sqlite else search_index.aside_on_a_server(tx.conn)


def _differs(name: str, table: Table, rows: list[Row], copies: list[Row]) -> StoreUnavailable:
    """Names the first row that is another, or is not in both."""
    pair = next(pair for pair in zip_longest(rows, copies) if pair[0] != pair[1])
    first = min((row for row in pair if row is not None), key=lambda row: key(table, row))
    what, cure = f"nothing was copied into {name}", "look for a failing disk or server, then try again"
    return StoreUnavailable(what, f"{described(table, first)} is another there than in the source", cure)
