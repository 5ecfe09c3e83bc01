"""Claiming what is due, in batches and fairly (N8, N13)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, ColumnElement, and_, exists, func, or_, select, true, type_coerce, update

from msgcenter_tui.domain import Channel, DeliveryId, DeliveryState, RunId
from msgcenter_tui.store import channels, notifiers
from msgcenter_tui.store.leaving import Claimed
from msgcenter_tui.store.tables import deliveries, runs
from msgcenter_tui.store.tx import Tx, ledger_act, look

_S = DeliveryState
_RUNS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Due:
    """Whether there is anything to do now, and in how long there will be; None: nothing that is known of."""

    now: bool
    wait: timedelta | None


# -- claiming ---------------------------------------------------------------------------------------------------------


@look
def due(tx: Tx, working: Collection[Channel], everything: bool = False) -> Due:
    """What a notifier of these channels has to do; cheap, however large the ledger: it looks at unsettled runs only."""
    paused = channels.paused(tx)
    serving = [channel for channel in working if channel not in paused]
    unsettled = and_(runs.c.settled_at.is_(None), runs.c.channel.in_(list(working)))
    to_close = and_(unsettled, runs.c.closed_at.is_(None), true() if everything else runs.c.leaves_at <= tx.now)
    closed = and_(unsettled, runs.c.closed_at.is_not(None))
    to_claim = and_(closed, runs.c.channel.in_(serving), _claimable_in_run(tx))
    to_settle = and_(closed, ~notifiers.under_way())
    now = any(tx.conn.execute(select(exists().where(which))).scalar() for which in (to_close, to_claim, to_settle))
    if now:
        return Due(True, None)
    leaves = select(runs.c.leaves_at).where(unsettled, runs.c.closed_at.is_(None)).order_by(runs.c.leaves_at).limit(1)
    retries = select(func.min(notifiers.next_retry())).where(closed, runs.c.channel.in_(serving))
    times = [tx.conn.scalar(leaves), tx.conn.scalar(retries), *(paused[c] for c in working if c in paused)]
    soonest = min((at for at in times if at is not None), default=None)
    return Due(False, None if soonest is None else max(soonest - tx.now, timedelta()))


@ledger_act
def claim(tx: Tx, notifier: str, working: Collection[Channel], limit: int) -> Claimed:
    """Claim up to `limit` due deliveries of these channels; `leaving.read` says what they are.

    Fair: each run that has something gets the same share first, the oldest ones begin, so that one person's message
    does not wait behind a broadcast to 100 000.
    """
    if not notifiers.alive(tx, notifier):
        notifiers.heartbeat(tx, notifier)
    paused = channels.paused(tx)
    serving = [channel for channel in working if channel not in paused]
    taken = _take(tx, notifier, serving, limit) if serving else []
    if len(taken) < limit:
        notifiers.settle_runs(tx)
    return Claimed(tuple(taken), tx.seen)


def _take(tx: Tx, notifier: str, serving: Sequence[Channel], limit: int) -> list[DeliveryId]:
    active = tx.conn.scalars(
        select(runs.c.id)
        .where(
            runs.c.settled_at.is_(None),
            runs.c.closed_at.is_not(None),
            runs.c.channel.in_(serving),
            _claimable_in_run(tx),
        )
        .order_by(runs.c.leaves_at, runs.c.id)
        .limit(_RUNS_AT_ONCE)
    ).all()
    taken: list[DeliveryId] = []
    share = max(1, limit // max(1, len(active)))
    plenty: list[RunId] = []
    for run in active:
        found = _take_of(tx, notifier, run, min(share, limit - len(taken)))
        taken += found
        if len(found) == share:
            plenty.append(run)
    for run in plenty:  # what small runs leave of their share goes to the large ones
        taken += _take_of(tx, notifier, run, limit - len(taken))
    return taken


def _take_of(tx: Tx, notifier: str, run: RunId, limit: int) -> list[DeliveryId]:
    taken: list[DeliveryId] = []
    for claimable in _claimable(tx):
        if limit <= len(taken):
            break
        chosen = (
            select(deliveries.c.person_id)
            .where(deliveries.c.run_id == run, claimable)
            .order_by(deliveries.c.person_id)
            .limit(limit - len(taken))
            .with_for_update(skip_locked=True)
            .cte("chosen")  # a plain subquery PostgreSQL may evaluate again, and lock others
        )
        claiming = (
            update(deliveries)
            .where(deliveries.c.run_id == run, deliveries.c.person_id.in_(select(chosen.c.person_id)), claimable)
            .values(claimed_by=notifier)
            .returning(type_coerce(deliveries.c.person_id, BigInteger))
        )
        taken += [DeliveryId(f"{run}p{person}") for person in sorted(tx.conn.scalars(claiming))]
    return taken


def _claimable(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    """Of `deliveries`: what may be claimed, one condition a state, so that each is found by index."""
    free = deliveries.c.claimed_by.is_(None)
    return (
        and_(deliveries.c.state == _S.WAITING, free),
        and_(notifiers.in_state(_S.RETRYING), free, deliveries.c.next_at <= tx.now),
    )


def _claimable_in_run(tx: Tx) -> ColumnElement[bool]:
    return or_(*(exists().where(deliveries.c.run_id == runs.c.id, claimable) for claimable in _claimable(tx)))
