"""What the schema itself holds, even where the code above errs; the same on either store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from tests.store import rows

from msgcenter_tui.domain import (
    Channel,
    Consent,
    DeliveryState,
    PersonKind,
    RunKind,
    Status,
    ThreadKind,
    ThreadState,
    WorkspaceKind,
)
from msgcenter_tui.errors import NotFound
from msgcenter_tui.store import tables
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.text import name_key

# Many scripts, what a terminal must not see raw, what SQL and markup could trip over; NUL and surrogates stay outside.
WORDS = (
    "Zoë 李小龙 محمد \u202edoowt\u202c \U0001f469\u200d\U0001f467 e\u0301 '); DROP TABLE people; --"
    " [@click=x]Y[/] {{x}} \x1b]52;c;\x07\r\n\t\x7f\x9b"
)


def test_words_ids_times_and_closed_sets_come_back_as_they_went_in(store: Store) -> None:  # M3
    plus5 = datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5)))
    with store.write() as tx:
        maya = rows.staff(tx)
        team = rows.team(tx)
        thread = rows.thread(tx, team, maya, subject=WORDS, last_at=plus5)
        message = rows.message(tx, thread, 1, maya, WORDS, facts={"sender.name": WORDS})
    assert (maya[0], team[0], thread[0], message[0]) == ("p", "w", "t", "m")
    with store.read() as tx:
        found = tx.conn.execute(select(tables.threads)).one()
        said = tx.conn.execute(select(tables.messages)).one()
    assert found.subject == said.body == said.facts["sender.name"] == WORDS
    assert found.id == said.thread_id == thread
    assert found.kind is ThreadKind.ALL_CLIENTS
    assert found.state is ThreadState.LIVE
    assert found.locked is True
    assert found.last_at == plus5
    assert found.last_at.tzinfo is UTC
    assert said.edited_at is None


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)])
def test_any_time_can_be_kept(store: Store, at: datetime) -> None:
    with store.write() as tx:
        tx.conn.execute(insert(tables.channels).values(channel=Channel.EMAIL, until=at))
        assert tx.conn.execute(select(tables.channels.c.until)).scalar() == at


@pytest.mark.parametrize("id", ["", "t", "x1", "t1x", "1", "t-1", "t1 OR 1=1", "t٣", "t" + "9" * 19, "T1"])
def test_what_is_no_id_names_nothing(store: Store, id: str) -> None:  # S4
    with pytest.raises(NotFound, match="there is no thread"), store.read() as tx:
        tx.conn.execute(select(tables.threads).where(tables.threads.c.id == id))


def test_names_are_sorted_by_code_point_on_either_store(store: Store) -> None:
    names = ["Zoe", "ana", "Ähre", "_x", "a b", "ab", "李"]
    with store.write() as tx:
        for name in names:
            rows.person(tx, name)
        key = tables.people.c.name_key
        found = tx.conn.execute(select(key).order_by(key)).scalars().all()
    assert list(found) == sorted(name_key(name) for name in names)


def refused(tx: Tx, statement: object) -> None:
    """The statement breaks a constraint; the transaction goes on."""
    with pytest.raises(IntegrityError), tx.conn.begin_nested():
        tx.conn.execute(statement)  # type: ignore[call-overload]


def test_a_portal_needs_an_address(store: Store) -> None:  # P2
    with store.write() as tx:
        ana = rows.client(tx, rows.team(tx))
        switch = update(tables.clients).where(tables.clients.c.person_id == ana).values(portal=True)
        refused(tx, switch)
        tx.conn.execute(switch.values(email="ana@mail.example", email_key="ana@mail.example"))


def test_an_address_is_unique_in_a_workspace_and_among_staff(store: Store) -> None:  # S5
    address = {"email": "Ana@mail.example", "email_key": "ana@mail.example"}
    with store.write() as tx:
        here, there = rows.team(tx), rows.team(tx, "Second")
        rows.client(tx, here, **address)
        rows.client(tx, there, **address)
        rows.client(tx, here), rows.client(tx, here)  # without one, any number
        with pytest.raises(IntegrityError), tx.conn.begin_nested():
            rows.client(tx, here, "Another", **address)
        rows.staff(tx)
        with pytest.raises(IntegrityError), tx.conn.begin_nested():
            rows.staff(tx, "Maia", "MAYA@practice.example")


def test_a_workspace_is_a_named_team_or_somebodys_own(store: Store) -> None:
    with store.write() as tx:
        maya = rows.staff(tx)
        new = insert(tables.workspaces).values(name="x", created_at=tx.now)
        tx.conn.execute(new.values(kind=WorkspaceKind.PERSONAL, owner_id=maya))
        refused(tx, new.values(kind=WorkspaceKind.PERSONAL, owner_id=maya))
        refused(tx, new.values(kind=WorkspaceKind.PERSONAL))
        refused(tx, new.values(kind=WorkspaceKind.TEAM))
        tx.conn.execute(new.values(kind=WorkspaceKind.TEAM, name_key="x"))
        refused(tx, new.values(kind=WorkspaceKind.TEAM, name_key="x"))


def test_a_direct_thread_has_an_owner_and_a_broadcast_none(store: Store) -> None:
    with store.write() as tx:
        maya, team = rows.staff(tx), rows.team(tx)
        rows.thread(tx, team, maya, ThreadKind.DIRECT, owner_id=maya)
        for kind, owner in ((ThreadKind.DIRECT, None), (ThreadKind.ALL_CLIENTS, maya), (ThreadKind.ALL_TEAM, maya)):
            with pytest.raises(IntegrityError), tx.conn.begin_nested():
                rows.thread(tx, team, maya, kind, owner_id=owner)


def test_a_number_is_given_once_in_a_thread(store: Store) -> None:  # M5
    with store.write() as tx:
        maya, team = rows.staff(tx), rows.team(tx)
        thread = rows.thread(tx, team, maya)
        rows.message(tx, thread, 1, maya)
        for number in (1, 0):
            with pytest.raises(IntegrityError), tx.conn.begin_nested():
                rows.message(tx, thread, number, maya)
        rows.message(tx, rows.thread(tx, team, maya), 1, maya)


def test_an_id_once_given_is_never_given_again(store: Store) -> None:
    with store.write() as tx:
        maya = rows.staff(tx)
        thread = rows.thread(tx, rows.team(tx), maya)
        gone = rows.message(tx, thread, 1, maya)
        tx.conn.execute(delete(tables.messages))
        assert rows.message(tx, thread, 2, maya) != gone


def test_one_run_of_a_thread_channel_and_kind_is_open(store: Store) -> None:  # N5
    with store.write() as tx:
        thread = rows.thread(tx, rows.team(tx), rows.staff(tx))
        run = insert(tables.runs).values(
            thread_id=thread, channel=Channel.EMAIL, kind=RunKind.BROADCAST, first=1, opened_at=tx.now, leaves_at=tx.now
        )
        tx.conn.execute(run)
        refused(tx, run)
        tx.conn.execute(run.values(channel=Channel.SMS))
        tx.conn.execute(run.values(kind=RunKind.REPLY))
        refused(tx, run.values(closed_at=tx.now))  # a closed one has its last message
        tx.conn.execute(run.values(closed_at=tx.now, last=1))
        tx.conn.execute(run.values(closed_at=tx.now, last=2))


def test_a_recipient_has_one_delivery_of_a_run_and_none_leaves_without_its_fence(store: Store) -> None:  # N5, N14
    with store.write() as tx:
        team, maya = rows.team(tx), rows.staff(tx)
        ana = rows.client(tx, team)
        run = tx.conn.execute(
            insert(tables.runs)
            .values(thread_id=rows.thread(tx, team, maya), channel=Channel.EMAIL, kind=RunKind.BROADCAST, first=1)
            .values(opened_at=tx.now, leaves_at=tx.now)
            .returning(tables.runs.c.id)
        ).scalar_one()
        owed = insert(tables.deliveries).values(run_id=run, person_id=ana, first=1, state=DeliveryState.WAITING)
        tx.conn.execute(owed)
        refused(tx, owed)
        for state in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN):
            refused(tx, update(tables.deliveries).values(state=state))
            with tx.conn.begin_nested() as tried:
                tx.conn.execute(update(tables.deliveries).values(state=state, fenced_at=tx.now))
                tried.rollback()


def test_a_template_belongs_to_a_person_or_to_a_team(store: Store) -> None:  # T1
    with store.write() as tx:
        maya, team = rows.staff(tx), rows.team(tx)
        new = insert(tables.templates).values(name="Hi", name_key="hi", body="Hello", at=tx.now)
        refused(tx, new)
        refused(tx, new.values(person_id=maya, workspace_id=team))
        tx.conn.execute(new.values(person_id=maya))
        refused(tx, new.values(person_id=maya))
        tx.conn.execute(new.values(workspace_id=team, shortcut="hi"))
        tx.conn.execute(new.values(workspace_id=team, name_key="no shortcut"))
        tx.conn.execute(new.values(workspace_id=team, name_key="none either"))
        refused(tx, new.values(workspace_id=team, name_key="other", shortcut="hi"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("people", "kind"),
        ("clients", "status"),
        ("clients", "consent"),
        ("threads", "kind"),
        ("threads", "state"),
        ("messages", "run_kind"),
    ],
)
def test_a_closed_set_is_closed_in_the_schema_too(store: Store, table: str, column: str) -> None:
    with store.write() as tx:
        maya, team = rows.staff(tx), rows.team(tx)
        rows.client(tx, team)
        rows.message(tx, rows.thread(tx, team, maya), 1, maya)
        refused(tx, text(f"UPDATE {table} SET {column} = 'neither'"))


def test_a_row_never_points_to_one_that_is_not_there(store: Store) -> None:
    with store.write() as tx:
        team = rows.team(tx)
        ana = rows.client(tx, team)
        refused(tx, delete(tables.workspaces).where(tables.workspaces.c.id == team))
        refused(tx, delete(tables.people).where(tables.people.c.id == ana))
        refused(tx, insert(tables.assignments).values(client_id=ana, staff_id="p99"))


FORGED = "INTO audit (id, at, act, what, fields, number, hash) VALUES ({}, 0, 'forged', '', '[]', {}, '')"


def audit_holds_against(store: Store, change: object) -> None:
    with store.write() as tx:
        record(tx, None, "clients.add", "p1", "name")
    with store.write() as tx:
        refused(tx, change)
        kept = tx.conn.execute(select(tables.audit)).all()
    assert [(row.id, row.act, row.what, row.fields) for row in kept] == [("a1", "clients.add", "p1", ["name"])]


@pytest.mark.parametrize(
    "change",
    [
        update(tables.audit).values(act="forged"),
        delete(tables.audit),
        text(f"INSERT {FORGED.format(1, 2)} ON CONFLICT (id) DO UPDATE SET act = 'forged'"),
    ],
    ids=["update", "delete", "upsert"],
)
def test_nothing_edits_or_deletes_an_audit_record(store: Store, change: object) -> None:  # S2
    audit_holds_against(store, change)


@pytest.mark.parametrize("place", [(1, 2), (2, 1)], ids=["by its id", "by its number"])
def test_nothing_replaces_an_audit_record(sqlite_store: Store, place: tuple[int, int]) -> None:  # S2
    audit_holds_against(sqlite_store, text(f"REPLACE {FORGED.format(*place)}"))


def test_nor_does_another_program(sqlite_store: Store, sqlite_url: str) -> None:  # S2
    with sqlite_store.write() as tx:
        record(tx, None, "clients.add", "p1", "name")
    with closing(sqlite3.connect(sqlite_url)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(f"REPLACE {FORGED.format(2, 1)}")


def test_nothing_truncates_the_audit_log(postgresql_store: Store) -> None:  # S2
    audit_holds_against(postgresql_store, text("TRUNCATE audit"))


def test_defaults_are_the_same_on_either_store(store: Store) -> None:
    with store.write() as tx:
        rows.client(tx, rows.team(tx))
        maya = rows.staff(tx)
        found = tx.conn.execute(select(tables.clients)).one()
        who = tx.conn.execute(select(tables.staff)).one()
    assert (found.status, found.portal, found.email_muted, found.note) == (Status.ACTIVE, False, False, "")
    assert (found.consent, found.email) == (Consent.NOT_ASKED, None)
    assert (who.person_id, who.administrator) == (maya, False)
    assert PersonKind("staff") is PersonKind.STAFF
