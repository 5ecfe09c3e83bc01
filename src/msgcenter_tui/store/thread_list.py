"""A page of the threads that a reader sees, newest first: found by an index, whatever there is, or by their words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select

from msgcenter_tui.domain import Actor, PersonId, Show, ThreadKind, WorkspaceId
from msgcenter_tui.rules.sought import sought
from msgcenter_tui.store import past, searching
from msgcenter_tui.store.tables import messages, people, threads, workspaces
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import (
    found_deleted,
    has_unread,
    may_be_visible,
    may_have_unread,
    unread_count,
    visible,
)


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

    All of it is as of the reader's time.
    """
    given = {} if after is None else {_AT.key: after[0], _THREAD.key: after[1]}
    if not search:
        few = reader.at is None and (reader.is_client or _may_see_few(tx, reader))
        statement = _newest(reader, show, workspace, limit, few=few, after=bool(given), sqlite=tx.sqlite)
        return tx.conn.execute(statement, given).all()
    found = _searched(tx, reader, _shown(reader, show, workspace), show, search)
    if found is None:
        return ()
    return tx.conn.execute(_rows(reader, found, limit, after=bool(given), sqlite=tx.sqlite), given).all()


_AT, _THREAD = bindparam("after_at", type_=threads.c.last_at.type), bindparam("after_thread", type_=threads.c.id.type)
"""The last thread of the page before."""


def _shown(reader: Actor, show: Show, workspace: WorkspaceId | None) -> Select[Any]:
    """The ids of all threads that the list shows."""
    found = select(threads.c.id).where(found_deleted(reader) if show is Show.DELETED else visible(reader))
    if show is Show.UNREAD:
        found = found.where(may_have_unread(reader), has_unread(reader, threads.c.id))
    elif show is Show.BROADCASTS:
        found = found.where(threads.c.kind != ThreadKind.DIRECT)
    elif show is Show.DIRECT:
        found = found.where(threads.c.kind == ThreadKind.DIRECT)
    return found if workspace is None else found.where(threads.c.workspace_id == workspace)


@lru_cache(32)
def _newest(
    reader: Actor, show: Show, workspace: WorkspaceId | None, limit: int, *, few: bool, after: bool, sqlite: bool
) -> Select[Any]:
    """The rows without a look at all threads wherever that can be; `few`: the reader can see only few.

    Kept, as to put it together takes as long as to have it answered; there are few readers in one program. SQLite is
    told by which index the newest come first: of two workspaces together it would sort all.
    """
    found = _shown(reader, show, workspace)
    if few:
        found = found.where(threads.c.id.in_(may_be_visible(reader)))
    elif reader.at is None and show is not Show.UNREAD:  # those are few, and found by their marks
        index = "ix_threads_last_at_id" if workspace is None else "ix_threads_workspace_id_last_at_id"
        found = found.with_hint(threads, f"INDEXED BY {index}", "sqlite")
    return _rows(reader, found, limit, after=after, sqlite=sqlite)


def _rows(reader: Actor, found: Select[Any], limit: int, *, after: bool, sqlite: bool) -> Select[Any]:
    """The page is taken first; what is counted is counted for its rows alone."""
    moment = reader.at
    last_at = past.last_at(moment)
    newest_first = last_at.desc(), threads.c.id.desc()
    if after:
        found = found.where(or_(last_at < _AT, and_(last_at == _AT, threads.c.id < _THREAD)))
    found = found.order_by(*newest_first).limit(limit)
    newest: ColumnElement[Any] = (
        select(messages.c.id)
        .where(messages.c.thread_id == threads.c.id, past.readable(moment))
        .order_by(messages.c.number.desc())
        .limit(1)
        .correlate(threads)
        .scalar_subquery()
    )
    if sqlite:
        page = found.subquery()
    else:  # with the page: behind walls no index is used by a condition that asks another table
        page = found.add_columns(newest.label("newest")).subquery()
        newest = page.c.newest
    return (
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
    )


def _may_see_few(tx: Tx, reader: Actor) -> bool:
    """That they are many is remembered for a while: no more than a hint, but thousands were counted for it."""
    many: dict[PersonId, float] = tx.conn.info.setdefault(_MANY, {})
    if monotonic() < many.get(reader.person, 0):
        return False
    few = searching.are_few(tx, may_be_visible(reader))
    if not few:
        many[reader.person] = monotonic() + _REMEMBERED
    return few


_MANY, _REMEMBERED = "sees many threads", 60.0
"""In seconds."""


def _searched(tx: Tx, reader: Actor, found: Select[Any], show: Show, search: str) -> Select[Any] | None:
    """Of these threads those in which everything is found that is searched for; None: in none of them.

    SQLite has no statistics: the statement's form tells it whether to begin with what the words find, with what the
    reader sees, or with the newest.
    """
    wanted = sought(search)
    if reader.at is not None:  # the indexes hold the words of now
        words = (searching.begun(tx, reader, word) for word in wanted.words)
        return found.where(*words, *(searching.written(tx, reader, text) for text in wanted.texts))
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
