"""Claiming what is due, in batches and fairly (N8, N13)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
    union_all,
    update,
)

from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.store import channels, given, notifiers
from msgcenter_tui.store.leaving import Claimed, Found, read
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.recipients import pending
from msgcenter_tui.store.tables import deliveries, runs
from msgcenter_tui.store.tx import Tx, glance, ledger_act, passing
from msgcenter_tui.store.types import clock_or, microseconds

_S = DeliveryState
_RUNS_AT_ONCE = 100
_AFRESH = 1_000_000  # microseconds
_REACHED = "reached"

_NOW = bindparam("now", 0, BigInteger)
_EVERYTHING = bindparam("everything", 0, Integer)
_MOST = bindparam("most", 0, Integer)
_FREE = deliveries.c.claimed_by.is_(None)


@dataclass(frozen=True, slots=True)
class Due:
    """Whether there is anything to do now, and in how long there will be; None: nothing that is known of."""

    now: bool
    wait: timedelta | None
    stopped: bool = False
    """A channel is stopped, maybe for another account than that of whoever asks, or for none (`channels.take_up`)."""


# -- looking ----------------------------------------------------------------------------------------------------------


@glance
def due(tx: Tx, working: Collection[Channel], everything: bool = False) -> Due:
    """What a notifier of these channels has to do; cheap, however large the ledger: it looks at unsettled runs only."""
    clock = None if tx.clock is None else microseconds(tx.clock)
    asked = {"now": clock, "working": _names(working), "everything": int(everything)}
    ((now, something, stopped, *times),) = _due.rows(tx, asked)
    if something:
        return Due(True, None, bool(stopped))
    soonest = min((at for at in times if at is not None), default=None)
    wait = None if soonest is None else timedelta(microseconds=max(soonest - now, 0))
    return Due(False, wait, bool(stopped))


@Prepared
def _due(sqlite: bool) -> Select[Any]:
    now = _NOW if sqlite else clock_or(_NOW)
    leaves_at = type_coerce(runs.c.leaves_at, BigInteger)
    unsettled = and_(runs.c.settled_at.is_(None), runs.c.channel.in_(given.words(sqlite, "working")))
    is_open, closed = and_(unsettled, runs.c.closed_at.is_(None)), and_(unsettled, runs.c.closed_at.is_not(None))
    to_close = exists().where(is_open, or_(_EVERYTHING == 1, leaves_at <= now))
    to_claim = exists().where(closed, _serving(now), _has_free(now))
    to_settle = exists().where(closed, ~notifiers.under_way())
    return select(
        now,
        or_(to_close, to_claim, to_settle),
        channels.any_stopped(given.words(sqlite, "working")),
        select(func.min(leaves_at)).where(is_open).scalar_subquery(),
        select(func.min(notifiers.next_retry())).where(closed, _serving(now)).scalar_subquery(),
        channels.first_end(now, given.words(sqlite, "working")),
    )


def _names(working: Collection[Channel]) -> str:
    return json.dumps(sorted(working))


def _serving(now: ColumnElement[int]) -> ColumnElement[bool]:
    """Of `runs`: those whose channel is not paused."""
    return runs.c.channel.not_in(channels.paused_at(now))


# -- claiming ---------------------------------------------------------------------------------------------------------


@passing
@ledger_act
def claim(tx: Tx, notifier: str, working: Collection[Channel], limit: int) -> Claimed:
    """Claim up to `limit` due deliveries of these channels; `leaving.read` says what they are.

    Fair: each run that has something gets the same share first, the oldest ones begin, so that one person's message
    does not wait behind a broadcast to 100 000.

    The commit does not wait for the disk: a claim that a crash of the machine loses did not happen, and nothing has
    left by it, as the fence is a later commit that makes durable all before it. What else a claim does is found again
    by the next one: leases that ended, runs that are settled.
    """
    wanted = {"notifier": notifier, "now": microseconds(tx.now), "working": _names(working)}
    reached = _reached(tx)
    took = _take(tx, wanted, limit, reached, share=True)
    if not took.alive:
        notifiers.heartbeat(tx, notifier)
        took = _take(tx, wanted, limit, reached, share=True)
    _reach(tx, reached, took.found)
    taken, left = took.found, limit - took.number
    if left and took.active and (reached or took.most >= max(1, limit // took.active)):
        # What small runs leave of their share goes to the large ones.
        more = _take(tx, wanted, left, {}, share=False)
        taken, left = taken + more.found, left - more.number
    if left:
        notifiers.settle_runs(tx)
    keys = ((one.run, person) for one in taken for people in one[1:] for person in sorted(people))
    return Claimed(tuple(keys), tx.seen)


@passing
@ledger_act
def take(tx: Tx, notifier: str, working: Collection[Channel], limit: int) -> Found:
    """`claim`, and what the claimed are, read in the same transaction."""
    return read(tx, notifier, claim(tx, notifier, working, limit))


class _OfRun(NamedTuple):
    """Who is claimed of a run: those who waited, and those who are to be tried again."""

    run: int
    waiting: list[int]
    retrying: list[int]

    @property
    def number(self) -> int:
        return len(self.waiting) + len(self.retrying)


class _Taken(NamedTuple):
    alive: bool
    """The notifier's lease holds, and does so until this transaction ends: nobody takes its claims away meanwhile."""
    active: int
    """So many runs have something."""
    found: list[_OfRun]

    @property
    def number(self) -> int:
        return sum(one.number for one in self.found)

    @property
    def most(self) -> int:
        return max((one.number for one in self.found), default=0)


def _take(tx: Tx, wanted: dict[str, Any], most: int, reached: Mapping[int, _Reached], share: bool) -> _Taken:
    """Claim up to so many, of each run its share or all that it has."""
    wanted = wanted | {"most": most, "reached": given.packed((run, one.person) for run, one in reached.items())}
    if not tx.sqlite:
        ((alive, active, found, _),) = _claim.rows(tx, wanted, share=share)
        return _Taken(bool(alive), active, [_OfRun(run, w or [], r or []) for run, w, r in found or ()])
    # Two statements of one row each: the driver gives the interpreter's lock away for each row, and beside a busy
    # thread it takes long to come back.
    ((alive, active, text),) = _free.rows(tx, wanted, share=share)
    taken: list[_OfRun] = []
    for run, waiting, retrying in json.loads(text):
        taken.append(_OfRun(run, waiting[:most], retrying[: max(0, most - len(waiting))]))
        most -= taken[-1].number
    chosen = [(one.run, person) for one in taken for person in (*one.waiting, *one.retrying)]
    for places, keys in given.batches(tx.sqlite, "keys", chosen):
        _mark.count(tx, keys | {"notifier": wanted["notifier"]}, places=places)
    return _Taken(bool(alive), active, taken)


@Prepared
def _free(sqlite: bool, *, share: bool) -> Select[Any]:
    """What is claimed next: whether the lease holds, how many runs have something, as JSON of each up to its share."""
    lease = notifiers.lease(_NOW).cte("lease")
    active = _active(sqlite, lease)
    most = _share(sqlite, active, share)
    waiting, retrying = (each.subquery() for each in _of_run(active, most))
    both = union_all(select(waiting), select(retrying)).limit(most).subquery()
    who = (func.json_group_array(both.c.person).filter(both.c.waiting == waited) for waited in (1, 0))
    of_run = select(func.json_array(active.c.run, *who)).scalar_subquery()
    found = func.json_group_array(func.json(of_run))
    return select(_number(lease), func.count(), found).select_from(active)


@Prepared
def _mark(sqlite: bool, *, places: int) -> Update:
    keys = given.keys(places)
    return (
        update(deliveries)
        .where(deliveries.c.run_id == keys.c.run, deliveries.c.person_id == keys.c.person)
        .values(claimed_by=bindparam("notifier", ""))
    )


@Prepared
def _claim(sqlite: bool, *, share: bool) -> Select[Any]:
    """The same on PostgreSQL, claimed in one statement.

    By their places in the table: whatever it knows of the table's size, it does not go through the whole of it. As an
    array the choice is made once; a subquery it may evaluate again, and lock others.
    """
    lease = notifiers.lease(_NOW).cte("lease")
    active = _active(sqlite, lease)
    most = _share(sqlite, active, share)
    place: ColumnElement[Any] = literal_column("deliveries.ctid")
    waiting, retrying = (
        each.with_only_columns(place.label("place")).with_for_update(skip_locked=True).lateral()
        for each in _of_run(active, most)
    )
    both = union_all(select(waiting), select(retrying)).limit(most).lateral("chosen")
    chosen = select(both.c.place).select_from(active.join(both, true())).limit(_MOST)
    claimed = (
        update(deliveries)
        .where(place == func.any(func.array(chosen.scalar_subquery())), _FREE, pending())
        .values(claimed_by=bindparam("notifier", ""))
        .returning(deliveries.c.run_id, deliveries.c.person_id, (deliveries.c.state == _S.WAITING).label("waiting"))
        .cte("claimed")
    )
    who = (func.json_agg(claimed.c.person_id).filter(which) for which in (claimed.c.waiting, ~claimed.c.waiting))
    of_run = select(func.json_build_array(claimed.c.run_id, *who).label("found")).group_by(claimed.c.run_id).subquery()
    found = select(func.json_agg(of_run.c.found)).scalar_subquery()
    return select(_number(lease), _number(active), found, func.set_config("synchronous_commit", "off", true()))


def _number(of: CTE) -> ScalarSelect[int]:
    return select(func.count()).select_from(of).scalar_subquery()


def _active(sqlite: bool, lease: CTE) -> CTE:
    """With the lease: the runs that have something, the oldest first, and up to whom they were claimed before."""
    reached = select(given.rows(sqlite, "reached", run=BigInteger, person=BigInteger)).cte("reached")
    run = type_coerce(runs.c.id, BigInteger)
    after = func.coalesce(select(reached.c.person).where(reached.c.run == run).correlate(runs).scalar_subquery(), 0)
    return (
        select(run.label("run"), after.label("after"))
        .where(exists(select(lease)), runs.c.settled_at.is_(None), runs.c.closed_at.is_not(None))
        .where(runs.c.channel.in_(given.words(sqlite, "working")), _serving(_NOW))
        .where(or_(notifiers.has(_waiting(after)), _has_free(_NOW)))
        .order_by(runs.c.leaves_at, runs.c.id)
        .limit(_RUNS_AT_ONCE)
        .cte("active")
        .prefix_with("MATERIALIZED")
    )


def _of_run(active: CTE, share: ColumnElement[int]) -> tuple[Select[Any], Select[Any]]:
    """Of a run in `active` up to its share of those who wait, and of those who are to be tried again."""
    each = (
        found.add_columns(literal_column(waiting).label("waiting")).where(deliveries.c.run_id == active.c.run)
        for found, waiting in ((_waiting(active.c.after), "1"), (_retrying(_NOW), "0"))
    )
    waiting, retrying = (found.limit(share).correlate(active) for found in each)
    return waiting, retrying


def _share(sqlite: bool, active: CTE, share: bool) -> ColumnElement[int]:
    if not share:
        return _MOST
    largest = func.max if sqlite else func.greatest
    one = select(largest(1, _MOST // func.count(), type_=Integer).label("most")).select_from(active).cte("share")
    return select(one.c.most).scalar_subquery()


def _waiting(after: Any = 0) -> Select[Any]:
    """Deliveries that may be claimed, as may those of `_retrying`; each kind is found by its own index."""
    return notifiers.by_state(_S.WAITING, after).where(_FREE)


def _retrying(now: ColumnElement[int]) -> Select[Any]:
    return notifiers.by_retry(now).where(_FREE)


def _has_free(now: ColumnElement[int]) -> ColumnElement[bool]:
    """Of `runs`: those that something can be claimed of."""
    return or_(notifiers.has(_waiting()), notifiers.has(_retrying(now)))


# -- where claims have got to -----------------------------------------------------------------------------------------


class _Reached(NamedTuple):
    person: int
    since: int
    """When its run was last gone through from the beginning."""


def _reached(tx: Tx) -> dict[int, _Reached]:
    """For runs, up to whom this connection has claimed: claiming goes on from there, not over thousands in hand.

    Only a hint, and not for longer than a second: who comes before and was given back is not to wait for the end.
    """
    known: dict[int, _Reached] = tx.conn.info.get(_REACHED, {})
    now = microseconds(tx.now)
    return {run: one for run, one in known.items() if one.since <= now < one.since + _AFRESH}


def _reach(tx: Tx, reached: Mapping[int, _Reached], taken: Collection[_OfRun]) -> None:
    """Note up to whom of each run was claimed now; of a run that gave nothing, that it begins anew."""
    now = microseconds(tx.now)
    tx.conn.info[_REACHED] = {
        run: _Reached(max(waiting), reached[run].since if run in reached else now)
        for run, waiting, _ in taken
        if waiting
    }
