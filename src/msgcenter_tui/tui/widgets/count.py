"""A number at the right end of its place, drawn without anything being laid out."""

from __future__ import annotations

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from msgcenter_tui.tui import render


class Count(Widget):
    """`number`; None says nothing."""

    ALLOW_SELECT = False

    number: reactive[int | None] = reactive(None)

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.visual_style.rich_style
        if y or self.number is None:
            return Strip.blank(width, style)
        return Strip([Segment(render.number(self.number).rjust(width), style)])
