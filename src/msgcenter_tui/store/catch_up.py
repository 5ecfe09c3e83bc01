"""Catching up: those who see a broadcast, have not read it, and got no notification of it, get one (N11).

The run is of a kind of its own, which carries the broadcast's messages and takes in no later one: what is written
meanwhile is its own run's, in whose audience they are by then.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, insert, literal, or_, select, union_all

from msgcenter_tui.domain import Among, Channel, DeliveryState, Reach, ThreadId
from msgcenter_tui.store import audience_list
from msgcenter_tui.store.audience_list import AMONG, Circle
from msgcenter_tui.store.runs import begin_catch_up, hold_audience
from msgcenter_tui.store.tables import clients, deliveries, people, reads, runs
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import reached_by


def figures(tx: Tx, circle: Circle) -> Reach:
    """How many a catch-up would notify now, and how many it would be for but whom no channel reaches (N4)."""
    email, sms = reached_by(Channel.EMAIL), reached_by(Channel.SMS)
    missed = {name: so for name, so in AMONG[Among.TO_CATCH_UP].items() if name != "reached"}
    counted: list[Any] = [
        func.count().filter(or_(email, sms)).label("people"),
        func.count().filter(email).label("email"),
        func.count().filter(sms).label("sms"),
        func.count().filter(~or_(email, sms)).label("portal_only"),
    ]
    row = tx.conn.execute(_clients(circle, select(*counted)).where(audience_list.where(circle, missed))).one()
    return Reach(row.people, row.email, row.sms, row.portal_only)


def notify(tx: Tx, thread: ThreadId, circle: Circle, newest: int) -> Reach:
    """Write what figures() tells into the open catch-up run of each channel, which is begun where there is none.

    The caller holds the thread. Each delivery carries what its recipient has not read, up to message `newest`.
    """
    hold_audience(tx)
    found = figures(tx, circle)
    wanted = [channel for channel, count in ((Channel.EMAIL, found.email), (Channel.SMS, found.sms)) if count]
    if not wanted:
        return found
    read = (
        select(reads.c.up_to)
        .where(reads.c.thread_id == thread, reads.c.person_id == people.c.id)
        .correlate_except(reads)
        .scalar_subquery()
    )
    # One statement for all channels: who is notified by one of them is not yet for the other.
    each: list[Select[Any]] = []
    for channel in wanted:
        run = begin_catch_up(tx, thread, channel)
        owed: Select[Any] = select(
            literal(run, runs.c.id.type).label("run"),
            people.c.id.label("person"),
            (func.coalesce(read, 0) + 1).label("first"),
            literal(newest).label("last"),
            literal(DeliveryState.WAITING.value).label("state"),
        )
        missed = audience_list.where(circle, AMONG[Among.TO_CATCH_UP])
        each.append(_clients(circle, owed).where(missed, reached_by(channel)))
    rows = union_all(*each).subquery()
    tx.conn.execute(
        insert(deliveries).from_select(
            ["run_id", "person_id", "first", "last", "state"], select(rows).order_by(rows.c.run, rows.c.person)
        )
    )
    return found


def _clients(circle: Circle, query: Select[Any]) -> Select[Any]:
    here = and_(people.c.id == clients.c.person_id, clients.c.workspace_id == circle.workspace)
    return query.join_from(clients, people, here)
