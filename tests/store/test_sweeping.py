"""What was erased leaves the bytes of a SQLite file, too: its pages, its indexes of words, its -wal (S2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import disk
from tests.center.practice import Practice
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import drafts, erasing, revisions
from msgcenter_tui.domain import Client, Recipients, ThreadKind
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store.files import folder_beside
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.sweeping import sweep

# Ends of words: an index of words keeps of each what it has not in common with the one before.
ENDS = [b"zephyrwort", b"armalade.example", b"eriwinkles", b"himblerig", b"ubliettes", b"ramblebush", b"125550147"]


@pytest.fixture
def erased(sqlite_store: Store, clock: Clock) -> tuple[Store, Practice, Client]:
    """A store from which a client has been erased who wrote, edited and drafted much among others who did."""
    practice = Practice(World(sqlite_store, clock))
    run = sqlite_store.run
    them = practice.client(
        "Quillonne Zephyrwort", email="q@marmalade.example", phone="+1 212 555 0147", note="bramblebush"
    )
    ben = practice.client("Ben")
    for one, words in ((them, "periwinkles"), (ben, "harmless"), (them, "periwinkles again"), (ben, "plain")):
        to = Recipients(ThreadKind.DIRECT, (practice.maya.id,))
        sent = practice.start(one, to, f"about {words} " * 40, subject="thimblerig")
        assert sent.thread is not None
        assert sent.message is not None
        run(revisions.edit, practice.who(one), sent.message, f"rather {words} " * 30)
        for number in range(5):
            run(drafts.save, practice.who(one), id=None, version=0, thread=sent.thread, body=f"oubliettes {number}" * 9)
    run(erasing.erase, practice.who(practice.maya), them.id, yes=True)
    run(erasing.erase, practice.who(practice.maya), ben.id, yes=True)
    return sqlite_store, practice, them


def held(store: Store) -> list[bytes]:
    """Which of the ends of words stand in a file of the store."""
    assert store.file is not None
    path = store.file.path
    files = [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
    content = b"".join(file.read_bytes() for file in files if file.exists()).lower()
    return [end for end in ENDS if end in content]


def test_after_it_no_byte_is_left_but_in_copies_which_are_named(
    erased: tuple[Store, Practice, Client], tmp_path: Path
) -> None:
    store, practice, _ = erased
    kept = (tmp_path / "store.db.before-restore", tmp_path / "store.db.schema-0006")
    for path in (*kept, tmp_path / "other.db.schema-0006"):
        path.write_bytes(b"")
    left = tmp_path / ".copy.db.3q_7ex1l.unfinished"  # by a program that was killed: nobody has it locked
    left.mkdir()
    assert held(store), "replacing alone leaves them"
    with folder_beside(tmp_path / "backup.db", "nothing was backed up"):  # somebody makes a backup
        swept = sweep(store)
    assert swept is not None
    assert (swept.clean, swept.copies) == (True, (*kept, left))
    assert held(store) == []
    assert practice.sees(practice.maya), "and the store is what it was"


def test_who_reads_meanwhile_is_told_of(erased: tuple[Store, Practice, Client]) -> None:
    store, *_ = erased
    with store.read() as tx:
        tx.conn.exec_driver_sql("SELECT count(*) FROM people").fetchone()
        swept = sweep(store, patience=0.05)
    assert swept is not None
    assert not swept.clean
    assert held(store)
    again = sweep(store)
    assert again is not None
    assert again.clean
    assert held(store) == []


def test_on_a_full_disk_the_store_stays_as_it_was(erased: tuple[Store, Practice, Client]) -> None:
    store, practice, _ = erased
    before = practice.sees(practice.maya)
    with disk.full(), pytest.raises(StoreUnavailable):
        sweep(store)
    assert practice.sees(practice.maya) == before


def test_of_a_server_it_is_the_servers_affair(postgresql_store: Store) -> None:
    assert sweep(postgresql_store) is None
