"""What the ledger owes, read from its tables by hand: an independent look for tests."""

from __future__ import annotations

from sqlalchemy import select

from msgcenter_tui.domain import DeliveryState, RunKind, ThreadId
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import deliveries, gaps, messages, people, runs

NOT_LEFT = {DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.RETRYING}


def owed(store: Store, thread: ThreadId) -> dict[tuple[str, str, str], list[int]]:
    """(name, channel, kind of run) -> numbers of the messages still owed; people who are owed none are left out."""
    with store.read() as tx:
        rows = tx.conn.execute(
            select(
                deliveries, runs.c.thread_id, runs.c.channel, runs.c.kind, runs.c.last.label("run_last"), people.c.name
            )
            .join(runs, runs.c.id == deliveries.c.run_id)
            .join(people, people.c.id == deliveries.c.person_id)
            .where(runs.c.thread_id == thread)
        ).all()
        holes = tx.conn.execute(select(gaps)).all()
        written = tx.conn.execute(
            select(messages, people.c.kind.label("author_kind"))
            .join(people, people.c.id == messages.c.author_id)
            .where(messages.c.thread_id == thread, messages.c.deleted_at.is_(None))
            .order_by(messages.c.number)
        ).all()
    found: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        if row.state not in NOT_LEFT:
            continue
        end = min(x for x in (row.last, row.run_last, 10**9) if x is not None)
        for message in written:
            belongs = (
                message.run_kind is row.kind
                or (row.kind is RunKind.CATCH_UP and message.run_kind is RunKind.BROADCAST)
                or (row.kind is RunKind.OWNER and message.run_kind is RunKind.REPLY and message.author_kind == "client")
            )
            in_hole = any(
                hole.run_id == row.run_id
                and hole.person_id == row.person_id
                and hole.first <= message.number <= hole.last
                for hole in holes
            )
            if belongs and row.first <= message.number <= end and not in_hole and message.author_id != row.person_id:
                found.setdefault((row.name, row.channel.value, row.kind.value), []).append(message.number)
    return found


def states(store: Store, thread: ThreadId) -> dict[str, str]:
    """name -> state of their delivery by e-mail in this thread (the newest run's)."""
    with store.read() as tx:
        rows = tx.conn.execute(
            select(people.c.name, deliveries.c.state)
            .join(runs, runs.c.id == deliveries.c.run_id)
            .join(people, people.c.id == deliveries.c.person_id)
            .where(runs.c.thread_id == thread, runs.c.channel == "email")
            .order_by(runs.c.id)
        ).all()
    return {row.name: row.state.value for row in rows}
