"""A walk along the chain of the audit log, a page a look, from the first record or from a later one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, cast, func, select, type_coerce

from msgcenter_tui.domain import Head, Noted, Walk
from msgcenter_tui.store import chain
from msgcenter_tui.store.chain import Record
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.tables import audit, audit_head
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.types import EPOCH

PAGE = 2000
"""Records read in one look: some 20 ms."""


def begin(tx: Tx, newest: int | None = None) -> Walk:
    """Where a walk begins: before the first record, or of a log with more than `newest` before those many."""
    total = _end(tx).number
    if newest is None or total <= newest:
        return Walk(Head(0, chain.BEGIN), total=total)
    place = select(audit.c.number, audit.c.hash).where(audit.c.number == total - newest)
    row = tx.conn.execute(place).one_or_none()
    return Walk(Head(*row) if row else Head(0, chain.BEGIN), total=total)


def further(tx: Tx, walk: Walk, noted: Noted | None = None) -> Walk:
    """The walk, a page further; `noted` is looked for on the way, where there is one."""
    last, began_at, ended_at = walk.last, walk.began_at, walk.ended_at
    met, flaw = walk.met, ""
    rows = _page.rows(tx, {"after": last.number})
    for number, hash, *said in rows:
        here = Head(number, hash)
        flaw = _misfit(last, here, said, noted)
        if flaw:
            break
        last, ended_at = here, _time(said[0])
        began_at = began_at or ended_at
        met = met or (noted is not None and hash == noted.hash)
    end = _end(tx)
    over = bool(flaw) or len(rows) < PAGE
    if over and not flaw:
        flaw = _short(last, end) or _beside(tx, last) or (_unmet(last, noted) if noted is not None and not met else "")
    return replace(
        walk, last=last, began_at=began_at, ended_at=ended_at, total=end.number, met=met, flaw=flaw, over=over
    )


@Prepared
def _page(sqlite: bool) -> Select[Any]:
    fields = type_coerce(audit.c.fields, Text) if sqlite else cast(audit.c.fields, Text)
    said = (audit.c.at, audit.c.who_id, audit.c.by_id, audit.c.act, audit.c.what, fields)
    number = cast(audit.c.number, BigInteger)  # a file of SQLite may hold another word there
    page = select(number, audit.c.hash, *said).where(audit.c.number > bindparam("after", 0))
    return page.order_by(audit.c.number).limit(PAGE)


def _end(tx: Tx) -> Head:
    row = tx.conn.execute(select(audit_head.c.number, audit_head.c.hash)).one_or_none()
    return Head(*row) if row else Head(0, chain.BEGIN)


def _misfit(last: Head, here: Head, said: Sequence[Any], noted: Noted | None) -> str:
    """How this record does not fit behind the last one; empty where it does. Its columns may hold anything."""
    expected = last.number + 1
    if here.number > expected:
        return f"{_those(expected, here.number - 1)} missing before {_named(here, said)}"
    if here.number != expected or _hash(last, here, said) != here.hash:
        return f"{_named(here, said)} does not fit: it, or its place, was changed"
    if noted is not None and noted.number == here.number and noted.hash != here.hash:
        return f"{_named(here, said)} is not the one whose hash was noted"
    return ""


def _those(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"records {first} to {last} are"


def _hash(last: Head, here: Head, said: Sequence[Any]) -> str | None:
    """The hash that it should have; None for what no record of ours says."""
    at, who, by, act, what, fields = said
    try:
        return chain.link(last.hash, here.number, Record(at, who, by, act, what, json.loads(fields)))
    except (TypeError, ValueError):
        return None


def _named(here: Head, said: Sequence[Any]) -> str:
    try:
        return f"record {here.number} of {_time(said[0]):%Y-%m-%d %H:%M} UTC"
    except (TypeError, OverflowError):
        return f"record {here.number}"


def _short(last: Head, end: Head) -> str:
    """How the log's own head tells that it does not end here."""
    if end.number > last.number:
        return f"{_those(last.number + 1, end.number)} missing at the end of the log"
    return "" if end == last else f"the log ends with record {last.number}, and its head says otherwise"


def _beside(tx: Tx, last: Head) -> str:
    """Every record has its place: none is left that the walk does not come by."""
    there = tx.conn.scalar(select(func.count()).select_from(audit)) or 0
    if there == last.number:
        return ""
    return f"the chain has {last.number} records, and the log {there}: some stand beside it"


def _unmet(last: Head, noted: Noted) -> str:
    if noted.number is None:
        return "no record has the hash that was noted"
    return f"record {noted.number}, which was noted, is missing: the log ends with record {last.number}"


def _time(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)
