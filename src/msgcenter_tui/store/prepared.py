"""Statements that run by the thousand: put together and compiled once, then given to the driver as they are.

SQLAlchemy makes a key of the whole of a statement to find it compiled, and describes its result anew for each
execution; of a large statement that takes longer than the store takes to answer. The price: parameters and results are
the driver's own plain values.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Delete, Dialect, Insert, Select, Update

from msgcenter_tui.store import given
from msgcenter_tui.store.tx import Tx

Statement = Select[Any] | Update | Insert | Delete


class _Asked(NamedTuple):
    """A parameter where the statement asks for it."""

    name: str
    number: int
    """So many times in a row; of rows, for so many of their values."""
    of_rows: bool
    """It is a list of the values of rows (`given.batches`); places that are left over hold NULL."""


class _Compiled(NamedTuple):
    text: str
    order: Sequence[_Asked] | None
    """What the driver takes in this order; None: it takes the parameters by name."""


class Prepared:
    """A statement made by `build(sqlite, **variant)`; its parameters have a value to stand for them, such as "".

    It is always executed with the same names of parameters.
    """

    def __init__(self, build: Callable[..., Statement]) -> None:
        self._build = build
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def rows(self, tx: Tx, parameters: dict[str, Any], **variant: int) -> Sequence[Sequence[Any]]:
        """Execute it in the transaction; its rows, or what it returns of those it changed."""
        if tx.sqlite:
            found: list[tuple[Any, ...]] = self._executed(tx, parameters, variant).fetchall()
            return found
        text, values = self._given(tx, parameters, variant)
        return tx.conn.exec_driver_sql(text, values).all()

    def count(self, tx: Tx, parameters: dict[str, Any], **variant: int) -> int:
        """Execute it in the transaction; how many rows it changed."""
        if tx.sqlite:
            return int(self._executed(tx, parameters, variant).rowcount)
        text, values = self._given(tx, parameters, variant)
        return tx.conn.exec_driver_sql(text, values).rowcount

    def _executed(self, tx: Tx, parameters: dict[str, Any], variant: dict[str, int]) -> Any:
        # Errors of sqlite3 itself are understood by faults.py, and name no value.
        cursor = tx.conn.connection.cursor()
        cursor.execute(*self._given(tx, parameters, variant))
        return cursor

    def _given(self, tx: Tx, parameters: dict[str, Any], variant: dict[str, int]) -> tuple[str, Any]:
        key = (tx.sqlite, *variant.values())
        compiled = self._compiled.get(key)
        if compiled is None:
            statement = self._build(tx.sqlite, **variant)
            compiled = self._compiled[key] = _compiled(statement, tx.conn.dialect, parameters)
        text, order = compiled
        return text, parameters if order is None else _in_order(parameters, order)


def _in_order(parameters: dict[str, Any], order: Sequence[_Asked]) -> list[Any]:
    values: list[Any] = []
    for name, number, of_rows in order:
        given = parameters[name] if of_rows else (parameters[name],) * number
        values += given
        values += (None,) * (number - len(given))
    return values


def _compiled(statement: Statement, dialect: Dialect, parameters: Collection[str]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    told = compiled.construct_params()
    owners = {name: given.parameter_of(name) for name in told}
    constants = {name: _plain(value) for name, value in told.items() if owners[name] not in parameters}
    order: Sequence[str] | None = getattr(compiled, "positiontup", None)
    # Constants stand in the text: SQLite makes a new plan for each execution where a parameter could decide about a
    # partial index, and PostgreSQL one for all of them, in which a parameter may be anything.
    if order is None:
        return _Compiled(_NAMED.sub(lambda found: _filled(found, constants), str(compiled)), None)
    first, *pieces = str(compiled).split("?")
    marks = (_literal(constants[name]) if name in constants else "?" for name in order)
    text = first + "".join(mark + piece for mark, piece in zip(marks, pieces, strict=True))
    asked = groupby((owners[name], name != owners[name]) for name in order if name not in constants)
    return _Compiled(text, [_Asked(owner, len(list(each)), of_rows) for (owner, of_rows), each in asked])


_NAMED = re.compile(r"%\((\w+)\)s")


def _filled(found: re.Match[str], constants: dict[str, Any]) -> str:
    name = found[1]
    return _literal(constants[name]).replace("%", "%%") if name in constants else found[0]


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
