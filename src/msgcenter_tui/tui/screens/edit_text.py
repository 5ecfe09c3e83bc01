"""Change one text, a message's or a subject's: closed only when the change is kept (S1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.composer_text import ComposerText
from msgcenter_tui.tui.widgets.footer import Footer


class EditText(CenterModal[bool]):
    """`keep` does the act; dismisses with True when it was kept, False when it was left."""

    BINDINGS = keys.bindings("edit")

    def __init__(
        self, title: str, words: str, keep: Callable[[str], Awaitable[Any]], *, note: str = "", one_line: bool = False
    ) -> None:
        super().__init__(classes="-one-line" if one_line else "")
        self.title_words = title
        self.words = words
        self.keep = keep
        self.note = note
        self.one_line = one_line

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(render.line(self.title_words, "bold"), id="question")
            empty = render.line("")
            yield ComposerText(placeholder=empty, blink=self.services.blink, one_line=self.one_line, id="edit-text")
            yield Static(render.block(self.note, "$muted"), id="edit-note")
            yield Static(id="edit-refusal")
            yield Footer()

    def on_mount(self) -> None:
        self.query_one("#edit-note").display = bool(self.note)
        self.query_one("#edit-refusal").display = False
        field = self.query_one(ComposerText)
        field.load_text(self.words)
        field.put_cursor(len(self.words))
        self.set_focus(field)

    @property
    def enter_means(self) -> str:
        return "Keep" if self.one_line else ""

    def offers(self, action: str) -> bool:
        return action != "edit.keep" or not self.one_line  # Enter is at hand there

    @on(ComposerText.Done)
    def action_edit_keep(self) -> None:
        self.do(self._keep(self.query_one(ComposerText).text), group="keep", exclusive=True)

    async def _keep(self, words: str) -> None:
        try:
            await self.keep(words)
        except MessageCenterError as error:
            refusal = self.query_one("#edit-refusal", Static)
            refusal.update(render.block(str(error), "$error"))
            refusal.display = True
            return
        self.dismiss(True)

    def action_edit_leave(self) -> None:
        self.do(self._leave())

    async def _leave(self) -> None:
        from msgcenter_tui.tui.screens.confirm import Confirm

        changed = self.query_one(ComposerText).text != self.words
        if changed and not await self.app.push_screen_wait(
            Confirm("Drop this change?", yes="Drop it", no="Go on writing")
        ):
            return
        self.dismiss(False)
