"""The audience of a message before it is sent: whom it would reach by which channel, and whom by nothing (S3, N4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, select, true

from msgcenter_tui.domain import Channel, PersonId, Reach, Role, RunKind, Status, ThreadId, ThreadKind, WorkspaceId
from msgcenter_tui.store.tables import clients, members, messages, participants, people, reads, threads
from msgcenter_tui.store.texting import first_sms
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import finds_in_portal, in_audience, reached_by, shown, unmailed


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of clients: all of them, the reach, how many find it in a portal or are notified, and by status."""

    total: int
    reach: Reach
    exposed: int
    by_status: dict[Status, int]


def all_clients(workspace: WorkspaceId) -> ColumnElement[bool]:
    """Of `clients`: the audience of All Clients (A1)."""
    return in_audience(workspace)


def size(tx: Tx, workspace: WorkspaceId) -> int:
    """How many clients are in it (A1)."""
    return tx.conn.scalar(select(func.count()).select_from(clients).where(all_clients(workspace))) or 0


def named(people_named: Sequence[PersonId]) -> ColumnElement[bool]:
    return clients.c.person_id.in_(people_named)


def figures(tx: Tx, which: ColumnElement[bool], kind: ThreadKind) -> Figures:
    """Count these clients in one statement; `kind` decides who finds it in the portal (V1, V8)."""
    sms, portal = reached_by(Channel.SMS), in_portal(kind)
    count = func.count
    # How many there are an index tells by itself; whom mail passes by, and whom an SMS reaches, have one of their own.
    everybody = select(clients.c.status, count().label("total")).where(which).group_by(clients.c.status).subquery()
    by_sms = select(count().label("sms")).where(which, sms).subquery()
    without_mail = (
        select(
            count().label("unmailed"),
            count().filter(and_(~sms, portal)).label("portal_only"),
            count().filter(and_(~sms, ~portal)).label("unreachable"),
        )
        .where(which, unmailed())
        .subquery()
    )
    counted = everybody.join(by_sms, true()).join(without_mail, true())
    rows = tx.conn.execute(select(counted)).all()
    if not rows:
        return Figures(0, Reach(), 0, {})
    total, found = sum(row.total for row in rows), rows[0]
    exposed = total - found.unreachable
    reach = Reach(
        people=exposed - found.portal_only,
        email=total - found.unmailed,
        sms=found.sms,
        portal_only=found.portal_only,
        unreachable=found.unreachable,
    )
    return Figures(total, reach, exposed, {row.status: row.total for row in rows})


def in_portal(kind: ThreadKind) -> ColumnElement[bool]:
    """Of `clients`: those who find a thread of this kind in the portal (V1, V8)."""
    return clients.c.portal.is_(True) if kind is ThreadKind.DIRECT else finds_in_portal()


def texted(tx: Tx, which: ColumnElement[bool], kind: ThreadKind, limit: int | None = None) -> Sequence[Row[Any]]:
    """Whom of these clients an SMS reaches, by what makes theirs differ: `in_portal`, `first` (N3), and their number.

    With a limit one by one, so many at most, each with name, email and phone.
    """
    first = first_sms(clients.c.person_id, clients.c.phone_number).label("first")
    by_sms = which, reached_by(Channel.SMS)
    if limit is not None:
        each: Select[Any] = select(
            in_portal(kind).label("in_portal"),
            first,
            literal(1).label("recipients"),
            people.c.name,
            clients.c.email,
            clients.c.phone,
        )
        each = each.join_from(clients, people, people.c.id == clients.c.person_id).where(*by_sms)
        return tx.conn.execute(each.order_by(clients.c.person_id).limit(limit)).all()
    alike = select(in_portal(kind).label("in_portal"), first).select_from(clients).where(*by_sms).subquery()
    return tx.conn.execute(
        select(alike, func.count().label("recipients")).group_by(alike.c.in_portal, alike.c.first)
    ).all()


def unreached(tx: Tx, which: ColumnElement[bool], kind: ThreadKind, limit: int) -> Sequence[Row[Any]]:
    """The first of these clients, by name, whom no channel reaches, with what decides why, and `in_portal` (N4)."""
    return tx.conn.execute(
        select(clients, people.c.name, in_portal(kind).label("in_portal"))
        .join(people, people.c.id == clients.c.person_id)
        .where(which, unmailed(), ~reached_by(Channel.SMS))
        .order_by(people.c.name_key, people.c.id)
        .limit(limit)
    ).all()


def empty_facts(tx: Tx, which: ColumnElement[bool]) -> frozenset[str]:
    """Names of merge fields that are empty for at least one of these clients (T4)."""
    row = tx.conn.execute(
        select(
            func.count().filter(func.coalesce(clients.c.email, "") == "").label("email"),
            func.count().filter(func.coalesce(clients.c.phone, "") == "").label("phone"),
        ).where(which)
    ).one()
    return frozenset(name for name, n in (("client.email", row.email), ("client.phone", row.phone)) if n)


def readers(tx: Tx, thread: Row[Any]) -> tuple[int, int]:
    """How many see a broadcast now, and how many of those have read up to its newest message by an owner (R4)."""
    newest = newest_by_owner(tx, thread.id, thread.workspace_id, thread.kind)
    if thread.kind is ThreadKind.ALL_CLIENTS:
        table, who = clients, and_(clients.c.workspace_id == thread.workspace_id, finds_in_portal())
    else:
        table, who = members, members.c.workspace_id == thread.workspace_id
        if newest is not None:
            who = and_(who, members.c.person_id != newest.author_id)
    who = and_(shown(thread.state), who)
    total = tx.conn.scalar(select(func.count()).select_from(table).where(who)) or 0
    if newest is None:
        return total, 0
    # From who has read to who sees it: there may be a million of these.
    read = tx.conn.scalar(
        select(func.count())
        .select_from(reads)
        .join(table, table.c.person_id == reads.c.person_id)
        .where(reads.c.thread_id == thread.id, reads.c.up_to >= newest.number, who)
    )
    return total, read or 0


def portals(tx: Tx, thread: Row[Any]) -> int:
    """In how many portals the thread is seen now (V1, V8)."""
    if thread.kind is ThreadKind.DIRECT:
        sees = and_(clients_in(thread.id), in_portal(thread.kind))
    elif thread.kind is ThreadKind.ALL_CLIENTS:
        sees = and_(clients.c.workspace_id == thread.workspace_id, in_portal(thread.kind))
    else:
        return 0
    return tx.conn.scalar(select(func.count()).select_from(clients).where(shown(thread.state), sees)) or 0


def newest_by_owner(tx: Tx, thread: ThreadId, workspace: WorkspaceId, kind: ThreadKind) -> Row[Any] | None:
    """The newest message by an owner of a broadcast that is not deleted: its number and author (R4)."""
    query: Select[Any] = (
        select(messages.c.number, messages.c.author_id)
        .where(messages.c.thread_id == thread, messages.c.deleted_at.is_(None))
        .order_by(messages.c.number.desc())
        .limit(1)
    )
    if kind is ThreadKind.ALL_CLIENTS:
        query = query.where(messages.c.run_kind == RunKind.BROADCAST)
    else:
        owners = select(members.c.person_id).where(members.c.workspace_id == workspace, members.c.role == Role.OWNER)
        query = query.where(messages.c.author_id.in_(owners))
    return tx.conn.execute(query).first()


def clients_in(thread: ThreadId) -> ColumnElement[bool]:
    """Of `clients`: those who are in a direct thread and live in its workspace (V8)."""
    return and_(
        clients.c.person_id.in_(select(participants.c.person_id).where(participants.c.thread_id == thread)),
        clients.c.workspace_id == select(threads.c.workspace_id).where(threads.c.id == thread).scalar_subquery(),
    )
