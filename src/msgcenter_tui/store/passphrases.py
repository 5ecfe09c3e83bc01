"""What opens the locked screens of staff, and how often it was tried in vain (S4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select, update

from msgcenter_tui.domain import PersonId
from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import passphrases
from msgcenter_tui.store.tx import Tx


def is_kept(tx: Tx, person: PersonId) -> bool:
    mine = select(passphrases.c.person_id).where(passphrases.c.person_id == person)
    return tx.conn.execute(mine).first() is not None


def row_to_try(tx: Tx, person: PersonId) -> Row[Any] | None:
    """Of the person's: kept, wrong and tried_at; locked, so that tries at once are counted one after the other."""
    mine = select(passphrases).where(passphrases.c.person_id == person)
    return tx.conn.execute(mine.with_for_update()).one_or_none()


def keep(tx: Tx, person: PersonId, kept: str) -> None:
    """Keep this in the place of what there was, with no tries."""
    new = {"kept": kept, "wrong": 0, "tried_at": None}
    changed = upsert(tx, passphrases).values(person_id=person, **new)
    tx.conn.execute(changed.on_conflict_do_update(index_elements=[passphrases.c.person_id], set_=new))


def count_try(tx: Tx, person: PersonId) -> None:
    _change(tx, person, wrong=passphrases.c.wrong + 1, tried_at=tx.now)


def forget_tries(tx: Tx, person: PersonId) -> None:
    _change(tx, person, wrong=0, tried_at=None)


def _change(tx: Tx, person: PersonId, **values: Any) -> None:
    tx.conn.execute(update(passphrases).where(passphrases.c.person_id == person).values(**values))


def remove(tx: Tx, person: PersonId) -> bool:
    """Whether there was one."""
    return bool(tx.conn.execute(delete(passphrases).where(passphrases.c.person_id == person)).rowcount)
