"""A store that was copied or restored is recognised before anything of it is sent again (N13)."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from msgcenter_tui.errors import Refused, StoreUnavailable
from msgcenter_tui.store import identity
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act


@act
def fence(tx: Tx, count: int) -> None:
    identity.fences(tx, count)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Store]:
    """A store of its own folder that was made there and has fenced ten deliveries."""
    store = open_store(str(tmp_path / "home" / "store.db"))
    store.run(fence, 10)
    yield store
    store.close()


def path_of(store: Store) -> Path:
    assert store.file is not None
    return store.file.path


def backup(store: Store, to: Path) -> Path:
    with closing(sqlite3.connect(path_of(store))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def why(path: Path) -> str | None:
    store = open_store(str(path))
    try:
        return identity.moved(store)
    finally:
        store.close()


def test_a_store_is_at_home_where_it_was_made(home: Store) -> None:  # N13
    assert identity.moved(home) is None
    home.run(fence, 5)
    assert identity.moved(home) is None
    home.close()
    assert why(path_of(home)) is None


def test_a_store_without_a_home_is_nobodys_copy(store: Store) -> None:
    assert identity.moved(store) is None
    identity.settle_here(store)
    assert identity.moved(store) is None


def test_the_file_beside_the_store_is_private_and_counts_the_fences(home: Store) -> None:
    beside = path_of(home).with_name("store.db.notifier")
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert json.loads(beside.read_text())["fences"] == 10
    home.run(fence, 3)
    assert json.loads(beside.read_text())["fences"] == 13
    assert [path.name for path in beside.parent.glob("*.notifier*")] == ["store.db.notifier"]


def test_a_copied_file_is_recognised(home: Store, tmp_path: Path) -> None:  # N13
    copy = backup(home, tmp_path / "store.db")
    assert why(copy) == "the file was copied here, or renamed"


def test_a_copied_folder_is_recognised(home: Store, tmp_path: Path) -> None:  # N13
    home.close()
    shutil.copytree(path_of(home).parent, tmp_path / "copy")
    assert why(tmp_path / "copy" / "store.db") == "the file was copied here, or restored from a backup"


def test_a_moved_folder_is_still_the_same_store(home: Store, tmp_path: Path) -> None:
    home.close()
    path_of(home).parent.rename(tmp_path / "elsewhere")
    assert why(tmp_path / "elsewhere" / "store.db") is None


def test_an_older_file_put_back_is_recognised(home: Store, tmp_path: Path) -> None:  # N13
    old = backup(home, tmp_path / "old.db")
    home.run(fence, 1)
    home.close()
    with old.open("rb") as source, path_of(home).open("r+b") as target:  # the same inode, other content
        target.truncate(0)
        shutil.copyfileobj(source, target)
    assert why(path_of(home)) == "the file was restored from an older backup"


def test_a_backup_since_which_nothing_left_is_no_older_past(home: Store, tmp_path: Path) -> None:
    old = backup(home, tmp_path / "old.db")
    home.close()
    path_of(home).write_bytes(old.read_bytes())
    assert why(path_of(home)) is None


def test_a_store_of_another_origin_in_its_place_is_recognised(home: Store, tmp_path: Path) -> None:  # N13
    other = open_store(str(tmp_path / "other.db"))
    other.run(fence, 100)
    other.close()
    home.close()
    path_of(home).write_bytes((tmp_path / "other.db").read_bytes())
    assert why(path_of(home)) == "the file was copied here, or renamed"


def test_a_notifier_that_works_meanwhile_makes_it_no_older_past(
    home: Store, monkeypatch: pytest.MonkeyPatch
) -> None:  # N13
    usual = identity._read

    def read(path: Path) -> object:
        home.run(fence, 5)  # between any two looks of ours
        return usual(path)

    monkeypatch.setattr(identity, "_read", read)
    assert identity.moved(home) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"home": "x"}', '{"home": 1, "inode": 2, "fences": 3, "more": 4}'])
def test_a_broken_file_beside_the_store_is_as_good_as_none(home: Store, content: str) -> None:
    path_of(home).with_name("store.db.notifier").write_text(content)
    assert identity.moved(home) == "the file was copied here, or renamed"
    home.run(fence, 1)
    assert identity.moved(home) is not None  # counting on does not make it a home


def test_settling_makes_a_home_here_and_leaves_the_original_its_own(home: Store, tmp_path: Path) -> None:
    copy = open_store(str(backup(home, tmp_path / "store.db")))
    assert identity.moved(copy)
    identity.settle_here(copy)
    assert identity.moved(copy) is None
    copy.run(fence, 1)
    assert identity.moved(copy) is None
    copy.close()
    assert identity.moved(home) is None


def test_a_fence_that_was_rolled_back_is_not_counted(home: Store) -> None:
    @act
    def fail(tx: Tx) -> None:
        identity.fences(tx, 50)
        raise Refused("no")

    with pytest.raises(Refused):
        home.run(fail)
    home.run(fence, 0)
    assert json.loads(path_of(home).with_name("store.db.notifier").read_text())["fences"] == 10
    home.run(fence, 1)
    assert json.loads(path_of(home).with_name("store.db.notifier").read_text())["fences"] == 11


def test_who_answers_first_notes_afterwards(home: Store) -> None:
    beside = path_of(home).with_name("store.db.notifier")
    home.notes_later = True
    home.run(fence, 2)
    home.run(fence, 3)
    assert json.loads(beside.read_text())["fences"] == 10
    assert identity.moved(home) is None
    home.note_fences()
    assert json.loads(beside.read_text())["fences"] == 15


def test_a_crash_between_the_commit_and_the_file_beside_it_is_no_restore(
    home: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "note", lambda store, fences: None)
    home.run(fence, 1)
    home.close()
    assert why(path_of(home)) is None


def test_a_file_beside_that_cannot_be_written_does_not_undo_what_was_committed(
    home: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(identity, "_write", full)
    monkeypatch.setattr("msgcenter_tui.store.identity.os.pwrite", full)
    home.run(fence, 1)
    assert "store.db.notifier could not be written: No space left on device" in caplog.text
    with home.read() as tx:
        assert tx.conn.execute(text("SELECT value FROM meta WHERE key = 'fences'")).scalar() == "11"
    with pytest.raises(StoreUnavailable, match=r"store\.db\.notifier cannot be written: no space left on device"):
        identity.settle_here(home)


def test_a_restored_database_is_recognised_on_postgresql(postgresql_store: Store) -> None:  # N13
    identity.settle_here(postgresql_store)
    postgresql_store.run(fence, 10)
    assert identity.moved(postgresql_store) is None
    with postgresql_store.write() as tx:  # a dump read in again has its tables under other numbers
        tx.conn.execute(text("ALTER TABLE runs RENAME TO earlier"))
        tx.conn.execute(text("CREATE TABLE runs (id bigint)"))
    try:
        assert identity.moved(postgresql_store) == "the database was restored, copied, or failed over"
    finally:
        with postgresql_store.write() as tx:
            tx.conn.execute(text("DROP TABLE runs"))
            tx.conn.execute(text("ALTER TABLE earlier RENAME TO runs"))


def test_a_database_copied_on_its_server_is_recognised(postgresql_new: str, postgresql_server: str) -> None:  # N13
    import psycopg

    open_store(postgresql_new).close()
    copied = postgresql_new.replace("msgcenter_new", "msgcenter_copy")
    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE msgcenter_copy TEMPLATE msgcenter_new")
        try:
            first, second = open_store(postgresql_new), open_store(copied)
            assert identity.moved(first) is None
            assert identity.moved(second) == "the database was restored, copied, or failed over"
            first.close()
            second.close()
        finally:
            admin.execute("DROP DATABASE msgcenter_copy WITH (FORCE)")
