"""After a rescue: a stand-in for what was lost and others need, and nothing that would point to what is not there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlalchemy import ForeignKeyConstraint, Table

from msgcenter_tui.store.tables import metadata, people, staff, workspaces

_STAND_INS = {
    # A name and an address that say so; nothing can be delivered there (RFC 2606).
    staff: (
        "person_id, email, email_key",
        "id, 'lost-' || id || '@rescue.invalid', 'lost-' || id || '@rescue.invalid'",
    ),
    people: (
        "id, kind, name, name_key, created_at",
        "id, CASE WHEN id IN (SELECT person_id FROM staff) THEN 'staff' ELSE 'client' END,"
        " 'Lost name ' || id, 'lost name ' || id, 0",
    ),
    workspaces: (
        "id, kind, name, name_key, created_at",
        "id, 'team', 'Lost workspace ' || id, 'lost workspace ' || id, 0",
    ),
}

_ADMINISTRATOR = (
    "UPDATE staff SET administrator = 1 WHERE person_id = (SELECT min(person_id) FROM staff)"
    " AND NOT EXISTS (SELECT 1 FROM staff WHERE administrator)"
)
_OWNER = (
    "INSERT OR REPLACE INTO members (workspace_id, person_id, role, since)"
    " SELECT w.id, (SELECT min(person_id) FROM staff WHERE administrator), 'owner', 0 FROM workspaces w"
    " WHERE w.kind = 'team' AND EXISTS (SELECT 1 FROM staff)"
    " AND NOT EXISTS (SELECT 1 FROM members m WHERE m.workspace_id = w.id AND m.role = 'owner')"
)


def fill(store: sqlite3.Connection) -> set[str]:
    """Make the references of the open transaction whole; gives the names of the tables that had lost something.

    Foreign keys are not enforced meanwhile. A store without any administrator, or a team without an Owner, is one that
    nobody could go on with: there the first of the staff who are left takes their place.
    """
    lost = set()
    for parent, (columns, values) in _STAND_INS.items():
        missing = " UNION ".join(
            f"SELECT {key.columns.keys()[0]} AS id FROM {child} WHERE {_broken(child, key)}"
            for child, key in _references()
            if key.referred_table is parent
        )
        if store.execute(f"INSERT INTO {parent} ({columns}) SELECT {values} FROM ({missing})").rowcount:
            lost.add(parent.name)
    for child, key in _references():
        where = _broken(child, key)
        if all(column.nullable for column in key.columns):
            nothing = ", ".join(f"{column.name} = NULL" for column in key.columns)
            store.execute(f"UPDATE OR IGNORE {child} SET {nothing} WHERE {where}")
        if store.execute(f"DELETE FROM {child} WHERE {where}").rowcount:
            lost |= {child.name, key.referred_table.name}
    if store.execute(_ADMINISTRATOR).rowcount:
        lost.add(staff.name)
    if store.execute(_OWNER).rowcount:
        lost.add("members")
    return lost


def _references() -> Iterator[tuple[Table, ForeignKeyConstraint]]:
    """Every foreign key, the tables that others point to first."""
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            yield table, key


def _broken(child: Table, key: ForeignKeyConstraint) -> str:
    pairs = [(column.name, element.column.name) for column, element in zip(key.columns, key.elements, strict=True)]
    parent = key.referred_table.name
    same = " AND ".join(f"parent.{there} = {child}.{here}" for here, there in pairs)
    set_ = " AND ".join(f"{child}.{here} IS NOT NULL" for here, _ in pairs)
    return f"{set_} AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE {same})"
