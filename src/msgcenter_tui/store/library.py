"""Text templates in the store: a person's own, and those of their teams (T1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, insert, or_, select, update

from msgcenter_tui.domain import PersonId, Role, TemplateId, WorkspaceId
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import TEMPLATE, members, templates, workspaces
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.text import fold


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


def lock_template(tx: Tx, template: TemplateId) -> None:
    tx.conn.execute(select(templates.c.id).where(templates.c.id == template).with_for_update())


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


def remove_template(tx: Tx, template: TemplateId) -> None:
    tx.conn.execute(delete(templates).where(templates.c.id == template))
