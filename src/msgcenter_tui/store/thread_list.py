"""A page of the threads that a reader sees, newest first: found by an index, whatever there is, or by their words."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from msgcenter_tui.domain import Actor, ThreadKind, WorkspaceId
from msgcenter_tui.rules.sought import sought
from msgcenter_tui.store import past, searching
from msgcenter_tui.store.tables import messages, participants, people, threads, workspaces
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import (
    found_deleted,
    has_unread,
    may_be_visible,
    may_have_unread,
    unread_count,
    visible,
)


class Show(enum.StrEnum):
    """Which threads a list shows."""

    ALL = "all"
    UNREAD = "unread"
    BROADCASTS = "broadcasts"
    DIRECT = "direct"
    DELETED = "deleted"


def list_rows(
    tx: Tx,
    reader: Actor,
    *,
    show: Show,
    workspace: WorkspaceId | None,
    search: str,
    limit: int,
    after: tuple[int, str] | None,
) -> Sequence[Row[Any]]:
    """The newest threads first, at most `limit` rows: a thread with its unread count and its newest message.

    The page is taken first; what is counted is counted for its rows alone. All of it is as of the reader's time.
    """
    moment = reader.at
    last_at = past.last_at(moment)
    found = select(threads.c.id).where(found_deleted(reader) if show is Show.DELETED else visible(reader))
    if show is Show.UNREAD:
        found = found.where(may_have_unread(reader), has_unread(reader, threads.c.id))
    elif show is Show.BROADCASTS:
        found = found.where(threads.c.kind != ThreadKind.DIRECT)
    elif show is Show.DIRECT:
        found = found.where(threads.c.kind == ThreadKind.DIRECT)
    if workspace is not None:
        found = found.where(threads.c.workspace_id == workspace)
    if search:
        narrowed = _searched(tx, reader, found, show, search)
        if narrowed is None:
            return ()
        found = narrowed
    if after is not None:
        at, thread = after
        found = found.where(or_(last_at < at, and_(last_at == at, threads.c.id < thread)))
    newest_first = last_at.desc(), threads.c.id.desc()
    found = found.order_by(*newest_first).limit(limit)
    newest: ColumnElement[Any] = (
        select(messages.c.id)
        .where(messages.c.thread_id == threads.c.id, past.readable(moment))
        .order_by(messages.c.number.desc())
        .limit(1)
        .correlate(threads)
        .scalar_subquery()
    )
    rows = found if search else _newest(tx, reader, found, show, workspace)
    if tx.sqlite:
        page = rows.subquery()
    else:  # with the page: behind walls no index is used by a condition that asks another table
        page = rows.add_columns(newest.label("newest")).subquery()
        newest = page.c.newest
    return tx.conn.execute(
        select(
            *past.thread_columns(moment),
            workspaces.c.name.label("workspace_name"),
            unread_count(reader, threads.c.id).label("unread"),
            messages.c.author_id,
            past.body(moment).label("body"),
            past.facts(moment).label("facts"),
            people.c.name.label("author"),
        )
        .join(page, page.c.id == threads.c.id)
        .join(workspaces, workspaces.c.id == threads.c.workspace_id)
        .outerjoin(messages, messages.c.id == newest)
        .outerjoin(people, people.c.id == messages.c.author_id)
        .order_by(*newest_first)
    ).all()


def _newest(tx: Tx, reader: Actor, found: Select[Any], show: Show, workspace: WorkspaceId | None) -> Select[Any]:
    """The same threads, without a look at all there are wherever that can be.

    SQLite is told by which index the newest come first: of two workspaces together it would sort all.
    """
    if reader.at is not None:
        return found
    if reader.is_client or _may_see_few(tx, reader):
        return found.where(threads.c.id.in_(may_be_visible(reader)))
    if show is Show.UNREAD:  # few, and found by their marks
        return found
    index = "ix_threads_last_at_id" if workspace is None else "ix_threads_workspace_id_last_at_id"
    return found.with_hint(threads, f"INDEXED BY {index}", "sqlite")


def _may_see_few(tx: Tx, reader: Actor) -> bool:
    """Of direct threads; broadcasts are few."""
    mine = select(participants.c.thread_id).where(participants.c.person_id == reader.person)
    first = mine.limit(searching.FEW + 1).subquery()
    return (tx.conn.scalar(select(func.count()).select_from(first)) or 0) <= searching.FEW


def _searched(tx: Tx, reader: Actor, found: Select[Any], show: Show, search: str) -> Select[Any] | None:
    """Of these threads those in which everything is found that is searched for; None: in none of them.

    SQLite has no statistics: the statement's form tells it whether to begin with what the words find, with what the
    reader sees, or with the newest.
    """
    wanted = sought(search)
    if reader.at is not None:  # the indexes hold the words of now
        return found.where(*(searching.written(tx, reader, text) for text in (*wanted.words, *wanted.texts)))
    texts = [searching.written(tx, reader, text) for text in wanted.texts]
    if not wanted.words:
        return found.where(*texts)
    index = searching.threads_with(tx, wanted.words)
    if index is None:
        return None
    if not tx.sqlite:
        return found.where(searching.every(threads.c.id.in_(index.ids), texts))
    if index.are_few():
        return found.where(threads.c.id.in_(index.ids), *texts).with_hint(threads, "NOT INDEXED", "sqlite")
    held = (threads.c.id + 0).in_(index.ids)
    if show is Show.UNREAD and not reader.is_client:
        return found.where(searching.every(held, texts)).with_hint(threads, "NOT INDEXED", "sqlite")
    if _may_see_few(tx, reader):
        found = found.where(threads.c.id.in_(may_be_visible(reader)))
        return found.where(searching.every(held, texts)).with_hint(threads, "NOT INDEXED", "sqlite")
    return found.where(searching.every(held, texts)).with_hint(threads, "INDEXED BY ix_threads_last_at_id", "sqlite")
