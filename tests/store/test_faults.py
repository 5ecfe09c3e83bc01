"""A store that cannot be used says what, why, and what would work; nobody's password and nobody's words are in it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select, text
from tests.store import rows

from msgcenter_tui.domain import Channel
from msgcenter_tui.errors import BadInput, StoreUnavailable
from msgcenter_tui.store import claims, tables
from msgcenter_tui.store.engine import described, place
from msgcenter_tui.store.faults import explained
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act, look

SECRET = "hunter2"


def said(caught: pytest.ExceptionInfo[StoreUnavailable]) -> str:
    """The sentence, after a look that it has all three parts of S1 and no secret."""
    error = caught.value
    assert error.exit_status == 3
    assert error.what
    assert error.why
    assert error.cure
    assert SECRET not in str(error)
    assert "\n" not in str(error)
    return str(error)


@act
def put_much(tx: Tx) -> None:
    for number in range(100):
        rows.put(tx, str(number), "x" * 10_000)


@look
def count_all(tx: Tx) -> None:
    for table in tables.metadata.sorted_tables:
        tx.conn.execute(select(func.count()).select_from(table))


def test_a_full_disk_is_named_and_costs_nothing_that_was_saved(sqlite_store: Store) -> None:  # S1, hazards 31
    sqlite_store.run(rows.put, "before", "kept")
    with sqlite_store.write() as tx:
        pages = tx.conn.exec_driver_sql("PRAGMA page_count").scalar()
        tx.conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreUnavailable) as caught:
        sqlite_store.run(put_much)
    assert "the disk is full; free some space and try again; what was saved before is safe" in said(caught)
    assert sqlite_store.run(rows.get, "before") == "kept"
    assert sqlite_store.run(rows.get, "0") is None
    with sqlite_store.write() as tx:
        tx.conn.exec_driver_sql("PRAGMA max_page_count=1000000")
        rows.put(tx, "after", "works again")


def test_a_store_locked_too_long_is_named_and_works_again_afterwards(sqlite_url: str) -> None:  # S1, hazards 33
    store = open_store(sqlite_url, patience=0.05)
    with closing(sqlite3.connect(sqlite_url, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as caught:
            store.run(rows.put, "key", "value")
        assert "another process kept it locked too long; try again" in said(caught)
        assert store.run(rows.get, "key") is None  # reading goes on meanwhile
        other.execute("COMMIT")
    assert store.run(rows.put, "key", "value") == "value"
    store.close()


def test_a_row_locked_too_long_is_named_on_postgresql(postgresql_url: str) -> None:
    store = open_store(postgresql_url, patience=0.05)
    store.run(rows.put, "key", "value")
    with store.write() as other:
        other.conn.execute(select(tables.meta).with_for_update())
        with pytest.raises(StoreUnavailable) as caught, store.write() as tx:
            tx.conn.execute(select(tables.meta).with_for_update())
    assert "somebody else kept it locked too long; try again" in said(caught)
    store.close()


def test_a_short_wait_for_a_lock_is_no_fault(sqlite_store: Store, sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    free = threading.Timer(0.1, other.execute, ["COMMIT"])
    free.start()
    sqlite_store.run(rows.put, "key", "value")
    free.join()
    other.close()


@pytest.mark.parametrize("content", [b"just some text, and longer than a header of SQLite" * 40, b"xy"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable) as caught:
        open_store(str(path))
    assert f"the store {path} cannot be used: the file is not a database; choose another file" in said(caught)
    assert path.read_bytes() == content


def test_a_damaged_store_is_named(sqlite_url: str) -> None:
    path = Path(sqlite_url)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    store = Store(sqlite_url)
    with pytest.raises(StoreUnavailable) as caught:
        store.run(count_all)
    store.close()
    assert (
        "its file is damaged there; restore a backup with `msgcenter restore FILE`, or save what can be read"
        in said(caught)
    )


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_store(str(tmp_path))
    assert "it is a folder; choose a file" in said(caught)


def test_a_place_where_no_file_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable) as caught:
        open_store(str(tmp_path / "file" / "store.db"))
    assert "not a directory; choose a file that you may write, with --db" in said(caught)


def test_what_may_not_be_written_is_named_with_what_lies_beside_it(tmp_path: Path) -> None:  # S1
    path = tmp_path / "store.db"
    sqlite3.connect(path).close()
    cure = "the file, its -wal and -shm where they are there, and its folder"
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader,
        pytest.raises(StoreUnavailable, match=cure),
        explained("the store"),
    ):
        reader.execute("CREATE TABLE one (a)")


def test_a_missing_store_is_not_made_by_using_it(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store.db"))
    with pytest.raises(StoreUnavailable, match="the file cannot be opened"):
        store.run(rows.get, "key")
    assert not (tmp_path / "store.db").exists()


def test_a_server_that_is_not_there_is_named_without_user_and_password() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_store(f"postgresql://maya:{SECRET}@127.0.0.1:1/practice")
    assert said(caught).startswith(
        "the store practice (PostgreSQL, 127.0.0.1) cannot be used: the server cannot be reached"
    )
    assert "maya" not in str(caught.value)


def test_a_database_that_is_not_there_is_named(postgresql_server: str) -> None:
    url = postgresql_server.replace("/tests", "/nothing_here")
    if url == postgresql_server:
        pytest.skip("the server given has another database")
    with pytest.raises(StoreUnavailable) as caught:
        open_store(url)
    assert "the server has no database of that name; create it" in said(caught)


def test_a_lost_connection_is_made_again(postgresql_store: Store) -> None:  # hazards 39
    strangers = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'msgcenter'"

    @act
    def cut(tx: Tx) -> None:
        rows.put(tx, "key", "value")
        tx.conn.execute(text(strangers))

    with pytest.raises(StoreUnavailable) as caught:
        postgresql_store.run(cut)
    assert "try again" in said(caught)
    assert postgresql_store.run(rows.get, "key") is None
    assert postgresql_store.run(rows.put, "key", "value") == "value"


def test_a_server_that_was_started_again_in_between_is_not_noticed(  # hazards 39
    postgresql_store: Store, postgresql_server: str
) -> None:
    postgresql_store.run(rows.put, "key", "value")
    postgresql_store.changed()
    postgresql_store.run(claims.due, [Channel.EMAIL])
    with psycopg.connect(postgresql_server) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'msgcenter'")
    assert postgresql_store.run(rows.get, "key") == "value"
    assert postgresql_store.run(rows.put, "other", "value") == "value"
    assert postgresql_store.run(claims.due, [Channel.EMAIL]) == claims.Due(False, None)
    assert postgresql_store.changed()


def test_a_missing_driver_is_named() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from msgcenter_tui.errors import StoreUnavailable; from msgcenter_tui.store.store import open_store\n"
        "try: open_store('postgresql://localhost/practice')\n"
        "except StoreUnavailable as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], text=True, capture_output=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert "the driver for PostgreSQL is not installed; install the program with its extra" in done.stdout


@pytest.mark.parametrize(
    "url",
    [
        "", ":memory:", "sqlite://", "a\0b", f"mysql://maya:{SECRET}@host/practice", "postgresql+asyncpg://host/x",
        f"postgresql://maya:{SECRET}@host:port:1/x", f"://{SECRET}", f"{SECRET}://", "http://host/file.db",
    ],
)  # fmt: skip
def test_what_names_no_store_is_a_wrong_input_and_is_not_repeated(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_store(url)
    assert SECRET not in str(caught.value) or url == f"{SECRET}://"
    assert caught.value.exit_status == 2
    assert "postgresql://USER@HOST/DATABASE" in caught.value.cure


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_of_postgresql_is_one_of_psycopg(scheme: str) -> None:
    found = place(f"{scheme}://maya:{SECRET}@db.example:5433/practice?sslmode=require")
    assert not isinstance(found, Path)
    assert found.drivername == "postgresql+psycopg"
    assert found.query["sslmode"] == "require"
    assert described(found) == "practice (PostgreSQL, db.example)"


def test_the_limits_of_a_postgresql_connection_join_those_of_its_url(postgresql_url: str) -> None:
    joint = "&" if "?" in postgresql_url else "?"
    store = Store(f"{postgresql_url}{joint}options=-c%20work_mem%3D5MB&application_name=mine", patience=0.25)
    with store.read() as tx:
        asked = ("work_mem", "application_name", "lock_timeout", "statement_timeout", "transaction_isolation")
        found = [tx.conn.execute(text(f"SHOW {name}")).scalar() for name in asked]
    assert found == ["5MB", "mine", "250ms", "2min", "repeatable read"]
    store.close()


def test_parameters_are_in_no_text_of_a_driver(store: Store) -> None:  # S2
    with pytest.raises(Exception, match="nothere") as caught, store.write() as tx:
        tx.conn.execute(text("INSERT INTO nothere VALUES (:words)"), {"words": "secret words"})
    assert not isinstance(caught.value, StoreUnavailable)
    assert "secret words" not in str(caught.value)
