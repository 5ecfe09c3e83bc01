"""Threads and messages as they were at a time: from the times and versions kept, else from the audit (M2, S2, V4).

`at` None is now: then each of these is the plain column or condition, and a statement is no other than without it.
For a time in the past what the audit says since then is undone: of the first record after it that locked, deleted or
removed, the contrary held before. Subjects, names and read marks have no history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)

from msgcenter_tui.domain import PersonId, ThreadId, ThreadState
from msgcenter_tui.store.tables import audit, messages, participants, threads, versions
from msgcenter_tui.store.tx import Tx

Condition = ColumnElement[bool]

_WORD = literal("t").concat(cast(type_coerce(threads.c.id, BigInteger), String))
"""A thread's id as the audit has it."""


def _concerns(record: FromClause, person: PersonId) -> Condition:
    """Of audit records: those whose only field is this person."""
    return cast(record.c.fields, String) == json.dumps([person])


def _since(at: datetime, *acts: str) -> tuple[Select[Any], Select[Any]]:
    """The threads to which any of these acts was done after `at`; and those, of which it was the first to be asked."""
    firsts = (
        select(audit.c.what, func.min(audit.c.number).label("number"))
        .where(audit.c.at > at, audit.c.act.in_(acts))
        .group_by(audit.c.what)
        .subquery()
    )
    return select(firsts.c.what), select(audit.c.what).join(firsts, firsts.c.number == audit.c.number)


# -- threads ----------------------------------------------------------------------------------------------------------


def live(at: datetime | None) -> Condition:
    """Of `threads`: those that are there and not deleted."""
    if at is None:
        return threads.c.state == ThreadState.LIVE
    changed, first = _since(at, "thread.delete", "thread.restore")
    return and_(
        threads.c.created_at <= at,
        threads.c.state != ThreadState.UNDONE,
        or_(
            _WORD.in_(first.where(audit.c.act == "thread.delete")),
            and_(threads.c.state == ThreadState.LIVE, _WORD.not_in(changed)),
        ),
    )


def _locked(at: datetime) -> ColumnElement[bool]:
    _, first = _since(at, "thread.lock", "thread.unlock")
    return case(
        (_WORD.in_(first.where(audit.c.act == "thread.lock")), false()),
        (_WORD.in_(first.where(audit.c.act == "thread.unlock")), true()),
        else_=threads.c.locked,
    )


def participated(person: PersonId, at: datetime) -> Condition:
    """Of `threads`: the direct ones that a client was in, whoever has removed them since.

    They are in it now and since before; or were removed later, without having been added in between.
    """
    added = audit.alias("added")
    added_again = exists().where(
        added.c.act == "thread.add",
        added.c.what == audit.c.what,
        _concerns(added, person),
        added.c.at > at,
        added.c.number < audit.c.number,
    )
    removed = select(audit.c.what).where(
        audit.c.at > at, audit.c.act == "thread.remove", _concerns(audit, person), ~added_again.correlate(audit)
    )
    still = (
        exists()
        .where(
            participants.c.thread_id == threads.c.id, participants.c.person_id == person, participants.c.added_at <= at
        )
        .correlate_except(participants)
    )
    return or_(still, _WORD.in_(removed))


def in_them(tx: Tx, thread_ids: Sequence[ThreadId], there: Iterable[tuple[ThreadId, PersonId, datetime]], at: datetime
) -> set[tuple[ThreadId, PersonId]]:  # fmt: skip
    """Who was in these direct threads: `there` is who is in them now, and since when."""
    found = {(thread, person) for thread, person, added_at in there if added_at <= at}
    acts = "thread.add", "thread.remove", "thread.leave"
    since = (
        select(audit.c.what, audit.c.act, audit.c.who_id, audit.c.fields)
        .where(audit.c.at > at, audit.c.act.in_(acts), audit.c.what.in_(thread_ids))
        .order_by(audit.c.number.desc())
    )
    for row in tx.conn.execute(since):
        one = ThreadId(row.what), PersonId(row.who_id if row.act == "thread.leave" else row.fields[0])
        if row.act == "thread.add":
            found.discard(one)
        else:
            found.add(one)
    return found


def last_at(at: datetime | None) -> ColumnElement[datetime]:
    """Of `threads`: when the newest message was written."""
    return threads.c.last_at if at is None else _newest(messages.c.at, at)


def _newest(column: ColumnElement[Any], at: datetime) -> ColumnElement[Any]:
    return (
        select(column)
        .where(messages.c.thread_id == threads.c.id, messages.c.at <= at)
        .order_by(messages.c.number.desc())
        .limit(1)
        .correlate(threads)
        .scalar_subquery()
    )


def thread_columns(at: datetime | None) -> Sequence[FromClause | ColumnElement[Any]]:
    """The columns of `threads`, to select."""
    if at is None:
        return (threads,)
    then: dict[str, ColumnElement[Any]] = {
        "state": literal(ThreadState.LIVE, threads.c.state.type),  # others are not seen
        "locked": _locked(at),
        "last_number": _newest(messages.c.number, at),
        "last_at": last_at(at),
        "deleted_at": null(),
        "deleted_by": null(),
    }
    return [then.get(column.name, column).label(column.name) for column in threads.c]


# -- messages ---------------------------------------------------------------------------------------------------------


def written(at: datetime | None) -> Condition:
    """Of `messages`: those that are there, deleted or not."""
    return true() if at is None else messages.c.at <= at


def readable(at: datetime | None) -> Condition:
    """Of `messages`: those that are there and not deleted."""
    if at is None:
        return messages.c.deleted_at.is_(None)
    return and_(messages.c.at <= at, or_(messages.c.deleted_at.is_(None), messages.c.deleted_at > at))


def body(at: datetime | None) -> ColumnElement[str]:
    return messages.c.body if at is None else _text(messages.c.body, versions.c.body, at)


def facts(at: datetime | None) -> ColumnElement[Any]:
    return messages.c.facts if at is None else _text(messages.c.facts, versions.c.facts, at)


def _text(present: ColumnElement[Any], former: ColumnElement[Any], at: datetime) -> ColumnElement[Any]:
    """The present text where it has not been changed since, else the version that was the last one then."""
    unchanged = func.coalesce(messages.c.deleted_at, messages.c.edited_at, messages.c.at) <= literal(
        at, messages.c.at.type
    )
    version = (
        select(former)
        .where(versions.c.message_id == messages.c.id, versions.c.at <= at)
        .order_by(versions.c.version.desc())
        .limit(1)
        .correlate(messages)
        .scalar_subquery()
    )
    return case((unchanged, present), else_=version)


def message_columns(at: datetime | None) -> Sequence[FromClause | ColumnElement[Any]]:
    """The columns of `messages`, to select."""
    if at is None:
        return (messages,)
    edited = case((versions.c.version > 1, versions.c.at))
    then: dict[str, ColumnElement[Any]] = {
        "version": _text(messages.c.version, versions.c.version, at),
        "body": body(at),
        "facts": facts(at),
        "edited_at": _text(messages.c.edited_at, edited, at),
        "deleted_at": case((messages.c.deleted_at <= at, messages.c.deleted_at)),
    }
    return [then.get(column.name, column).label(column.name) for column in messages.c]


# -- what is lost -----------------------------------------------------------------------------------------------------


def lost(tx: Tx, at: datetime, seen: Condition, theirs: Condition) -> tuple[int, int]:
    """How many of the threads that were `seen` have had another subject, and how many messages were taken back since.

    `theirs` are the threads, live or not, among which those are looked for: a message that was taken back left nothing
    but its records.
    """
    renamed = select(audit.c.what).where(audit.c.at > at, audit.c.act == "thread.rename")
    changed = tx.conn.scalar(select(func.count()).select_from(threads).where(_WORD.in_(renamed), seen)) or 0
    undone = tx.conn.execute(
        select(audit.c.what, audit.c.fields).where(audit.c.at > at, audit.c.act == "message.undo")
    ).all()
    begun = {
        row.id
        for row in tx.conn.execute(
            select(threads.c.id).where(
                threads.c.id.in_({row.fields[0] for row in undone}), threads.c.created_at <= at, theirs
            )
        )
    }
    among = {row.what for row in undone if row.fields[0] in begun}
    if not among:
        return changed, 0
    # Of the first message of a thread the record is the thread's.
    written_at = select(audit.c.what, audit.c.at).where(audit.c.act == "message.write", audit.c.what.in_(among))
    later = {row.what for row in tx.conn.execute(written_at) if row.at > at}
    return changed, len(among - later)
