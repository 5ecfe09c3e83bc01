"""The rows of the template picker: templates with their shortcuts, then the texts sent recently (T2, M6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from msgcenter_tui.tui import render
from msgcenter_tui.tui.widgets.row_list import RowList


@dataclass(frozen=True, slots=True)
class PickerRow:
    """A template, or a text sent before (then without name, shortcut and id)."""

    key: str
    name: str
    body: str
    subject: str = ""
    shortcut: str = ""
    team: str = ""
    template: str | None = None


class PickerList(RowList[PickerRow], can_focus=False):
    def row_id(self, row: PickerRow) -> str:
        return row.key

    def draw(self, row: PickerRow, width: int, chosen: bool) -> Sequence[Content]:
        gutter = Content.styled("▌", "$accent") if chosen else Content(" ")
        if row.template is None:
            return (Content.assemble(gutter, ("↺ ", "$muted"), render.line(row.name, "" if chosen else "$muted")),)
        name = Content.assemble(gutter, render.line(row.name, "bold" if chosen else ""))
        shortcut = Content.styled(f"/{render.plain(row.shortcut)} ", "$muted") if row.shortcut else Content.empty()
        return (render.ends(name, shortcut, width),)
