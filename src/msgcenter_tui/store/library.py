"""Text templates in the store: a person's own, and those of their teams (T1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update

from msgcenter_tui.domain import PersonId, Role, TemplateId, WorkspaceId
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import TEMPLATE, members, template_uses, templates, workspaces
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.text import fold

_NAMES: list[ColumnElement[Any]] = [templates.c.id, templates.c.name, templates.c.shortcut]


def _used_by(person: PersonId) -> Select[Any]:
    """What the person may use, with the team's name and `editable`: theirs and their teams', of which they own some."""
    mine = members.alias("mine")
    return (
        select(
            templates,
            workspaces.c.name.label("team_name"),
            or_(templates.c.person_id == person, mine.c.role == Role.OWNER).label("editable"),
        )
        .outerjoin(workspaces, workspaces.c.id == templates.c.workspace_id)
        .outerjoin(mine, (mine.c.workspace_id == templates.c.workspace_id) & (mine.c.person_id == person))
        .where(or_(templates.c.person_id == person, mine.c.person_id.is_not(None)))
        .order_by(templates.c.name_key, templates.c.id)
    )


def templates_of(tx: Tx, person: PersonId) -> Sequence[Row[Any]]:
    return tx.conn.execute(_used_by(person)).all()


def texts_of(tx: Tx, person: PersonId) -> Sequence[Row[Any]]:
    """What a search looks at of all that the person may use, by name: id, name, shortcut, subject and body."""
    looked_at = [*_NAMES, templates.c.subject, templates.c.body]
    return tx.conn.execute(_used_by(person).with_only_columns(*looked_at, maintain_column_froms=True)).all()


def names_of(tx: Tx, person: PersonId, *, only_used: bool = False) -> Sequence[Row[Any]]:
    """All that the person may use, by name: id, name, shortcut, and how they used it themselves.

    `times` and `last_at` are None where they never did; or those are left out.
    """
    mine = (template_uses.c.template_id == templates.c.id) & (template_uses.c.person_id == person)
    usable: Select[Any] = _used_by(person).join(template_uses, mine, isouter=not only_used)
    looked_at = [*_NAMES, template_uses.c.times, template_uses.c.last_at]
    return tx.conn.execute(usable.with_only_columns(*looked_at, maintain_column_froms=True)).all()


def templates_by_id(tx: Tx, person: PersonId, ids: Sequence[TemplateId]) -> dict[str, Row[Any]]:
    """Those of these that the person may use, by id."""
    return {row.id: row for row in tx.conn.execute(_used_by(person).where(templates.c.id.in_(ids)))}


def last_change(tx: Tx, person: PersonId) -> tuple[object, ...]:
    """It differs after anything was changed that `texts_of` tells of them."""
    team = templates.c.workspace_id
    facts = team, func.count(), func.max(templates.c.id), func.max(templates.c.at)
    usable = _used_by(person).with_only_columns(*facts, maintain_column_froms=True)
    return tuple(map(tuple, tx.conn.execute(usable.group_by(team).order_by(None).order_by(team))))


def template_by_id(tx: Tx, person: PersonId, template: str) -> Row[Any] | None:
    if not is_id(TEMPLATE, template):
        return None
    return tx.conn.execute(_used_by(person).where(templates.c.id == template)).one_or_none()


def templates_named(tx: Tx, person: PersonId, name: str) -> Sequence[Row[Any]]:
    """Those of this name, or, where none has it, of this shortcut."""
    key = fold(name)
    found = tx.conn.execute(_used_by(person).where(templates.c.name_key == key)).all()
    shortcut = key.removeprefix("/")
    if found or not shortcut:
        return found
    return tx.conn.execute(_used_by(person).where(templates.c.shortcut == shortcut)).all()


def lock_template(tx: Tx, template: TemplateId, *, shared: bool = False) -> bool:
    """Whether it is there, and stays so until the transaction ends; `shared`: others may hold it so, too."""
    there = select(templates.c.id).where(templates.c.id == template).with_for_update(read=shared)
    return tx.conn.execute(there).scalar() is not None


def same_name_or_shortcut(
    tx: Tx, person: PersonId | None, team: WorkspaceId | None, name: str, shortcut: str
) -> Sequence[Row[Any]]:
    """Templates of one owner that have the name or the shortcut already (T1)."""
    owner: ColumnElement[bool] = templates.c.person_id == person if team is None else templates.c.workspace_id == team
    taken: ColumnElement[bool] = templates.c.name_key == fold(name)
    if shortcut:
        taken = or_(taken, templates.c.shortcut == shortcut)
    return tx.conn.execute(select(templates).where(owner, taken)).all()


def add_template(tx: Tx, person: PersonId | None, team: WorkspaceId | None, words: Mapping[str, str]) -> TemplateId:
    values = {**words, "name_key": fold(words["name"]), "person_id": person, "workspace_id": team, "at": tx.now}
    return TemplateId(tx.conn.execute(insert(templates).values(values).returning(templates.c.id)).scalar_one())


def change_template(tx: Tx, template: TemplateId, words: Mapping[str, str]) -> None:
    values = {**words, "name_key": fold(words["name"]), "at": tx.now}
    tx.conn.execute(update(templates).where(templates.c.id == template).values(values))


def count_use(tx: Tx, person: PersonId, template: TemplateId) -> None:
    used = upsert(tx, template_uses).values(person_id=person, template_id=template, times=1, last_at=tx.now)
    again = {"times": template_uses.c.times + 1, "last_at": tx.now}
    key = template_uses.c.person_id, template_uses.c.template_id
    tx.conn.execute(used.on_conflict_do_update(index_elements=key, set_=again))


def remove_template(tx: Tx, template: TemplateId) -> None:
    tx.conn.execute(delete(template_uses).where(template_uses.c.template_id == template))
    tx.conn.execute(delete(templates).where(templates.c.id == template))
