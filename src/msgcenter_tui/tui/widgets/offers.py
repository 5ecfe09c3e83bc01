"""What fits what is being typed, in a small list at the cursor; the field keeps the focus and drives it by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import Static

from msgcenter_tui.tui import keys, render

WIDEST = 76
MOST = 8
"""Rows, as far as there is room above or below the cursor."""
_FRAME = 2
_FOOT = 1
"""The line of the keys stays free."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A row: what stands for it in front, its words, and an aside that is cut where it gets narrow."""

    value: Any
    spelling: str
    words: str
    aside: str = ""
    style: str = "$accent"


class Offers(Static):
    """Hidden while nothing is offered. `place` says where the cursor is, in cells of the screen."""

    ALLOW_SELECT = False

    def __init__(self, take: Callable[[Any], None], keymap: Mapping[str, str]) -> None:
        """`take` is given the value of a row that is clicked."""
        super().__init__(markup=False)
        self.take = take
        self.keymap = keymap
        self.rows: tuple[Offer, ...] = ()
        self.cursor = 0
        self._moved = False
        self._first = 0
        self._at = Offset(0, 0)
        self.display = False

    def on_mount(self) -> None:
        take, close = (keys.first(name, self.keymap) for name in ("offers.take", "offers.close"))
        self.border_subtitle = Content.assemble(
            (take, "bold $accent"), (" take  ", "$muted"), (close, "bold $accent"), (" close", "$muted")
        )

    @property
    def shown(self) -> bool:
        return bool(self.rows)

    @property
    def chosen(self) -> Any:
        return self.rows[self.cursor].value if self.rows else None

    def show(self, rows: Sequence[Offer]) -> None:
        """These in place of what was offered; none: nothing is offered any more.

        The first of them is chosen, or the one that the hand has gone to.
        """
        if not rows and not self.rows:
            return
        values = [row.value for row in rows]
        kept = self._moved and self.chosen in values
        self.rows, self.cursor, self._moved = tuple(rows), values.index(self.chosen) if kept else 0, kept
        self.display = bool(rows)
        self._draw()

    def move(self, step: int) -> None:
        """To another row; from the last to the first."""
        self.cursor, self._moved = (self.cursor + step) % max(1, len(self.rows)), True
        self._draw()

    def place(self, at: Offset) -> None:
        """Below the cell `at` of the screen, or above it where there is more room."""
        if at != self._at:
            self._at = at
            self._draw()

    def _draw(self) -> None:
        if not self.rows:
            return
        screen = self.screen.size
        below, above = screen.height - _FOOT - self._at.y - 1 - _FRAME, self._at.y - _FRAME
        wanted = min(MOST, len(self.rows))
        is_below = below >= wanted or below >= above
        height = max(1, min(wanted, below if is_below else above))
        self._first = min(max(self._first, self.cursor - height + 1), self.cursor, len(self.rows) - height)
        lines = self._lines(min(WIDEST, screen.width - _FRAME))
        width = max(line.cell_length for line in lines) + _FRAME
        self.update(Content("\n").join(lines[self._first : self._first + height]))
        x = max(0, min(self._at.x, screen.width - width))
        y = self._at.y + 1 if is_below else self._at.y - height - _FRAME
        self.absolute_offset = Offset(x, y)
        self.styles.width, self.styles.height = width, height + _FRAME
        self.refresh(layout=True)

    def _lines(self, room: int) -> list[Content]:
        """All as wide as the widest, at most `room` cells."""
        spelling = max(render.line(row.spelling).cell_length for row in self.rows)
        words = max(render.line(row.words).cell_length for row in self.rows)
        drawn = [self._line(row, spelling, words, chosen=at == self.cursor) for at, row in enumerate(self.rows)]
        width = min(room, max(line.cell_length for line in drawn))
        cut = [line.truncate(width, ellipsis=True, pad=True) for line in drawn]
        return [line.stylize("on $chosen") if at == self.cursor else line for at, line in enumerate(cut)]

    def _line(self, row: Offer, spelling: int, words: int, *, chosen: bool) -> Content:
        front, middle = render.line(row.spelling, row.style), render.line(row.words, "bold" if chosen else "")
        aside = render.line(row.aside, "$muted") if row.aside else Content.empty()
        return Content.assemble(
            ("▌", "$accent") if chosen else " ",
            front,
            " " * (spelling - front.cell_length + 2),
            middle,
            " " * (words - middle.cell_length + 2) if row.aside else "",
            aside,
            " ",
        )

    def on_click(self, event: events.Click) -> None:
        event.stop()
        row = self._first + event.y - 1
        if 0 <= row < len(self.rows):
            self.take(self.rows[row].value)
