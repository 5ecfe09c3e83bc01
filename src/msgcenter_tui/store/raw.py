"""Whole tables as the driver has them, by the thousand and in the order of their keys: to be copied and compared.

A row is the same tuple on either store, whichever it came from: ids and instants are numbers, a JSON document is the
text that was stored, and SQLite's 0 and 1 equal the truths that they are on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, String, Table, TypeDecorator, func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store.faults import explained
from msgcenter_tui.store.tables import metadata
from msgcenter_tui.store.tx import Tx

Row = tuple[Any, ...]

BATCH = 1000
"""Rows at once: some kilobytes mostly, 80 megabytes where each is a text of the longest."""

_WHY = {
    "22001": "a text in it is too long",
    "22003": "a number in it is too large",
    "22": "it holds what is no value of its column",
    "23503": "it points to a row that is not there",
    "23505": "another row has the same key",
    "23": "it breaks a rule of its table",
    "": "it holds what PostgreSQL cannot store, such as a NUL in a text",
}
"""By the beginning of PostgreSQL's SQLSTATE; "": the driver did not even send it."""

_CURE = "correct it with the database's own tools, or ask for help with this sentence"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a store in an open transaction; what keeps one from working is said of the store `name`."""

    tx: Tx
    name: str

    def count(self, table: Table) -> int:
        with explained(self.name):
            return self.tx.conn.scalar(select(func.count()).select_from(table)) or 0

    def batches(self, table: Table) -> Generator[list[Row]]:
        """All rows in the order of the primary key, BATCH at a time, none of them empty.

        Raises StoreUnavailable, which names the row, for a text that is none.
        """
        columns = ", ".join(self._read(column) for column in table.columns)
        order = ", ".join(self._sorted(column) for column in table.primary_key)
        rows = f"SELECT {columns} FROM {table.name} ORDER BY {order}"
        with explained(self.name):
            try:
                with closing(self.tx.conn.exec_driver_sql(rows, execution_options={"stream_results": True})) as found:
                    for batch in found.partitions(BATCH):
                        yield [tuple(row) for row in batch]
            except DBAPIError as error:
                if self.tx.sqlite and not hasattr(error.orig, "sqlite_errorname"):  # the driver's own: it decodes
                    raise self._undecodable(table) from error
                raise

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add these rows. Raises StoreUnavailable, which names the row, for one that this store does not take."""
        with explained(self.name):
            try:
                self._put(table, rows)
            except (DataError, IntegrityError):
                for row in rows:
                    self._put_alone(table, row)
                raise

    def given(self) -> dict[str, int]:
        """The number that was given last, by table, where the store remembers it: no row need have it any more."""
        with explained(self.name):
            if self.tx.sqlite:
                return dict(self._driver("SELECT name, seq FROM sqlite_sequence"))
            return {table: last for table, sequence in self._sequences() if (last := self._last(sequence))}

    def go_on_after(self, given: Mapping[str, int]) -> None:
        """Give no number again that a row has, nor one of `given`."""
        with explained(self.name):
            if self.tx.sqlite:
                self._remember(given)
                return
            for table, sequence in self._sequences():
                highest = self.tx.conn.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() or 0
                if last := max(highest, given.get(table, 0)):
                    self.tx.conn.execute(select(func.setval(sequence, last)))

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self, column: Column[Any]) -> str:
        name = self._quoted(column)
        return f"{name}::text" if isinstance(column.type, JSON) and not self.tx.sqlite else name

    def _sorted(self, column: Column[Any]) -> str:
        """By code point on either store, as SQLite does it by itself."""
        kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
        name = self._quoted(column)
        return f'{name} COLLATE "C"' if isinstance(kind, String) and not self.tx.sqlite else name

    def _undecodable(self, table: Table) -> StoreUnavailable:
        connection: Any = self.tx.conn.connection.driver_connection
        connection.text_factory = bytes
        where = table.name
        for row in connection.execute(f"SELECT {self._columns(table)} FROM {table.name}"):
            if any(isinstance(value, bytes) and not _is_text(value) for value in row):
                where = described(table, row)
                break
        return StoreUnavailable("nothing was copied", f"a text in {where} is no UTF-8", _CURE)

    # -- writing ------------------------------------------------------------------------------------------------------

    def _put(self, table: Table, rows: Sequence[Row]) -> None:
        with self.tx.conn.begin_nested():
            if self.tx.sqlite:
                marks = ", ".join("?" * len(table.columns))
                insert = f"INSERT INTO {table.name} ({self._columns(table)}) VALUES ({marks})"
                self.tx.conn.exec_driver_sql(insert, list(rows))
            else:
                self._copy(f"COPY {table.name} ({self._columns(table)}) FROM STDIN", rows)

    def _copy(self, statement: str, rows: Sequence[Row]) -> None:
        cursor: Any = self.tx.conn.connection.cursor()
        driver: Any = self.tx.conn.dialect.loaded_dbapi
        try:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except driver.Error as error:
            raise DBAPIError.instance(statement, None, error, driver.Error) from error

    def _put_alone(self, table: Table, row: Row) -> None:
        try:
            self._put(table, [row])
        except (DataError, IntegrityError) as error:
            kept = "23" if self.tx.sqlite else getattr(error.orig, "sqlstate", None) or ""
            why = _WHY[max((start for start in _WHY if kept.startswith(start)), key=len)]
            what = f"{described(table, row)} cannot be stored in {self.name}"
            raise StoreUnavailable("nothing was copied", f"{what}: {why}", _CURE) from error

    # -- numbers ------------------------------------------------------------------------------------------------------

    def _sequences(self) -> Iterator[tuple[str, str]]:
        for table in _numbered():
            sequence = self.tx.conn.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
            assert sequence is not None
            yield table.name, sequence

    def _remember(self, given: Mapping[str, int]) -> None:
        """Only of tables that are to give no number twice; the numbers of rows that are there SQLite knows."""
        for table in _numbered():
            last = given.get(table.name, 0)
            if last and table.dialect_options["sqlite"]["autoincrement"]:
                self._driver("DELETE FROM sqlite_sequence WHERE name = ?", table.name)
                self._driver("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table.name, last)

    def _last(self, sequence: str) -> int:
        last, used = self._driver(f"SELECT last_value, is_called FROM {sequence}")[0]
        return int(last) if used else 0

    # -- statements ---------------------------------------------------------------------------------------------------

    def _driver(self, statement: str, *values: object) -> list[Row]:
        done = self.tx.conn.exec_driver_sql(statement, values or None)
        return [tuple(row) for row in done] if done.returns_rows else []

    def _columns(self, table: Table) -> str:
        return ", ".join(self._quoted(column) for column in table.columns)

    def _quoted(self, column: Column[Any]) -> str:
        return self.tx.conn.dialect.identifier_preparer.quote(column.name)


def key(table: Table, row: Row) -> Row:
    """The primary key of a row."""
    return tuple(value for column, value in zip(table.columns, row, strict=True) if column.primary_key)


def described(table: Table, row: Row) -> str:
    """A row by its key: "deliveries (run_id 3, person_id 8)"."""
    named = zip((column.name for column in table.primary_key), key(table, row), strict=True)
    return f"{table.name} ({', '.join(f'{name} {value}' for name, value in named)})"


def _numbered() -> Iterator[Table]:
    """The tables whose rows a store numbers by itself, in their column `id`."""
    return (table for table in metadata.sorted_tables if table.autoincrement_column is not None)


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
