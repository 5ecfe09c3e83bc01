"""Damage done to the file of a SQLite store, as a failing disk does it, and a look that nobody else changed it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

PAGE = 4096
GARBAGE = bytes(range(255, -1, -1)) * (PAGE // 256)
"""No page of SQLite begins like this."""


class Page(NamedTuple):
    number: int
    kind: str
    """internal, leaf or overflow."""
    cells: int


def pages_of(path: Path, name: str) -> list[Page]:
    """The pages of a table or an index, the first is its root."""
    asked = "SELECT pageno, pagetype, ncell FROM dbstat WHERE name = ? ORDER BY path"
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = connection.execute(asked, (name,)).fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not tell of its pages")
    return [Page(*one) for one in found]


def garbage(path: Path, *pages: Page) -> None:
    """Overwrite whole pages."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page.number - 1) * PAGE)
            file.write(GARBAGE)


def cut(path: Path, share: float) -> None:
    """Leave only the first part of the file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(GARBAGE[:100])


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Whatever is done in the block, no byte of the file is changed by it."""
    before = path.read_bytes()
    yield
    assert path.read_bytes() == before


Damage = Callable[[Path], object]
