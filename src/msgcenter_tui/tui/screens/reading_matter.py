"""Something longer to read, floating over the screen it belongs to."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer


class ReadingMatter(CenterModal[None]):
    BINDINGS = keys.bindings("help")

    def __init__(self, title: str, matter: Content) -> None:
        super().__init__()
        self.title_words = title
        self.matter = matter

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(render.line(self.title_words, "bold"), id="question")
            yield Static(self.matter)
        yield Footer()

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))

    def action_help_close(self) -> None:
        self.dismiss(None)
