"""What a command answers: one JSON document for programs, or lines for people that no foreign text can break."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TextIO

from msgcenter_tui import files
from msgcenter_tui.errors import Unavailable, reason
from msgcenter_tui.text import shown, shown_line

STYLES = {"bold": "1", "dim": "2", "accent": "36", "good": "32", "warn": "33", "bad": "31"}
_GAP = "  "
_FOLDED = "    "
"""Before what has no room beside the rest of its row."""
_LEAST = 20
_LEAST_CUT = 8
"""Columns at least of what goes on below itself, and of what is cut."""
_PATIENCE = 3.0
"""Seconds that a reader has, when it is to end."""
_UNWRITTEN = "the answer cannot be written"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell with a style of STYLES, shown where there is colour."""

    text: str
    style: str = ""
    right: bool = False


Row = Sequence["str | int | Cell | None"]


class Paper:
    """Lines for people. Whatever is written on it is made safe for a terminal first; styles are added after that."""

    def __init__(self, *, colour: bool = False, width: int | None = None) -> None:
        self.lines: list[str] = []
        self._colour = colour
        self._width = width

    @classmethod
    def of(cls, stream: TextIO) -> Paper:
        """Coloured and as wide as the terminal where `stream` is one; plain and uncut in a pipe."""
        if not stream.isatty():
            return cls()
        colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(colour=colour, width=shutil.get_terminal_size().columns)

    def say(self, text: str = "", style: str = "", indent: str = "") -> None:
        """One line, whatever `text` holds; one too long for the terminal goes on below itself, word by word."""
        line = shown_line(text)
        room = None if self._width is None else self._width - cells(indent)
        lines = [line] if room is None or cells(line) <= room else _wrapped(line, max(room, _LEAST))
        self.lines.extend(indent + self._styled(one, style) for one in lines)

    def body(self, text: str, indent: str = "  ") -> None:
        """A text of several lines, each indented."""
        self.lines.extend((indent + line).rstrip() for line in shown(text).split("\n"))

    def facts(self, facts: Iterable[tuple[str, object]]) -> None:
        """Names and values below each other; what is None or empty is left out."""
        kept = [(name, shown_line(str(value))) for name, value in facts if value not in (None, "")]
        width = max((cells(name) for name, _ in kept), default=0)
        for name, value in kept:
            self.lines.append(f"{self._styled(name, 'dim')}{' ' * (width - cells(name))}{_GAP}{value}")

    def table(self, headings: Sequence[str], rows: Iterable[Row], empty: str = "", *, whole: bool = False) -> None:
        """Aligned columns under headings; numbers to the right; `empty` is said where there are no rows.

        On a terminal the last column is cut, or, `whole`, goes on below itself. Of columns that have no room beside
        the others even so, a row goes on with them below itself.
        """
        grid = [[_cell(value) for value in row] for row in rows]
        if not grid:
            self.say(empty, "dim")
            return
        head = [Cell(heading, "dim", right=cell.right) for heading, cell in zip(headings, grid[0], strict=True)]
        grid.insert(0, head)
        widths = [max(cells(row[column].text) for row in grid) for column in range(len(head))]
        folds = self._folds(widths, _LEAST if whole else _LEAST_CUT)
        for row in grid:
            for number, columns in enumerate(folds):
                lines = self._row(row, widths, columns, indent=_FOLDED if number else "", whole=whole)
                self.lines.extend(line for line in lines if number == 0 or line.strip())

    def _folds(self, widths: Sequence[int], least: int) -> list[range]:
        """Which columns stand beside each other; the last one has so much room at `least`."""
        if self._width is None:
            return [range(len(widths))]
        begins, used = [0], 0
        for column, width in enumerate(widths):
            need = min(width, least) if column == len(widths) - 1 else width
            if column and used + need > self._width:
                begins.append(column)
                used = len(_FOLDED)
            used += width + len(_GAP)
        return [range(first, end) for first, end in pairwise([*begins, len(widths)])]

    def entry(self, values: Row, widths: Sequence[int]) -> None:
        """Columns of these widths, and a last one that goes on below itself: for what is read whole, not compared."""
        *first, last = [_cell(value) for value in values]
        used = sum(widths) + len(_GAP) * len(widths)
        lines = [last.text] if self._width is None else _wrapped(last.text, max(self._width - used, _LEAST))
        begin = _GAP.join(
            self._styled(cell.text, cell.style) + " " * (width - cells(cell.text))
            for cell, width in zip(first, widths, strict=True)
        )
        for number, line in enumerate(lines):
            self.lines.append(f"{' ' * used if number else begin + _GAP}{self._styled(line, last.style)}")

    def more(self, cursor: str | None) -> None:
        """How to go on, where a page has a next one."""
        if cursor is not None:
            self.say(f"more: --after {cursor}", "dim")

    def _row(
        self, row: Sequence[Cell], widths: Sequence[int], columns: range, *, indent: str, whole: bool
    ) -> Iterator[str]:
        """These columns of a row: one line, or where the last one goes on below itself several."""
        begin, used = indent, len(indent)
        for column in columns:
            cell, width = row[column], widths[column]
            texts = self._last(cell.text, used, whole) if column == len(row) - 1 else [cell.text]
            for text in texts[:-1]:
                yield begin + self._styled(text, cell.style)
                begin = " " * used
            space = " " * max(width - cells(texts[-1]), 0)
            styled = self._styled(texts[-1], cell.style)
            begin += (space + styled if cell.right else styled + space) + _GAP
            used += width + len(_GAP)
        yield begin.rstrip()

    def _last(self, text: str, used: int, whole: bool) -> Sequence[str]:
        """The lines of a last column that begins behind so many others."""
        if self._width is None:
            return [text]
        room = self._width - used
        if whole:
            return _wrapped(text, max(room, _LEAST)) or [""]
        return [cut(text, max(room, _LEAST_CUT))]

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self._colour and style and text else text


@dataclass(frozen=True, slots=True)
class Answer:
    """A command's answer: the JSON document, and how it is said to people."""

    data: object
    text: Callable[[Paper], None]
    ending: bool = False
    """The command was told to end: nobody is waited for long who does not read it."""


def done(sentence: str, **data: object) -> Answer:
    """An answer whose text is one sentence."""
    return Answer(data, lambda paper: paper.say(sentence))


class Unread(Unavailable):
    """Nobody reads what a command says that was told to end."""


def write(words: str, otherwise: str, *, ending: bool = False) -> None:
    """Have it on standard output. Raises Unavailable where it cannot be written, BrokenPipeError where nobody reads.

    `otherwise`: what holds or would work then. `ending`: as of an Answer; raises Unread.
    """
    try:
        if not ending:
            print(words, flush=True)
        elif not write_in_time(words, sys.stdout):
            raise Unread(_UNWRITTEN, "nobody reads it", otherwise)
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        raise Unavailable(_UNWRITTEN, reason(error), otherwise) from None


def write_in_time(words: str, stream: TextIO) -> bool:
    """A line, for whoever reads it within a few seconds; whether somebody did. Raises OSError."""
    try:
        file = stream.fileno()
    except OSError:  # it is no file
        print(words, file=stream, flush=True)
        return True
    return files.write_in_time(file, f"{words}\n".encode(stream.encoding, "backslashreplace"), _PATIENCE)


def to_standard_error(line: str) -> None:
    """A line that is no part of the answer: a warning, or how far something is."""
    print(shown_line(line), file=sys.stderr, flush=True)


def silence() -> None:
    """Say nothing more on standard output: else the interpreter flushes at exit, and complains once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wrapped(text: str, width: int) -> list[str]:
    """By words: a path or an address stays whole, to be copied."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # loaded only where it is needed: it is a third of a short command's start

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """At most `width` columns of `text`, with an ellipsis where something is missing."""
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def iso(at: datetime | None) -> str | None:
    """ISO 8601 with offset, for programs."""
    return None if at is None else at.isoformat()


def local(at: datetime | None) -> str:
    """The minute on the reader's clock, for people."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 client`, `2 clients`, `1,200 clients`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _cell(value: str | int | Cell | None) -> Cell:
    match value:
        case Cell():
            return Cell(shown_line(value.text), value.style, value.right)
        case int():
            return Cell(str(value), right=True)
        case None:
            return Cell("")
        case _:
            return Cell(shown_line(value))
