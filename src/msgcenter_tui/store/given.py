"""Rows given to a statement, however many they are: as one parameter, a JSON array that the store takes apart.

One statement then does for a thousand rows what an executemany does in a thousand steps, each of which takes the
interpreter's lock, and its text is the same for any number of rows. On SQLite a statement that runs all day gets them
as parameters of their own instead (`batches`): taking JSON apart would cost as much there as what is done with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    BigInteger,
    FromClause,
    Select,
    Subquery,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    values,
)
from sqlalchemy.types import TypeEngine

Row: TypeAlias = "Sequence[int | str | None]"

_PLACES = 16, 32, 64, 96, 128, 256
"""A statement has places for so many rows; those that are left over hold NULL, which equals nothing."""


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


def table(parameter: str, places: int, **columns: type[TypeEngine[Any]]) -> FromClause:
    """A FROM of the rows in `parameter`, as `batches` gives them; on a server, which has no `places`, see `rows`."""
    if not places:
        return rows(False, parameter, **columns)
    named = [column(name, kind()) for name, kind in columns.items()]
    each = [
        tuple(bindparam(_name(parameter, place, number), None, kind) for number, kind in enumerate(columns.values()))
        for place in range(places)
    ]
    return values(*named, name=f"given_{parameter}").data(each)


def batches(sqlite: bool, parameter: str, given: Sequence[Row]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows, each of the same width, as many at a time as a statement takes: its places, and its parameters.

    Those of a statement with places stand in a list, one after the other (`Prepared`).
    """
    if not sqlite:
        if given:
            yield 0, {parameter: packed(given)}
        return
    for at in range(0, len(given), _PLACES[-1]):
        batch = given[at : at + _PLACES[-1]]
        places = next(places for places in _PLACES if len(batch) <= places)
        yield places, {parameter: list(chain.from_iterable(batch))}


def _name(parameter: str, place: int, number: int) -> str:
    return f"{parameter}__{place}_{number}"


def parameter_of(name: str) -> str:
    """Of a name in a statement: the parameter that it stands for, itself or one of its places."""
    return name.partition("__")[0]


def keys(places: int, parameter: str = "keys") -> FromClause:
    """A FROM of keys of deliveries, the columns `run` and `person`: see `table`."""
    return table(parameter, places, run=BigInteger, person=BigInteger)


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
