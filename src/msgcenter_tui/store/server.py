"""A connection to a PostgreSQL server that does not wait for ever, be it the network that is gone or the answer."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from psycopg.rows import TupleRow

T = TypeVar("T")

SILENT = "the server did not answer"
"""In the message of the error that a connection without an answer ends with (faults.py)."""

_MARGIN = 15.0
"""Seconds that an answer may take beyond those the server gives a statement: it would have ended it itself."""

REACHES = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Parameters of libpq, in seconds, the last in milliseconds: a dead network is noticed within half a minute, whether a
connection waits for an answer or is at rest."""


class Connection(psycopg.Connection[TupleRow]):
    """One that is closed when an answer takes longer than `patience` seconds (None: it waits for ever).

    A server that is stopped, or something on the way that keeps what it is given, is heard of by nothing else: the
    network goes on acknowledging.
    """

    patience: float | None = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except _WaitTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"{SILENT} within {self.patience:g} seconds") from error


def connected(*arguments: Any, **parameters: Any) -> Connection:
    """A connection that has as much patience as the server has with a statement, and a little more."""
    connection = Connection.connect(*arguments, **parameters)
    try:
        with connection.cursor() as cursor:
            found = cursor.execute(
                "SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'"
            ).fetchone()
        connection.rollback()
    except BaseException:
        connection.close()
        raise
    milliseconds = found[0] if found else 0
    connection.patience = milliseconds / 1000 + _MARGIN if milliseconds else None
    return connection
