"""Terminals that take text for wider or narrower than Textual does, and what of a screen must be the same on each."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from unittest.mock import patch

import pyte
from rich.cells import split_graphemes
from rich.style import Style
from textual.strip import Strip
from wcwidth import wcwidth

from msgcenter_tui.tui import anchoring

Width = Callable[[str], int]
Cell = tuple[str, str]


def _emoji(letter: str) -> bool:
    return letter > "\U0001f000" or (unicodedata.category(letter) == "So" and wcwidth(letter) == 2)


def _generous(letter: str) -> int:
    """Nothing is joined, and no mark, joiner or selector is without a cell."""
    return max(1, wcwidth(letter))


def _old(letter: str) -> int:
    """From before there were emoji."""
    return 1 if _emoji(letter) else max(0, wcwidth(letter))


def _selecting(letter: str) -> int:
    """What may have a picture is one, whether it asks for it or not."""
    return 2 if "\u2600" <= letter <= "\u27bf" and letter not in "⚠✉✓✗➤" else max(0, wcwidth(letter))


WIDTHS: dict[str, Width] = {"wcwidth": wcwidth, "generous": _generous, "old": _old, "selecting": _selecting}


class Emulator:
    """A terminal with widths of its own."""

    def __init__(self, width: Width, columns: int, rows: int) -> None:
        self._width = width
        self.screen = pyte.Screen(columns, rows)
        self.screen.reset_mode(7, private=True)  # as Textual asks: no line is wrapped
        self._stream = pyte.Stream(self.screen)

    def feed(self, written: str) -> None:
        with patch("pyte.screens.wcwidth", self._width):
            self._stream.feed(written)

    def cell(self, x: int, y: int) -> Cell:
        """A character, and its background."""
        cell = self.screen.buffer[y][x]
        return cell.data if cell.data.isascii() else _normal(cell.data), cell.bg

    @property
    def text(self) -> str:
        rows = range(self.screen.lines), range(self.screen.columns)
        return "\n".join("".join(self.screen.buffer[y][x].data for x in rows[1]) for y in rows[0])


def drawn(rows: Iterable[Mapping[int, Strip]]) -> dict[tuple[int, int], Cell]:
    """What Textual drew in each cell, its rows given in strips by the column where each begins.

    Doubtful text and the blanks behind it may be something else, and are left out.
    """
    cells: dict[tuple[int, int], Cell] = {}
    for y, (x, strip) in ((y, part) for y, row in enumerate(rows) for part in row.items()):
        free = False
        for segment in strip:
            background = _background(segment.style)
            for letter, width, doubtful in _letters(segment.text):
                free = doubtful or (free and letter == " ")
                if width and not free:
                    cells[x, y] = letter, background
                x += width
    return cells


def wrong_cells(emulator: Emulator, cells: dict[tuple[int, int], Cell]) -> list[str]:
    """The cells that do not hold what was drawn there."""
    return [
        f"row {y}, column {x}: {emulator.cell(x, y)}, not {cell}"
        for (x, y), cell in cells.items()
        if emulator.cell(x, y) != cell
    ]


@lru_cache(4096)
def _letters(text: str) -> list[tuple[str, int, bool]]:
    """Each letter with its cells, and whether terminals may not agree on them."""
    letters = [(text[start:end], cells) for start, end, cells in split_graphemes(text)[0]]
    return [(_normal(letter), cells, anchoring.is_doubtful(letter)) for letter, cells in letters]


def _normal(letter: str) -> str:
    return unicodedata.normalize("NFC", letter)


@lru_cache(4096)
def _background(style: Style | None) -> str:
    color = None if style is None else style.bgcolor
    return "default" if color is None or color.triplet is None else color.triplet.hex.lstrip("#")
