"""What a person decides about deliveries: again, arrived, send as it was, release (N8, N13, N14).

`which` are conditions of `deliveries`; a run that gets something pending is not settled any more. What waits again
is due from now on: it is not late for a notifier that starts tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, null, select, update

from msgcenter_tui.domain import Actor, DeliveryState, ThreadId
from msgcenter_tui.store.keys import Key, among
from msgcenter_tui.store.ledger_views import decided_by, looked_at_by
from msgcenter_tui.store.notifiers import reopen, sources
from msgcenter_tui.store.tables import deliveries, runs, threads
from msgcenter_tui.store.tx import Tx

_S = DeliveryState
Condition = ColumnElement[bool]

ARRIVED = "somebody said that it arrived"


def found(tx: Tx, actor: Actor, keys: Sequence[Key]) -> Sequence[Row[Any]]:
    """Of these deliveries those that the actor sees: key, state, workspace, and whether they decide about them."""
    return tx.conn.execute(
        select(
            deliveries.c.run_id,
            deliveries.c.person_id,
            deliveries.c.state,
            threads.c.workspace_id,
            decided_by(actor).label("decides"),
        )
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(among(keys), looked_at_by(actor))
    ).all()


def of_thread(thread: ThreadId) -> Condition:
    """Of `deliveries`."""
    return _of_threads(threads.c.id == thread)


def of_theirs(actor: Actor) -> Condition:
    """Of `deliveries`: all that the actor decides about."""
    return _of_threads(decided_by(actor))


def _of_threads(which: Condition) -> Condition:
    return deliveries.c.run_id.in_(select(runs.c.id).join(threads, threads.c.id == runs.c.thread_id).where(which))


def how_many(tx: Tx, which: Condition) -> int:
    return tx.conn.scalar(select(func.count()).select_from(deliveries).where(which)) or 0


def try_again(tx: Tx, which: Condition) -> int:
    """Failed deliveries wait anew, with all attempts before them; retrying ones do not wait any longer."""
    sooner = update(deliveries).where(which, deliveries.c.state == _S.RETRYING).values(next_at=tx.now)
    return tx.conn.execute(sooner).rowcount + _to_waiting(tx, which, _S.FAILED, attempts=0)


def release(tx: Tx, which: Condition) -> int:
    return _to_waiting(tx, which, _S.HELD)


def send_as_it_was(tx: Tx, which: Condition) -> int:
    """Unknown ones leave again, as they were: the letter is kept, with its Message-ID and Date (N14)."""
    return _to_waiting(tx, which, _S.UNKNOWN)


def has_arrived(tx: Tx, which: Condition) -> int:
    arrived = (
        update(deliveries)
        .where(which, deliveries.c.state == _S.UNKNOWN, deliveries.c.state.in_(sources(_S.SENT)))
        .values(state=_S.SENT, reason=ARRIVED, settled_at=tx.now, claimed_by=None, letter=null())
    )
    return tx.conn.execute(arrived).rowcount


def _to_waiting(tx: Tx, which: Condition, before: DeliveryState, **more: Any) -> int:
    those = and_(which, deliveries.c.state == before, deliveries.c.state.in_(sources(_S.WAITING)))
    reopen(tx, set(tx.conn.scalars(select(deliveries.c.run_id).where(those).distinct())))
    values = {"state": _S.WAITING, "reason": "", "next_at": tx.now, "settled_at": None, "claimed_by": None, **more}
    return tx.conn.execute(update(deliveries).where(those).values(values)).rowcount
