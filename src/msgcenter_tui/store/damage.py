"""A SQLite file that is damaged: found out cheaply, and marked beside it, so that no door writes to it any more.

Nobody reads through gigabytes at each start. SQLite itself finds a file that was cut short or whose header is spoilt at
the first look, and a spoilt page when something needs it. What one process found, `<file>.damaged` tells the others.
The mark holds for the file as it was: of one that was put in its place, or changed since, every page is looked at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from msgcenter_tui.errors import StoreDamaged
from msgcenter_tui.store.engine import sqlite_reader
from msgcenter_tui.store.faults import RESCUE
from msgcenter_tui.store.files import PRIVATE, StoreFile

_NO_DATABASE = "SQLITE_NOTADB"
_SPOILT = ("SQLITE_CORRUPT", _NO_DATABASE)


def refusal(name: str) -> StoreDamaged:
    """What whoever wants to write is told."""
    return StoreDamaged(f"nothing was written to the store {name}", "its file is damaged, and is only read now", RESCUE)


def unreadable(name: str) -> StoreDamaged:
    """What whoever wants to read a part that cannot be read is told."""
    return StoreDamaged(f"this cannot be read from the store {name}", "its file is damaged there", RESCUE)


def is_damage(error: BaseException | None, file: StoreFile) -> bool:
    """Whether a driver's error tells of damage; what never was a store is not a damaged one."""
    name = getattr(getattr(error, "orig", error), "sqlite_errorname", None) or ""
    return name.startswith("SQLITE_CORRUPT") or (name == _NO_DATABASE and file.beside.exists())


def found(file: StoreFile) -> bool:
    """Whether the file is damaged, as far as its mark and one look at its first pages tell; changes nothing of it."""
    if marked(file.path):
        if _told(file.path) == _as_it_is(file.path) or not _read_through(file.path):
            mark(file.path)
            return True
        unmark(file.path)
        return False
    try:
        with closing(sqlite_reader(file.path)) as reader:
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:  # any other one meets, and explains itself to, whoever opens the file to use it
        return is_damage(error, file)
    return False


def whole(path: Path) -> bool:
    """Whether each page of the file is what it should be; reads all of it.

    Raises sqlite3.Error where that cannot be known: on a full disk SQLite has no place for what it needs beside it.
    """
    try:
        with closing(sqlite_reader(path)) as reader:
            (said,) = reader.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if (getattr(error, "sqlite_errorname", None) or "").startswith(_SPOILT):
            return False
        raise
    return bool(said == "ok")


def _read_through(path: Path) -> bool:
    """Whether it was, and is whole: what is marked stays so until that is known."""
    try:
        return whole(path)
    except sqlite3.Error:
        return False


def marked(path: Path) -> bool:
    """Whether somebody found the file at `path` to be damaged: a microsecond, asked for each transaction."""
    return os.access(_mark(path), os.F_OK)


def mark(path: Path) -> None:
    """Tell every process. Where that cannot be written, each finds out by itself."""
    with contextlib.suppress(OSError):
        opened = os.open(_mark(path), os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(opened, "w") as file:
            json.dump(_as_it_is(path), file)


def unmark(path: Path) -> None:
    """What is at `path` now is another file."""
    _mark(path).unlink(missing_ok=True)


@lru_cache(8)
def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged")


def _told(path: Path) -> list[int] | None:
    try:
        told: list[int] = json.loads(_mark(path).read_bytes())
    except (OSError, ValueError):
        return None
    return told


def _as_it_is(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_ino, found.st_size, found.st_mtime_ns]
