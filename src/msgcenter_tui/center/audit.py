"""The audit log, read and verified by administrators: who did what, when, on what (S2, S4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, AuditGroup, AuditRecord, Noted, Page, PersonId, Thing, Walk
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.store import audit, audit_things, audit_walk, cursors
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import PERSON, RECORD
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.store.types import microseconds

_NOTED = re.compile(r"(?:([0-9]{1,18}):)?([0-9a-f]{64})", re.ASCII)
_CURE = "compare it with a backup; docs/operations.md says what can have happened, and what to do"


@look
def list_records(
    tx: Tx,
    actor: Actor,
    *,
    group: AuditGroup | None = None,
    person: str | None = None,
    since: datetime | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[AuditRecord]:
    """A page of records, newest first, for administrators (S4).

    Only acts of `group`, only those of a `person` (an id, or the address of one of staff), none older than `since`.
    """
    finding.require_administrator(tx, actor)
    if person is not None and not is_id(PERSON, person):
        person = finding.the_staff(tx, person).id
    rows = audit.newest_records(
        tx,
        group=group,
        person=None if person is None else PersonId(person),
        since=since,
        limit=cursors.checked_limit(limit) + 1,
        before=None if after is None else cursors.number_key(after, RECORD),
    )
    keys = [(microseconds(row.at), row.id) for row in rows]
    return cursors.page([_record(row) for row in rows], keys, limit)


@look
def things(tx: Tx, actor: Actor, records: Sequence[AuditRecord]) -> Mapping[str, Thing]:
    """What the ids in these records stand for, as far as the actor may see it; what is not among them has no name."""
    finding.require_administrator(tx, actor)
    named = (part for one in records for part in (one.what, *(field.rpartition("=")[2] for field in one.fields)))
    return audit_things.seen(tx, actor, named)


@look
def may_read(tx: Tx, actor: Actor) -> None:
    """Refused to whoever is no administrator, naming those who are (S4)."""
    finding.require_administrator(tx, actor)


@look
def verify(tx: Tx, actor: Actor, walk: Walk | None = None, *, noted: Noted | None = None) -> Walk:
    """Walk the chain a page further, from its first record on: call it again with what it gives until that is over.

    A walk through a million records holds no more than a page of them, and no transaction for longer than one.
    """
    finding.require_administrator(tx, actor)
    return audit_walk.further(tx, walk or audit_walk.begin(tx), noted)


def noted_head(text: str) -> Noted:
    """A head as it was printed, NUMBER:HASH, or its hash alone. Raises BadInput for anything else."""
    found = _NOTED.fullmatch(text.strip().lower())
    if found is None:
        raise BadInput(
            f"{text[:80]!r} is no head of the audit log", "", "give NUMBER:HASH as it was noted, or the hash"
        )
    return Noted(None if found[1] is None else int(found[1]), found[2])


def require_whole(walk: Walk) -> None:
    """Raise Refused for a walk that met what does not fit."""
    if walk.flaw:
        raise Refused("the audit log is not whole", walk.flaw, _CURE)


def _record(row: Row[Any]) -> AuditRecord:
    return AuditRecord(
        row.at,
        row.who or "the program",
        row.act,
        row.what,
        tuple(row.fields),
        row.id,
        row.number,
        row.hash,
        row.who_id,
        row.by or "",
    )
