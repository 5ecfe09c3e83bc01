"""The pages of a SQLite file, read without SQLite: where the reading of a table goes on behind pages it cannot read.

A table is a tree of pages. Its inner pages tell from which key on a page below is the one to look in, so behind a
spoilt page the next key is known, and nobody has to guess. (https://www.sqlite.org/fileformat2.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HEADER = 100
"""Bytes of the header of a file, at the begin of its first page."""
_INNER_OF_KEYS, _INNER_OF_ROWIDS, _LEAF_OF_ROWIDS = 2, 5, 13
_INNER_HEADER, _LEAF_HEADER = 12, 8
_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Key = tuple[int, ...]


def resumptions(path: Path, root: int, size: int) -> list[Key]:
    """The keys from which on a table may be readable again, in their order.

    A key is (rowid,), or of a table without rowids the two integers that its rows begin with. `root` is the table's
    first page, `size` the bytes of a page. The file is complete without its -wal.
    """
    with path.open("rb") as file:
        return sorted(set(_keys(file, root, size)))


def _keys(file: BinaryIO, root: int, size: int) -> Iterator[Key]:
    known, coming = {root}, [root]
    while coming:
        page = page_of(file, coming.pop(), size)
        if len(page) < size or page[0] not in {_INNER_OF_KEYS, _INNER_OF_ROWIDS}:
            continue
        cells = [_number(page, _INNER_HEADER + 2 * cell, 2) for cell in range(_number(page, 3, 2))]
        below = [_number(page, 8, 4), *(_number(page, cell, 4) for cell in cells)]
        coming += set(below) - known
        known.update(below)
        for cell in cells:
            key = _rowid(page, cell + 4) if page[0] == _INNER_OF_ROWIDS else _pair(page, cell + 4)
            if key is not None:
                yield key


def of_schema(path: Path, size: int) -> dict[int, bytes]:
    """The pages of a healthy file that tell which tables there are and where each begins, by their numbers.

    It is a table itself, which begins on the first page, behind the header of the file.
    """
    found: dict[int, bytes] = {}
    coming = [1]
    with path.open("rb") as file:
        while coming:
            number = coming.pop()
            page = found[number] = page_of(file, number, size)
            coming += _below(page, HEADER if number == 1 else 0)
            for first in _long(page, HEADER if number == 1 else 0, size):
                further = first
                while further:
                    found[further] = page_of(file, further, size)
                    further = _number(found[further], 0, 4)
    return found


def _below(page: bytes, at: int) -> list[int]:
    """The pages below an inner one of rowids, whose own header begins at a byte."""
    if page[at] != _INNER_OF_ROWIDS:
        return []
    cells = (_number(page, at + _INNER_HEADER + 2 * cell, 2) for cell in range(_number(page, at + 3, 2)))
    return [_number(page, at + 8, 4), *(_number(page, cell, 4) for cell in cells)]


def _long(page: bytes, at: int, size: int) -> Iterator[int]:
    """Where each row of a leaf goes on that does not fit on it."""
    if page[at] != _LEAF_OF_ROWIDS:
        return
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    for cell in range(_number(page, at + 3, 2)):
        long, after = _varint(page, _number(page, at + _LEAF_HEADER + 2 * cell, 2))
        if long > most:
            here = least + (long - least) % (size - 4)
            yield _number(page, _varint(page, after)[1] + (here if here <= most else least), 4)


def page_of(file: BinaryIO, number: int, size: int) -> bytes:
    if number < 1:
        return b""
    file.seek((number - 1) * size)
    return file.read(size)


def _rowid(page: bytes, at: int) -> Key:
    """The page below holds the rows up to this one; behind it the next begins."""
    return (_varint(page, at)[0] + 1,)


def _pair(page: bytes, at: int) -> Key | None:
    """A row of its own, which begins with a key: found from behind, a search for it would go through the page below."""
    _, at = _varint(page, at)  # the bytes of the row
    header, after = _varint(page, at)
    values, key = at + header, []
    for _ in range(2):
        kind, after = _varint(page, after)
        if kind in {8, 9}:
            key.append(kind - 8)
        elif kind in _BYTES:
            key.append(int.from_bytes(page[values : values + _BYTES[kind]], "big", signed=True))
            values += _BYTES[kind]
        else:
            return None
    return key[0], key[1] + 1


def _number(page: bytes, at: int, count: int) -> int:
    return int.from_bytes(page[at : at + count], "big")


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte (the ninth has eight), and where it ends; of what lies outside the page: 0."""
    value = 0
    for count, byte in enumerate(page[at : at + 9], start=1):
        if count == 9:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count
    return value, at + 9
