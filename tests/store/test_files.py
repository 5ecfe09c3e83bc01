"""The file of a SQLite store: private, local, and missed at once when it is taken away."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.store import rows

from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.files import left_behind
from msgcenter_tui.store import files
from msgcenter_tui.store.engine import _to_wal, sqlite_connection
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act

MOUNTS = r"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:27 / /tmp rw - tmpfs tmpfs rw
40 22 0:50 / /home/maya/My\040Practice rw - nfs4 server:/export rw
41 22 0:51 / /mnt rw - cifs //server/share rw
42 41 0:52 / /mnt/local rw - xfs /dev/vdb rw
43 22 0:53 / /mnt rw - ext4 /dev/vdc rw
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_all_files_of_a_store_and_new_folders_are_private(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = open_store(str(tmp_path / "share" / "msgcenter" / "store.db"))
        store.run(rows.put, "key", "value")
    finally:
        os.umask(before)
    folder = tmp_path / "share" / "msgcenter"
    found = {path.name: mode(path) for path in folder.iterdir()}
    assert found == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm", "store.db.notifier"), 0o600)
    assert mode(folder) == mode(folder.parent) == 0o700
    store.close()


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_store(str(tmp_path / "store.db")).close()
    assert mode(tmp_path) == 0o755


def test_the_settings_that_keep_data_are_on(sqlite_store: Store) -> None:
    for transaction in (sqlite_store.write, sqlite_store.read):
        with transaction() as tx:
            asked = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
            found = [tx.conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
        assert found == ["wal", 2, 1, 1, 5000]


def test_first_connections_at_the_same_moment_do_not_turn_each_other_away(tmp_path: Path) -> None:
    # Of two that switch a new file to the write-ahead log, SQLite tells one BUSY at once: in one round of twenty here.
    for number in range(120):
        path = tmp_path / f"{number}.db"
        path.touch()
        with closing(sqlite_connection(path)) as first:
            first.execute("CREATE TABLE meta (key, value)")
        both, failed = threading.Barrier(3), list[BaseException]()

        def switch(path: Path = path, both: threading.Barrier = both, failed: list[BaseException] = failed) -> None:
            with closing(sqlite_connection(path)) as connection:
                both.wait(10)
                try:
                    _to_wal(connection, 5)
                except sqlite3.Error as error:
                    failed.append(error)

        threads = [threading.Thread(target=switch) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []


@pytest.mark.parametrize("odd", ["with space?.db", "100%.db", "#store&mode=memory", "Запись 客户.db"])
def test_any_name_of_a_file_will_do(tmp_path: Path, odd: str) -> None:
    store = open_store(str(tmp_path / odd))
    store.run(rows.put, "key", "value")
    store.close()
    assert (tmp_path / odd).stat().st_size > 0
    again = open_store(f"{tmp_path / odd}")
    assert again.run(rows.get, "key") == "value"
    again.close()


def test_a_url_of_sqlite_names_a_file_too(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/store.db").close()
    assert (tmp_path / "store.db").exists()


def test_a_tilde_is_the_home(private_home: Path) -> None:
    open_store("~/store.db").close()
    assert (private_home / "store.db").exists()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/maya/store.db", "ext4"),
        ("/home/maya/My Practice/store.db", "nfs4"),
        ("/home/maya/My Practices/store.db", "ext4"),
        ("/tmp/x", "tmpfs"),
        ("/mnt/local/x", "xfs"),
        ("/mnt/x", "ext4"),
    ],
)
def test_the_file_system_of_a_path_is_found(path: str, kind: str) -> None:
    assert files.file_system(MOUNTS, Path(path)) == kind


def test_a_network_mount_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "file_system", lambda mounts, path: "nfs4")
    with pytest.raises(StoreUnavailable, match=r"network mount \(nfs4\).*local disk"):
        open_store(str(tmp_path / "store.db"))
    assert not (tmp_path / "store.db").exists()


def attempts(store: Store) -> list[str]:
    """What reading, writing and asking for news say now."""
    said = []
    for attempt in (lambda: store.run(rows.get, "key"), lambda: store.run(rows.put, "key", ""), store.changed):
        with pytest.raises(StoreUnavailable) as caught:
            attempt()
        said.append(str(caught.value))
    return said


def test_a_deleted_store_is_missed_and_not_made_again(sqlite_store: Store) -> None:  # hazards 34
    assert sqlite_store.file is not None
    sqlite_store.changed()
    sqlite_store.file.path.unlink()
    for said in attempts(sqlite_store):
        assert "was deleted while it was open" in said
        assert said.endswith("close the program and start it again")
    assert not sqlite_store.file.path.exists()


def test_a_replaced_store_is_not_written_to(sqlite_store: Store, sqlite_template: Path) -> None:  # hazards 34
    assert sqlite_store.file is not None
    path = sqlite_store.file.path
    other = path.with_name("other")
    shutil.copy(sqlite_template, other)
    other.replace(path)
    assert all("was replaced while it was open" in said for said in attempts(sqlite_store))


def test_what_is_written_when_the_store_is_taken_away_is_not_reported_as_saved(sqlite_store: Store) -> None:
    # hazards 34
    assert sqlite_store.file is not None
    path = sqlite_store.file.path

    @act
    def put_and_lose(tx: Tx) -> None:
        rows.put(tx, "key", "value")
        path.unlink()

    with pytest.raises(StoreUnavailable, match="deleted while it was open"):
        sqlite_store.run(put_and_lose)


def test_an_emptied_store_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(str(path)).close()
    os.truncate(path, 0)
    with pytest.raises(StoreUnavailable, match=r"was emptied; restore a backup, or delete store\.db and"):
        open_store(str(path))
    assert path.stat().st_size == 0


def test_opening_a_store_twice_in_one_process_keeps_the_locks_of_the_first(sqlite_url: str) -> None:
    # Closing any descriptor of the file would drop the locks that SQLite holds on it for this process.
    first = open_store(sqlite_url)
    with first.write():
        before = locks(sqlite_url)
        second = Store(sqlite_url)
        second.migrate()
        assert before
        assert before <= locks(sqlite_url)
        second.close()
        assert before <= locks(sqlite_url)
    first.close()


def locks(path: str) -> set[tuple[str, ...]]:
    """The locks that this process holds on a store's files, as Linux lists them."""
    try:
        listed = Path("/proc/locks").read_text().splitlines()
    except OSError:
        pytest.skip("this system lists no locks")
    inodes = {str(found.stat().st_ino) for found in Path(path).parent.glob(f"{Path(path).name}*")}
    found = set()
    for line in listed:
        fields = line.split()
        if fields[1] == "POSIX" and fields[4] == str(os.getpid()) and fields[5].split(":")[-1] in inodes:
            found.add(tuple(fields[3:]))
    return found


def test_what_a_killed_program_left_is_known_from_what_somebody_works_in(tmp_path: Path) -> None:
    new, other = tmp_path / "store.db", tmp_path / "other[1].db"
    for file in (new, other):
        killed(file)
    left = left_behind(tmp_path)
    assert [one.name.split(".")[1] for one in left] == ["other[1]", "store"]
    assert all((one / "copy").exists() for one in left)
    with files.folder_beside(new, "nothing was made") as folder:
        assert mode(folder) == 0o700
        assert folder.parent == tmp_path
        assert left_behind(tmp_path) == left[:1], "nor is that of the file left, and in the new one is somebody"
        with files.folder_beside(new, "nothing was made"):
            assert folder.exists()
    assert left_behind(tmp_path) == left[:1]
    with files.folder_beside(other, "nothing was made"):
        pass
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


def killed(new: Path) -> None:
    """Kill a program that was making this file."""
    script = """
import os, pathlib, signal, sys
from msgcenter_tui.store.files import folder_beside
with folder_beside(pathlib.Path(sys.argv[1]), "nothing was made") as folder:
    (folder / "copy").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(new)], check=False)
    assert done.returncode == -signal.SIGKILL
