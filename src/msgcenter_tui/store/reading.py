"""The facts of reading: how far, when, and what was set unread (R1, R2)."""

from __future__ import annotations

from sqlalchemy import case, delete, func, or_, select, update

from msgcenter_tui.domain import PersonId, ThreadId
from msgcenter_tui.store.posting import lock_thread, upsert
from msgcenter_tui.store.tables import marks, reads, threads
from msgcenter_tui.store.tx import Tx


def read_up_to(tx: Tx, thread: ThreadId, person: PersonId, shown: int, *, is_client: bool) -> None:
    """Note that the person was shown the thread up to message `shown` (R2): the fact never goes back."""
    greatest = func.max if tx.sqlite else func.greatest
    statement = upsert(tx, reads).values(thread_id=thread, person_id=person, up_to=shown, first_at=tx.now, at=tx.now)
    farther = statement.excluded.up_to > reads.c.up_to
    tx.conn.execute(
        statement.on_conflict_do_update(
            index_elements=[reads.c.thread_id, reads.c.person_id],
            set_={
                "at": case((farther, statement.excluded.at), else_=reads.c.at),
                "first_at": func.coalesce(reads.c.first_at, statement.excluded.first_at),
                "up_to": greatest(reads.c.up_to, statement.excluded.up_to),
            },
        )
    )
    if is_client:
        _settle_unread_from(tx, thread, person, shown)
    else:
        _settle_mark(tx, thread, person, shown)


def _settle_unread_from(tx: Tx, thread: ThreadId, person: PersonId, shown: int) -> None:
    mine = reads.c.thread_id == thread, reads.c.person_id == person, reads.c.unread_from <= shown
    tx.conn.execute(update(reads).where(*mine, reads.c.up_to <= shown).values(unread_from=None))
    tx.conn.execute(update(reads).where(*mine, reads.c.up_to > shown).values(unread_from=shown + 1))


def _settle_mark(tx: Tx, thread: ThreadId, person: PersonId, shown: int) -> None:
    lock_thread(tx, thread, shared=True)  # a message that is being written found this mark there, and counts on it
    mine = marks.c.thread_id == thread, marks.c.person_id == person
    newest = select(threads.c.last_number).where(threads.c.id == thread).scalar_subquery()
    tx.conn.execute(delete(marks).where(*mine, newest <= shown))
    tx.conn.execute(update(marks).where(*mine, marks.c.from_number <= shown).values(from_number=shown + 1))


def unread_from(tx: Tx, thread: ThreadId, person: PersonId, number: int, *, is_client: bool) -> None:
    """Set the thread unread from message `number` on, beside what is unread already (R2)."""
    table, column = (reads, "unread_from") if is_client else (marks, "from_number")
    statement = upsert(tx, table).values(thread_id=thread, person_id=person, **{column: number})
    kept = table.c[column]
    tx.conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.thread_id, table.c.person_id],
            set_={column: case((or_(kept.is_(None), kept > number), number), else_=kept)},
        )
    )
