"""A damaged file of a store: only read from then on, by whatever door, and saved as a new store as far as it goes."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.damaging import PAGE, cut, garbage, header, pages_of, unchanged
from tests.store import rows

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.errors import BadInput, Refused, StoreDamaged, StoreUnavailable
from msgcenter_tui.store import identity, rescue, tables
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.rescue import Rescued
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act, look

PEOPLE = 600
AUTO = "sqlite_autoindex_staff_1"
LONG = "a long text " * 1000
NEEDED = {table.name for table in tables.metadata.sorted_tables} - {"notifiers", "meta", "audit", "audit_head"}


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with pages of people, messages and deliveries in every state, to be copied and damaged."""
    path = tmp_path_factory.mktemp("filled") / "store.db"
    shutil.copy(sqlite_template, path)
    store = open_store(str(path))
    with store.write() as tx:
        maya, team = rows.staff(tx), rows.team(tx)
        tx.conn.execute(update(tables.staff).values(administrator=True))
        tx.conn.execute(insert(tables.members).values(workspace_id=team, person_id=maya, role="owner", since=tx.now))
        people = [rows.client(tx, team, f"Client {number}") for number in range(PEOPLE)]
        thread = rows.thread(tx, team, maya)
        for number in range(1, 101):
            rows.message(tx, thread, number, maya, body=f"{number} {LONG if number % 10 == 0 else 'short'}")
        times = dict.fromkeys(("opened_at", "leaves_at", "closed_at"), tx.now)
        for number, channel in enumerate(("email", "sms"), start=1):
            run = {"id": number, "thread_id": thread, "channel": channel, "kind": "broadcast", "first": 1, "last": 100}
            tx.conn.execute(insert(tables.runs).values(**run, **times))
        states = list(DeliveryState)
        ledger = [
            {"run_id": run, "person_id": person, "first": 1, "state": states[place % len(states)], "fenced_at": tx.now}
            for run in (1, 2)
            for place, person in enumerate(people)
        ]
        tx.conn.execute(insert(tables.deliveries).values(claimed_by="somebody"), ledger)
    identity.settle_here(store)
    store.close()
    return path


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    shutil.copy(filled, path)
    shutil.copy(filled.with_name("store.db.notifier"), path.with_name("store.db.notifier"))
    return path


@look
def person(tx: Tx, number: int) -> str | None:
    found: str | None = tx.conn.scalar(select(tables.people.c.name).where(tables.people.c.id == number))
    return found


@look
def everybody(tx: Tx) -> None:
    for number in range(1, PEOPLE):
        tx.conn.scalar(select(tables.people.c.name).where(tables.people.c.id == number))


@act
def put_both(tx: Tx) -> None:
    rows.put(tx, "key", "value")
    rows.person(tx, "Zora")


@look
def by_name(tx: Tx) -> Sequence[Any]:
    return tx.conn.execute(select(tables.people.c.name_key).order_by(tables.people.c.name_key)).all()


@look
def state_of(tx: Tx, run: int, number: int) -> DeliveryState | None:
    of_it = tables.deliveries.c.run_id == run, tables.deliveries.c.person_id == number
    found: DeliveryState | None = tx.conn.scalar(select(tables.deliveries.c.state).where(*of_it))
    return found


def all_of(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def saved(path: Path) -> Rescued:
    """Rescued into a file beside, which is a healthy store, while the damaged one stays as it is."""
    with unchanged(path):
        rescued = rescue.rescue(str(path), str(path.with_name("new.db")))
    with closing(sqlite3.connect(rescued.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert stat.S_IMODE(rescued.path.stat().st_mode) == 0o600
    store = open_store(str(rescued.path))
    assert not store.damaged
    store.run(rows.put, "it", "works")
    store.close()
    assert {child.name for child in path.parent.iterdir() if child.name.startswith(".")} == set()
    return rescued


def lost(rescued: Rescued) -> set[str]:
    return {table.table for table in rescued.tables if table.lost}


def refuses(store: Store) -> None:
    with pytest.raises(
        StoreDamaged, match=r"nothing was written .* only read now; restore a backup with .*, or save what"
    ):
        store.run(rows.put, "key", "value")


# -- only read --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.9, 0.6])
def test_a_file_cut_short_is_only_read(path: Path, share: float) -> None:  # hazards 35
    cut(path, share)
    with unchanged(path):
        store = open_store(str(path))
        assert store.damaged
        assert store.run(person, 1) == "Maya"
        refuses(store)
        assert store.changed() == store.changed()
        store.close()


def test_a_page_of_garbage_stops_writing_when_it_is_met(path: Path) -> None:  # hazards 35
    leaves = [page for page in pages_of(path, "people") if page.kind == "leaf"]
    garbage(path, leaves[2])
    store, other = open_store(str(path)), open_store(str(path))
    before = store.changed()
    assert not store.run(person, 0)
    assert (store.damaged, other.damaged) == (False, False)  # nobody reads all of it at each start
    with unchanged(path), unchanged(path.with_name("store.db-wal")):
        with pytest.raises(
            StoreDamaged, match=r"cannot be read .* damaged there; restore a backup with .*, or save what"
        ):
            store.run(everybody)
        assert store.damaged
        assert store.changed() != before
        assert store.run(person, 1) == "Maya"
        assert store.run(person, PEOPLE) == f"Client {PEOPLE - 2}"
        refuses(store)
        refuses(other)  # the mark tells every process
        assert other.damaged
        other.close()
        store.close()
        third = open_store(str(path))
        refuses(third)
        third.close()


def test_damage_that_an_act_meets_undoes_the_act(path: Path) -> None:
    garbage(path, *(page for page in pages_of(path, "ix_people_name_key_id") if page.kind == "leaf"))
    store = open_store(str(path))
    with pytest.raises(StoreDamaged, match="nothing was written"):
        store.run(put_both)
    assert store.run(rows.get, "key") is None
    refuses(store)
    store.close()


def test_what_was_committed_last_is_in_the_log_and_stays_there(path: Path) -> None:
    store = open_store(str(path))
    store.run(rows.put, "last", "committed")
    log = path.with_name("store.db-wal")
    garbage(path, pages_of(path, "ix_people_name_key_id")[0])
    with unchanged(path), unchanged(log):
        with pytest.raises(StoreDamaged):
            store.run(by_name)
        assert store.run(rows.get, "last") == "committed"
        store.close()
    rescued = saved(path)
    assert ("last", "committed") in all_of(rescued.path, "meta")


async def test_the_front_tells(path: Path) -> None:
    cut(path, 0.9)
    store = open_store(str(path))
    front = Front(store)
    assert front.damaged
    rescued = await front.rescue(f"{front.place}.new")
    assert rescued.lost
    await front.close()
    store.close()


def test_a_backup_put_in_its_place_is_written_again(path: Path, filled: Path) -> None:
    cut(path, 0.9)
    store = open_store(str(path))
    refuses(store)
    store.close()
    path.write_bytes(filled.read_bytes())  # the same inode: what was looked at is the content
    again = open_store(str(path))
    assert not again.damaged
    again.run(rows.put, "key", "value")
    again.close()
    assert not path.with_name("store.db.damaged").exists()


def test_a_backup_that_is_damaged_itself_is_not(path: Path, filled: Path) -> None:
    cut(path, 0.9)
    open_store(str(path)).close()
    path.write_bytes(filled.read_bytes())
    garbage(path, pages_of(filled, "people")[1])
    again = open_store(str(path))
    assert again.damaged
    again.close()


def test_a_spoilt_header_is_said_with_its_cure(path: Path) -> None:  # hazards 35
    header(path)
    with unchanged(path), pytest.raises(StoreDamaged) as caught:
        open_store(str(path))
    assert "msgcenter rescue FILE" in str(caught.value)


def test_a_damaged_store_of_an_older_schema_is_not_upgraded(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    cut(path, 0.9)
    with unchanged(path), pytest.raises(StoreDamaged, match="cannot be upgraded"):
        open_store(str(path))


# -- rescue -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.95, 0.75, 0.5])
def test_of_a_file_cut_short_what_is_left_is_saved(path: Path, share: float) -> None:  # hazards 35
    cut(path, share)
    rescued = saved(path)
    assert rescued.lost
    assert rescued.rows > 0


def test_a_healthy_store_comes_over_whole(path: Path) -> None:
    rescued = saved(path)
    assert not rescued.lost
    for table in NEEDED - {"deliveries"}:
        assert all_of(rescued.path, table) == all_of(path, table)
    assert not path.with_name("store.db.damaged").exists()


@pytest.mark.parametrize("table", ["people", "clients", "messages", "deliveries"])
def test_only_the_rows_of_a_spoilt_page_are_lost(path: Path, table: str) -> None:  # hazards 35
    before = {row[:2]: row for row in all_of(path, table)}
    leaves = [page for page in pages_of(path, table) if page.kind == "leaf"]
    middle = len(leaves) // 2
    gone = {leaves[0], leaves[middle], leaves[-1]}
    if table != "deliveries":  # there each inner page has rows of its own, and between two spoilt pages one is lost
        gone |= {leaves[middle + 1]} - {leaves[-1]}
    garbage(path, *gone)
    rescued = saved(path)
    after = {row[:2]: row for row in all_of(rescued.path, table)}
    kept = {key for key, row in after.items() if table != "people" or not str(row[2]).startswith("Lost")}
    assert kept <= before.keys()
    assert len(before) - len(kept) == sum(page.cells for page in gone)
    if table != "deliveries":
        assert all(before[key] == after[key] for key in kept)
    assert table in lost(rescued)
    assert path.with_name("store.db.damaged").exists()


def test_of_a_spoilt_inner_page_the_rest_of_the_tree_is_saved(path: Path) -> None:
    root = pages_of(path, "deliveries")[0]
    assert root.kind == "internal"
    garbage(path, root)
    rescued = saved(path)
    assert lost(rescued) == {"deliveries"}
    assert all_of(rescued.path, "deliveries") == []


def test_a_spoilt_page_of_a_long_text_costs_that_message(path: Path) -> None:
    overflow = next(page for page in pages_of(path, "messages") if page.kind == "overflow")
    with path.open("r+b") as file:
        file.seek((overflow.number - 1) * PAGE)
        file.write(b"\xff\xff\xff\xff")  # the next page of it is none of the file
    rescued = saved(path)
    assert len(all_of(rescued.path, "messages")) == 99
    assert lost(rescued) == {"messages"}


@pytest.mark.parametrize("index", ["ix_people_name_key_id", "ix_deliveries_run_id_state_person_id", AUTO])
def test_of_a_spoilt_index_nothing_is_lost(path: Path, index: str) -> None:  # hazards 35
    garbage(path, *pages_of(path, index))
    rescued = saved(path)
    assert not rescued.lost
    assert len(all_of(rescued.path, "deliveries")) == 2 * PEOPLE
    assert len(all_of(rescued.path, "people")) == PEOPLE + 1


@pytest.mark.parametrize("which", ["root", "first", "last", "overflow"])
def test_where_it_is_spoilt_which_tables_there_are_nothing_is_lost(
    path: Path, filled: Path, which: str
) -> None:  # hazards 35
    schema = pages_of(path, "sqlite_schema")
    leaves = [page for page in schema if page.kind == "leaf"]
    overflow = next(page for page in schema if page.kind == "overflow")
    spoilt = {"root": schema[0], "first": leaves[0], "last": leaves[-1], "overflow": overflow}[which]
    garbage(path, spoilt)
    rescued = saved(path)
    assert not rescued.lost
    for table in NEEDED - {"deliveries"}:
        assert all_of(rescued.path, table) == all_of(filled, table)


@pytest.mark.parametrize(
    "otherwise",
    [
        "VACUUM",  # every table begins elsewhere
        "UPDATE alembic_version SET version_num = '0001'",  # and some are not there at all
    ],
)
def test_of_a_store_made_otherwise_no_page_is_taken_for_one_of_its_tables(path: Path, otherwise: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(otherwise)
    garbage(path, next(page for page in pages_of(path, "sqlite_schema") if page.kind == "leaf"))
    with unchanged(path), pytest.raises(StoreUnavailable, match="no row of it can be read"):
        rescue.rescue(str(path), str(path.with_name("new.db")))


def test_of_a_spoilt_header_nothing_is_lost(path: Path) -> None:  # hazards 35
    header(path)
    rescued = saved(path)
    assert not rescued.lost
    assert len(all_of(rescued.path, "deliveries")) == 2 * PEOPLE


def test_what_waited_is_held_and_what_was_being_sent_is_unknown(path: Path) -> None:  # N13
    before = dict(zip(range(2, PEOPLE + 2), list(DeliveryState) * PEOPLE, strict=False))
    rescued = saved(path)
    store = open_store(str(rescued.path))
    assert identity.moved(store) is None
    now = {number: store.run(state_of, 1, number) for number in before}
    becomes = {DeliveryState.WAITING: DeliveryState.HELD, DeliveryState.RETRYING: DeliveryState.HELD}
    becomes[DeliveryState.SENDING] = DeliveryState.UNKNOWN
    assert now == {number: becomes.get(state, state) for number, state in before.items()}
    assert rescued.held == 2 * sum(state in becomes for state in before.values())
    with store.read() as tx:
        assert tx.conn.scalars(select(tables.deliveries.c.claimed_by).distinct()).all() == [None]
        (record,) = tx.conn.execute(select(tables.audit.c.act, tables.audit.c.fields)).all()
    assert tuple(record) == ("store.rescue", [f"held={rescued.held}"])  # S2
    store.close()


@pytest.mark.parametrize("table", ["people", "staff", "workspaces", "members"])
def test_what_others_need_gets_a_stand_in(path: Path, table: str) -> None:
    garbage(path, *pages_of(path, table))
    rescued = saved(path)
    assert table in lost(rescued)
    assert len(all_of(rescued.path, "clients")) == PEOPLE
    assert len(all_of(rescued.path, "messages")) == 100
    assert len(all_of(rescued.path, "people")) == PEOPLE + 1
    (owner,) = all_of(rescued.path, "members")
    assert owner[:3] == (1, 1, "owner")
    ((_, email, _, _),) = all_of(rescued.path, "staff")
    assert email == ("lost-1@rescue.invalid" if table == "staff" else "maya@practice.example")


def test_an_id_of_a_lost_message_is_not_given_again(path: Path) -> None:
    garbage(path, [page for page in pages_of(path, "messages") if page.kind == "leaf"][-1])
    rescued = saved(path)
    store = open_store(str(rescued.path))
    with store.write() as tx:
        assert rows.message(tx, "t1", 101, "p1") == "m101"
    store.close()


def test_what_is_there_is_never_overwritten(path: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="exists"):
        rescue.rescue(str(path), str(path))
    with pytest.raises(StoreUnavailable, match="choose a folder"):
        rescue.rescue(str(path), str(tmp_path / "nowhere" / "new.db"))
    with pytest.raises(StoreUnavailable, match="the file cannot be opened"):
        rescue.rescue(str(tmp_path / "none.db"), str(tmp_path / "new.db"))
    with pytest.raises(BadInput, match="on a server"):
        rescue.rescue("postgresql://localhost/practice", str(tmp_path / "new.db"))
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Maya, " * 1000)
    with unchanged(letter), pytest.raises(StoreUnavailable, match="no row of it can be read"):
        rescue.rescue(str(letter), str(tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()


def test_the_damaged_bytes_are_put_aside(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    store.run(rows.put, "key", "value")
    aside = tmp_path / "aside"
    aside.mkdir()
    copies = rescue.copied(path, aside)
    assert [copy.name for copy in copies] == ["store.db", "store.db-wal"]
    assert [copy.read_bytes() for copy in copies] == [
        path.read_bytes(), path.with_name("store.db-wal").read_bytes(),
    ]  # fmt: skip
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o600}
    with pytest.raises(StoreUnavailable, match="name another folder"):
        rescue.copied(path, aside)
    store.close()
