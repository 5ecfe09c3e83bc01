"""Backups of a SQLite store, made and put back while it is in use; a server's are its own tools' affair (S4, N13).

A backup is one file, the store as it was at one moment. Put back it becomes the store in one transaction: whoever has
it open reads on in what was restored. All that waited in it is held, since it may have left after the backup was made.
"""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from msgcenter_tui.errors import Refused, StoreDamaged, StoreUnavailable, reason
from msgcenter_tui.store import damage, upgrade
from msgcenter_tui.store.engine import (
    PATIENCE,
    file_of,
    sqlite_connection,
    sqlite_copy,
    sqlite_reader,
    sqlite_salvager,
)
from msgcenter_tui.store.faults import explained
from msgcenter_tui.store.files import FORMER, StoreFile, folder_beside, make_folders, name_new, require_new, written
from msgcenter_tui.store.rescue import copied, hold, keep_numbers, settle

WHY = "the store was restored from a backup"
_A_BACKUP = "name a file that `msgcenter backup` made"
_ENDS = ("-wal", "-shm", "")
"""How the names of a store's files end, in the order in which they are moved."""
_PAGES = 16
"""Fewer than the emptiest store has: there is a step between the first page and the last."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file with all of a store in it."""

    path: Path
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that was restored, where the one before it is kept, and how many deliveries wait for a person."""

    path: Path
    former: Path | None
    """None where there was none."""
    held: int


# -- making one -------------------------------------------------------------------------------------------------------


def back_up(source: str, target: str) -> Backup:
    """Copy the store in the file `source`, as it is at one moment, into the new file `target`, and read that through.

    Others go on reading and writing. Raises Refused where `target` exists, StoreUnavailable where the store cannot be
    read or the copy not be written, StoreDamaged where the store is damaged, BadInput where either names no file.
    """
    store, new = file_of(source), file_of(target)
    what = f"nothing was backed up from {store}"
    require_new(new, what)
    with folder_beside(new, what) as folder, explained(str(store), into=new):
        fresh = folder / new.name
        with written(what):
            sqlite_copy(store, fresh)
        if not damage.whole(fresh):
            raise StoreDamaged(what, "its file is damaged", "keep the backups you have; see `msgcenter rescue FILE`")
        name_new(fresh, new, what)
    return Backup(new, new.stat().st_size)


# -- putting it back --------------------------------------------------------------------------------------------------


def named(target: str, backup: str) -> tuple[Path, Path]:
    """The files of the store and of the backup.

    Raises StoreUnavailable where the backup is not there, Refused where it is the store itself.
    """
    path, source = file_of(target), file_of(backup)
    what = _not_restored(path)
    if path == source:
        raise Refused(what, "it is the backup itself", "name the file of a backup")
    try:
        source.stat()
    except OSError as error:
        raise StoreUnavailable(what, f"{source}: {reason(error)}", _A_BACKUP) from error
    return path, source


def restore(target: str, backup: str) -> Restored:
    """Make the store in the file `target` what the file `backup` holds, upgraded where it is of an older version.

    The store that is there is kept beside it: whole or not at all is it replaced, and whoever has it open reads on in
    what was restored; of a damaged one the files are moved aside. Raises Refused where `backup` is no store,
    StoreDamaged where it is damaged, StoreUnavailable where it is of a newer version, or nothing can be written.
    """
    path, source = named(target, backup)
    what = _not_restored(path)
    with written(what):
        make_folders(path.parent)
    with folder_beside(path, what) as folder:
        with explained(str(source)):
            fresh = copied(source, folder)[0]
            _check(fresh, source, what)
            upgrade.sqlite(fresh, PATIENCE)
        held = hold(fresh, "store.restore", WHY)
        with explained(str(path)):
            _keep_numbers(path, fresh)
            former = _put(fresh, path, what)
    settle(path)
    return Restored(path, former, held)


def _not_restored(path: Path) -> str:
    return f"nothing was restored into {path}"


def _check(fresh: Path, source: Path, what: str) -> None:
    """Refuse what is no store, or not whole."""
    try:
        with closing(sqlite_connection(fresh)) as reader:
            reader.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise _damaged(source, what) from error
        raise Refused(what, f"{source} is no store of the Message Center", _A_BACKUP) from error
    if not damage.whole(fresh):
        raise _damaged(source, what)


def _damaged(source: Path, what: str) -> StoreDamaged:
    cure = f"take another backup, or save what can be read of it: msgcenter --db {source} rescue FILE"
    return StoreDamaged(what, f"{source} is damaged", cure)


def _keep_numbers(path: Path, fresh: Path) -> None:
    """An id of a message, draft or template that was given since then is not given again."""
    if path.exists():
        with closing(sqlite_salvager(path)) as reader, closing(sqlite_connection(fresh)) as writer:
            keep_numbers(reader, writer)


def _put(fresh: Path, path: Path, what: str) -> Path | None:
    """Have the file at `path` hold what `fresh` does; where what it held is now."""
    there = path.exists()
    whole = there and not damage.found(StoreFile(path))
    with written(what):
        if whole:
            return _overwrite(fresh, path)
        former = _set_aside(path)
        fresh.rename(path)
    return former if there else None


def _free(path: Path) -> Path:
    """A name beside it that no file has, nor any that SQLite would take for part of that."""
    for number in itertools.count():
        name = f"{path.name}{FORMER}{f'-{number}' if number else ''}"
        if not any(path.with_name(f"{name}{end}").exists() for end in _ENDS):
            return path.with_name(name)
    raise AssertionError("unreachable")


def _set_aside(path: Path) -> Path:
    """A damaged file, which nobody writes to any more, or what is left of one: as it is. Gives its new name.

    A -wal that was left behind would be taken for that of the file that comes.
    """
    former = _free(path)
    for end in _ENDS:
        one = path.with_name(f"{path.name}{end}")
        if one.exists():
            one.rename(former.with_name(f"{former.name}{end}"))
    damage.unmark(path)
    return former


def _overwrite(fresh: Path, path: Path) -> Path:
    """In one transaction of SQLite's own, so that a crash leaves the one or the other, whole. Gives what it was."""
    began, former = monotonic(), list[Path]()

    def stepped(status: int, _left: int, _all: int) -> None:
        if status != sqlite3.SQLITE_OK:
            if monotonic() - began > PATIENCE:
                why, cure = "another process kept it locked too long", "close other programs that have it open"
                raise StoreUnavailable(f"nothing was restored into {path}", why, cure)
        elif not former:
            # From the first page on nobody else can commit, and none of this is committed: what is kept is the last
            # that was written, under a name that no other restore has found free. Where it cannot be kept, the pages
            # are taken back.
            former.append(_free(path))
            sqlite_copy(path, former[0])

    with closing(sqlite_reader(fresh)) as source, closing(sqlite_connection(path)) as target:
        target.execute("PRAGMA journal_mode=WAL")  # others read on meanwhile
        source.backup(target, pages=_PAGES, progress=stepped, sleep=0.05)
    return former[0]
