"""The ledger for people: pages of deliveries, and the figures of `deliver --status` (N8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select, true

from msgcenter_tui.domain import Actor, Channel, DeliveryState, LedgerStatus, Role, RunId, ThreadState
from msgcenter_tui.store import channels
from msgcenter_tui.store.clientele import reached_by_staff
from msgcenter_tui.store.notifiers import next_retry
from msgcenter_tui.store.tables import (
    clients,
    deliveries,
    gaps,
    messages,
    people,
    runs,
    staff,
    threads,
)
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import of_run_kind, role_in, visible_to_staff

_S = DeliveryState


# -- who may look, and decide -----------------------------------------------------------------------------------------


def decided_by(actor: Actor) -> ColumnElement[bool]:
    """Of `threads`: those whose deliveries this member of staff decides about, as an Owner of the workspace (S4)."""
    return role_in(threads.c.workspace_id, actor.person) == Role.OWNER


def looked_at_by(actor: Actor) -> ColumnElement[bool]:
    """Of `threads`: those whose deliveries they see: what they see themselves, and what they decide about (V9, S4)."""
    return or_(and_(threads.c.state == ThreadState.LIVE, visible_to_staff(actor.person)), decided_by(actor))


def recipient_known_to(actor: Actor) -> ColumnElement[bool]:
    """Of `deliveries` and `threads`: those to people whom they know: staff, and the clients they reach (A4, S4)."""
    client = exists().where(clients.c.person_id == deliveries.c.person_id).correlate_except(clients)
    return or_(decided_by(actor), ~client, client.where(reached_by_staff(actor.person)))


# -- pages ------------------------------------------------------------------------------------------------------------


def delivery_page(
    tx: Tx, actor: Actor, *which: ColumnElement[bool], limit: int, after: tuple[RunId, str] | None
) -> Sequence[Row[Any]]:
    """Rows of deliveries that the actor sees, the newest runs and people first; the page is taken first.

    The subject of a thread that they decide about without seeing it is NULL (V9).
    """
    keys = (
        select(deliveries.c.run_id, deliveries.c.person_id)
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(looked_at_by(actor), recipient_known_to(actor), *which)
        .order_by(deliveries.c.run_id.desc(), deliveries.c.person_id.desc())
        .limit(limit)
    )
    if after is not None:
        run, person = after
        keys = keys.where(
            or_(deliveries.c.run_id < run, and_(deliveries.c.run_id == run, deliveries.c.person_id < person))
        )
    return tx.conn.execute(_described(actor, keys)).all()


def _described(actor: Actor, keys: Select[Any]) -> Select[Any]:
    page = keys.subquery()
    present = case((runs.c.channel == Channel.SMS, clients.c.phone_number), else_=clients.c.email)
    return (
        select(
            deliveries.c.run_id,
            deliveries.c.person_id,
            people.c.name,
            people.c.kind.label("person_kind"),
            runs.c.thread_id,
            case((visible_to_staff(actor.person), threads.c.subject)).label("subject"),
            runs.c.channel,
            func.coalesce(deliveries.c.address, present, staff.c.email).label("address"),
            deliveries.c.state,
            deliveries.c.reason,
            deliveries.c.attempts,
            case(
                (deliveries.c.state == _S.RETRYING, deliveries.c.next_at),
                (deliveries.c.state == _S.WAITING, runs.c.leaves_at),
            ).label("next_at"),
            deliveries.c.settled_at,
            decided_by(actor).label("decides"),
            _carried().label("messages"),
        )
        .join(page, and_(page.c.run_id == deliveries.c.run_id, page.c.person_id == deliveries.c.person_id))
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .join(people, people.c.id == deliveries.c.person_id)
        .outerjoin(clients, clients.c.person_id == deliveries.c.person_id)
        .outerjoin(staff, staff.c.person_id == deliveries.c.person_id)
        .order_by(deliveries.c.run_id.desc(), deliveries.c.person_id.desc())
    )


def _carried() -> ColumnElement[int]:
    """How many messages a delivery carries (N1)."""
    hole = exists().where(
        gaps.c.run_id == deliveries.c.run_id,
        gaps.c.person_id == deliveries.c.person_id,
        messages.c.number.between(gaps.c.first, gaps.c.last),
    )
    return (
        select(func.count())
        .select_from(messages)
        .where(
            messages.c.thread_id == runs.c.thread_id,
            messages.c.number >= deliveries.c.first,
            messages.c.number <= func.coalesce(deliveries.c.last, runs.c.last, threads.c.last_number),
            messages.c.deleted_at.is_(None),
            messages.c.author_id != deliveries.c.person_id,
            of_run_kind(runs.c.kind),
            ~hole.correlate_except(gaps),
        )
        .correlate(deliveries, runs, threads)
        .scalar_subquery()
    )


# -- figures ----------------------------------------------------------------------------------------------------------


def status(tx: Tx, actor: Actor | None) -> LedgerStatus:
    """The ledger in figures: what the actor finds in its list, or all of it.

    What is pending is counted in unsettled runs alone.
    """
    stopped = channels.stopped(tx)
    serving = [channel for channel in Channel if channel not in dict(stopped)]
    scope = true() if actor is None else and_(looked_at_by(actor), recipient_known_to(actor))
    pending = runs.c.settled_at.is_(None)
    counted = _by_state(tx, and_(scope, pending), _S.WAITING, _S.SENDING, _S.RETRYING)
    counted |= _by_state(tx, scope, _S.HELD, _S.UNKNOWN, _S.FAILED)
    leaves = select(func.min(runs.c.leaves_at)).where(runs.c.closed_at.is_(None), pending)
    retries = select(func.min(next_retry())).where(pending)
    times = [tx.conn.scalar(query) for query in (leaves, retries)]
    return LedgerStatus(
        waiting=counted.get(_S.WAITING, 0),
        due=_due(tx, scope, serving),
        sending=counted.get(_S.SENDING, 0),
        retrying=counted.get(_S.RETRYING, 0),
        unknown=counted.get(_S.UNKNOWN, 0),
        held=counted.get(_S.HELD, 0),
        failed=counted.get(_S.FAILED, 0),
        paused=stopped,
        next_at=min((at for at in times if at is not None), default=None),
    )


def _by_state(tx: Tx, which: ColumnElement[bool], *states: DeliveryState) -> dict[DeliveryState, int]:
    query = (
        select(deliveries.c.state, func.count().label("number"))
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(which, deliveries.c.state.in_(states))
    )
    return {row.state: row.number for row in tx.conn.execute(query.group_by(deliveries.c.state))}


def _due(tx: Tx, scope: ColumnElement[bool], serving: Sequence[Channel]) -> int:
    ripe = or_(
        deliveries.c.state == _S.WAITING,
        and_(deliveries.c.state == _S.RETRYING, deliveries.c.next_at <= tx.now),
    )
    closing = or_(runs.c.closed_at.is_not(None), runs.c.leaves_at <= tx.now)
    return (
        tx.conn.scalar(
            select(func.count())
            .select_from(deliveries)
            .join(runs, runs.c.id == deliveries.c.run_id)
            .join(threads, threads.c.id == runs.c.thread_id)
            .where(scope, runs.c.settled_at.is_(None), closing, runs.c.channel.in_(list(serving)), ripe)
        )
        or 0
    )
