"""The rows of the template picker: templates with their shortcuts, then the texts sent recently (T2, M6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content
from textual.geometry import Size
from textual.messages import Update

from msgcenter_tui.rules import fields
from msgcenter_tui.tui import acts, render, render_templates
from msgcenter_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from msgcenter_tui.center.templates import Listed, SentBefore

PickerRow: TypeAlias = "Listed | SentBefore"

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

    def draw(self, row: PickerRow, width: int, chosen: bool) -> Sequence[Content]:
        gutter = Content.styled("▌", "$accent") if chosen else Content(" ")
        if isinstance(row, acts.templates.SentBefore):
            beginning = render.pieces(fields.pieces(row.body[:_BEGINNING])).plain
            words = self._marked(beginning, "" if chosen else "$muted")
            return (Content.assemble(gutter, ("↺ ", "$muted"), words),)
        name = Content.assemble(gutter, self._marked(row.name, "bold" if chosen else ""))
        if not row.shortcut:
            return (render.ends(name, Content.empty(), width),)
        shortcut = self._marked(row.shortcut, "$muted")
        return (render.ends(name, Content.assemble(("/", "$muted"), shortcut, " "), width),)

    def _marked(self, words: str, style: str) -> Content:
        return render_templates.marked(words, self.typed, style, forgiving=self.forgiving)

    def _resize(self) -> None:
        # Set as a fact, not as a change of the layout: however many rows there are, the list is as high as it was.
        self.set_reactive(PickerList.virtual_size, Size(self.scrollable_content_region.width, len(self.rows)))
        self.refresh()
        # At once, not when this list next has nothing to do: the field above it is drawn a step before that, and the
        # rows would follow a frame later.
        self.screen.post_message(Update(self))
