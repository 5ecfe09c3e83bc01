"""People and staff in the store: who there is, found by id or address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, insert, select, update

from msgcenter_tui.domain import PersonId, PersonKind
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import PERSON, meta, people, staff
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.text import name_key

_STAFF: Select[Any] = select(people.c.id, people.c.name, staff.c.email, staff.c.administrator).join(
    staff, staff.c.person_id == people.c.id
)


def add_people(tx: Tx, kind: PersonKind, names: Iterable[str]) -> list[PersonId]:
    """New people, whose ids ascend in the order of their names."""
    rows = [{"kind": kind, "name": name, "name_key": name_key(name), "created_at": tx.now} for name in names]
    new = insert(people).returning(people.c.id, sort_by_parameter_order=True)
    return [PersonId(id) for id in tx.conn.scalars(new, rows)] if rows else []


def rename_people(tx: Tx, names: Mapping[PersonId, str]) -> None:
    rows = [{"person": person, "name": name, "name_key": name_key(name)} for person, name in names.items()]
    if rows:
        tx.conn.execute(update(people).where(people.c.id == bindparam("person")), rows)


def add_staff(tx: Tx, name: str, email: str, email_key: str, *, administrator: bool) -> PersonId:
    (person,) = add_people(tx, PersonKind.STAFF, [name])
    tx.conn.execute(
        insert(staff).values(person_id=person, email=email, email_key=email_key, administrator=administrator)
    )
    return person


def all_staff(tx: Tx, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Rows of id, name, email, administrator, by name."""
    return tx.conn.execute(_STAFF.where(*which).order_by(people.c.name_key, people.c.id)).all()


def staff_by_id(tx: Tx, person: str) -> Row[Any] | None:
    if not is_id(PERSON, person):
        return None
    return tx.conn.execute(_STAFF.where(people.c.id == person)).one_or_none()


def staff_by_email(tx: Tx, email_key: str) -> Row[Any] | None:
    return tx.conn.execute(_STAFF.where(staff.c.email_key == email_key)).one_or_none()


def administrators(tx: Tx, *, lock: bool = False) -> Sequence[Row[Any]]:
    """Rows as of `all_staff`; with `lock` nobody appoints or dismisses another one before this act ends."""
    if lock:
        only = select(staff.c.person_id).where(staff.c.administrator).order_by(staff.c.person_id)
        tx.conn.execute(only.with_for_update(key_share=True))
    return all_staff(tx, staff.c.administrator)


def set_administrator(tx: Tx, person: PersonId, administrator: bool) -> None:
    tx.conn.execute(update(staff).where(staff.c.person_id == person).values(administrator=administrator))


def anybody(tx: Tx) -> bool:
    return tx.conn.execute(select(staff.c.person_id).limit(1)).first() is not None


def found(tx: Tx) -> None:
    """Note that the store has its first member of staff: of two who come first at once, the key admits one."""
    tx.conn.execute(insert(meta).values(key="founded", value="1"))
