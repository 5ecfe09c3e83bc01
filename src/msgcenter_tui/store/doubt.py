"""Commits whose answer was lost: whether they happened is looked up, so that nothing is done twice or thought done.

A connection may be lost while COMMIT is under way. Then nobody knows, and to repeat a send would send it twice. So
each act on a server holds a *seal*, an advisory lock of its own from its first statement on, and has a *proof*, a
statement that finds something once it is committed: its audit record, or the draft it saved. Whoever is in doubt takes
the seal on another connection, which is given when the former transaction has ended (one that hangs is ended), and
looks for the proof. The number of the transaction would be no proof, as pg_xact_status knows it: a server that crashed
may give it to another one.
"""

from __future__ import annotations

import logging
import secrets
import threading
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, Select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

log = logging.getLogger(__name__)

_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_ENDS_WITHIN = "5s"
"""What a transaction whose terminal has lost it may take to end by itself."""

_HOLDER = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint << 32 | objid::bigint = :seal"
)


def seal() -> int:
    """A number for an advisory lock that no other transaction has."""
    return secrets.randbits(62)


def happened(
    engine: Engine, seal: int, proof: Select[Any] | None, until: float, ending: threading.Event
) -> bool | None:
    """Whether the transaction of this seal was committed; None: it could not be learned until then (by `monotonic`).

    Without a proof it answers False: what leaves no record may be done again. Ends early when `ending` is set.
    """
    pause = _PAUSE
    while True:
        try:
            with engine.connect() as conn:
                return _look(conn, seal, proof)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("what became of a commit is not known yet: %s", type(error).__name__)
        if monotonic() + pause > until or ending.wait(pause):
            return None
        pause = min(2 * pause, _LONGEST_PAUSE)


def _look(conn: Connection, seal: int, proof: Select[Any] | None) -> bool:
    try:
        with conn.begin():
            conn.execute(text(f"SET LOCAL lock_timeout = '{_ENDS_WITHIN}'"))
            conn.execute(text("SELECT pg_advisory_xact_lock(:seal)"), {"seal": seal})
        with conn.begin():  # anew: it sees what had ended when the lock was given
            return proof is not None and conn.execute(proof).first() is not None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "55P03":  # it still runs, for a terminal that has lost it
            with conn.begin():
                conn.execute(_HOLDER, {"seal": seal})
        raise
