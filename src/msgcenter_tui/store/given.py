"""Rows given to a statement as one parameter, however many they are: a JSON array, taken apart by the store.

One statement then does for a thousand rows what an executemany does in a thousand steps, each of which takes the
interpreter's lock, and its text is the same for any number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, BigInteger, Select, Subquery, Text, bindparam, cast, func, select
from sqlalchemy.types import TypeEngine


def rows(sqlite: bool, parameter: str, **columns: type[TypeEngine[Any]]) -> Subquery:
    """A FROM of the rows in `parameter` (see `packed`), each a list of the values of these columns, in their order."""
    if sqlite:
        row = func.json_each(bindparam(parameter, "[]")).table_valued("value", name=f"{parameter}_each").c.value
        taken: list[Any] = [func.json_extract(row, f"$[{n}]", type_=kind()) for n, kind in enumerate(columns.values())]
    else:
        given = cast(bindparam(parameter, "[]", Text), JSON)
        row = func.json_array_elements(given).table_valued("value", name=f"{parameter}_each").c.value
        taken = [cast(row.op("->>")(n), kind) for n, kind in enumerate(columns.values())]
    named = (value.label(name) for value, name in zip(taken, columns, strict=True))
    return select(*named).subquery(f"given_{parameter}")


def keys(sqlite: bool, parameter: str = "keys") -> Subquery:
    """A FROM of keys of deliveries, the columns `run` and `person`."""
    return rows(sqlite, parameter, run=BigInteger, person=BigInteger)


def numbers(sqlite: bool, parameter: str) -> Select[tuple[int]]:
    """The numbers in `parameter`, a list of them as JSON, for an IN."""
    if sqlite:
        each = func.json_each(bindparam(parameter, "[]")).table_valued("value", name=f"{parameter}_each")
        return select(each.c.value)
    given = cast(bindparam(parameter, "[]", Text), JSON)
    texts = func.json_array_elements_text(given).table_valued("value", name=f"{parameter}_each")
    return select(cast(texts.c.value, BigInteger))


def words(sqlite: bool, parameter: str) -> Select[tuple[str]]:
    """The words in `parameter`, a list of them as JSON, for an IN."""
    if sqlite:
        each = func.json_each(bindparam(parameter, "[]")).table_valued("value", name=f"{parameter}_each")
        return select(each.c.value)
    given = cast(bindparam(parameter, "[]", Text), JSON)
    return select(func.json_array_elements_text(given).table_valued("value", name=f"{parameter}_each").c.value)


def packed(given: Iterable[Iterable[Any]]) -> str:
    """Rows as the parameter holds them."""
    return json.dumps(list(given))
