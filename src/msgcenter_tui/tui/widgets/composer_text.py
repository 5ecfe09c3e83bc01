"""The field in which messages and subjects are written: a TextArea with a cursor by offset."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from msgcenter_tui import text

LONGEST_PASTE = 300_000
"""Characters: many times what can be sent, and yet no paste stops the program (ten million take it a minute)."""


class ComposerText(TextArea):
    """Text as it is written. Pasted text is cleaned; ctrl+z is the screen's where nothing is to be undone here."""

    class Done(Message):
        """Enter in a field of one line."""

    def __init__(self, *, placeholder: Content, blink: bool, one_line: bool = False, id: str | None = None) -> None:
        super().__init__(
            soft_wrap=True,
            compact=True,
            placeholder=placeholder,
            highlight_cursor_line=False,
            id=id,
            tab_behavior="focus",
        )
        self.cursor_blink = blink
        self.one_line = one_line

    async def _on_paste(self, event: events.Paste) -> None:
        # Textual calls the handler of TextArea after this one, with the same event.
        pasted = text.clean(event.text[: 2 * LONGEST_PASTE])
        event.text = pasted[:LONGEST_PASTE]
        if len(pasted) > LONGEST_PASTE:
            words = f"Pasted the first {LONGEST_PASTE:,} characters: that is far more than a message holds."
            self.notify(words, severity="warning", markup=False)
        if self.one_line:  # a pasted line end is no Enter: nobody has said that this is the text
            event.text = " ".join(event.text.split("\n")).rstrip()

    async def _on_key(self, event: events.Key) -> None:
        if self.one_line and event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Done())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Hidden, so that the footer names what ctrl+z does then: it takes back the send.
        return bool(self.history.undo_stack) if action == "undo" else super().check_action(action, parameters)

    @property
    def cursor_index(self) -> int:
        """The cursor as an offset into the text."""
        return self.index_of(self.cursor_location)

    def index_of(self, location: tuple[int, int]) -> int:
        row, column = location
        return sum(len(line) + 1 for line in self.document.lines[:row]) + column

    def put_cursor(self, index: int) -> None:
        self.move_cursor(self._location(index))

    def select(self, start: int, end: int) -> None:
        """Select a part of the text: the next letter replaces it."""
        self.selection = Selection(self._location(start), self._location(end))
        self.scroll_cursor_visible()

    def _location(self, index: int) -> tuple[int, int]:
        before = self.text[: max(0, index)]
        return before.count("\n"), len(before) - before.rfind("\n") - 1
