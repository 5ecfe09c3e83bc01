"""Drafts in the store: each its writer's own, saved against the version that was seen (M4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, insert, literal, or_, select, true, update

from msgcenter_tui.domain import Actor, DraftId, PersonId, ThreadId
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import DRAFT, THREAD, drafts, threads
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import visible


def sees_thread(tx: Tx, writer: Actor, thread: str) -> bool:
    if not is_id(THREAD, thread):
        return False
    return tx.conn.execute(select(threads.c.id).where(threads.c.id == thread, visible(writer))).first() is not None


def draft_row(tx: Tx, writer: PersonId, draft: str) -> Row[Any] | None:
    if not is_id(DRAFT, draft):
        return None
    return tx.conn.execute(select(drafts).where(drafts.c.id == draft, drafts.c.person_id == writer)).one_or_none()


def draft_rows(tx: Tx, writer: PersonId) -> Sequence[Row[Any]]:
    """The writer's drafts that hold anything, newest first."""
    mine = select(drafts).where(drafts.c.person_id == writer, _holds_anything())
    return tx.conn.execute(mine.order_by(drafts.c.at.desc(), drafts.c.id.desc())).all()


def _holds_anything() -> ColumnElement[bool]:
    # What is left of a draft whose words were all taken out again: nobody wants to find that in a list.
    new_to_somebody = and_(drafts.c.thread_id.is_(None), drafts.c.kind.is_not(None))
    return or_(drafts.c.body != "", drafts.c.subject != "", new_to_somebody)


def newest_in_thread(tx: Tx, writer: PersonId, thread: ThreadId) -> Row[Any] | None:
    mine = select(drafts).where(drafts.c.person_id == writer, drafts.c.thread_id == thread)
    return tx.conn.execute(mine.order_by(drafts.c.at.desc(), drafts.c.id.desc()).limit(1)).one_or_none()


def add_draft(tx: Tx, writer: PersonId, values: Mapping[str, Any]) -> Row[Any]:
    added = insert(drafts).values(person_id=writer, at=tx.now, version=1, **values).returning(drafts)
    return _proved(tx, tx.conn.execute(added).one())


def update_draft(tx: Tx, writer: PersonId, draft: DraftId, version: int, values: Mapping[str, Any]) -> Row[Any] | None:
    """The draft as saved; None where it is not there any more in this version."""
    same = drafts.c.id == draft, drafts.c.person_id == writer, drafts.c.version == version
    saving = update(drafts).where(*same).values(version=version + 1, at=tx.now, **values).returning(drafts)
    saved = tx.conn.execute(saving).one_or_none()
    return None if saved is None else _proved(tx, saved)


def _proved(tx: Tx, draft: Row[Any]) -> Row[Any]:
    """Drafts are not audited: the draft itself is what proves that it was saved."""
    same = drafts.c.id == draft.id, drafts.c.version == draft.version, drafts.c.at == draft.at
    tx.proves(select(drafts.c.id).where(*same))
    return draft


def remove_draft(tx: Tx, writer: PersonId, draft: DraftId, version: int | None) -> bool:
    """Whether it was there, in this version (None: in any)."""
    mine = drafts.c.id == draft, drafts.c.person_id == writer
    tx.proves(select(literal(1)).where(~exists().where(*mine)))
    seen = true() if version is None else drafts.c.version == version
    return bool(tx.conn.execute(delete(drafts).where(*mine, seen)).rowcount)
