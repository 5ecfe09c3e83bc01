"""A RowList in columns, under a head that names them: fixed widths, the rest shared, less in a narrow pane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar, TypeVar

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from msgcenter_tui.tui.widgets.row_list import RowList

Row = TypeVar("Row")

GAP = 2
LEAST = 6
"""Cells between two columns, and the least that a shared column is given."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `width` cells; 0 shares what is left, and takes at most `most` of it (0: any), `least` before others.

    Shown in a list of at least `from_width` cells.
    """

    key: str
    label: str
    width: int = 0
    from_width: int = 0
    most: int = 0
    least: int = LEAST


def fit(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """The columns that a line of `width` cells shows, each with its cells."""
    shown = [column for column in columns if column.from_width <= width]
    room = max(0, width - 2 - sum(column.width for column in shown) - GAP * (len(shown) - 1))
    sharing = [column for column in shown if not column.width]
    shares: dict[str, int] = {}
    # What one leaves is for the others; who needs more than its share comes first.
    for column in sorted(sharing, key=lambda column: (-column.least, column.most or width)):
        share = min(max(ceil(room / (len(sharing) - len(shares))), column.least), room)
        room -= (taken := min(share, column.most or share))
        shares[column.key] = max(taken, LEAST)
    return [(column, column.width or shares[column.key]) for column in shown]


def lay_out(fitted: Sequence[tuple[Column, int]], cells: Mapping[str, Content], *, chosen: bool = False) -> Content:
    """One line of a table: each cell cut or padded to its column, a bar in the gutter of the chosen row."""
    parts = [
        cells.get(column.key, Content.empty()).truncate(width, ellipsis=True, pad=True) for column, width in fitted
    ]
    return Content.assemble(("▌", "$accent") if chosen else " ", Content(" " * GAP).join(parts))


class TableList(RowList[Row]):
    """Subclasses name their COLUMNS and give the `cells` of a row by column key."""

    COLUMNS: ClassVar[Sequence[Column]] = ()

    def cells(self, row: Row) -> Mapping[str, Content]:
        raise NotImplementedError

    def draw(self, row: Row, width: int, chosen: bool) -> Sequence[Content]:
        return [lay_out(fit(self.COLUMNS, width), self.cells(row), chosen=chosen)]


class TableHead(Widget):
    """The labels above a TableList."""

    ALLOW_SELECT = False

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = tuple(columns)

    def render(self) -> RenderResult:
        # The list below gives its last cell to the scrollbar.
        fitted = fit(self._columns, self.size.width - 1)
        return lay_out(fitted, {column.key: Content.styled(column.label, "$muted") for column in self._columns})
