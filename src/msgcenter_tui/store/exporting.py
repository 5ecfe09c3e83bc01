"""Reading all that is to be written into a file: pages by key, so that memory stays flat, in the order of the ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, cast, func, or_, select, tuple_
from sqlalchemy.sql import literal

from msgcenter_tui.domain import Actor, MessageId, PersonId, ThreadId, WorkspaceId
from msgcenter_tui.store.tables import (
    THREAD,
    audit,
    deliveries,
    drafts,
    folded,
    messages,
    participants,
    people,
    reads,
    runs,
    threads,
    versions,
    workspaces,
)
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import visible, visible_to_client

_THREADS = 100
_MESSAGES = 500


# -- threads ----------------------------------------------------------------------------------------------------------


def thread_pages(tx: Tx, *which: ColumnElement[bool]) -> Iterator[Sequence[Row[Any]]]:
    """These threads, the oldest first, a hundred at a time: their columns, the workspace's and the beginner's name."""
    beginner = people.alias("beginner")
    each = (
        select(
            threads,
            workspaces.c.name.label("workspace_name"),
            beginner.c.name.label("begun_by"),
            beginner.c.kind.label("begun_by_kind"),
        )
        .join(workspaces, workspaces.c.id == threads.c.workspace_id)
        .join(beginner, beginner.c.id == threads.c.created_by)
        .where(*which)
        .order_by(threads.c.id)
        .limit(_THREADS)
    )
    after: ThreadId | None = None
    while True:
        page = tx.conn.execute(each if after is None else each.where(threads.c.id > after)).all()
        if page:
            yield page
        if len(page) < _THREADS:
            return
        after = page[-1].id


def seen_by(actor: Actor, workspace: WorkspaceId | None, chosen: Sequence[ThreadId]) -> list[ColumnElement[bool]]:
    """Of `threads`: what the actor sees now (V), all of it, of a workspace, or of these."""
    which = [visible(actor)]
    if workspace is not None:
        which.append(threads.c.workspace_id == workspace)
    if chosen:
        which.append(threads.c.id.in_(chosen))
    return which


def message_rows(tx: Tx, of: Sequence[ThreadId]) -> Iterator[Row[Any]]:
    """Their messages, thread by thread in the order of the ids, each with author and kind of author (M5)."""
    each = (
        select(messages, people.c.name.label("author"), people.c.kind.label("author_kind"))
        .join(people, people.c.id == messages.c.author_id)
        .where(messages.c.thread_id.in_(of))
        .order_by(messages.c.thread_id, messages.c.number)
        .limit(_MESSAGES)
    )
    after: Any = None
    while True:
        page = tx.conn.execute(each if after is None else each.where(after)).all()
        yield from page
        if len(page) < _MESSAGES:
            return
        last = page[-1]
        key = tuple_(messages.c.thread_id, messages.c.number)
        after = key > tuple_(literal(last.thread_id, THREAD), literal(last.number))


def former_texts(tx: Tx, of: Sequence[MessageId]) -> Sequence[Row[Any]]:
    """Former texts of these messages (M2), the oldest first."""
    query: Select[Any] = select(versions).where(versions.c.message_id.in_(of))
    return tx.conn.execute(query.order_by(versions.c.message_id, versions.c.version)).all()


# -- a client ---------------------------------------------------------------------------------------------------------


def deliveries_to(tx: Tx, client: PersonId) -> Sequence[Row[Any]]:
    """All of theirs, with thread, channel and what the run carries. By way of all runs, as in erasing.py."""
    query: Select[Any] = (
        select(
            deliveries,
            runs.c.thread_id,
            runs.c.channel,
            runs.c.kind,
            func.coalesce(deliveries.c.last, runs.c.last).label("until"),
        )
        .join(runs, runs.c.id == deliveries.c.run_id)
        .where(deliveries.c.person_id == client, deliveries.c.run_id.in_(select(runs.c.id)))
        .order_by(deliveries.c.run_id)
    )
    return tx.conn.execute(query).all()


def folded_to(tx: Tx, client: PersonId) -> Sequence[Row[Any]]:
    """Of folded ones (folding.py) what is left: run, thread, channel, kind, state, and what the run carried."""
    query: Select[Any] = (
        select(folded.c.run_id, folded.c.state, runs.c.thread_id, runs.c.channel, runs.c.kind, runs.c.first)
        .add_columns(runs.c.last.label("until"))
        .join(runs, runs.c.id == folded.c.run_id)
        .where(folded.c.first_id <= client, folded.c.last_id >= client)
        .order_by(folded.c.run_id)
    )
    return tx.conn.execute(query).all()


def reads_of(tx: Tx, client: PersonId) -> Sequence[Row[Any]]:
    query: Select[Any] = select(reads).where(reads.c.person_id == client).order_by(reads.c.thread_id)
    return tx.conn.execute(query).all()


def drafts_of(tx: Tx, client: PersonId) -> Sequence[Row[Any]]:
    query: Select[Any] = select(drafts).where(drafts.c.person_id == client).order_by(drafts.c.id)
    return tx.conn.execute(query).all()


def concerning(client: PersonId, also: Sequence[ThreadId]) -> ColumnElement[bool]:
    """Of `threads`: those that they see, are in, began or wrote in; and `also` these."""
    wrote = select(messages.c.thread_id).where(messages.c.author_id == client)
    in_it = select(participants.c.thread_id).where(participants.c.person_id == client)
    return or_(
        threads.c.created_by == client,
        threads.c.id.in_(wrote),
        threads.c.id.in_(in_it),
        threads.c.id.in_(also),
        visible_to_client(client),
    )


def seen_now(tx: Tx, client: Actor, of: Sequence[ThreadId]) -> set[ThreadId]:
    """Of these threads those that the client's portal shows now."""
    return set(tx.conn.scalars(select(threads.c.id).where(threads.c.id.in_(of), visible(client))))


def audit_of(tx: Tx, client: PersonId) -> Sequence[Row[Any]]:
    """Records of what they did, what was done to them, and those that name them, the oldest first."""
    names = cast(audit.c.fields, String).contains(f'"{client}"', autoescape=True)
    query: Select[Any] = select(audit).where(or_(audit.c.who_id == client, audit.c.what == client, names))
    return tx.conn.execute(query.order_by(audit.c.id)).all()
