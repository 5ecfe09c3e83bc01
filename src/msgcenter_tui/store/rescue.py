"""What can be read of a damaged SQLite store, saved into a new one: row by row, past pages that cannot be read.

The damaged file is not touched: all is read from a copy of it and of its -wal. In the new store all that waited is
held, and what was being sent is unknown (N13): the last that the old one knew may be among what was lost.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from msgcenter_tui.errors import StoreUnavailable, reason
from msgcenter_tui.store import (
    audit_saving,
    damage,
    identity,
    migrations,
    notifiers,
    search_index,
    stand_ins,
    tables,
    upgrade,
)
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.engine import PATIENCE, file_of, sqlite_connection, sqlite_salvager, tolerate
from msgcenter_tui.store.faults import explained
from msgcenter_tui.store.files import PRIVATE, StoreFile, folder_beside, name_new, require_new
from msgcenter_tui.store.pages import HEADER, Key, of_schema, page_of, resumptions
from msgcenter_tui.store.store import Store

WHY = "the store was saved from a damaged file"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came over of one table; `lost`: some of it did not, as far as that can be known."""

    table: str
    rows: int
    lost: bool


@dataclass(frozen=True, slots=True)
class Rescued:
    """A new store, what it has of each table, and how many deliveries wait for a person in it."""

    path: Path
    tables: tuple[Saved, ...]
    held: int

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def lost(self) -> bool:
        return any(table.lost for table in self.tables)


def rescue(source: str, target: str) -> Rescued:
    """Save what can be read of the store in the file `source` into a new one, the file `target`.

    Raises Refused where `target` exists, StoreUnavailable where nothing can be read or the new one cannot be written,
    BadInput where either names no file.
    """
    old, new = file_of(source), file_of(target)
    what = f"nothing was saved from {old}"
    require_new(new, what)
    with folder_beside(new, what) as folder, explained(str(old), into=new):
        fresh = folder / "fresh.db"
        StoreFile(fresh).create()
        upgrade.sqlite(fresh, PATIENCE)
        copy = copied(old, folder)[0]
        with _to_read(copy, fresh) as reader, closing(sqlite_connection(fresh)) as writer:
            _refuse_newer(reader)
            saved = _saved(reader, writer, copy)
        rescued = Rescued(new, saved, 0)
        if not rescued.rows:
            raise StoreUnavailable(what, "no row of it can be read", "restore a backup")
        name_new(fresh, new, what)
    if rescued.lost:
        damage.mark(old)
    held = hold(new, "store.rescue", WHY)
    settle(new)
    return Rescued(new, saved, held)


def copied(path: Path, folder: Path) -> tuple[Path, ...]:
    """Copy the file and its -wal, byte by byte, into `folder`; gives the copies.

    Raises StoreUnavailable where there is no such file, where a copy would take the place of something, and where it
    cannot be written.
    """
    what = f"{path} was not copied"
    made = []
    with explained(str(path)), closing(sqlite_salvager(path)) as reader:
        with suppress(sqlite3.DatabaseError):
            # Of a store that still works: what is written meanwhile stays in the -wal, which is copied last.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            for one in (path, path.with_name(f"{path.name}-wal")):
                if one.exists():
                    copy = folder / one.name
                    copy.touch(PRIVATE, exist_ok=False)
                    shutil.copyfile(one, copy)
                    made.append(copy)
        except OSError as error:
            why = reason(error)
            raise StoreUnavailable(what, why, "name another folder, one that has space and not these files") from error
    return tuple(made)


# -- reading ----------------------------------------------------------------------------------------------------------


@contextmanager
def _to_read(copy: Path, fresh: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a copy of a damaged file, which is complete without its -wal from then on."""
    with closing(sqlite_connection(copy)) as connection:
        if not _opens(connection):
            _mend_header(copy, fresh)
            _opens(connection)
        with suppress(sqlite3.DatabaseError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        opens = _opens(connection)
    if not opens:
        _mend_schema(copy, fresh)
    with closing(sqlite_connection(copy)) as connection:
        tolerate(connection)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        yield connection


def _opens(connection: sqlite3.Connection) -> bool:
    tolerate(connection)
    try:
        return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone())
    except sqlite3.DatabaseError:
        return False


def _mend_header(copy: Path, fresh: Path) -> None:
    """Give it the header of a healthy store, which differs in nothing but the number of pages."""
    with fresh.open("rb") as healthy, copy.open("r+b") as file:
        header = bytearray(healthy.read(HEADER))
        size = int.from_bytes(header[16:18], "big")
        header[28:32] = (copy.stat().st_size // size).to_bytes(4, "big")
        header[32:40] = bytes(8)  # no list of free pages: nothing is to be written into it
        file.write(header)


def _mend_schema(copy: Path, fresh: Path) -> None:
    """Give it the pages of a healthy store that tell where the tables are.

    They are the same, to the byte, of all stores that were made by the same steps: of this one, if half of them are.
    """
    with fresh.open("rb") as healthy, copy.open("r+b") as file:
        size = int.from_bytes(healthy.read(HEADER)[16:18], "big")
        whole = of_schema(fresh, size)
        before = {number: page_of(file, number, size) for number in whole}
        whole[1] = before[1][:HEADER] + whole[1][HEADER:]
        if 2 * sum(whole[number] == before[number] for number in whole) < len(whole):
            return
        _put(file, whole, size)
    if _revision(copy) != _revision(fresh):  # made by some of these steps only: its tables are not all where these are
        with copy.open("r+b") as file:
            _put(file, before, size)


def _put(file: BinaryIO, pages: Mapping[int, bytes], size: int) -> None:
    for number, page in pages.items():
        file.seek((number - 1) * size)
        file.write(page)


def _revision(path: Path) -> object:
    with closing(sqlite_connection(path)) as connection, suppress(sqlite3.DatabaseError):
        tolerate(connection)
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None


def _refuse_newer(reader: sqlite3.Connection) -> None:
    with suppress(sqlite3.DatabaseError, TypeError):
        (revision,) = reader.execute("SELECT version_num FROM alembic_version").fetchone()
        migrations.due(revision, migrations.LINE)


class _Table:
    """A table of a damaged file: its rows, as far as they can be read, in the order of their keys."""

    def __init__(self, reader: sqlite3.Connection, copy: Path, name: str, columns: list[str]) -> None:
        self._reader = reader
        self._copy = copy
        self._name = name
        self.lost = False
        """Some rows could not be read."""
        self._key = _key_of(name)
        key, marks = ", ".join(self._key), ", ".join("?" * len(self._key))
        named = ", ".join((*self._key, *(f'"{column}"' for column in columns)))
        self._forth = f"SELECT {named} FROM {name} NOT INDEXED WHERE ({key}) >= ({marks}) ORDER BY {key}"
        back = ", ".join(f"{column} DESC" for column in self._key)
        limit = f"({key}) >= ({marks}) AND ({key}) < ({marks})"
        self._back = f"SELECT {named} FROM {name} NOT INDEXED WHERE {limit} ORDER BY {back}"

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Goes on behind what cannot be read, then from behind up to it."""
        width = len(self._key)
        at: Key | None = (-(2**62),) * width
        while at is not None:
            self._failed = False
            for row in self._read(self._forth, at):
                # A spoilt page may stand where it does not belong: its rows come out of their order, and lead nowhere.
                at = max(at, (*row[: width - 1], row[width - 1] + 1))
                yield row[width:]
            if not self._failed:
                return
            self.lost = True
            behind = next((key for key in self._resumptions() if key > at), None)
            end = behind or (2**62,) * width
            for row in self._read(self._back, (*at, *end)):
                yield row[width:]
            at = behind

    def _read(self, select: str, bounds: Key) -> Iterator[Any]:
        """The rows up to one that cannot be read, then `_failed` is set."""
        row = None
        try:
            for row in self._reader.execute(select, bounds):
                yield row
            return
        except sqlite3.DatabaseError:
            self._failed = True
        # The driver drops a row where it cannot read the next one; it is had by asking for no other.
        with suppress(sqlite3.DatabaseError):
            yield from self._reader.execute(f"{select} LIMIT 1", self._narrowed(select, bounds, row))

    def _narrowed(self, select: str, bounds: Key, row: Any) -> Key:
        """What is left of the bounds behind this row."""
        if row is None:
            return bounds
        width = len(self._key)
        if select is self._back:
            return (*bounds[:width], *row[:width])
        return (*row[: width - 1], row[width - 1] + 1)

    def _resumptions(self) -> list[Key]:
        if self._known is None:
            self._known = []
            where = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?"
            with suppress(sqlite3.DatabaseError):  # where the tables stand may be spoilt, too
                (size,) = self._reader.execute("PRAGMA page_size").fetchone()
                for (root,) in self._reader.execute(where, (self._name,)):  # there may be none, and no second
                    self._known = resumptions(self._copy, root, size)
        return self._known

    _known: list[Key] | None = None
    _failed = False


def _key_of(name: str) -> tuple[str, ...]:
    """By which the rows of a table lie in the file."""
    table = tables.metadata.tables[name]
    if table.dialect_options["sqlite"]["with_rowid"]:
        return ("rowid",)
    return tuple(column.name for column in table.primary_key)


# -- writing ----------------------------------------------------------------------------------------------------------


def _saved(reader: sqlite3.Connection, writer: sqlite3.Connection, copy: Path) -> tuple[Saved, ...]:
    """Copy all tables in one transaction, then let nothing point to what was lost."""
    writer.execute("PRAGMA foreign_keys=OFF")
    writer.execute("PRAGMA synchronous=OFF")  # nobody has the file yet; its rename comes after its last commit
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM meta")
    lost = {}
    left = {tables.notifiers.name, tables.paces.name}  # their leases are over, and what leaves is held
    with search_index.aside(writer), audit_saving.repeatable(writer):
        if tables.audit.c.number.name not in _columns(reader, tables.audit.name):  # of a store from before the chain
            left |= {tables.audit.name, tables.audit_head.name}
            with audit_saving.chaining(writer):
                lost[tables.audit.name] = _save(reader, writer, copy, tables.audit.name, audit_saving.UNCHAINED)
        for table in tables.metadata.sorted_tables:
            if table.name not in left:
                lost[table.name] = _save(reader, writer, copy, table.name)
        keep_numbers(reader, writer)
        writer.execute("UPDATE deliveries SET claimed_by = NULL WHERE claimed_by IS NOT NULL")
        for name in stand_ins.fill(writer):
            lost[name] = True
    broken = writer.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise sqlite3.IntegrityError(f"{len(broken)} rows of {broken[0][0]} still point to nothing")
    writer.execute("COMMIT")
    writer.execute("PRAGMA synchronous=FULL")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    count = {name: writer.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in lost}
    return tuple(Saved(name, count[name], lost[name]) for name in lost)


def _save(reader: sqlite3.Connection, writer: sqlite3.Connection, copy: Path, name: str, into: str = "") -> bool:
    """Copy the rows of one table, to one of the same name or `into` another; whether some were lost."""
    there, into = _columns(reader, name), into or name
    columns = [column for column in _columns(writer, into) if column in there]
    if not columns:
        return True
    table = _Table(reader, copy, name, columns)
    named, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
    read = 0

    def counted() -> Iterator[tuple[object, ...]]:
        nonlocal read
        for row in table.rows():
            read += 1
            yield row

    # What a spoilt page made of a row may break the rules of the table: it is none then.
    before = writer.total_changes
    writer.executemany(f"INSERT OR IGNORE INTO {into} ({named}) VALUES ({marks})", counted())
    return table.lost or writer.total_changes - before != read


def _columns(connection: sqlite3.Connection, name: str) -> list[str]:
    """The names of a table's columns; none where there is no such table, or it cannot be made out."""
    try:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
    except sqlite3.DatabaseError:
        return []


def keep_numbers(reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
    """An id once given is never given again: not that of a row that was lost, either."""
    with suppress(sqlite3.DatabaseError):
        for name, number in reader.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            writer.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (number, name))


def hold(new: Path, act: str, why: str) -> int:
    """Hold all that waits in a store that was made of another, since it may have left there (N13); gives how many."""
    with closing(Store(str(new))) as store, store.write() as tx:
        held = notifiers.hold_everything(tx, why)
        record(tx, None, act, "", f"held={held}")
    return held


def settle(new: Path) -> None:
    """A store that was made of another is at home where it is."""
    with closing(Store(str(new))) as store:
        identity.settle_here(store)
