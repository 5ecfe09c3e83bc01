"""A store is copied into a new one of either kind while it is in use: every row, or nothing at all (N13)."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, delete, select, text
from sqlalchemy.exc import DBAPIError
from tests import disk
from tests.conftest import Clock
from tests.damaging import header
from tests.store import filled, rows

from msgcenter_tui.domain import Actor, DeliveryState, PersonId, PersonKind
from msgcenter_tui.errors import BadInput, Refused, StoreDamaged, StoreUnavailable
from msgcenter_tui.store import copying, identity, migrations, notifiers, raw, tables
from msgcenter_tui.store.copying import Copied, Step
from msgcenter_tui.store.raw import Row, Tables
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Tx

MAYA = Actor(PersonId("p1"), PersonKind.STAFF, "Maya")
HELD_OR_UNKNOWN = 3
"""Of `filled`: what waits, what retries, what is being sent."""

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def new_file(tmp_path: Path) -> str:
    """One that is not there yet, nor is its folder."""
    return str(tmp_path / "new" / "copy.db")


@pytest.fixture(params=["across"])
def new_url(request: pytest.FixtureRequest, store: Store, new_file: str) -> str:
    """Where a copy of `store` may come: a file that is not there, or a database without tables.

    Across: of the other kind than the store; "alike": of the same kind.
    """
    if (store.file is None) == (request.param == "across"):
        return new_file
    url: str = request.getfixturevalue("postgresql_new")
    return url


@pytest.fixture
def full(store: Store) -> Store:
    with store.write() as tx:
        filled.fill(tx)
    return store


@pytest.fixture
def full_url(full: Store, store_url: str) -> str:
    return store_url


def copied(source: str, target: str, heard: Callable[[Step], None] = lambda _: None) -> Copied:
    with closing(copying.opened(source)) as store:
        return copying.copy(store, target, MAYA, heard)


@contextmanager
def opened(url: str) -> Iterator[Store]:
    with closing(Store(url, clock=Clock())) as store:
        yield store


def everything(url: str) -> Rows:
    """All that is in a store, through the types of its columns."""
    with opened(url) as store, store.read() as tx:
        return {table.name: sorted(map(dict, tx.conn.execute(select(table)).mappings()), key=repr)
                for table in tables.metadata.sorted_tables}  # fmt: skip


def after_n13(before: Rows) -> Rows:
    """What a copy of these rows should hold."""
    S = DeliveryState
    for row in before["deliveries"]:
        if row["state"] in (S.WAITING, S.RETRYING):
            reason = f"{copying.WHY}: it may have left already"
            row.update(state=S.HELD, reason=reason, claimed_by=None)
        elif row["state"] is S.SENDING:
            row.update(state=S.UNKNOWN, reason=f"{copying.WHY} while it was being sent", claimed_by=None)
    before["notifiers"] = []
    return before


def compared(copy: str, before: Rows, copies: int = 1) -> None:
    """The copy is what was there before, but for what N13 changes, its home, and the record of each copying."""
    found = everything(copy)
    newest = max(found["audit"], key=lambda row: row["number"])
    assert found["audit_head"] == [{"id": 1, "number": newest["number"], "hash": newest["hash"]}]
    for _ in range(copies):
        newest = max(found["audit"], key=lambda row: int(row["id"][1:]))
        found["audit"].remove(newest)
        assert (newest["act"], newest["who_id"]) == ("store.copy", "p1")
    for one in (found, before):
        one["audit_head"] = []
        one["meta"] = [row for row in one["meta"] if row["key"] != identity.HOME]
    expected = after_n13(before)
    for name in expected:
        assert found[name] == sorted(expected[name], key=repr), name


def is_empty(url: str) -> bool:
    """Whether nothing is there that could be taken for a store, nor in the way of the next attempt."""
    if "://" not in url:
        return not Path(url).exists()
    with opened(url) as store, store.read() as tx:
        return migrations.revision(tx.conn) is None


# -- every row --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("new_url", ["across", "alike"], indirect=True)
def test_a_copy_has_every_row_as_it_was_and_holds_what_waited(  # N13
    full_url: str, new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(full_url)
    assert all(before.values()), "filled.fill has something of every table"
    monkeypatch.setattr(raw, "BATCH", 3)
    done = copied(full_url, new_url)
    assert everything(full_url) == before  # the source stays as it is
    assert done.rows == {name: len(rows) for name, rows in before.items()}
    assert done.held == HELD_OR_UNKNOWN
    compared(new_url, before)
    with opened(new_url) as store:
        assert identity.moved(store) is None  # at home there: nothing is held once more


def test_there_and_back_again_every_row_is_as_it_was(
    sqlite_store: Store, sqlite_url: str, postgresql_new: str, new_file: str
) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
        notifiers.hold_everything(tx, copying.WHY)
    before = everything(sqlite_url)
    copied(sqlite_url, postgresql_new)
    copied(postgresql_new, new_file)
    compared(new_file, before, copies=2)


def test_what_is_written_meanwhile_is_not_in_it(full: Store, full_url: str, new_url: str) -> None:
    before = everything(full_url)

    def write(step: Step) -> None:
        if step.doing.endswith("staff"):
            with full.write() as tx:
                rows.client(tx, "w1", f"Somebody {step.done}")

    copied(full_url, new_url, write)
    compared(new_url, before)
    assert len(everything(full_url)["people"]) == len(before["people"]) + 2


def test_a_copy_goes_on_where_the_store_was(full_url: str, new_url: str) -> None:
    def found(tx: Tx, word: str) -> list[int]:
        match = "search_threads MATCH :word" if tx.sqlite else "words @@ to_tsquery('simple', :word)"
        statement = f"SELECT {'rowid' if tx.sqlite else 'id'} FROM search_threads WHERE {match} ORDER BY 1"
        return list(tx.conn.scalars(text(statement), {"word": word}))

    copied(full_url, new_url)
    people = len(everything(new_url)["people"])
    with opened(new_url) as store:
        with store.write() as tx:
            assert found(tx, "gnol") == [1]
            assert found(tx, "ida") == [2]
            assert found(tx, "welcome") == []  # deleted
            assert rows.message(tx, "t2", 1, "p1", body="Kept by triggers from here on") == "m4"  # m3 is gone
            assert rows.person(tx) == f"p{people + 1}"
            assert found(tx, "triggers") == [2]
        with pytest.raises(DBAPIError, match="append-only"), store.write() as tx:  # S2
            tx.conn.execute(delete(tables.audit))


def test_it_says_how_far_it_is(full_url: str, new_file: str) -> None:
    steps: list[Step] = []
    done = copied(full_url, new_file, steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].all == 2 * sum(done.rows.values())
    assert {"copying deliveries", "making the indexes of words", "comparing audit"} <= {step.doing for step in steps}


# -- what cannot be copied --------------------------------------------------------------------------------------------


def spoilt(path: str, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as there, there:
        there.execute(statement, values)


def test_a_text_that_only_sqlite_holds_is_told(  # hazards 48
    sqlite_store: Store, sqlite_url: str, postgresql_new: str
) -> None:
    """No door lets one in; another program might have."""
    with sqlite_store.write() as tx:
        filled.fill(tx)
    spoilt(sqlite_url, "UPDATE messages SET body = ? WHERE id = 2", "my\0words")
    with pytest.raises(StoreUnavailable, match=r"messages \(id 2\) cannot be stored in .*: .* a NUL in a text") as told:
        copied(sqlite_url, postgresql_new)
    assert "words" not in str(told.value)
    assert is_empty(postgresql_new)


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        (tables.meta, ("x" * 41, ""), "a text in it is too long"),
        (tables.marks, (1, 1, 2**40), "a number in it is too large"),
        (tables.marks, (1, 1, "first"), "it holds what is no value of its column"),
        (tables.marks, (1, 77, 1), "it points to a row that is not there"),
        (tables.marks, (2, 2, 1), "another row has the same key"),
        (tables.marks, (2, 1, None), "it breaks a rule of its table"),
    ],
)
def test_a_row_that_a_server_does_not_take_is_told(postgresql_store: Store, table: Table, row: Row, why: str) -> None:
    with postgresql_store.write() as tx:
        filled.fill(tx)
    taken = {tables.meta: ("fine", ""), tables.marks: (1, 2, 1)}[table]
    where = re.escape(raw.described(table, row))
    with (
        pytest.raises(StoreUnavailable, match=f"{where} cannot be stored in practice: {why}"),
        postgresql_store.write() as tx,
    ):
        Tables(tx, "practice").put(table, [taken, row])


def test_a_row_that_points_to_nothing_is_told_on_sqlite_too(
    sqlite_store: Store, sqlite_url: str, new_file: str
) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
    spoilt(sqlite_url, "UPDATE deliveries SET run_id = 77 WHERE person_id = 4")
    with pytest.raises(StoreUnavailable, match=r"deliveries \(run_id 77, person_id 4\) cannot be stored"):
        copied(sqlite_url, new_file)


def test_a_text_that_is_none_is_told(sqlite_store: Store, sqlite_url: str, new_file: str) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
    spoilt(sqlite_url, "UPDATE messages SET body = CAST(? AS TEXT) WHERE id = 2", b"\xff\xfe")
    with pytest.raises(StoreUnavailable, match=r"a text in messages \(id 2\) is no UTF-8"):
        copied(sqlite_url, new_file)
    assert is_empty(new_file)


def changed(rows: list[Row]) -> list[Row]:
    return [(*row[:-1], row[-1] + 1) for row in rows]


def more(rows: list[Row]) -> list[Row]:
    return [*rows, (1, 3, *rows[0][2:])]


def fewer(rows: list[Row]) -> list[Row]:
    return rows[:-1]


@pytest.mark.parametrize(("fault", "person"), [(changed, 1), (more, 3), (fewer, 2)])
def test_a_copy_that_differs_is_none(
    sqlite_store: Store,
    sqlite_url: str,
    new_file: str,
    fault: Callable[[list[Row]], list[Row]],
    person: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
    put = Tables.put

    def badly(self: Tables, table: Table, given: Sequence[Row]) -> None:
        put(self, table, fault(list(given)) if table is tables.reads else given)

    monkeypatch.setattr(Tables, "put", badly)
    with pytest.raises(
        StoreUnavailable, match=rf"reads \(thread_id 1, person_id {person}\) is another there than in the source"
    ):
        copied(sqlite_url, new_file)
    assert is_empty(new_file)


# -- where it may come from and go to ---------------------------------------------------------------------------------


def test_only_an_empty_place_is_taken(
    sqlite_store: Store, sqlite_url: str, postgresql_url: str, postgresql_new: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    for occupied in (str(other), sqlite_url, postgresql_url):
        with pytest.raises(Refused, match=r"name an empty database|is not overwritten"):
            copied(sqlite_url, occupied)
        with pytest.raises(Refused):
            copying.require_empty(occupied)
    assert other.read_text() == "mine"
    engine = create_engine(postgresql_new.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE mine (words text)"))
    for refused in (copying.require_empty, lambda url: copied(sqlite_url, url)):
        with pytest.raises(StoreUnavailable, match="holds other tables"):
            refused(postgresql_new)
    engine.dispose()


def test_a_file_that_came_meanwhile_is_not_overwritten(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
    new = tmp_path / "new.db"

    def come(step: Step) -> None:
        if step.doing == "comparing audit":
            new.write_text("mine")

    with pytest.raises(Refused, match="is not overwritten"):
        copied(sqlite_url, str(new), come)
    assert new.read_text() == "mine"
    assert {one.name for one in tmp_path.iterdir() if one.name.startswith(".")} == set()


def test_a_source_is_neither_made_nor_upgraded(sqlite_url: str, postgresql_new: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    with pytest.raises(StoreUnavailable, match="no such file"):
        copying.opened(str(missing))
    assert not missing.exists()
    with pytest.raises(StoreUnavailable, match="is empty"):
        copying.opened(postgresql_new)
    assert is_empty(postgresql_new)
    with pytest.raises(BadInput):
        copying.opened("mysql://localhost/practice")
    for version, words in (("0003", r"older version \(schema 0003\).*init"), ("9999", "a newer version")):
        spoilt(sqlite_url, "UPDATE alembic_version SET version_num = ?", version)
        before = Path(sqlite_url).read_bytes()
        with pytest.raises(StoreUnavailable, match=words):
            copying.opened(sqlite_url)
        assert Path(sqlite_url).read_bytes() == before


def test_a_damaged_source_is_for_the_rescue(sqlite_store: Store, sqlite_url: str) -> None:  # hazards 35
    identity.settle_here(sqlite_store)
    sqlite_store.close()
    header(Path(sqlite_url))
    with pytest.raises(StoreDamaged, match="rescue"):
        copying.opened(sqlite_url)


def test_what_the_reader_may_not_see_is_not_left_out_in_silence(
    postgresql_store: Store, postgresql_url: str, tmp_path: Path
) -> None:
    def done(*statements: str) -> None:
        with postgresql_store.write() as tx:
            for statement in statements:
                tx.conn.exec_driver_sql(statement)

    with postgresql_store.write() as tx:
        filled.fill(tx)
    grants = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO msgcenter_half, pg_monitor"
    done(
        "CREATE ROLE msgcenter_half", grants.replace(", pg_monitor", ""), "ALTER TABLE drafts ENABLE ROW LEVEL SECURITY"
    )
    try:
        half = f"{postgresql_url}{'&' if '?' in postgresql_url else '?'}options=-c%20role%3Dmsgcenter_half"
        with pytest.raises(StoreUnavailable, match="may not do this"):
            copied(half, str(tmp_path / "half.db"))
        assert is_empty(str(tmp_path / "half.db"))
    finally:
        done(
            "ALTER TABLE drafts DISABLE ROW LEVEL SECURITY", "DROP OWNED BY msgcenter_half", "DROP ROLE msgcenter_half"
        )


# -- faults -----------------------------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_said(sqlite_url: str) -> None:
    nowhere = "postgresql://nobody:secret@localhost:1/practice"
    for asked in (copying.require_empty, lambda url: copied(sqlite_url, url)):
        with pytest.raises(StoreUnavailable, match=r"practice .* cannot be reached") as refusal:
            asked(nowhere)
        assert "secret" not in str(refusal.value)


def test_a_full_disk_leaves_nothing_half_done(sqlite_url: str, sqlite_store: Store, tmp_path: Path) -> None:
    with disk.full(), pytest.raises(StoreUnavailable, match="disk"):
        copied(sqlite_url, str(tmp_path / "copy.db"))
    assert not [one for one in tmp_path.iterdir() if "copy.db" in one.name]


def test_a_server_that_drops_the_connection_has_no_copy(
    sqlite_url: str, sqlite_store: Store, postgresql_new: str
) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
    import psycopg

    def drop(step: Step) -> None:
        if step.doing == "copying audit":
            with psycopg.connect(postgresql_new, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    with pytest.raises(StoreUnavailable, match=r"msgcenter_new .* cannot be used"):
        copied(sqlite_url, postgresql_new, drop)
    assert is_empty(postgresql_new)


KILLED = """
import os, signal, sys
from contextlib import closing
from msgcenter_tui.domain import Actor, PersonId, PersonKind
from msgcenter_tui.store import copying
source, target, doing = sys.argv[1:]

def heard(step):
    if step.doing == doing:
        os.kill(os.getpid(), signal.SIGKILL)

with closing(copying.opened(source)) as store:
    copying.copy(store, target, Actor(PersonId("p1"), PersonKind.STAFF, "Maya"), heard)
"""


def test_a_copy_that_is_killed_is_none_and_the_next_one_is_whole(
    sqlite_store: Store, sqlite_url: str, postgresql_new: str
) -> None:
    with sqlite_store.write() as tx:
        filled.fill(tx)
    before = everything(sqlite_url)
    done = subprocess.run([sys.executable, "-c", KILLED, sqlite_url, postgresql_new, "comparing meta"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert is_empty(postgresql_new)
    copied(sqlite_url, postgresql_new)
    compared(postgresql_new, before)
