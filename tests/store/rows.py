"""Rows put straight into the tables, for tests of the store below the acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from msgcenter_tui.domain import Consent, PersonKind, RunKind, Status, ThreadKind, ThreadState, WorkspaceKind
from msgcenter_tui.store import tables
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.text import name_key


def person(tx: Tx, name: str = "Ana", kind: PersonKind = PersonKind.CLIENT) -> str:
    row = insert(tables.people).values(name=name, name_key=name_key(name), kind=kind, created_at=tx.now)
    return str(tx.conn.execute(row.returning(tables.people.c.id)).scalar_one())


def staff(tx: Tx, name: str = "Maya", email: str = "maya@practice.example") -> str:
    id = person(tx, name, PersonKind.STAFF)
    tx.conn.execute(insert(tables.staff).values(person_id=id, email=email, email_key=email.casefold()))
    return id


def team(tx: Tx, name: str = "Bright Beginnings") -> str:
    row = insert(tables.workspaces).values(
        kind=WorkspaceKind.TEAM, name=name, name_key=name.casefold(), created_at=tx.now
    )
    return str(tx.conn.execute(row.returning(tables.workspaces.c.id)).scalar_one())


def client(tx: Tx, workspace: str, name: str = "Ana", **fields: Any) -> str:
    id = person(tx, name)
    given = {"status": Status.ACTIVE, "consent": Consent.NOT_ASKED} | fields
    tx.conn.execute(insert(tables.clients).values(person_id=id, workspace_id=workspace, **given))
    return id


def thread(tx: Tx, workspace: str, by: str, kind: ThreadKind = ThreadKind.ALL_CLIENTS, **fields: Any) -> str:
    given = {"state": ThreadState.LIVE, "locked": True, "created_at": tx.now, "last_at": tx.now} | fields
    row = insert(tables.threads).values(workspace_id=workspace, kind=kind, created_by=by, **given)
    return str(tx.conn.execute(row.returning(tables.threads.c.id)).scalar_one())


def message(tx: Tx, thread: str, number: int, by: str, body: str = "Hello", **fields: Any) -> str:
    given = {"run_kind": RunKind.BROADCAST, "at": tx.now, "facts": None} | fields
    row = insert(tables.messages).values(thread_id=thread, number=number, author_id=by, body=body, **given)
    return str(tx.conn.execute(row.returning(tables.messages.c.id)).scalar_one())


@act
def put(tx: Tx, key: str, value: str) -> str:
    """An act that writes one row, and fails where the key is taken."""
    tx.conn.execute(insert(tables.meta).values(key=key, value=value))
    return value


@look
def get(tx: Tx, key: str) -> str | None:
    found: str | None = tx.conn.execute(
        tables.meta.select().with_only_columns(tables.meta.c.value).where(tables.meta.c.key == key)
    ).scalar()
    return found
