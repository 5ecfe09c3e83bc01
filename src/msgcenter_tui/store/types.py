"""Column types: opaque ids, instants and enums, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import enum
import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Integer, String, func, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from msgcenter_tui.errors import not_found

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# SQLite gives a rowid only to INTEGER PRIMARY KEY, PostgreSQL needs 64 bits.
BIG = BigInteger().with_variant(Integer(), "sqlite")

E = TypeVar("E", bound=enum.StrEnum)


class Id(TypeDecorator[str]):
    """A row's number in the store, an opaque string such as "t42" outside of it.

    A string that is no id of this kind names nothing: binding it raises NotFound.
    """

    impl = BIG
    cache_ok = True

    def __init__(self, prefix: str, noun: str) -> None:
        super().__init__()
        self.prefix = prefix
        self.noun = noun

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None or isinstance(value, int):
            return value
        match = re.fullmatch(rf"{self.prefix}([0-9]{{1,18}})", str(value), re.ASCII)
        if match is None:
            raise not_found(self.noun, str(value))
        return int(match[1])

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else f"{self.prefix}{value}"


class Instant(TypeDecorator[datetime]):
    """A point in time: microseconds since 1970 in UTC, an aware datetime outside the store."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Word(TypeDecorator[E]):
    """A member of a closed set, stored as its value; the schema checks that it is one of them."""

    impl = String(16)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


def clock_or(now: ColumnElement[int]) -> ColumnElement[int]:
    """The parameter `now`, in microseconds, or where it is NULL the server's own time (PostgreSQL)."""
    clock = literal_column("(extract(epoch FROM statement_timestamp()) * 1000000)::bigint", BigInteger)
    return func.coalesce(now, clock)


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // _MICROSECOND


def number_of(id: str) -> int:
    """The number in an id that the store itself gave."""
    return int(id[1:])
