"""The audit log: one record an act, of ids and names of fields, never of people's words (S2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, tuple_
from sqlalchemy.sql import literal

from msgcenter_tui.domain import Actor
from msgcenter_tui.store.tables import RECORD, audit, people
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.types import Instant

# What an id, the name of a field, a word of a closed set or a number looks like. A person's words could pass by
# chance one by one; an address or a sentence cannot.
_FIELD = re.compile(r"[a-z0-9][a-z0-9_.=:-]{0,63}", re.ASCII)
_WHAT = re.compile(r"[a-z]?[a-z0-9.:-]{0,39}", re.ASCII)


def record(tx: Tx, actor: Actor | None, act: str, what: str, *fields: str) -> None:
    """Note in this transaction that `actor` did `act` ("clients.change") on `what` (an id), touching `fields`.

    `actor` None is the program itself. Where a member of staff is signed in as a client, both are named (P3).
    Raises ValueError for what is neither an id nor the name of a field: words do not belong here (S2).
    """
    if not _FIELD.fullmatch(act) or not _WHAT.fullmatch(what) or not all(map(_FIELD.fullmatch, fields)):
        raise ValueError(f"an audit record of {act[:20]} holds ids and names of fields only")
    tx.conn.execute(
        insert(audit).values(
            at=tx.now,
            who_id=None if actor is None else actor.person,
            by_id=None if actor is None else actor.by,
            act=act,
            what=what,
            fields=list(fields),
        )
    )


def newest_records(tx: Tx, *, since: datetime | None, limit: int, before: tuple[int, str] | None) -> Sequence[Row[Any]]:
    """Records with the names of who and by, newest first; `before` is (microseconds, id) of the last one had."""
    who, by = people.alias("who"), people.alias("by")
    found = (
        select(audit, who.c.name.label("who"), by.c.name.label("by"))
        .outerjoin(who, who.c.id == audit.c.who_id)
        .outerjoin(by, by.c.id == audit.c.by_id)
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    if since is not None:
        found = found.where(audit.c.at >= since)
    if before is not None:
        at, id = before
        found = found.where(tuple_(audit.c.at, audit.c.id) < tuple_(literal(at, Instant()), literal(id, RECORD)))
    return tx.conn.execute(found).all()
