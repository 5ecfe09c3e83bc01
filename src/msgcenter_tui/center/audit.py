"""The audit log, read by administrators: who did what, when, on what (S2, S4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, AuditRecord, Page
from msgcenter_tui.store import audit, cursors
from msgcenter_tui.store.tables import RECORD
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.store.types import microseconds


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


def _record(row: Row[Any]) -> AuditRecord:
    who = row.who or "the program"
    if row.by is not None:
        who += f" (signed in by {row.by})"
    return AuditRecord(at=row.at, who=who, act=row.act, what=row.what, fields=tuple(row.fields), id=row.id)
