"""The audit log, read and verified by administrators: who did what, when, on what (S2, S4)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, AuditRecord, Noted, Page, Walk
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.store import audit, audit_walk, cursors
from msgcenter_tui.store.tables import RECORD
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.store.types import microseconds

_NOTED = re.compile(r"(?:([0-9]{1,18}):)?([0-9a-f]{64})", re.ASCII)
_CURE = "compare it with a backup; docs/operations.md says what can have happened, and what to do"


@look
def list_records(
    tx: Tx, actor: Actor, *, since: datetime | None = None, limit: int = 50, after: str | None = None
) -> Page[AuditRecord]:
    """A page of records, newest first, none older than `since`; for administrators (S4)."""
    finding.require_administrator(tx, actor)
    rows = audit.newest_records(
        tx,
        since=since,
        limit=cursors.checked_limit(limit) + 1,
        before=None if after is None else cursors.number_key(after, RECORD),
    )
    keys = [(microseconds(row.at), row.id) for row in rows]
    return cursors.page([_record(row) for row in rows], keys, limit)


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
    who = row.who or "the program"
    if row.by is not None:
        who += f" (signed in by {row.by})"
    return AuditRecord(row.at, who, row.act, row.what, tuple(row.fields), row.id, row.number, row.hash)
