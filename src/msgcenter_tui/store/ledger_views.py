"""The ledger for people: pages of deliveries, and the figures of `deliver --status` (N8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
)

from msgcenter_tui.domain import Actor, Channel, DeliveryState, LedgerStatus, Reason, Role, RunId, ThreadId, ThreadState
from msgcenter_tui.store import channels
from msgcenter_tui.store import reasons as said
from msgcenter_tui.store.clientele import reached_by_staff
from msgcenter_tui.store.notifiers import in_state, next_retry
from msgcenter_tui.store.spans import missed, of_run_kind
from msgcenter_tui.store.tables import (
    clients,
    deliveries,
    messages,
    people,
    runs,
    staff,
    threads,
)
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.store.visibility import role_in, visible_to_staff

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
    of_staff = exists().where(staff.c.person_id == deliveries.c.person_id).correlate_except(staff)
    client = exists().where(clients.c.person_id == deliveries.c.person_id).correlate_except(clients)
    return or_(decided_by(actor), of_staff, client.where(reached_by_staff(actor.person)))


def thread_row(tx: Tx, actor: Actor, thread: ThreadId) -> Row[Any] | None:
    """Of a thread whose deliveries the actor sees: workspace_id, and whether they decide about them."""
    return tx.conn.execute(
        select(threads.c.workspace_id, decided_by(actor).label("decides")).where(
            threads.c.id == thread, looked_at_by(actor)
        )
    ).one_or_none()


def runs_of(thread: ThreadId) -> ColumnElement[bool]:
    """Of `runs`."""
    return runs.c.thread_id == thread


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
            visible_to_staff(actor.person).label("sees_thread"),
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
            ~missed(messages.c.number),
        )
        .correlate(deliveries, runs, threads)
        .scalar_subquery()
    )


# -- figures ----------------------------------------------------------------------------------------------------------


@look
def status(tx: Tx, actor: Actor | None, thread: ThreadId | None = None) -> LedgerStatus:
    """The ledger in figures: what the actor finds in its list, or all of it; with `thread` what is of that alone.

    What waits or is under way is counted in unsettled runs alone, and what wants somebody in its own small index.
    """
    stopped = channels.stopped(tx)
    serving = [channel for channel in Channel if channel not in dict(stopped)]
    counted = partial(_counted, tx, actor, thread, serving)
    waiting, ripe = counted("waiting")
    sending, _ = counted("sending")
    retrying, _ = counted("retrying")
    _, come_back = counted("come back") if retrying else (0, 0)
    wanting = [counted(one) for one in ("unknown", "held", "failed")]
    unknown, held, failed = (n for n, _ in wanting)
    pending = and_(runs.c.settled_at.is_(None), true() if thread is None else runs.c.thread_id == thread)
    leaves = select(func.min(runs.c.leaves_at)).where(runs.c.closed_at.is_(None), pending)
    retries = select(func.min(next_retry())).where(pending)
    times = [tx.conn.scalar(query) for query in (leaves, retries)]
    return LedgerStatus(
        waiting=waiting,
        due=ripe + come_back,
        sending=sending,
        retrying=retrying,
        unknown=unknown,
        held=held,
        failed=failed,
        paused=stopped,
        next_at=min((at for at in times if at is not None), default=None),
        until=channels.resting(tx),
        apart=sum(apart for _, apart in wanting),
    )


_Statement: TypeAlias = Select[Any] | Select[Any, Any] | Select[Any, Any, Any]

_NOW = bindparam("now", type_=runs.c.leaves_at.type)
_THREAD = bindparam("thread", type_=runs.c.thread_id.type)
_SERVING = bindparam("serving", expanding=True, type_=runs.c.channel.type)
_PENDING = runs.c.settled_at.is_(None)
_LEAVING = and_(runs.c.channel.in_(_SERVING), or_(runs.c.closed_at.is_not(None), runs.c.leaves_at <= _NOW))

_FIGURES: Mapping[str, tuple[ColumnElement[bool], ColumnElement[bool] | None, ColumnElement[bool] | None]] = {
    "waiting": (in_state(_S.WAITING), _PENDING, _LEAVING),
    "sending": (in_state(_S.SENDING), _PENDING, None),
    "retrying": (in_state(_S.RETRYING), _PENDING, None),
    "come back": (and_(in_state(_S.RETRYING), deliveries.c.next_at <= _NOW), _PENDING, _LEAVING),
    "unknown": (in_state(_S.UNKNOWN), None, None),
    "held": (in_state(_S.HELD), None, None),
    "failed": (in_state(_S.FAILED), None, None),
}
"""Of `deliveries` which, of which `runs`, and which of these runs are counted once more.

Of what wants somebody these are, instead, those of threads that the actor is not in (V9, S4).
"""


def _counted(
    tx: Tx, actor: Actor | None, thread: ThreadId | None, serving: Sequence[Channel], figure: str
) -> tuple[int, int]:
    """How many deliveries of a figure the actor (None: whoever) finds, and how many of these in its special runs."""
    by_run, by_recipient = _counting(actor, figure, of_thread=thread is not None)
    values = {"now": tx.now, "serving": list(serving), "thread": thread}
    found = {bool(row.decides): (int(row.n), int(row.of)) for row in tx.conn.execute(by_run, values)}
    n, of = found.get(True, (0, 0))
    if by_recipient is not None and False in found:
        row = tx.conn.execute(by_recipient, values).one()
        n, of = n + int(row[0]), of + int(row[1])
    return n, of


@lru_cache(maxsize=64)
def _counting(actor: Actor | None, figure: str, *, of_thread: bool) -> tuple[_Statement, _Statement | None]:
    """The statements of a figure, kept: while a send is under way they are asked all the time, and making them takes
    longer than their answers.

    Counted by run first, out of an index: whether its threads are the actor's is asked once a run. Only where they see
    a thread without deciding about it, it is asked of each recipient whether they know them.
    """
    which, of_runs, special = _FIGURES[figure]
    if of_runs is None and actor is not None:
        special = ~visible_to_staff(actor.person)
    of_thread_too = runs.c.thread_id == _THREAD if of_thread else None
    chosen = [one for one in (of_runs, of_thread_too) if one is not None]
    wanted = [which, deliveries.c.run_id.in_(select(runs.c.id).where(*chosen))] if chosen else [which]
    by_run = select(deliveries.c.run_id, func.count().label("n")).where(*wanted).group_by(deliveries.c.run_id)
    counted = by_run.subquery()
    query = (
        select(
            func.coalesce(func.sum(counted.c.n), 0).label("n"),
            func.coalesce(func.sum(case((special, counted.c.n), else_=0) if special is not None else 0), 0).label("of"),
            (true() if actor is None else decided_by(actor)).label("decides"),
        )
        .select_from(counted)
        .join(runs, runs.c.id == counted.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(true() if actor is None else looked_at_by(actor))
        .group_by("decides")
    )
    if actor is None:
        return query, None
    known = (
        select(func.count(), func.count().filter(special) if special is not None else literal(0))
        .select_from(deliveries)
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(*wanted, looked_at_by(actor), ~decided_by(actor), recipient_known_to(actor))
    )
    return query, known


# -- what was said ----------------------------------------------------------------------------------------------------


def reasons(
    tx: Tx, actor: Actor | None, states: Collection[DeliveryState], *which: ColumnElement[bool], limit: int
) -> tuple[Reason, ...]:
    """Why deliveries are in these states (N8), by what was said in common, the most frequent first."""
    scope = true() if actor is None else and_(looked_at_by(actor), recipient_known_to(actor))
    found: list[Reason] = []
    for state in states:
        alike = (
            select(deliveries.c.reason, func.count().label("n"))
            .join(runs, runs.c.id == deliveries.c.run_id)
            .join(threads, threads.c.id == runs.c.thread_id)
            .where(in_state(state), scope, *which)
            .group_by(deliveries.c.reason)
            .subquery()
        )
        words = said.common(tx, alike.c.reason).label("words")
        query = select(words, func.sum(alike.c.n).label("n")).group_by(words).order_by(text("n DESC"), words)
        found += (Reason(state, row.words, int(row.n)) for row in tx.conn.execute(query.limit(limit)))
    return tuple(sorted(found, key=lambda one: -one.count)[:limit])
