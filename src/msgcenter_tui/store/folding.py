"""Folding: settled deliveries of old broadcasts become ranges of people and a state, a hundredth of their space.

What became of each stays, for figures, audiences and catch-up (N11) alike; address, time, reason, number of tries and
Message-ID go. A range has everybody between two ids; clients who were added one after another, and were all sent
something, are one range. Every reader of the ledger looks in both, so that a fold may stop anywhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
    update,
)

from msgcenter_tui.domain import DeliveryState, PersonId, RunId, RunKind, ThreadId, ThreadKind
from msgcenter_tui.rules.states import SETTLED
from msgcenter_tui.store import given
from msgcenter_tui.store.tables import deliveries, folded, gaps, people, runs, threads
from msgcenter_tui.store.tx import Tx

Condition = ColumnElement[bool]

_OPEN = frozenset(DeliveryState) - SETTLED


# -- reading what was folded ------------------------------------------------------------------------------------------


def state_in(run: Any, person: Any) -> ColumnElement[DeliveryState]:
    """How the folded delivery of this run to this person ended; NULL where there is none. A scalar, by one look."""
    ended = case((folded.c.last_id >= person, folded.c.state))
    return (
        select(ended)
        .where(folded.c.run_id == run, folded.c.first_id <= person)
        .order_by(folded.c.first_id.desc())
        .limit(1)
        .correlate_except(folded)
        .scalar_subquery()
    )


def having(which: Select[Any], states: frozenset[DeliveryState] | None) -> Select[Any]:
    """Whoever has a folded delivery of these runs, in one of these states (None: any)."""
    between = people.c.id.between(folded.c.first_id, folded.c.last_id)
    # Another table than that of the surrounding statement, which asks whether its people are among these.
    found: Select[Any] = select(people.c.id.label("person_id")).join_from(folded, people, between)
    found = found.where(folded.c.run_id.in_(which)).correlate(None)
    return found if states is None else found.where(folded.c.state.in_(sorted(states)))


def by_state(tx: Tx, thread: ThreadId) -> dict[DeliveryState, int]:
    """How many deliveries of the thread were folded, by state."""
    first, last = (type_coerce(column, BigInteger) for column in (folded.c.first_id, folded.c.last_id))
    counted = (
        select(folded.c.state, func.sum(last - first + 1))
        .where(folded.c.run_id.in_(select(runs.c.id).where(runs.c.thread_id == thread)))
        .group_by(folded.c.state)
    )
    return {state: int(count) for state, count in tx.conn.execute(counted)}


def of_people(tx: Tx, thread: ThreadId, persons: Sequence[PersonId]) -> Sequence[Row[Any]]:
    """Their folded deliveries of the thread, the newest runs first: run_id, person_id, state, channel, kind."""
    each = (
        select(
            runs.c.id.label("run_id"),
            people.c.id.label("person_id"),
            state_in(runs.c.id, people.c.id).label("state"),
            runs.c.channel,
            runs.c.kind,
        )
        .join_from(runs, people, people.c.id.in_(persons))
        .where(runs.c.thread_id == thread)
        .subquery()
    )
    return tx.conn.execute(select(each).where(each.c.state.is_not(None)).order_by(each.c.run_id.desc())).all()


# -- folding ----------------------------------------------------------------------------------------------------------


def _ripe(before: datetime) -> Select[Any]:
    """Id and first message of broadcasts' runs that were settled before, of which nothing wants anybody any more.

    Catch-ups stay, in which everybody's range of messages is their own, and direct threads, which have few rows.
    """
    unsettled = (
        select(literal(1))
        .where(deliveries.c.run_id == runs.c.id, deliveries.c.state.in_(sorted(_OPEN)))
        .with_hint(deliveries, "INDEXED BY ix_deliveries_run_id_state_person_id", "sqlite")
        .limit(1)
        .correlate(runs)
        .scalar_subquery()
    )
    return (
        select(runs.c.id, runs.c.first)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(
            threads.c.kind != ThreadKind.DIRECT,
            runs.c.kind != RunKind.CATCH_UP,
            runs.c.closed_at.is_not(None),
            runs.c.settled_at < before,
            unsettled.is_(None),
        )
        .order_by(runs.c.id)
    )


def _whole(run: Row[Any]) -> Condition:
    """Of `deliveries`: those that carried all of the run. Who came or went meanwhile keeps a row (N1)."""
    gap = select(gaps.c.person_id).where(gaps.c.run_id == run.id)
    return and_(
        deliveries.c.run_id == run.id,
        deliveries.c.first == run.first,
        deliveries.c.last.is_(None),
        deliveries.c.state.in_(sorted(SETTLED)),
        deliveries.c.person_id.not_in(gap),
    )


def weigh(tx: Tx, before: datetime) -> tuple[int, dict[DeliveryState, int]]:
    """Of how many runs how many deliveries would be folded, these by state. All of them are gone through."""
    found: Counter[DeliveryState] = Counter()
    of = 0
    for run in tx.conn.execute(_ripe(before)).all():
        counted = select(deliveries.c.state, func.count()).where(_whole(run)).group_by(deliveries.c.state)
        states = tx.conn.execute(counted).all()
        for state, n in states:
            found[state] += n
        of += bool(states)
    return of, dict(found)


def fold(tx: Tx, before: datetime, after: RunId | None, limit: int) -> tuple[RunId, int] | None:
    """Fold so many deliveries of the first such run from `after` on: which run, how many; None where there is none."""
    found = _ripe(before) if after is None else _ripe(before).where(runs.c.id >= after)
    for run in tx.conn.execute(found).all():
        some = select(deliveries.c.person_id, deliveries.c.state).where(_whole(run)).order_by(deliveries.c.person_id)
        ended = [(int(row.person_id[1:]), row.state) for row in tx.conn.execute(some.limit(limit).with_for_update())]
        if ended:
            _add(tx, run.id, ranges(ended))
            those = type_coerce(deliveries.c.person_id, BigInteger).in_(given.numbers(tx.sqlite, "people"))
            gone = delete(deliveries).where(deliveries.c.run_id == run.id, those)
            tx.conn.execute(gone, {"people": json.dumps([person for person, _ in ended])})
            return RunId(run.id), len(ended)
    return None


Range = tuple[int, int, DeliveryState]


def ranges(ended: Sequence[tuple[int, DeliveryState]]) -> list[Range]:
    """People in the order of their ids, each with a state, as the longest stretches: first, last, state."""
    found: list[Range] = []
    for person, state in ended:
        if found and found[-1][1] == person - 1 and found[-1][2] is state:
            found[-1] = found[-1][0], person, state
        else:
            found.append((person, person, state))
    return found


def _add(tx: Tx, run: RunId, found: list[Range]) -> None:
    """The first of them goes on with the range before it, where that ends just there."""
    if not found:
        return
    first, last, state = found[0]
    ends_there = folded.c.run_id == run, folded.c.last_id == f"p{first - 1}", folded.c.state == state
    if tx.conn.execute(update(folded).where(*ends_there).values(last_id=f"p{last}")).rowcount:
        found = found[1:]
    if found:
        rows = [
            {"run_id": run, "first_id": f"p{first}", "last_id": f"p{last}", "state": state}
            for first, last, state in found
        ]
        tx.conn.execute(insert(folded), rows)
