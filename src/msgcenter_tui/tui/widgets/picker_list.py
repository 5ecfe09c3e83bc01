"""The rows of the template picker: templates with their shortcuts, then the texts sent recently (T2, M6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from msgcenter_tui.rules import fields
from msgcenter_tui.tui import acts, render, render_templates
from msgcenter_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from msgcenter_tui.center.templates import Listed, SentBefore

PickerRow: TypeAlias = "Listed | SentBefore"

_BEGINNING = 200
"""So many letters of a text can stand on a line."""


class PickerList(RowList[PickerRow], can_focus=False):
    """What was typed is marked in the rows that it found."""

    typed = ""

    def row_id(self, row: PickerRow) -> str:
        return f"sent {row.number}" if isinstance(row, acts.templates.SentBefore) else row.id

    def looks(self) -> object:
        return self.typed

    def draw(self, row: PickerRow, width: int, chosen: bool) -> Sequence[Content]:
        gutter = Content.styled("▌", "$accent") if chosen else Content(" ")
        if isinstance(row, acts.templates.SentBefore):
            beginning = render.pieces(fields.pieces(row.body[:_BEGINNING])).plain
            words = render_templates.marked(beginning, self.typed, "" if chosen else "$muted")
            return (Content.assemble(gutter, ("↺ ", "$muted"), words),)
        name = Content.assemble(gutter, render_templates.marked(row.name, self.typed, "bold" if chosen else ""))
        if not row.shortcut:
            return (render.ends(name, Content.empty(), width),)
        shortcut = render_templates.marked(row.shortcut, self.typed, "$muted")
        return (render.ends(name, Content.assemble(("/", "$muted"), shortcut, " "), width),)
