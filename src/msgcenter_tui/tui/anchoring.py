"""Text whose width terminals do not agree on, held in its place: nothing else on the screen is moved by it.

A family of emoji is two cells for one terminal, eight for the next; a vowel sign of Devanagari is none or one. What is
written behind it would stand elsewhere than Textual believes: borders bend, and what is never written over stays for
good. So such text is written as a piece of its own: first blanks, over its cells and the blank cells behind it; then,
back where it begins, the piece; then the cursor is put, by number, where the next cell is.

    a terminal that takes it for narrower   shows a blank, and nothing that was there before
    one that takes it for wider             lets it spread over the blanks; what stands behind them is written over it

Only what is right of the update itself could still be covered: such a row is written whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, cast

from rich.cells import cell_len, split_graphemes
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult
from textual._compositor import CompositorUpdate

# All but what has been one cell, or two, for every terminal there is: Latin, Greek, Cyrillic, lines and arrows, and the
# unified and syllabic scripts of East Asia. The signs of our own screens are among the dingbats.
_DOUBTFUL = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u10ff\u1100-\u1dff\u200b-\u200f\u2028-\u202f\u2060-\u206f\u20d0-\u20ff"
    "\u231a\u231b\u2329\u232a\u23e9-\u23f3\u25fd\u25fe\u2600-\u269f\u26a1-\u2708\u270a-\u2712\u2714-\u2716"
    "\u2718-\u27a3\u27a5-\u27bf\u2b1b\u2b1c\u2b50\u2b55\u302a-\u302f\u3099\u309a\u3164\ua66f-\ua6ff\ua800-\uabff"
    "\ud7b0-\ud7ff\ue000-\uf8ff\ufb1d-\ufdff\ufe00-\ufe2f\ufe70-\ufeff\uffa0\ufff0-\uffff"
    "\U00010000-\U0001ffff\U000e0000-\U0010ffff]"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{1,2}")
_ASCII = bytes(range(0x80))
# What Textual and Rich write: the cursor goes to a place, a look, text; or a line's end, and any other sequence.
_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|\x1b\[(?P<look>[\d;]*)m|(?P<text>[^\x1b\n]+)"
    r"|\n|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[\x20-\x3f]*[\x40-\x7e]|\x1b."
)


class _Sort(Enum):
    SURE = auto()
    """As many cells for every terminal."""
    WORDS = auto()
    """Letters with marks and joiners, kept together: where they spread, no letter is written over one before it."""
    PICTURE = auto()
    """An emoji, a flag, a syllable made of parts."""


class _Piece(NamedTuple):
    """A part of a row in one look, and how many cells it has for Textual."""

    look: str
    text: str
    cells: int
    sort: _Sort = _Sort.SURE

    @property
    def written(self) -> str:
        return f"\x1b[{self.look}m{self.text}\x1b[0m" if self.look else self.text

    @property
    def blanks(self) -> str:
        return self._replace(text=" " * self.cells).written

    @property
    def is_blank(self) -> bool:
        return not self.text.strip(" ")

    @property
    def most_cells(self) -> int:
        """For the most generous terminal: each character stands by itself, and none is nothing."""
        return sum(2 if letter > "\U0001f000" else max(1, cell_len(letter)) for letter in self.text)

    def followed_by(self, other: _Piece) -> _Piece:
        return self._replace(text=self.text + other.text, cells=self.cells + other.cells)


@dataclass(frozen=True, slots=True)
class AnchoredUpdate(CompositorUpdate):
    """An update of a screen `width` cells wide, as it may be written to any terminal; `row` draws one of its rows."""

    update: CompositorUpdate
    width: int
    row: Callable[[int], CompositorUpdate]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """For a picture, which has no widths of its own."""
        yield cast("ConsoleRenderable", self.update)

    def render_segments(self, console: Console) -> str:
        written = self.update.render_segments(console)
        if not is_doubtful(written):
            return written
        anchored, reached = anchor(written, self.width)
        rows = [anchor(self.row(y).render_segments(console), self.width)[0] for y in sorted(reached)]
        return "".join((anchored, *rows))


def is_doubtful(text: str) -> bool:
    """Whether terminals may not agree on its width."""
    if text.isascii():
        return False
    # A screen is some fifty thousand characters, most of them ASCII: it takes five times as long to search them, too.
    others = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return _DOUBTFUL.search(others) is not None


def anchor(written: str, width: int) -> tuple[str, set[int]]:
    """The same with every doubtful piece held in its place, and the rows in which one may reach past what was written.

    `width` is the terminal's: nothing reaches past its right edge, since Textual has no line wrapped.
    """
    parts: list[str] = []
    reached: set[int] = set()
    row = end = reach = 0
    for place, pieces in _runs(written):
        if place != (row, end):
            if end < reach and end <= width:
                reached.add(row - 1)
            reach = 0
        row, column = place
        parts.append(_to(row, column) if row else "")
        end = column + sum(piece.cells for piece in pieces)
        at = 0
        while at < len(pieces):
            piece, at = pieces[at], at + 1
            after = column + piece.cells
            if piece.sort is _Sort.SURE:
                parts.append(piece.written)
            else:
                parts.append(piece.blanks)
                while at < len(pieces) and pieces[at].is_blank:
                    parts.append(pieces[at].written)
                    after, at = after + pieces[at].cells, at + 1
                parts += _to(row, column), piece.written, _to(row, after)
                reach = max(reach, column + piece.most_cells)
            column = after
    if end < reach and end <= width:
        reached.add(row - 1)
    return "".join(parts), reached


def _to(row: int, column: int) -> str:
    return f"\x1b[{row};{column}H"


def _runs(written: str) -> Iterator[tuple[tuple[int, int], list[_Piece]]]:
    """What is written without a move between, each run with the row and column where it begins, counted from 1."""
    place = (0, 0)
    pieces: list[_Piece] = []
    look = ""
    for token in _TOKEN.finditer(written):
        if token["row"]:
            yield place, pieces
            place, pieces = (int(token["row"]), int(token["column"])), []
        elif token["look"] is not None:
            look = "" if token["look"] in ("", "0") else token["look"]
        elif token["text"]:
            text = token["text"]
            if not pieces or pieces[-1].sort is _Sort.SURE:
                text = _without_torn_mark(text)
            pieces += _pieces(look, text)
        else:
            pieces.append(_Piece("", token[0], 0))
    yield place, pieces


def _without_torn_mark(text: str) -> str:
    """What is cut where a dialog ends may begin with a mark, which would stand on the dialog's last cell."""
    first = next((at for at, letter in enumerate(text) if letter.isascii() or cell_len(letter)), len(text))
    return text[first:]


def _pieces(look: str, text: str) -> list[_Piece]:
    if not is_doubtful(text):
        words = text.lstrip(" ")
        parts = (text[: len(text) - len(words)], words)
        return [_Piece(look, part, cell_len(part)) for part in parts if part]
    pieces: list[_Piece] = []
    for start, end, cells in split_graphemes(text)[0]:
        piece = _Piece(look, text[start:end], cells, _sort(text[start:end], cells))
        if len(pieces) > 1 and pieces[-1].text == " " and piece.sort is pieces[-2].sort is _Sort.WORDS:
            pieces[-2:] = [pieces[-2].followed_by(pieces[-1])]
        if pieces and _belong_together(pieces[-1], piece):
            pieces[-1] = pieces[-1].followed_by(piece)
        else:
            pieces.append(piece)
    return pieces


def _sort(letter: str, cells: int) -> _Sort:
    if not is_doubtful(letter):
        return _Sort.SURE
    return _Sort.PICTURE if cells > 1 or _FLAG.match(letter) else _Sort.WORDS


def _belong_together(piece: _Piece, letter: _Piece) -> bool:
    if piece.sort is not letter.sort:
        return False
    if piece.sort is _Sort.SURE:
        return piece.is_blank is letter.is_blank
    # A flag is two letters of its own, and only together are they one.
    return piece.sort is _Sort.WORDS or _FLAG.fullmatch(piece.text + letter.text) is not None
