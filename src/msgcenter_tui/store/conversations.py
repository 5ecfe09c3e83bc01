"""Reading threads and messages: keyset pages of what a reader sees, straight from the visibility rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select

from msgcenter_tui.domain import Actor, Badge, Person, PersonId, Role, ThreadId, WorkspaceId
from msgcenter_tui.store import clientele, past
from msgcenter_tui.store.tables import members, messages, participants, people, threads, versions, workspaces
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import (
    found_deleted,
    may_be_visible,
    may_have_unread,
    owned_by,
    role_in,
    standing,
    unread_count,
    unread_messages,
    visible,
)


def standing_row(tx: Tx, reader: Actor) -> Row[Any] | None:
    """What decides about a client's portal as the reader looks at it, see visibility.standing."""
    return tx.conn.execute(standing(reader.person, reader.eyes)).one_or_none()


def thread_row(tx: Tx, reader: Actor, thread: ThreadId, *, deleted_too: bool = False) -> Row[Any] | None:
    """The thread with what concerns this reader, None where they do not see it.

    Beside the thread's columns: workspace_name, workspace_kind, unread, first_unread, owns, role.
    """
    seen = or_(visible(reader), found_deleted(reader)) if deleted_too else visible(reader)
    first = (
        select(func.min(messages.c.number))
        .where(unread_messages(reader, threads.c.id))
        .correlate_except(messages)
        .scalar_subquery()
    )
    return tx.conn.execute(
        select(
            *past.thread_columns(reader.at),
            workspaces.c.name.label("workspace_name"),
            workspaces.c.kind.label("workspace_kind"),
            unread_count(reader, threads.c.id).label("unread"),
            first.label("first_unread"),
            owned_by(reader.person).label("owns"),
            role_in(threads.c.workspace_id, reader.person).label("role"),
        )
        .join(workspaces, workspaces.c.id == threads.c.workspace_id)
        .where(threads.c.id == thread, seen)
    ).one_or_none()


def message_rows(
    tx: Tx, thread: ThreadId, workspace: WorkspaceId, *, before: int | None, limit: int, at: datetime | None = None
) -> Sequence[Row[Any]]:
    """The newest messages before number `before`, newest first, with author, role there, and number of versions.

    With `at` those of that time, as they read then.
    """
    role = (
        select(members.c.role)
        .where(members.c.workspace_id == workspace, members.c.person_id == messages.c.author_id)
        .scalar_subquery()
    )
    query: Select[Any] = (
        select(
            *past.message_columns(at),
            people.c.name.label("author"),
            people.c.kind.label("author_kind"),
            role.label("author_role"),
        )
        .select_from(messages)
        .join(people, people.c.id == messages.c.author_id)
        .where(messages.c.thread_id == thread, past.written(at))
        .order_by(messages.c.number.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(messages.c.number < before)
    return tx.conn.execute(query).all()


def version_rows(tx: Tx, message: str) -> Sequence[Row[Any]]:
    return tx.conn.execute(
        select(versions, people.c.name.label("by"))
        .join(people, people.c.id == versions.c.by_id)
        .where(versions.c.message_id == message)
        .order_by(versions.c.version)
    ).all()


_THREADS = bindparam("threads", type_=participants.c.thread_id.type, expanding=True)
_PARTICIPANTS = (
    select(participants.c.thread_id, people.c.id, people.c.name, people.c.kind, participants.c.added_at)
    .join(people, people.c.id == participants.c.person_id)
    .where(participants.c.thread_id.in_(_THREADS))
    .order_by(participants.c.thread_id, participants.c.added_at, people.c.id)
)


def participants_of(
    tx: Tx, thread_ids: Sequence[ThreadId], at: datetime | None = None
) -> dict[ThreadId, list[Person]]:  # fmt: skip
    """Everybody in each of these direct threads, in the order they were added; with `at`, who was in them then."""
    rows = tx.conn.execute(_PARTICIPANTS, {_THREADS.key: thread_ids}).all()
    found: dict[ThreadId, list[Person]] = {}
    for row in rows:
        found.setdefault(row.thread_id, []).append(Person(row.id, row.name, row.kind))
    if at is None:
        return found
    return _then_in(tx, thread_ids, found, [(row.thread_id, row.id, row.added_at) for row in rows], at)


def _then_in(
    tx: Tx,
    thread_ids: Sequence[ThreadId],
    now: dict[ThreadId, list[Person]],
    since: Sequence[tuple[ThreadId, PersonId, datetime]],
    at: datetime,
) -> dict[ThreadId, list[Person]]:
    """Of who is in the threads `now` those who were then; behind them who was removed since, by id."""
    there = past.in_them(tx, thread_ids, since, at)
    found = {thread: [one for one in those if (thread, one.id) in there] for thread, those in now.items()}
    gone = there - {(thread, one.id) for thread, those in now.items() for one in those}
    named = clientele.people_by_id(tx, sorted({person for _, person in gone})) if gone else {}
    for thread, person in sorted(gone):
        found.setdefault(thread, []).append(named[person])
    return found


def owners_of(tx: Tx, thread: Row[Any]) -> tuple[Person, ...]:
    """The thread's owners by name (rules.md, Words)."""
    here = (
        select(people.c.id, people.c.name, people.c.kind, members.c.role)
        .join(members, members.c.person_id == people.c.id)
        .where(members.c.workspace_id == thread.workspace_id)
        .order_by(people.c.name_key)
    )
    rows = tx.conn.execute(here.where(or_(members.c.role == Role.OWNER, members.c.person_id == thread.owner_id))).all()
    own = [row for row in rows if row.id == thread.owner_id]
    chosen = own or [row for row in rows if row.role is Role.OWNER]
    return tuple(Person(row.id, row.name, row.kind) for row in chosen)


def badge(tx: Tx, reader: Actor) -> Badge:
    """What is unread for the reader over all threads they see (R1); of a time in the past it is not known."""
    if reader.at is not None:
        return Badge(0, 0, known=False)
    of_theirs = [threads.c.id.in_(may_be_visible(reader))] if reader.is_client else []
    counts = (
        select(unread_count(reader, threads.c.id).label("n"))
        .where(visible(reader), may_have_unread(reader), *of_theirs)
        .subquery()
    )
    row = tx.conn.execute(select(func.count(), func.coalesce(func.sum(counts.c.n), 0)).where(counts.c.n > 0)).one()
    return Badge(int(row[0]), int(row[1]))


def newest_incoming(tx: Tx, thread: ThreadId, reader: PersonId) -> int | None:
    """The number of the newest message that somebody else wrote and nobody deleted."""
    newest: int | None = tx.conn.scalar(
        select(func.max(messages.c.number)).where(
            messages.c.thread_id == thread, messages.c.author_id != reader, messages.c.deleted_at.is_(None)
        )
    )
    return newest


def recent_bodies(tx: Tx, author: PersonId, limit: int) -> Sequence[str]:
    """The author's newest texts, each once (M6)."""
    rows = tx.conn.scalars(
        select(messages.c.body)
        .where(messages.c.author_id == author, messages.c.deleted_at.is_(None))
        .order_by(messages.c.id.desc())
        .limit(limit * 3)
    )
    return list(dict.fromkeys(rows))[:limit]


def name_of(tx: Tx, person: PersonId) -> str:
    return str(tx.conn.execute(select(people.c.name).where(people.c.id == person)).scalar_one())
