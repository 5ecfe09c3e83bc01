"""A store is backed up and restored while it is in use: whole or not at all, nothing lost, nothing sent again (N13)."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from tests import disk
from tests.damaging import garbage, header, pages_of
from tests.store import rows

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.errors import BadInput, Refused, StoreDamaged, StoreUnavailable
from msgcenter_tui.files import give_name
from msgcenter_tui.store import backups, damage, engine, files, identity, migrations, tables
from msgcenter_tui.store import rescue as rescuing
from msgcenter_tui.store.backups import back_up, restore
from msgcenter_tui.store.rescue import rescue
from msgcenter_tui.store.store import Store, open_store

SENDING, UNKNOWN, WAITING, HELD, SENT = (
    DeliveryState.SENDING,
    DeliveryState.UNKNOWN,
    DeliveryState.WAITING,
    DeliveryState.HELD,
    DeliveryState.SENT,
)


class Practice:
    """A store at work: one thread to some clients, with deliveries in a few states."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as tx:
            self.maya, self.team = rows.staff(tx), rows.team(tx)
            people = [rows.client(tx, self.team, f"Client {number}") for number in range(4)]
            self.thread = rows.thread(tx, self.team, self.maya)
            rows.message(tx, self.thread, 1, self.maya, body="first")
            times = dict.fromkeys(("opened_at", "leaves_at", "closed_at"), tx.now)
            run = {"thread_id": self.thread, "channel": "email", "kind": "broadcast", "first": 1, "last": 1}
            (number,) = tx.conn.execute(insert(tables.runs).values(**run, **times).returning(tables.runs.c.id)).one()
            ledger = [
                {"run_id": number, "person_id": one, "first": 1, "state": state, "fenced_at": tx.now}
                for one, state in zip(people, (WAITING, SENDING, SENT, UNKNOWN), strict=True)
            ]
            tx.conn.execute(insert(tables.deliveries).values(claimed_by="somebody"), ledger)
        identity.settle_here(store)

    def write(self, number: int) -> None:
        with self.store.write() as tx:
            rows.message(tx, self.thread, number, self.maya, body=f"number {number}")


def place_of(store: Store) -> Path:
    assert store.file is not None
    return store.file.path


def bodies(store: Store | Path) -> list[str]:
    if isinstance(store, Store):
        with store.read() as tx:
            return list(tx.conn.scalars(select(tables.messages.c.body).order_by(tables.messages.c.number)))
    opened = open_store(str(store))
    try:
        return bodies(opened)
    finally:
        opened.close()


def states(store: Store) -> list[DeliveryState]:
    with store.read() as tx:
        return list(tx.conn.scalars(select(tables.deliveries.c.state).order_by(tables.deliveries.c.person_id)))


def beside(path: Path) -> set[str]:
    """What lies in its folder, but for the files of SQLite and of the notifier."""
    return {one.name for one in path.parent.iterdir() if not one.name.endswith(("-wal", "-shm", ".notifier"))}


@pytest.fixture
def practice(tmp_path: Path, sqlite_template: Path) -> Iterator[Practice]:
    path = tmp_path / "here" / "store.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    store = open_store(str(path))
    yield Practice(store)
    store.close()


@pytest.fixture
def path(practice: Practice) -> Path:
    return place_of(practice.store)


@pytest.fixture
def backup(practice: Practice, path: Path, tmp_path: Path) -> Path:
    """One made when there was one message; there are two since."""
    made = back_up(str(path), str(tmp_path / "backup.db"))
    practice.write(2)
    return made.path


# -- making one -------------------------------------------------------------------------------------------------------


def test_a_backup_is_one_private_file_with_all_of_it(practice: Practice, path: Path, tmp_path: Path) -> None:
    made = back_up(str(path), str(tmp_path / "backup.db"))
    assert made.size == made.path.stat().st_size
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert beside(made.path) == {"here", "home", "backup.db"}  # no part of it is left over
    with closing(sqlite3.connect(made.path)) as there:
        assert there.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert there.execute("SELECT body FROM messages").fetchall() == [("first",)]
    practice.write(2)  # the store goes on


def test_it_is_of_one_moment_whoever_writes_meanwhile(practice: Practice, path: Path, tmp_path: Path) -> None:
    """A writer changes two rows at a time: no backup has one without the other."""
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        number = 1
        while not stop.is_set():
            number += 2
            with practice.store.write() as tx:
                rows.message(tx, practice.thread, number, practice.maya)
                rows.message(tx, practice.thread, number + 1, practice.maya)
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(10)
        made = [back_up(str(path), str(tmp_path / f"backup-{number}.db")) for number in range(5)]
    finally:
        stop.set()
        writer.join()
    for one in made:
        with closing(sqlite3.connect(one.path)) as there:
            (count,) = there.execute("SELECT count(*) FROM messages").fetchone()
            assert count % 2 == 1, "one of two that were written together"


def test_nothing_is_overwritten_by_a_backup(path: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(Refused, match="is not overwritten"):
        back_up(str(path), str(backup))
    assert backup.read_bytes() == before


@pytest.mark.parametrize("make", [back_up, rescue])
def test_nor_what_came_while_it_was_made(
    path: Path, tmp_path: Path, make: Callable[[str, str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "backup.db"

    def come(fresh: Path, name: Path) -> None:
        name.write_text("mine")
        give_name(fresh, name)

    monkeypatch.setattr(files, "give_name", come)
    with pytest.raises(Refused, match="is not overwritten"):
        make(str(path), str(new))
    assert new.read_text() == "mine"
    assert beside(new) == {"here", "home", "backup.db"}


def test_of_a_damaged_store_no_backup_is_made(practice: Practice, path: Path, tmp_path: Path) -> None:  # hazards 35
    practice.store.close()
    garbage(path, *pages_of(path, "ix_audit_at_id"))
    with pytest.raises(StoreDamaged, match="keep the backups you have"):
        back_up(str(path), str(tmp_path / "backup.db"))
    assert not (tmp_path / "backup.db").exists()


def test_a_full_disk_leaves_nothing_half_done(practice: Practice, path: Path, tmp_path: Path) -> None:
    with disk.full(), pytest.raises(StoreUnavailable):
        back_up(str(path), str(tmp_path / "backup.db"))
    assert beside(tmp_path / "any") == {"here", "home"}


@pytest.mark.parametrize("make", [back_up, rescue])
def test_a_full_disk_is_said_of_the_file_that_has_no_room(
    make: Callable[[str, str], object], path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # S1
    def no_room(_source: Path, target: Path) -> None:
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA max_page_count=1")
            copy.executescript("CREATE TABLE one (a); CREATE TABLE two (a)")

    monkeypatch.setattr(backups, "sqlite_copy", no_room)
    monkeypatch.setattr(rescuing, "copied", lambda path, folder: no_room(path, folder / "copy.db"))
    with pytest.raises(StoreUnavailable, match=r"backup\.db cannot be made: its disk is full"):
        make(str(path), str(tmp_path / "backup.db"))


def test_a_server_has_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="pg_dump"):
        back_up("postgresql://localhost/practice", str(tmp_path / "backup.db"))
    with pytest.raises(BadInput, match="pg_dump"):
        restore("postgresql://localhost/practice", str(tmp_path / "backup.db"))


# -- putting it back --------------------------------------------------------------------------------------------------


def test_a_store_that_is_open_reads_on_in_what_was_restored(practice: Practice, path: Path, backup: Path) -> None:
    token = practice.store.changed()
    assert bodies(practice.store) == ["first", "number 2"]
    restored = restore(str(path), str(backup))
    assert bodies(practice.store) == ["first"]
    assert practice.store.changed() != token  # a screen is told
    practice.write(2)
    assert bodies(practice.store) == ["first", "number 2"]
    assert restored.path == path


def test_the_store_that_was_there_is_kept(practice: Practice, path: Path, backup: Path) -> None:
    first = restore(str(path), str(backup)).former
    assert first == path.with_name("store.db.before-restore")
    assert bodies(first) == ["first", "number 2"]
    again = restore(str(path), str(first))
    assert again.former == path.with_name("store.db.before-restore-1")
    assert bodies(practice.store) == ["first", "number 2"]
    assert beside(path) == {"store.db", "store.db.before-restore", "store.db.before-restore-1"}


def test_what_waited_then_is_held_and_nothing_leaves_by_itself(practice: Practice, path: Path, backup: Path) -> None:
    """N13: it may have left since the backup was made."""
    with practice.store.write() as tx:
        tx.conn.execute(update(tables.deliveries).values(state=SENT))
    assert restore(str(path), str(backup)).held == 2
    assert states(practice.store) == [HELD, UNKNOWN, SENT, UNKNOWN]
    assert identity.moved(practice.store) is None  # that was settled by the restore
    with practice.store.read() as tx:
        claimed = select(func.count()).where(
            tables.deliveries.c.state.in_((HELD,)), tables.deliveries.c.claimed_by != ""
        )
        assert tx.conn.scalar(claimed) == 0
        newest = select(tables.audit.c.act).order_by(tables.audit.c.id.desc()).limit(1)
        assert tx.conn.scalar(newest) == "store.restore"


def test_where_there_is_no_store_one_is_made(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "another" / "machine" / "store.db"
    restored = restore(str(new), str(backup))
    assert (restored.path, restored.former) == (new, None)
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert bodies(new) == ["first"]


def test_what_is_left_of_a_deleted_store_is_not_taken_for_part_of_it(
    practice: Practice, path: Path, backup: Path
) -> None:
    """The -wal of a file that is gone holds pages that fit the backup, too."""
    wal = path.with_name("store.db-wal")
    assert wal.stat().st_size
    path.unlink()
    assert restore(str(path), str(backup)).former is None
    assert bodies(path) == ["first"]
    assert path.with_name("store.db.before-restore-wal").exists()


def test_what_is_kept_has_a_name_beside_which_there_is_nothing_of_another(
    practice: Practice, path: Path, backup: Path
) -> None:
    """As above, and then once more: a -wal beside what is kept would be read as its end."""
    practice.write(3)
    path.unlink()
    restore(str(path), str(backup))
    former = restore(str(path), str(backup)).former
    assert former == path.with_name("store.db.before-restore-1")
    assert bodies(former) == ["first"]


def test_a_messages_id_once_given_is_not_given_again(practice: Practice, path: Path, backup: Path) -> None:
    with practice.store.write() as tx:
        since = rows.message(tx, practice.thread, 3, practice.maya)
    restore(str(path), str(backup))
    with practice.store.write() as tx:
        assert int(rows.message(tx, practice.thread, 2, practice.maya)[1:]) > int(since[1:])


def test_a_damaged_store_is_moved_aside(practice: Practice, path: Path, backup: Path) -> None:  # hazards 35
    practice.store.close()
    header(path)
    spoilt = path.read_bytes()
    former = restore(str(path), str(backup)).former
    assert former is not None
    assert former.read_bytes() == spoilt
    assert bodies(path) == ["first"]
    assert not path.with_name("store.db.damaged").exists()
    store = open_store(str(path))
    assert not store.damaged
    store.close()


def test_a_backup_of_an_older_version_is_upgraded(practice: Practice, path: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    made = migrations.Line(migrations.LINE.folder, migrations.LINE.revisions[:1])
    older.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "LINE", made)
        store = Store(str(older))
        assert store.migrate() == "0001"
        with store.write() as tx:
            tx.conn.exec_driver_sql("INSERT INTO meta (key, value) VALUES ('of', 'old')")
        store.close()
    before = older.read_bytes()
    restore(str(path), str(older))
    assert older.read_bytes() == before  # it may be restored again
    with practice.store.read() as tx:
        assert tx.conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "of")) == "old"
        assert migrations.revision(tx.conn) == migrations.LINE.newest


def refuse_newer(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as there, there:
        there.execute("UPDATE alembic_version SET version_num = '9999'")


def spoil(backup: Path) -> None:
    garbage(backup, *pages_of(backup, "ix_audit_at_id"))


def empty_it(backup: Path) -> None:
    backup.write_bytes(b"")


def words(backup: Path) -> None:
    backup.write_text("no database")


def another(backup: Path) -> None:
    backup.unlink()
    with closing(sqlite3.connect(backup)) as there, there:
        there.execute("CREATE TABLE other (word TEXT)")


@pytest.mark.parametrize(
    ("doing", "words"),
    [
        (refuse_newer, "newer"),
        (spoil, "is damaged"),
        (empty_it, "is no store of the Message Center"),
        (words, "is no store of the Message Center"),
        (another, "is no store of the Message Center"),
        (Path.unlink, "no such file or directory"),
    ],
)
def test_what_cannot_be_restored_changes_nothing(
    practice: Practice, path: Path, backup: Path, doing: object, words: str
) -> None:
    assert callable(doing)
    doing(backup)
    with pytest.raises((Refused, StoreUnavailable)) as refusal:
        restore(str(path), str(backup))
    assert words in str(refusal.value)
    assert bodies(practice.store) == ["first", "number 2"]
    assert states(practice.store) == [WAITING, SENDING, SENT, UNKNOWN]
    assert beside(path) == {"store.db"}


def test_a_store_is_not_restored_from_itself(practice: Practice, path: Path) -> None:
    with pytest.raises(Refused, match="the backup itself"):
        restore(str(path), str(path))
    assert bodies(practice.store) == ["first"]


def test_a_full_disk_leaves_the_store_as_it_was(practice: Practice, path: Path, backup: Path) -> None:
    with disk.full(), pytest.raises(StoreUnavailable):
        restore(str(path), str(backup))
    assert bodies(practice.store) == ["first", "number 2"]
    assert beside(path) == {"store.db"}


def test_a_store_that_cannot_be_kept_is_not_replaced(
    practice: Practice, path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "sqlite_copy", refuse)
    with pytest.raises(StoreUnavailable, match="no space left"):
        restore(str(path), str(backup))
    monkeypatch.undo()
    assert bodies(practice.store) == ["first", "number 2"]
    practice.write(3)


def test_what_is_committed_until_the_last_moment_is_kept(
    practice: Practice, path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite = backups._overwrite

    def after_another(fresh: Path, path: Path) -> Path:
        practice.write(3)
        return overwrite(fresh, path)

    monkeypatch.setattr(backups, "_overwrite", after_another)
    former = restore(str(path), str(backup)).former
    assert former is not None
    assert bodies(former) == ["first", "number 2", "number 3"]


def test_of_two_restores_at_once_each_keeps_what_it_found(
    practice: Practice, path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite, others = backups._overwrite, list[Path | None]()

    def after_another(fresh: Path, path: Path) -> Path:
        monkeypatch.setattr(backups, "_overwrite", overwrite)
        others.append(restore(str(path), str(backup)).former)
        return overwrite(fresh, path)

    monkeypatch.setattr(backups, "_overwrite", after_another)
    former = restore(str(path), str(backup)).former
    assert others[0] is not None
    assert former is not None
    assert [bodies(others[0]), bodies(former)] == [["first", "number 2"], ["first"]]


def test_a_store_that_stays_locked_is_not_restored(
    practice: Practice, path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PATIENCE", 0.0)
    monkeypatch.setattr(backups, "sqlite_connection", lambda path: engine.sqlite_connection(path, 0))
    with closing(engine.sqlite_connection(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="kept it locked too long"):
            restore(str(path), str(backup))
        other.execute("ROLLBACK")
    assert bodies(practice.store) == ["first", "number 2"]
    assert beside(path) == {"store.db"}


KILLED = """
import os, signal, sys
from msgcenter_tui.store import backups
left = int(sys.argv[3])

class Killing:
    def __init__(self, connection):
        self.connection = connection
    def backup(self, target, *, progress, **how):
        def stepped(*at):
            global left
            progress(*at)
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        self.connection.backup(target, progress=stepped, **how)
    def close(self):
        self.connection.close()

reader = backups.sqlite_reader
backups.sqlite_reader = lambda path: Killing(reader(path))
backups.restore(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("step", [1, 5])
def test_a_restore_that_is_killed_leaves_the_store_as_it_was(
    practice: Practice, path: Path, backup: Path, step: int
) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(backup), str(step)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert bodies(practice.store) == ["first", "number 2"]
    practice.write(3)
    practice.store.close()
    assert damage.whole(path)
    assert bodies(path) == ["first", "number 2", "number 3"]
    assert bodies(path.with_name("store.db.before-restore")) == [
        "first",
        "number 2",
    ]  # kept before anything is replaced
    again = restore(str(path), str(backup))
    assert again.former == path.with_name("store.db.before-restore-1")
    assert (bodies(path), bodies(again.former)) == (["first"], ["first", "number 2", "number 3"])


def test_of_a_restore_that_was_killed_while_it_kept_the_store_the_next_leaves_nothing(path: Path, backup: Path) -> None:
    unfinished = path.with_name("store.db.before-restore.part")
    unfinished.write_bytes(b"half")
    former = restore(str(path), str(backup)).former
    assert former == path.with_name("store.db.before-restore")
    assert bodies(former) == ["first", "number 2"]
    assert not unfinished.exists()
