"""A locked screen: whose it is, a line for the passphrase, and who can help; nothing of what lies below."""

from __future__ import annotations

import asyncio
import shlex

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.widgets.line_field import LineField

FORGOTTEN = "Forgotten? Ask an administrator to take it away: {}."
ALONE = "Forgotten? You are the only administrator. In another terminal, this takes it away:"
_NAMED = 3


class Locked(CenterScreen[None]):
    """Only the right passphrase of `own` leads out of it. No binding but those of its one field is live."""

    def __init__(self, own: Actor) -> None:
        super().__init__()
        self._own = own

    def compose(self) -> ComposeResult:
        with Vertical(id="locked"):
            yield Static(Content.styled("Message Center", "bold $accent"))
            yield Static(
                render.block(f"Locked by {self._own.name}. What was being written is kept."), id="locked--whose"
            )
            yield LineField(password=True, compact=True, placeholder="Passphrase", id="locked--passphrase")
            yield Static(id="locked--answer")
            yield Static(id="locked--help")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.do(self._tell_who_helps(), group="help")

    async def _tell_who_helps(self) -> None:
        helpers = await self.perform(acts.passphrases.who_helps, self._own)
        others = [one.name for one in helpers if one.id != self._own.person]
        if others:
            words = Content.styled(FORGOTTEN.format(", ".join(others[:_NAMED])), "$muted")
        else:
            command = f"msgcenter passphrase remove {shlex.quote(self._own.name)}"
            words = Content.assemble((ALONE, "$muted"), "\n", render.line(command))
        self.query_one("#locked--help", Static).update(words)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        field = self.query_one(Input)
        typed, field.value = field.value, ""
        if typed and not field.disabled:
            field.disabled = True  # one at a time
            self._answer("Looking …")
            self.do(self._try(typed), group="try")

    async def _try(self, typed: str) -> None:
        try:
            known = await self.perform(acts.passphrases.begin_try, self._own)
            right = await asyncio.to_thread(acts.passphrases.fits, known, typed)
            if right:
                await self.perform(acts.passphrases.it_fits, self._own)
                self.center.open_again()
                return
            self._answer("That was not it.")
        except MessageCenterError as error:
            if not await self._is_set():
                self.center.open_again()  # somebody has taken it away, to help
                return
            self._answer(str(error))
        finally:
            field = self.query_one(Input)
            field.disabled = False
            field.focus()

    async def _is_set(self) -> bool:
        try:
            return await self.perform(acts.passphrases.is_set, self._own)
        except MessageCenterError:
            return True

    def _answer(self, words: str) -> None:
        self.query_one("#locked--answer", Static).update(render.block(words, "$warning"))
