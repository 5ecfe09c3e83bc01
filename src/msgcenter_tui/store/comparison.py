"""Whom the last broadcast of a workspace notified, beside whom one of this moment would (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from msgcenter_tui.domain import Channel, RunKind, ThreadKind, ThreadState, WorkspaceId
from msgcenter_tui.store.audience_list import runs_of_it
from msgcenter_tui.store.folding import state_in
from msgcenter_tui.store.spans import carries, spans
from msgcenter_tui.store.tables import clients, deliveries, messages, people, runs, threads
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import in_audience, reached_by


def last_broadcast(tx: Tx, workspace: WorkspaceId) -> Row[Any] | None:
    """The newest message to All Clients that is still there: `thread`, `number`, `subject`, `at`."""
    of_workspace = (
        threads.c.workspace_id == workspace,
        threads.c.kind == ThreadKind.ALL_CLIENTS,
        threads.c.state == ThreadState.LIVE,
    )
    newest: Select[Any] = select(threads.c.id.label("thread"), messages.c.number, threads.c.subject, messages.c.at)
    return tx.conn.execute(
        newest.join(messages, messages.c.thread_id == threads.c.id)
        .where(*of_workspace, messages.c.run_kind == RunKind.BROADCAST, messages.c.deleted_at.is_(None))
        .order_by(messages.c.id.desc())
        .limit(1)
    ).one_or_none()


def more(tx: Tx, workspace: WorkspaceId, last: Row[Any], few: int) -> tuple[int, Sequence[Row[Any]]]:
    """Clients who would be notified now and have no delivery of that message: how many, and `few` of them by name."""
    return _counted(tx, and_(_notified_now(workspace), ~_notified_then(last)), few)


def fewer(tx: Tx, workspace: WorkspaceId, last: Row[Any], few: int) -> tuple[int, Sequence[Row[Any]]]:
    """Clients who have a delivery of that message and would not be notified now, with what decides why."""
    return _counted(tx, and_(_notified_then(last), ~_notified_now(workspace)), few)


def _notified_now(workspace: WorkspaceId) -> ColumnElement[bool]:
    return and_(in_audience(workspace), or_(reached_by(Channel.EMAIL), reached_by(Channel.SMS)))


def _notified_then(last: Row[Any]) -> ColumnElement[bool]:
    """Of `clients`: those who have a delivery that carries the message, whatever became of it."""
    number = last.number
    carrying = runs_of_it(last.thread).where(spans(number))
    standing = (
        exists()
        .where(deliveries.c.person_id == clients.c.person_id, deliveries.c.run_id.in_(carrying))
        .where(carries(number))
        .correlate_except(deliveries)
    )
    was_folded = exists().where(runs.c.id.in_(carrying), state_in(runs.c.id, clients.c.person_id).is_not(None))
    return or_(standing, was_folded.correlate_except(runs))


def _counted(tx: Tx, which: ColumnElement[bool], few: int) -> tuple[int, Sequence[Row[Any]]]:
    total = tx.conn.scalar(select(func.count()).select_from(clients).where(which)) or 0
    if not total:
        return 0, ()
    named: Select[Any] = select(clients, people.c.name, people.c.kind, people.c.erased_at)
    named = named.join(people, people.c.id == clients.c.person_id).where(which)
    return total, tx.conn.execute(named.order_by(people.c.name_key, people.c.id).limit(few)).all()
