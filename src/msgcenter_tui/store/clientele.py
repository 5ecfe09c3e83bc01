"""Clients in the store: whom a member of staff reaches (A4), keyset pages of them, and the history of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.sql import literal

from msgcenter_tui.domain import Person, PersonId, Role, Status, WorkspaceId
from msgcenter_tui.rules.sought import sought
from msgcenter_tui.store import client_search, gated, given, searching
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import (
    PERSON,
    assignments,
    client_history,
    clients,
    members,
    people,
    workspaces,
)
from msgcenter_tui.store.tx import Tx

Condition = ColumnElement[bool]

_PERSON: Select[Any] = select(people.c.id, people.c.name, people.c.kind)

_CLIENT: Select[Any] = (
    select(
        people.c.id,
        people.c.name,
        people.c.name_key,
        people.c.erased_at,
        clients,
        workspaces.c.name.label("workspace_name"),
    )
    .join(clients, clients.c.person_id == people.c.id)
    .join(workspaces, workspaces.c.id == clients.c.workspace_id)
)


# -- who reaches whom (A4) --------------------------------------------------------------------------------------------


def reached_by_staff(person: PersonId) -> Condition:
    """Of `clients`: whom this member of staff reaches, and so whom they see at all (A4, S4).

    Every client of the workspaces where they are Owner or Contributor, their assigned ones where Participant.
    """

    def workspaces_as(*roles: Role) -> Select[Any]:
        return select(members.c.workspace_id).where(members.c.person_id == person, members.c.role.in_(roles))

    assigned = select(assignments.c.client_id).where(assignments.c.staff_id == person)
    return or_(
        clients.c.workspace_id.in_(workspaces_as(Role.OWNER, Role.CONTRIBUTOR)),
        and_(clients.c.workspace_id.in_(workspaces_as(Role.PARTICIPANT)), clients.c.person_id.in_(assigned)),
    )


# -- by name -----------------------------------------------------------------------------------------------------------


def clients_named(tx: Tx, workspace: WorkspaceId, search: str, limit: int, *which: Condition) -> Sequence[Person]:
    """The first of these clients of the workspace, by name, whom the search finds."""
    found = client_search.first(tx, [clients.c.workspace_id == workspace], search, limit, *which)
    return list(people_by_id(tx, found).values())


def named_around(tx: Tx, which: Condition, search: str, limit: int, at: PersonId | None = None) -> Sequence[Person]:
    """The first of these clients, by name, whom the search finds: from the one after `at`."""
    after = None
    if at is not None:
        here = tx.conn.execute(select(people.c.name_key, people.c.id).where(people.c.id == at)).one()
        after = here.name_key, here.id
    return list(people_by_id(tx, client_search.first(tx, [which], search, limit, after=after)).values())


def members_named(tx: Tx, workspace: WorkspaceId, search: str, limit: int, *which: Condition) -> Sequence[Person]:
    """The first members of the workspace, by name, whose name holds every word of the search."""
    wanted = sought(search)
    found = _PERSON.join(members, members.c.person_id == people.c.id).where(
        members.c.workspace_id == workspace,
        *([people.c.id.in_(searching.staff_with(tx, wanted.words).ids)] if wanted.words else []),
        *(people.c.name_key.contains(text, autoescape=True) for text in wanted.texts),
        *which,
    )
    return _people(tx, found, limit)


def people_by_id(tx: Tx, ids: Sequence[PersonId], *which: Condition) -> dict[PersonId, Person]:
    return {person.id: person for person in _people(tx, _PERSON.where(people.c.id.in_(ids), *which))}


def _people(tx: Tx, found: Select[Any], limit: int | None = None) -> Sequence[Person]:
    rows = tx.conn.execute(found.order_by(*client_search.order(few=True)).limit(limit))
    return [Person(PersonId(row.id), row.name, row.kind) for row in rows]


# -- reading ----------------------------------------------------------------------------------------------------------


def client_rows(tx: Tx, *which: Condition) -> Sequence[Row[Any]]:
    """Whole clients, by name."""
    return tx.conn.execute(_CLIENT.where(*which).order_by(*client_search.order(few=True))).all()


def client_by_id(tx: Tx, client: str, *which: Condition) -> Row[Any] | None:
    if not is_id(PERSON, client):
        return None
    return tx.conn.execute(_CLIENT.where(people.c.id == client, people.c.erased_at.is_(None), *which)).one_or_none()


def clients_by_email(tx: Tx, email_key: str, *which: Condition) -> Sequence[Row[Any]]:
    return client_rows(tx, clients.c.email_key == email_key, people.c.erased_at.is_(None), *which)


def clients_page(
    tx: Tx,
    person: PersonId,
    *,
    workspace: WorkspaceId | None,
    status: Status | None,
    portal: bool | None,
    search: str,
    limit: int,
    after: tuple[str, str] | None,
) -> Sequence[Row[Any]]:
    """Clients whom this member of staff reaches, by name; `after` is the key (name_key, id) of the last one had."""
    which = [reached_by_staff(person)]
    if workspace is not None:
        which.append(clients.c.workspace_id == workspace)
    if status is not None:
        which.append(clients.c.status == status)
    if portal is not None:
        which.append(clients.c.portal.is_(portal))
    return client_rows(tx, people.c.id.in_(client_search.first(tx, which, search, limit, after=after)))


def lock_clients(tx: Tx, which: Collection[PersonId]) -> None:
    """Nobody else changes these clients before this act ends."""
    rows = select(clients.c.person_id).where(clients.c.person_id.in_(which)).order_by(clients.c.person_id)
    tx.conn.execute(rows.with_for_update(key_share=True))


def stays(tx: Tx, client: PersonId) -> None:
    """Nobody erases this client before this act ends; who is being erased is waited for, and is not there then."""
    if tx.gated:
        gated.stay(tx)
    elif not tx.sqlite:  # there a writer is alone
        row = select(people.c.id).where(people.c.id == client)
        tx.conn.execute(row.with_for_update(read=True, key_share=True))


def holders(tx: Tx, workspace: WorkspaceId, email_keys: Collection[str]) -> dict[str, Row[Any]]:
    """Whose these addresses are among the clients of the workspace (S5), by the key of each that is somebody's."""
    # One parameter: PostgreSQL soon plans for any, and would then go through a list of them for each client there is.
    here = clients.c.workspace_id == workspace, clients.c.email_key.in_(given.words(tx.sqlite, "keys"))
    found = tx.conn.execute(_CLIENT.where(*here), {"keys": given.packed(email_keys)})
    return {row.email_key: row for row in found}


# -- writing ----------------------------------------------------------------------------------------------------------


def add_clients(tx: Tx, values: Mapping[PersonId, Mapping[str, Any]]) -> None:
    """Make clients of these people: all with the same columns."""
    rows = [{"person_id": person, **row} for person, row in values.items()]
    if rows:
        # For RETURNING they become one statement: of each, SQLite writes its index of words to the file.
        tx.conn.execute(insert(clients).returning(clients.c.person_id), rows)


def change_clients(tx: Tx, values: Mapping[PersonId, Mapping[str, Any]]) -> None:
    """Change what is given of these clients."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for client, row in values.items():
        alike[tuple(row)].append({"client": client, **row})
    for columns, rows in alike.items():
        if columns:
            tx.conn.execute(update(clients).where(clients.c.person_id == bindparam("client")), rows)


def add_history(tx: Tx, by: PersonId | None, how: Mapping[PersonId, str]) -> None:
    """Keep what the status, portal, workspace and consent of these clients are from now on, and how it came (N3)."""
    present = select(
        clients.c.person_id,
        literal(tx.now, client_history.c.at.type),
        literal(by, PERSON),
        clients.c.status,
        clients.c.portal,
        clients.c.workspace_id,
        clients.c.consent,
        bindparam("how", type_=client_history.c.how.type),
    ).where(clients.c.person_id == bindparam("client"))
    columns = ["client_id", "at", "by_id", "status", "portal", "workspace_id", "consent", "how"]
    rows = [{"client": client, "how": said} for client, said in how.items()]
    if rows:
        tx.conn.execute(insert(client_history).from_select(columns, present), rows)


def history_rows(tx: Tx, client: PersonId) -> Sequence[Row[Any]]:
    """The client's history, oldest first, with the name of who changed it."""
    found = (
        select(client_history, people.c.name.label("by"))
        .outerjoin(people, people.c.id == client_history.c.by_id)
        .where(client_history.c.client_id == client)
        .order_by(client_history.c.id)
    )
    return tx.conn.execute(found).all()


# -- assignments ------------------------------------------------------------------------------------------------------


def assigned_to(tx: Tx, client: PersonId) -> Sequence[Person]:
    """The staff assigned to the client, by name."""
    found = _PERSON.join(assignments, assignments.c.staff_id == people.c.id).where(assignments.c.client_id == client)
    return _people(tx, found)


def assign(tx: Tx, client: PersonId, person: PersonId) -> bool:
    """Whether this is new."""
    values = {"client_id": client, "staff_id": person}
    return bool(tx.conn.execute(upsert(tx, assignments).values(values).on_conflict_do_nothing()).rowcount)


def unassign(tx: Tx, client: PersonId, person: PersonId) -> bool:
    """Whether there was anything to take away."""
    which = assignments.c.client_id == client, assignments.c.staff_id == person
    return bool(tx.conn.execute(delete(assignments).where(*which)).rowcount)


def unassign_strangers(tx: Tx, client: PersonId, workspace: WorkspaceId) -> int:
    """Drop the client's assignments to who is no member of the workspace; how many those were."""
    there = select(members.c.person_id).where(members.c.workspace_id == workspace)
    which = assignments.c.client_id == client, assignments.c.staff_id.not_in(there)
    return tx.conn.execute(delete(assignments).where(*which)).rowcount
