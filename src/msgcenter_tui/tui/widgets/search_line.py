"""The line in which one searches a list: a sign, so that it is known for what it is, and the field."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.tui.widgets.line_field import LineField


class SearchLine(Horizontal):
    """`field` is the id of its Input, which is asked for what is typed."""

    def __init__(self, placeholder: str, field: str, *, blink: bool = True) -> None:
        super().__init__()
        self.placeholder = placeholder
        self.field = field
        self.blink = blink

    def compose(self) -> ComposeResult:
        yield Static(Content("⌕"), classes="search--sign")
        field = LineField(placeholder=self.placeholder, id=self.field, compact=True)
        field.cursor_blink = self.blink
        yield field
