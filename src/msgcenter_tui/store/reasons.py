"""The ledger by what was said: `rules.reasons.common` in the database's own words, groups of it, conditions on it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func

from msgcenter_tui.rules import reasons
from msgcenter_tui.store.searching import holds
from msgcenter_tui.store.tables import deliveries
from msgcenter_tui.store.tx import Tx

common_words = lru_cache(10_000)(reasons.common)
"""`rules.reasons.common`, remembered: a server says few things to many people."""


def common(tx: Tx, column: ColumnElement[str] = deliveries.c.reason) -> ColumnElement[str]:
    """What `rules.reasons.common` makes of a reason. SQLite is lent the function; PostgreSQL has the same steps."""
    if tx.sqlite:
        connection: Any = tx.conn.connection.driver_connection
        connection.create_function("common_reason", 1, common_words, deterministic=True)
        return cast(func.common_reason(column), String)
    said: ColumnElement[str] = column
    for pattern, words in reasons.BEFORE:
        said = func.regexp_replace(said, pattern, words, "g")
    head = func.coalesce(func.substring(said, f"^({reasons.HEAD[1:]})", type_=String), "")
    rest: ColumnElement[str] = func.regexp_replace(said, reasons.HEAD, "")
    for pattern, words in reasons.STEPS:
        rest = func.regexp_replace(rest, pattern, words, "g")
    return cast(func.left(func.btrim(head + " " + rest, " "), reasons.LONGEST), String)


def said(tx: Tx, words: str, *, whole: bool) -> ColumnElement[bool]:
    """Of `deliveries`: those of which just this was said, or something with these words in it, whatever their case."""
    if whole:
        return common(tx) == words
    return holds(tx, common(tx), words)
