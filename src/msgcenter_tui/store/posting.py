"""Writing threads and messages: numbers under the thread's lock, versions, and the marks of what staff have unread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.dialects import sqlite

from msgcenter_tui.domain import (
    MessageId,
    PersonId,
    Role,
    RunKind,
    ThreadId,
    ThreadKind,
    ThreadState,
    WorkspaceId,
)
from msgcenter_tui.store import gated
from msgcenter_tui.store.tables import marks, members, messages, participants, reads, staff, threads, versions
from msgcenter_tui.store.tx import Tx

Facts = Mapping[str, str]


def upsert(tx: Tx, table: Any) -> Any:
    """INSERT with ON CONFLICT, which both stores spell alike and SQLAlchemy does not."""
    if tx.sqlite:
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # with all its types: a file has no need of it

    return postgresql.insert(table)


def lock_thread(tx: Tx, thread: ThreadId, *, shared: bool = False) -> None:
    """Take the thread's row: numbers, runs and locks of it change one at a time. (On SQLite a writer is alone.)

    `shared`: nobody else changes them, nor does this act.
    """
    tx.conn.execute(select(threads.c.id).where(threads.c.id == thread).with_for_update(read=shared))


def add_thread(
    tx: Tx,
    *,
    workspace: WorkspaceId,
    kind: ThreadKind,
    subject: str | None,
    locked: bool,
    owner: PersonId | None,
    created_by: PersonId,
) -> ThreadId:
    if tx.gated:
        return gated.begin_thread(tx, owner, subject)
    return ThreadId(
        tx.conn.execute(
            insert(threads)
            .values(
                workspace_id=workspace,
                kind=kind,
                state=ThreadState.LIVE,
                subject=subject,
                locked=locked,
                owner_id=owner,
                created_by=created_by,
                created_at=tx.now,
                last_at=tx.now,
            )
            .returning(threads.c.id)
        ).scalar_one()
    )


def change_thread(tx: Tx, thread: ThreadId, **values: Any) -> None:
    tx.conn.execute(update(threads).where(threads.c.id == thread).values(**values))


def add_message(
    tx: Tx, thread: ThreadId, author: PersonId, run_kind: RunKind, body: str, facts: Facts | None
) -> tuple[MessageId, int]:
    """Give the next number of the locked thread to a new message; mark it for the staff who see it."""
    if tx.gated:
        return gated.post(tx, thread, body)
    number = tx.conn.execute(
        update(threads)
        .where(threads.c.id == thread)
        .values(last_number=threads.c.last_number + 1, last_at=tx.now)
        .returning(threads.c.last_number)
    ).scalar_one()
    message = tx.conn.execute(
        insert(messages)
        .values(
            thread_id=thread,
            number=number,
            author_id=author,
            run_kind=run_kind,
            at=tx.now,
            body=body,
            facts=None if facts is None else dict(facts),
        )
        .returning(messages.c.id)
    ).scalar_one()
    _mark(tx, thread, number, author)
    return MessageId(message), number


def _mark(tx: Tx, thread: ThreadId, number: int, author: PersonId) -> None:
    """Those of staff in the thread who have nothing unread before it have this unread; the author has not."""
    in_it = (
        select(participants.c.person_id)
        .join(staff, staff.c.person_id == participants.c.person_id)
        .where(participants.c.thread_id == thread)
    )
    everybody = (
        select(members.c.person_id)
        .join(threads, threads.c.workspace_id == members.c.workspace_id)
        .where(threads.c.id == thread, threads.c.kind != ThreadKind.DIRECT)
    )
    people = in_it.union(everybody).subquery()
    tx.conn.execute(
        upsert(tx, marks)
        .from_select(
            ["person_id", "thread_id", "from_number"],
            # "WHERE" also keeps SQLite from reading ON CONFLICT as a join's ON.
            select(people.c.person_id, literal(thread, threads.c.id.type), literal(number)).where(
                people.c.person_id != author
            ),
        )
        .on_conflict_do_nothing()
    )


def add_participants(tx: Tx, thread: ThreadId, people: Iterable[PersonId]) -> None:
    """Put people into a direct thread, each once (A5)."""
    if tx.gated:
        gated.put_in(tx, thread, (person for person in people if tx.login and person != tx.login.person))
        return
    rows = [{"thread_id": thread, "person_id": person, "added_at": tx.now} for person in people]
    if rows:
        tx.conn.execute(upsert(tx, participants).on_conflict_do_nothing(), rows)


def remove_participant(tx: Tx, thread: ThreadId, person: PersonId) -> None:
    tx.conn.execute(delete(participants).where(participants.c.thread_id == thread, participants.c.person_id == person))
    tx.conn.execute(delete(marks).where(marks.c.thread_id == thread, marks.c.person_id == person))


def mark_history(tx: Tx, thread: ThreadId, person: PersonId) -> None:
    """A member of staff who is added has what they have not read before them (A5, R1)."""
    unread = {"person_id": person, "thread_id": thread, "from_number": _first_unread(thread, person)}
    tx.conn.execute(upsert(tx, marks).values(unread).on_conflict_do_nothing())


def _first_unread(thread: Any, person: Any) -> ColumnElement[int]:
    """The number behind the last one that this person has read, values or columns."""
    mine = reads.c.thread_id == thread, reads.c.person_id == person
    up_to = select(reads.c.up_to).where(*mine).correlate_except(reads).scalar_subquery()
    return func.coalesce(up_to, 0) + 1


def put_owners_in(tx: Tx, workspace: WorkspaceId, leaving: PersonId | None = None) -> None:
    """Put whoever owns a direct thread of the workspace into it (rules.md, Words): else nobody might see it (V9, N10).

    Called whenever somebody comes, leaves or becomes Owner; `leaving` counts as gone already. To those who were not
    in such a thread before, what is in it is unread (R1).
    """
    starter = members.alias()
    starter_stays = (
        exists()
        .where(starter.c.workspace_id == threads.c.workspace_id, starter.c.person_id == threads.c.owner_id)
        .where(starter.c.person_id.is_distinct_from(leaving))
        .correlate_except(starter)
    )
    is_in_it = (
        exists()
        .where(participants.c.thread_id == threads.c.id, participants.c.person_id == members.c.person_id)
        .correlate_except(participants)
    )
    outside = (
        select(threads.c.id, members.c.person_id)
        .join(members, members.c.workspace_id == threads.c.workspace_id)
        .where(
            threads.c.workspace_id == workspace,
            threads.c.kind == ThreadKind.DIRECT,
            or_(members.c.person_id == threads.c.owner_id, and_(members.c.role == Role.OWNER, ~starter_stays)),
            members.c.person_id.is_distinct_from(leaving),
            ~is_in_it,
        )
    )
    unread = outside.add_columns(_first_unread(threads.c.id, members.c.person_id))
    put_in = outside.add_columns(literal(tx.now, participants.c.added_at.type))
    # First the marks: who is in it by then is none of those outside any more.
    for table, last, rows in ((marks, "from_number", unread), (participants, "added_at", put_in)):
        several = upsert(tx, table).from_select(["thread_id", "person_id", last], rows)
        tx.conn.execute(several.on_conflict_do_nothing())


def rewrite(tx: Tx, message: Row[Any], body: str, facts: Facts | None) -> None:
    """Change the text of a message; the present one is kept as a former one (M2)."""
    if tx.gated:
        gated.rewrite(tx, message.id, body)
    else:
        _keep_version(tx, message)
        _change(tx, message, body=body, facts=facts, edited_at=tx.now)


def empty(tx: Tx, message: Row[Any], by: PersonId) -> None:
    """Delete a message: its place stays, and its text is kept as a former one (M2)."""
    if tx.gated:
        gated.remove(tx, message.id)
    else:
        _keep_version(tx, message)
        _change(tx, message, body="", facts=None, deleted_at=tx.now, deleted_by=by)


def _change(tx: Tx, row: Row[Any], **values: Any) -> None:
    tx.conn.execute(update(messages).where(messages.c.id == row.id).values(version=row.version + 1, **values))


def _keep_version(tx: Tx, message: Row[Any]) -> None:
    tx.conn.execute(
        insert(versions).values(
            message_id=message.id,
            version=message.version,
            at=message.edited_at or message.at,
            by_id=message.author_id,
            body=message.body,
            facts=message.facts,
        )
    )


def take_back(tx: Tx, thread: ThreadId, message: MessageId) -> bool:
    """Remove a message, its number staying a hole (N5); say whether the thread has any message left."""
    if tx.gated:
        return gated.take_back(tx, message)
    tx.conn.execute(delete(versions).where(versions.c.message_id == message))
    tx.conn.execute(delete(messages).where(messages.c.id == message))
    newest = tx.conn.scalar(select(func.max(messages.c.at)).where(messages.c.thread_id == thread))
    if newest is None:
        change_thread(tx, thread, state=ThreadState.UNDONE)
        return False
    change_thread(tx, thread, last_at=newest)
    return True


def message_row(tx: Tx, message: MessageId) -> Row[Any] | None:
    return tx.conn.execute(select(messages).where(messages.c.id == message)).one_or_none()


def newest_row(tx: Tx, thread: ThreadId) -> Row[Any] | None:
    """The newest message that was not taken back, deleted or not."""
    return tx.conn.execute(
        select(messages).where(messages.c.thread_id == thread).order_by(messages.c.number.desc()).limit(1)
    ).one_or_none()


def has_written(tx: Tx, thread: ThreadId, person: PersonId) -> bool:
    """Whether a message of theirs is in the thread that is not deleted."""
    theirs = select(messages.c.id).where(
        messages.c.thread_id == thread, messages.c.author_id == person, messages.c.deleted_at.is_(None)
    )
    return tx.conn.scalar(theirs.limit(1)) is not None
