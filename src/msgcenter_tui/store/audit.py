"""The audit log: one record an act, of ids and names of fields, never of people's words (S2), and a chain of hashes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, tuple_, update
from sqlalchemy.sql import literal

from msgcenter_tui.domain import Actor, AuditGroup, Head, PersonId
from msgcenter_tui.store import chain, gated
from msgcenter_tui.store.chain import Record
from msgcenter_tui.store.tables import RECORD, audit, audit_head, people
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.types import Instant, microseconds, number_of

log = logging.getLogger(__name__)

# What an id, the name of a field, a word of a closed set or a number looks like. A person's words could pass by
# chance one by one; an address or a sentence cannot.
_FIELD = re.compile(r"[a-z0-9][a-z0-9_.=:-]{0,63}", re.ASCII)
_WHAT = re.compile(r"[a-z]?[a-z0-9.:-]{0,39}", re.ASCII)


def record(tx: Tx, actor: Actor | None, act: str, what: str, *fields: str) -> None:
    """Note in this transaction that `actor` did `act` ("clients.change") on `what` (an id), touching `fields`.

    `actor` None is the program itself. Where a member of staff is signed in as a client, both are named (P3). It is
    in the log once the transaction is committed; what the transaction itself reads of the log does not hold it yet.
    Raises ValueError for what is neither an id nor the name of a field: words do not belong here (S2).
    """
    if not _FIELD.fullmatch(act) or not _WHAT.fullmatch(what) or not all(map(_FIELD.fullmatch, fields)):
        raise ValueError(f"an audit record of {act[:20]} holds ids and names of fields only")
    if not tx.writes:
        raise ValueError(f"a transaction that only reads has nothing to record, not even {act[:20]}")
    tx.records.append(Record(microseconds(tx.now), *_people(actor), act, what, list(fields)))


def _people(actor: Actor | None) -> tuple[int | None, int | None]:
    if actor is None:
        return None, None
    return number_of(actor.person), None if actor.by is None else number_of(actor.by)


# -- the chain --------------------------------------------------------------------------------------------------------


def append(tx: Tx) -> None:
    """Write the records of the transaction behind the last one in the log; `Store.write` does it before each commit.

    Whoever adds to the log waits for the row of its head and then keeps it until the end: two that write at once come
    one after the other, and since everybody takes it last of all locks, nobody who has it waits for another. (What the
    new rows refer to is locked against being taken away only, and nobody takes a person away.)
    """
    if not tx.records:
        return
    if tx.login is not None:  # behind walls
        tx.proves(select(literal(1)).where(gated.note(tx, tx.records)))
        return
    end = _taken(tx)
    number, hash = end.number, end.hash
    rows = []
    for one in tx.records:
        number, former = number + 1, hash
        hash = chain.link(former, number, one)
        rows.append(_row(number, hash, one))
    tx.conn.execute(insert(audit), rows)
    tx.conn.execute(update(audit_head).values(number=number, hash=hash))
    tx.proves(select(audit.c.id).where(audit.c.number == number, audit.c.hash == hash))


def tell(records: Iterable[Record]) -> None:
    """Have the log hear of records that are committed: what holds ids and nothing else is what may be logged."""
    if log.isEnabledFor(logging.INFO):
        for one in records:
            ids = {"who": _id(one.who), "by": _id(one.by), "what": one.what, "fields": one.fields}
            log.info(one.act, extra={"ids": ids})


def _id(person: int | None) -> str | None:
    return None if person is None else f"p{person}"


def _taken(tx: Tx) -> Head:
    """The head, locked. A log without one goes on behind its last record (two at once: the later act is run again)."""
    head = select(audit_head.c.number, audit_head.c.hash).with_for_update()
    if row := tx.conn.execute(head).one_or_none():
        return Head(*row)
    newest = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    last = tx.conn.execute(newest).one_or_none()
    end = Head(*last) if last else Head(0, chain.BEGIN)
    tx.conn.execute(insert(audit_head).values(id=1, number=end.number, hash=end.hash))
    return end


def _row(number: int, hash: str, said: Record) -> dict[str, Any]:
    names = ("number", "hash", "at", "who_id", "by_id", "act", "what", "fields")
    return dict(zip(names, (number, hash, *said), strict=True))


# -- reading ----------------------------------------------------------------------------------------------------------


_ACTS = {
    AuditGroup.THREADS: ("thread", "message"),
    AuditGroup.CLIENTS: ("client", "portal"),
    AuditGroup.DELIVERIES: ("deliveries", "channels"),
    AuditGroup.TEMPLATES: ("template",),
    AuditGroup.STAFF: ("staff", "team", "walls", "logins", "passphrase"),
    AuditGroup.STORE: ("store",),
}
"""How the acts of each group begin."""


def newest_records(
    tx: Tx,
    *,
    group: AuditGroup | None,
    person: PersonId | None,
    since: datetime | None,
    limit: int,
    before: tuple[int, str] | None,
) -> Sequence[Row[Any]]:
    """Records with the names of who and by, newest first; `before` is (microseconds, id) of the last one had.

    `group`: only such acts; `person`: only what they did, also signed in as a client.
    """
    who, by = people.alias("who"), people.alias("by")
    found = (
        select(audit, who.c.name.label("who"), by.c.name.label("by"))
        .outerjoin(who, who.c.id == audit.c.who_id)
        .outerjoin(by, by.c.id == audit.c.by_id)
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    if group is not None:
        found = found.where(or_(*(audit.c.act.startswith(f"{begin}.") for begin in _ACTS[group])))
    if person is not None:
        found = found.where(or_(audit.c.who_id == person, audit.c.by_id == person))
    if since is not None:
        found = found.where(audit.c.at >= since)
    if before is not None:
        at, id = before
        found = found.where(tuple_(audit.c.at, audit.c.id) < tuple_(literal(at, Instant()), literal(id, RECORD)))
    return tx.conn.execute(found).all()
