"""The mark of a practice data set: its clients are nobody, and what catches its mail lies beside its file."""

from __future__ import annotations

from sqlalchemy import insert, select

from msgcenter_tui.store.tables import meta
from msgcenter_tui.store.tx import Tx, act, look

_KEY = "demonstration"


@act
def mark(tx: Tx) -> None:
    """Call the store one, before anything is in it."""
    tx.conn.execute(insert(meta).values(key=_KEY, value="yes"))


@look
def is_marked(tx: Tx) -> bool:
    return tx.conn.execute(select(meta.c.key).where(meta.c.key == _KEY)).first() is not None
