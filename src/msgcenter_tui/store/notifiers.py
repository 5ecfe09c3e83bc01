"""Notifiers at work: their leases, what becomes of a dead one's claims, and what is held when one starts (N8, N13).

Leases are compared with the store's clock alone. A lease that ends farther ahead than any heartbeat sets it is a sign
that the clock was turned back; it has ended, too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Update,
    and_,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)

from msgcenter_tui.domain import Channel, DeliveryState, RunId
from msgcenter_tui.rules.states import PENDING, TRANSITIONS
from msgcenter_tui.store import channels, given
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.posting import lock_thread, upsert
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.tables import deliveries, notifiers, runs, threads
from msgcenter_tui.store.tx import Tx, act, ledger_act, look
from msgcenter_tui.store.types import microseconds

LEASE = timedelta(seconds=30)
OVERDUE = timedelta(days=1)
"""What a notifier finds at its start to be later than this is held for a person (N13)."""

_CLOCK_STEP = timedelta(minutes=5)
_CLOSED_AT_ONCE = 200

LOST = "the notifier stopped after handing it over, before it heard the answer"
LATE = "it was more than a day late when the notifier started"


def sources(target: DeliveryState) -> list[DeliveryState]:
    """The states that may become this one (N8)."""
    return [state for state, nexts in TRANSITIONS.items() if target in nexts]


_S = DeliveryState
STUCK = (_S.HELD, _S.UNKNOWN, _S.FAILED, _S.RETRYING)
"""Those that want somebody, or come back: they have a small index of their own."""


def in_state(state: DeliveryState) -> ColumnElement[bool]:
    """Of `deliveries`: those in this state; of the rare ones as a literal, by which SQLite finds their index."""
    if state in STUCK:
        return deliveries.c.state == literal_column(f"'{state.value}'", deliveries.c.state.type)
    return deliveries.c.state == state


def in_states(states: Iterable[DeliveryState]) -> ColumnElement[bool]:
    return or_(*(in_state(state) for state in sorted(states)))


# -- leases -----------------------------------------------------------------------------------------------------------


@act
def begin(
    tx: Tx,
    notifier: str,
    accounts: channels.Accounts,
    moved: str | None = None,
    missing: Mapping[Channel, str] = MappingProxyType({}),
) -> int:
    """Register a notifier that serves channels by these accounts; returns how many deliveries are held (N13).

    `missing`: of channels that it does not serve though they are configured, why. `moved`: why the store seems to be a
    copy or restored (store/identity.py), None where it is at home.
    """
    if moved is not None:
        others = False
        held = hold_everything(tx, moved)
    else:
        others = _expire(tx)
        held = _hold_overdue(tx, list(accounts), others)
    _renew(tx, notifier)
    channels.configure(tx, accounts, missing, alone=not others)
    if held:
        record(tx, None, "deliveries.hold", "", f"count={held}")
    return held


@ledger_act
def heartbeat(tx: Tx, notifier: str) -> None:
    """Renew the lease, and take away those of notifiers that did not renew theirs."""
    _renew(tx, notifier)
    _expire(tx)


@ledger_act
def retire(tx: Tx, notifier: str) -> None:
    """End the lease: what is claimed and did not leave is free for the next notifier."""
    _free(tx, deliveries.c.claimed_by == notifier)
    tx.conn.execute(delete(notifiers).where(notifiers.c.id == notifier))
    if _any(tx):
        channels.left(tx)
    settle_runs(tx)
    tx.in_hand.pop(notifier, None)


@ledger_act
def let_go(tx: Tx, notifier: str) -> None:
    """Free what is claimed and has not left: by a commit whose answer was lost, its notifier does not know of it."""
    _free(tx, deliveries.c.claimed_by == notifier)
    tx.in_hand.pop(notifier, None)


@look
def at_work(tx: Tx) -> int:
    """How many notifiers hold a lease."""
    return tx.conn.scalar(select(func.count()).where(_alive(tx))) or 0


def alive(tx: Tx, notifier: str) -> bool:
    """Whether its lease holds, and hold it so until this transaction ends: nobody takes its claims away meanwhile."""
    lease = _lease.rows(tx, {"notifier": notifier})
    now = microseconds(tx.now)
    return bool(lease) and now < lease[0][0] <= now + (LEASE + _CLOCK_STEP) // timedelta(microseconds=1)


@Prepared
def _lease(sqlite: bool) -> Select[Any]:
    return select(notifiers.c.alive_until).where(notifiers.c.id == bindparam("notifier", "")).with_for_update(read=True)


def lease(now: ColumnElement[int]) -> Select[Any]:
    """The lease of the notifier given as a parameter, if it holds at `now`; locked, so that it does until the end."""
    this = notifiers.c.id == bindparam("notifier", "")
    return select(notifiers.c.id).where(this, _holds(now)).with_for_update(read=True)


def _alive(tx: Tx) -> ColumnElement[bool]:
    return _holds(literal(microseconds(tx.now), BigInteger))


def _holds(now: ColumnElement[int]) -> ColumnElement[bool]:
    """Of `notifiers`: those whose lease holds at `now`, in microseconds."""
    until = type_coerce(notifiers.c.alive_until, BigInteger)
    return until.between(now + 1, now + (LEASE + _CLOCK_STEP) // timedelta(microseconds=1))


def _renew(tx: Tx, notifier: str) -> None:
    until = tx.now + LEASE
    tx.conn.execute(
        upsert(tx, notifiers)
        .values(id=notifier, started_at=tx.now, alive_until=until)
        .on_conflict_do_update(index_elements=[notifiers.c.id], set_={"alive_until": until})
    )


def _free(tx: Tx, which: ColumnElement[bool]) -> None:
    tx.conn.execute(update(deliveries).where(which, deliveries.c.state.in_(PENDING)).values(claimed_by=None))


def _expire(tx: Tx) -> bool:
    """Free what the dead claimed; what they had fenced becomes unknown. Returns whether any other is alive.

    Unknown keeps the claim: a notifier that was only slow may still bring the answer.
    """
    dead = select(notifiers.c.id).where(~_alive(tx)).order_by(notifiers.c.id).with_for_update()
    buried = tx.conn.scalars(dead).all()
    orphaned = and_(
        deliveries.c.claimed_by.is_not(None), deliveries.c.claimed_by.not_in(select(notifiers.c.id).where(_alive(tx)))
    )
    _free(tx, orphaned)
    tx.conn.execute(
        update(deliveries)
        .where(orphaned, deliveries.c.state == DeliveryState.SENDING)
        .values(state=DeliveryState.UNKNOWN, reason=LOST, attempts=deliveries.c.attempts + 1)
    )
    tx.conn.execute(delete(notifiers).where(notifiers.c.id.in_(buried)))
    others = _any(tx)
    if buried and others:
        channels.left(tx)
    return others


def _any(tx: Tx) -> bool:
    return tx.conn.execute(select(notifiers.c.id).limit(1)).first() is not None


# -- runs -------------------------------------------------------------------------------------------------------------


@ledger_act
def close_due(tx: Tx, working: Collection[Channel], everything: bool = False) -> int:
    """Close the open runs of these channels that are due, with `everything` those that are not, too; returns how many.

    Each thread's row is locked first, so that no message is lost between a run and the next one.
    """
    return len(_close(tx, working, true() if everything else runs.c.leaves_at <= tx.now))


def _close(tx: Tx, working: Collection[Channel], due: ColumnElement[bool]) -> list[RunId]:
    is_open: list[ColumnElement[bool]] = [
        runs.c.closed_at.is_(None),
        runs.c.settled_at.is_(None),
        runs.c.channel.in_(list(working)),
        due,
    ]
    found = select(runs.c.thread_id).where(*is_open).distinct().order_by(runs.c.thread_id).limit(_CLOSED_AT_ONCE)
    closed: list[RunId] = []
    for thread in tx.conn.scalars(found).all():
        lock_thread(tx, thread)
        newest = select(threads.c.last_number).where(threads.c.id == runs.c.thread_id).scalar_subquery()
        closing = update(runs).where(runs.c.thread_id == thread, *is_open).values(closed_at=tx.now, last=newest)
        closed += tx.conn.scalars(closing.returning(runs.c.id)).all()
    return closed


def settle_runs(tx: Tx) -> None:
    """Mark the closed runs of which nothing is pending or under way any more."""
    # Locked first and judged again in a statement that sees what those who waited for the lock committed.
    if found := [run for (run,) in _to_settle.rows(tx, {})]:
        _settle.count(tx, {"runs": json.dumps(found), "at": microseconds(tx.now)})


def _settled() -> ColumnElement[bool]:
    return and_(runs.c.settled_at.is_(None), runs.c.closed_at.is_not(None), ~under_way())


@Prepared
def _to_settle(sqlite: bool) -> Select[Any]:
    found = select(runs.c.id).where(_settled()).order_by(runs.c.id).with_for_update()
    return found.with_hint(runs, "INDEXED BY ix_runs_unsettled", "sqlite")


@Prepared
def _settle(sqlite: bool) -> Update:
    found = type_coerce(runs.c.id, BigInteger).in_(given.numbers(sqlite, "runs"))
    return update(runs).where(found, _settled()).values(settled_at=bindparam("at", 0, BigInteger))


def under_way() -> ColumnElement[bool]:
    """Of `runs`: those with a delivery that is pending or between fence and answer."""
    return or_(*(has(by_state(state)) for state in (*PENDING, DeliveryState.SENDING)))


def has(found: Select[Any]) -> ColumnElement[bool]:
    """Of `runs`: those with a delivery among these.

    Not EXISTS: PostgreSQL may answer that by going through all deliveries once, for all runs.
    """
    return found.where(deliveries.c.run_id == runs.c.id).limit(1).correlate(runs).scalar_subquery().is_not(None)


def by_state(state: DeliveryState, after: Any = 0) -> Select[Any]:
    """Persons of deliveries in this state, for one run, in their order, those after this one.

    In words that only the index by state answers. SQLite, which takes any run for a small one, would go through all
    of it; PostgreSQL, where most of the table was in this state when it last looked, through the table.
    """
    word = literal_column(f"'{state.value}'", String)
    where, person = type_coerce(deliveries.c.state, String), type_coerce(deliveries.c.person_id, BigInteger)
    return (
        select(person.label("person"))
        .where(tuple_(where, person) > tuple_(word, after), where <= word)
        .order_by(where, person)
        .with_hint(deliveries, "INDEXED BY ix_deliveries_run_id_state_person_id", "sqlite")
    )


def by_retry(now: ColumnElement[int]) -> Select[Any]:
    """Likewise persons of deliveries that are to be tried again by now, the first due begin."""
    due_at = type_coerce(deliveries.c.next_at, BigInteger)
    found = select(type_coerce(deliveries.c.person_id, BigInteger).label("person"))
    return _by_next(found.where(in_state(DeliveryState.RETRYING), due_at <= now).order_by(due_at))


def _by_next(found: Select[Any]) -> Select[Any]:
    return found.with_hint(deliveries, "INDEXED BY ix_deliveries_next", "sqlite")


def next_retry() -> ColumnElement[datetime]:
    """Of `runs`: when the first of its deliveries is retried. Correlated: no plan begins with all deliveries."""
    of_run = deliveries.c.run_id == runs.c.id, in_state(DeliveryState.RETRYING)
    return _by_next(select(func.min(deliveries.c.next_at)).where(*of_run)).correlate(runs).scalar_subquery()


def reopen(tx: Tx, which: Collection[RunId]) -> None:
    """Runs get something pending again: they are not settled. Call before the deliveries change."""
    tx.conn.execute(update(runs).where(runs.c.id.in_(sorted(which))).values(settled_at=None))


# -- holding (N13) ----------------------------------------------------------------------------------------------------


def _hold_overdue(tx: Tx, working: Collection[Channel], others: bool) -> int:
    """Hold what should have left a day ago. What another notifier has been working on all the time is not late."""
    cutoff = tx.now - OVERDUE
    late: list[RunId] = []
    while closed := _close(tx, working, runs.c.leaves_at < cutoff):
        late += closed
    which = runs.c.id.in_(late) if others else runs.c.leaves_at < cutoff
    overdue = select(runs.c.id).where(
        runs.c.settled_at.is_(None), runs.c.closed_at.is_not(None), runs.c.channel.in_(list(working)), which
    )
    return _hold(
        tx,
        LATE,
        deliveries.c.run_id.in_(overdue),
        func.coalesce(deliveries.c.next_at, 0) < cutoff,
        deliveries.c.claimed_by.is_(None),
    )


def hold_everything(tx: Tx, moved: str) -> int:
    """Hold all that waits in a copied or restored store: it may have left already (N13). No lease is of here."""
    tx.conn.execute(delete(notifiers))
    held = _hold(tx, f"{moved}: it may have left already")
    unanswered = tx.conn.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.SENDING)
        .values(state=DeliveryState.UNKNOWN, reason=f"{moved} while it was being sent", claimed_by=None)
    )
    return held + unanswered.rowcount


def _hold(tx: Tx, reason: str, *which: ColumnElement[bool]) -> int:
    return tx.conn.execute(
        update(deliveries)
        .where(deliveries.c.state.in_(PENDING), *which)
        .values(state=DeliveryState.HELD, reason=reason, claimed_by=None)
    ).rowcount
