"""The first frame: the chrome of a place, while the store is still being opened."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

SOON = 0.5
"""Seconds after which it says what one waits for."""


class OpeningScreen(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Static(Content.styled(" Message Center ", "bold $accent"), id="opening--top")
        yield Static(id="opening--words")
        yield Static(id="opening--foot")

    def on_mount(self) -> None:
        self._soon = self.set_timer(SOON, self._say)

    def _say(self) -> None:
        self.say("Opening the store …")

    def say(self, words: str) -> None:
        """What one waits for."""
        self._soon.stop()
        self.query_one("#opening--words", Static).update(Content.styled(words, "$muted"))
