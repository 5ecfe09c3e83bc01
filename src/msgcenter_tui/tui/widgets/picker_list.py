"""The rows of the template picker: templates with their shortcuts, then the texts sent recently (T2, M6)."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.style import Style

from msgcenter_tui.rules import fields
from msgcenter_tui.tui import acts, render, render_templates
from msgcenter_tui.tui.widgets.pieces import Pieces, ends, fitted
from msgcenter_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from msgcenter_tui.center.templates import Listed, SentBefore

PickerRow: TypeAlias = "Listed | SentBefore"

_MUTED = ("$muted",)
_BEGINNING = 200
"""So many letters of a text can stand on a line."""


class PickerList(RowList[PickerRow], can_focus=False):
    """What was typed is marked in the rows that it found.

    It has no scrollbar: that would be laid out and drawn anew at each key, and be half of what the key takes.
    """

    typed = ""
    forgiving = False
    """They were found over a typing error."""

    def row_id(self, row: PickerRow) -> str:
        return f"sent {row.number}" if isinstance(row, acts.templates.SentBefore) else row.id

    def looks(self) -> object:
        return self.typed, self.forgiving

    def _strips(self, row: PickerRow, width: int, chosen: bool, style: Style) -> list[Strip]:
        # All of them between a key and its paint: no Content is made to be taken apart again.
        alike = groupby(self._pieces(row, width, chosen), key=itemgetter(1))
        words = [
            Segment("".join(text for text, _ in some), self._words.style(style, *styles)) for styles, some in alike
        ]
        return [Strip(words, width)]

    def _pieces(self, row: PickerRow, width: int, chosen: bool) -> Pieces:
        left: Pieces = [("▌", ("$accent",)) if chosen else (" ", ())]
        if isinstance(row, acts.templates.SentBefore):
            beginning = render.pieces(fields.pieces(row.body[:_BEGINNING])).plain
            return fitted([*left, ("↺ ", _MUTED), *self._marked(beginning, () if chosen else _MUTED)], width)
        left += self._marked(row.name, ("bold",) if chosen else ())
        right = [("/", _MUTED), *self._marked(row.shortcut, _MUTED), (" ", ())] if row.shortcut else []
        return ends(left, right, width)

    def _marked(self, words: str, styles: tuple[str, ...]) -> Pieces:
        return render_templates.marked(words, self.typed, styles, forgiving=self.forgiving)

    def _resize(self) -> None:
        # Set as a fact, not as a change of the layout: however many rows there are, the list is as high as it was.
        self.set_reactive(PickerList.virtual_size, Size(self.scrollable_content_region.width, len(self.rows)))
        self.refresh()
