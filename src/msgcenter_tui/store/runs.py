"""Runs: what a message owes to whom, written in the message's own transaction (N1, N5, N9, N10, docs/architecture.md).

The caller holds the thread's row lock, so that a run is never closed between two messages unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, literal, or_, select, text, true, update

from msgcenter_tui.domain import Channel, DeliveryState, PersonId, RunId, RunKind, ThreadId
from msgcenter_tui.rules import quiet
from msgcenter_tui.rules.states import NOT_LEFT
from msgcenter_tui.store import gated
from msgcenter_tui.store.notifiers import in_state
from msgcenter_tui.store.spans import carries, of_run_kind, spans
from msgcenter_tui.store.tables import deliveries, folded, gaps, messages, runs, threads
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import run_audience


def enroll(tx: Tx, thread: ThreadId, number: int, kinds: Iterable[RunKind], author: PersonId) -> None:
    """Put message `number`, just written by `author`, into the open run of each kind and channel."""
    if tx.gated:  # the gate by which it was written has done it
        return
    hold_audience(tx)
    for kind in kinds:
        for channel in Channel:
            _enroll_in(tx, thread, number, kind, channel, author)


def hold_audience(tx: Tx) -> None:
    """Nobody comes into an audience or leaves it until this act ends: several statements, one moment (N1)."""
    if not tx.sqlite:  # there a writer is alone
        tx.conn.execute(text("LOCK TABLE clients, members IN SHARE MODE"))


def _enroll_in(tx: Tx, thread: ThreadId, number: int, kind: RunKind, channel: Channel, author: PersonId) -> None:
    here = select(threads.c.id, threads.c.workspace_id, threads.c.kind).where(threads.c.id == thread).subquery()
    audience = run_audience(kind, channel, here).subquery()
    run = open_run(tx, thread, kind, channel)
    begun = run is None
    if run is None:
        concerns = select(audience.c.person_id).where(audience.c.person_id != author).limit(1)
        if tx.conn.execute(concerns).first() is None:
            return
        run = _begin(tx, thread, number, kind, channel)
    else:
        _extend(tx, run, kind)
        _part(tx, run, number, audience)
    _join(tx, run, number, audience, author, begun=begun)


def open_run(tx: Tx, thread: ThreadId, kind: RunKind, channel: Channel) -> RunId | None:
    """The run that takes a further message of its kind now."""
    return tx.conn.scalar(
        select(runs.c.id).where(
            runs.c.thread_id == thread,
            runs.c.channel == channel,
            runs.c.kind == kind,
            runs.c.closed_at.is_(None),
        )
    )


def _begin(tx: Tx, thread: ThreadId, number: int, kind: RunKind, channel: Channel) -> RunId:
    run = tx.conn.execute(
        insert(runs)
        .values(
            thread_id=thread,
            channel=channel,
            kind=kind,
            first=number,
            opened_at=tx.now,
            leaves_at=_leaves_at(tx, kind, tx.now),
        )
        .returning(runs.c.id)
    ).scalar_one()
    return RunId(run)


def begin_catch_up(tx: Tx, thread: ThreadId, channel: Channel) -> RunId:
    """The open run of a catch-up on this channel; of one that waits the quiet period begins anew, within its limit."""
    run = open_run(tx, thread, RunKind.CATCH_UP, channel)
    if run is None:
        return _begin(tx, thread, 1, RunKind.CATCH_UP, channel)
    _extend(tx, run, RunKind.CATCH_UP)
    return run


def _extend(tx: Tx, run: RunId, kind: RunKind) -> None:
    """Another message of its kind: the run waits for quiet again, within its limit (N5)."""
    opened_at = tx.conn.execute(select(runs.c.opened_at).where(runs.c.id == run)).scalar_one()
    tx.conn.execute(update(runs).where(runs.c.id == run).values(leaves_at=_leaves_at(tx, kind, opened_at)))


def _leaves_at(tx: Tx, kind: RunKind, opened_at: datetime) -> datetime:
    """When a run leaves whose newest message is of now: replies are gathered (N9), the rest waits for quiet (N5)."""
    if kind is RunKind.REPLY:
        return quiet.gather(opened_at, tx.policy.reply_gather)
    return quiet.leaves_at(opened_at, tx.now, tx.policy.quiet_period)


def _part(tx: Tx, run: RunId, number: int, audience: Any) -> None:
    """Who left the audience is owed what came before; who is back after an absence is not owed the messages between."""
    in_it = deliveries.c.person_id.in_(select(audience.c.person_id))
    mine = and_(deliveries.c.run_id == run, deliveries.c.state.in_(NOT_LEFT))
    back = and_(mine, in_it, deliveries.c.last.is_not(None))
    tx.conn.execute(
        insert(gaps).from_select(
            ["run_id", "person_id", "first", "last"],
            select(deliveries.c.run_id, deliveries.c.person_id, deliveries.c.last + 1, literal(number - 1)).where(
                back, deliveries.c.last < number - 1
            ),
        )
    )
    tx.conn.execute(update(deliveries).where(back).values(last=None))
    tx.conn.execute(update(deliveries).where(mine, ~in_it, deliveries.c.last.is_(None)).values(last=number - 1))


def _join(tx: Tx, run: RunId, number: int, audience: Any, author: PersonId, *, begun: bool) -> None:
    """Everybody in the audience who is not yet in the run, the author excepted, in primary key order."""
    # Of a run that was just begun nobody is in it: of a hundred thousand nobody has to be looked for.
    already = exists().where(deliveries.c.run_id == run, deliveries.c.person_id == audience.c.person_id)
    absent = true() if begun else ~already
    tx.conn.execute(
        insert(deliveries).from_select(
            ["run_id", "person_id", "first", "state"],
            select(
                literal(run, runs.c.id.type),
                audience.c.person_id,
                literal(number),
                literal(DeliveryState.WAITING.value),
            )
            .where(audience.c.person_id != author, absent)
            .order_by(audience.c.person_id),
        )
    )


# -- taking back ------------------------------------------------------------------------------------------------------


def cancel_pending(tx: Tx, thread: ThreadId, reason: str) -> int:
    """Cancel what of the thread's deliveries has not left, and close its runs (V4); how many those were."""
    pending = select(runs.c.id).where(runs.c.thread_id == thread, _has_not_left())
    cancelled = _cancel(tx, deliveries.c.run_id.in_(pending), reason)
    _close(tx, and_(runs.c.thread_id == thread, runs.c.settled_at.is_(None)))
    return cancelled


def cancel_catch_up(tx: Tx, thread: ThreadId, reason: str) -> int:
    """Cancel what waits in the thread's open catch-up runs, and close them; how many deliveries those were."""
    is_open = and_(runs.c.thread_id == thread, runs.c.kind == RunKind.CATCH_UP, runs.c.closed_at.is_(None))
    cancelled = 0
    for run in tx.conn.scalars(select(runs.c.id).where(is_open)).all():
        cancelled += _cancel(tx, deliveries.c.run_id == run, reason)
        _close(tx, runs.c.id == run)
    return cancelled


def cancel_emptied(tx: Tx, thread: ThreadId, reason: str) -> None:
    """Cancel what of the thread's runs carries no message any more, and close those runs (N5)."""
    if tx.gated:  # the gate by which it was taken out has done it
        return
    live = (
        exists()
        .where(
            messages.c.thread_id == runs.c.thread_id,
            spans(messages.c.number),
            messages.c.deleted_at.is_(None),
            of_run_kind(runs.c.kind),
        )
        .correlate_except(messages)
    )
    emptied = and_(runs.c.thread_id == thread, _has_not_left(), ~live)
    for run in tx.conn.scalars(select(runs.c.id).where(emptied)).all():
        _cancel(tx, deliveries.c.run_id == run, reason)
        _close(tx, runs.c.id == run)


def _has_not_left() -> ColumnElement[bool]:
    """Of `runs`: those of which something may still leave. A settled one may hold what somebody releases (N13)."""
    held = exists().where(deliveries.c.run_id == runs.c.id, in_state(DeliveryState.HELD))
    return or_(runs.c.settled_at.is_(None), held)


def _cancel(tx: Tx, which: ColumnElement[bool], reason: str) -> int:
    # A claim is taken away with it: the notifier that holds it finds its fence refused.
    return tx.conn.execute(
        update(deliveries)
        .where(which, deliveries.c.state.in_(NOT_LEFT))
        .values(state=DeliveryState.CANCELLED, reason=reason, settled_at=tx.now, claimed_by=None, next_at=None)
    ).rowcount


def _close(tx: Tx, which: ColumnElement[bool]) -> None:
    newest = select(threads.c.last_number).where(threads.c.id == runs.c.thread_id).scalar_subquery()
    in_flight = exists().where(deliveries.c.run_id == runs.c.id, deliveries.c.state == DeliveryState.SENDING)
    tx.conn.execute(update(runs).where(which, runs.c.closed_at.is_(None)).values(closed_at=tx.now, last=newest))
    tx.conn.execute(update(runs).where(which, ~in_flight).values(settled_at=tx.now))


# -- looking ----------------------------------------------------------------------------------------------------------


def covering(thread: ThreadId, number: int) -> ColumnElement[bool]:
    """Of `runs`: those that carry message `number` of the thread."""
    return and_(
        runs.c.thread_id == thread,
        spans(number),
        exists()
        .where(messages.c.thread_id == thread, messages.c.number == number, of_run_kind(runs.c.kind))
        .correlate_except(messages),
    )


def unsettled(tx: Tx, thread: ThreadId, number: int) -> Sequence[Row[Any]]:
    """The runs that carry this message and of which something waits, is under way or comes back."""
    return tx.conn.execute(select(runs).where(covering(thread, number), runs.c.settled_at.is_(None))).all()


def anything_left(tx: Tx, thread: ThreadId, number: int) -> bool:
    """Whether any notification of this message has left (N14): its fence was committed once."""
    if tx.gated:
        return bool(tx.conn.scalar(select(gated.anything_left(thread, number))))
    carrying = select(runs.c.id).where(covering(thread, number))
    left = select(deliveries.c.run_id).where(
        deliveries.c.run_id.in_(carrying), deliveries.c.fenced_at.is_not(None), carries(number)
    )
    if tx.conn.execute(left.limit(1)).first() is not None:
        return True
    was_folded = select(folded.c.run_id).where(folded.c.run_id.in_(carrying), folded.c.state == DeliveryState.SENT)
    return tx.conn.execute(was_folded.limit(1)).first() is not None


def hold_back(tx: Tx, thread: ThreadId, number: int) -> None:
    """Let nothing that carries this message pass its fence before this act ends; what was passing has passed now.

    Of an open run nothing can leave while the thread is locked; of closed ones the deliveries are locked.
    """
    if tx.sqlite or tx.gated:  # a writer is alone; the gate by which it is taken back does it
        return
    closed = select(runs.c.id).where(
        covering(thread, number), runs.c.closed_at.is_not(None), runs.c.settled_at.is_(None)
    )
    waiting = (
        select(deliveries.c.run_id)
        .where(deliveries.c.run_id.in_(closed), deliveries.c.state.in_(NOT_LEFT))
        .order_by(deliveries.c.run_id, deliveries.c.person_id)
        .with_for_update()
    )
    tx.conn.execute(select(func.count()).select_from(waiting.subquery()))
