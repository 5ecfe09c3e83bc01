"""Reads the tables that spreadsheets write: bytes of unknown encoding and separator to headings and numbered rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgcenter_tui.errors import BadInput
from msgcenter_tui.text import clean_line

SEPARATORS = ",;\t"

_SAVE = "save it as CSV in UTF-8, or name its encoding with --encoding"
_BOMS = (  # UTF-32 before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a place of a file: a physical line, counted from 1, and the heading of a column, if it is one."""

    line: int
    column: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in the file, from physical line `line` to `end`."""

    line: int
    cells: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """The headings (shown in one line each) and the rows that could be read; blank rows are left out."""

    headings: tuple[str, ...]
    line: int
    records: tuple[Record, ...]
    rejected: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def read_table(data: bytes, knows: Callable[[str], bool], *, encoding: str | None = None) -> Table:
    """The table in `data`: comma, semicolon or tab; UTF-8 with or without BOM, UTF-16, Windows-1252.

    Quoted cells may hold line breaks. The separator is the one that makes the most headings which `knows` knows. A row
    whose quoting is broken, or that has too few cells, is rejected by itself. Raises BadInput where the whole cannot
    be read.
    """
    text, warnings = decode(data, encoding)
    lines = io.StringIO(text, newline="").readlines()
    first = 0
    separators: Sequence[str] = SEPARATORS
    if lines and (named := re.fullmatch(r'"?sep=([,;\t])"?\s*', lines[0], re.IGNORECASE)):
        separators, first = named[1], 1  # Excel's own way to say it
    while first < len(lines) and not lines[first].strip(" \t,;\r\n"):
        first += 1
    if first == len(lines):
        raise BadInput("the file is empty", "", "its first line should name the columns")
    separator = max(separators, key=lambda mark: _score(lines[first:], mark, knows))
    records, rejected = _records(lines, first, separator)
    if not records:
        raise BadInput("the file has no headings", "", "its first line should name the columns")
    headings = tuple(clean_line(cell) for cell in records[0].cells)
    while len(headings) > 1 and not headings[-1]:
        headings = headings[:-1]
    rows: list[Record] = []
    for record in records[1:]:
        if not any(cell.strip() for cell in record.cells):
            continue
        if why := _misfit(record, headings):
            column = headings[len(record.cells)] if len(record.cells) < len(headings) else None
            rejected.append(Finding(record.line, column or None, why))
        else:
            rows.append(record)
    return Table(headings, records[0].line, tuple(rows), tuple(rejected), warnings)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, tuple[Finding, ...]]:
    """The text of `data`. What is not Unicode is taken as Windows-1252, with a warning; refused where it cannot be."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput("the file is a workbook, not a table of text", "", "save it as CSV in UTF-8")
    if encoding is not None:
        return _decode_as(data, encoding), ()
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decode_as(data, name), ()
    # Ascii letters, separators and line ends of UTF-16 have a zero byte each, always on the same side.
    sample = data[:4096]
    for name, side in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(data) % 2 == 0 and sample[side::2].count(0) > len(sample) // 8 > sample[1 - side :: 2].count(0) * 8:
            return _decode_as(data, name), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        text = _western(data)
    why = (
        "the file is not in UTF-8 and was read as Windows-1252; if names look wrong, name its encoding with --encoding"
    )
    return text, (Finding(1, None, why),)


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except (LookupError, UnicodeError) as error:
        if isinstance(error, LookupError):
            raise BadInput(f"there is no encoding {encoding[:40]!r}", "", "as in --encoding windows-1251") from None
        raise BadInput(f"the file is not in {encoding}", "", _SAVE) from None


def _western(data: bytes) -> str:
    """`data` as Windows-1252, unless it has bytes that are none, or words that no western language writes.

    Any 8-bit file can be read as Windows-1252; one of another script becomes words without a plain letter.
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise BadInput("the encoding of the file is not known", _suggestion(data), _SAVE) from None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    strange = sum(1 for word in words if sum(letter.isascii() for letter in word) * 2 < len(word))
    if strange * 3 > len(words):
        raise BadInput("the encoding of the file is not known", _suggestion(data), _SAVE)
    return text


def _suggestion(data: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:65536]).best()
    return f"it may be {best.encoding}" if best is not None else ""


def _score(lines: Sequence[str], separator: str, knows: Callable[[str], bool]) -> tuple[int, int]:
    try:
        cells = next(csv.reader(iter(lines), delimiter=separator, strict=True), [])
    except csv.Error:
        return (0, 0)
    return (sum(1 for cell in cells if knows(cell)), len(cells))


def _records(lines: Sequence[str], first: int, separator: str) -> tuple[list[Record], list[Finding]]:
    """Every record from line index `first` on.

    After a broken one the reading goes on with the line below its first: a quotation mark that is never closed
    swallows no row but its own.
    """
    feed = _Feed(lines, first)
    reader = csv.reader(feed, delimiter=separator, strict=True)
    records: list[Record] = []
    rejected: list[Finding] = []
    while feed.taken < len(lines):
        line = feed.taken + 1
        try:
            cells = next(reader)
        except csv.Error as error:
            if not records:
                raise BadInput("the headings cannot be read", _broken(error), "mend its first line") from None
            rejected.append(Finding(line, None, f"the row cannot be read: {_broken(error)}"))
            feed.taken = line
        else:
            records.append(Record(line, tuple(cells), feed.taken))
    return records, rejected


def _broken(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quotation mark that opens a cell is never closed"
    if "expected after" in str(error):
        return "text follows a closing quotation mark; one inside a cell is written twice"
    return str(error)


class _Feed:
    """Hands lines to the csv reader, and knows how many it has taken."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self._lines = lines
        self.taken = first

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.taken == len(self._lines):
            raise StopIteration
        self.taken += 1
        return self._lines[self.taken - 1]


def _misfit(record: Record, headings: Sequence[str]) -> str:
    cells = record.cells
    until = f", up to line {record.end}," if record.end > record.line else ""
    if len(cells) < len(headings):
        return f"the row is short: it{until} has {len(cells)} of {len(headings)} cells"
    if any(cell.strip() for cell in cells[len(headings) :]):
        return f"the row is long: it{until} has {len(cells)} cells, there are {len(headings)} headings"
    return ""
