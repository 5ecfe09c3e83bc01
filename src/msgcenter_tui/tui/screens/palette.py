"""The palette: Textual's own, where a key that comes while its commands are being found waits for them."""

from __future__ import annotations

from textual import on
from textual.command import CommandPalette, SearchIcon
from textual.events import Key, Mount
from textual.widgets import Input

from msgcenter_tui.tui.compositor import PatchCompositor
from msgcenter_tui.tui.typing_order import Listing, writes
from msgcenter_tui.tui.widgets.line_field import blinks


class Palette(CommandPalette, Listing):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = PatchCompositor()

    @on(Mount)
    def _sign(self) -> None:
        self.query_one(SearchIcon).icon = "⌕"  # Textual's is an emoji, and of no sure width
        self.query_one(Input).cursor_blink = blinks(self)

    def is_behind(self, event: Key) -> bool:
        """What is listed is still what was found for fewer letters, as long as it is searched for these."""
        if event.key == "escape" or writes(self.focused, event):
            return False
        return any(one.group == self._GATHER_COMMANDS_GROUP and not one.is_finished for one in self.workers)

    def _action_command_list(self, action: str) -> None:
        try:
            super()._action_command_list(action)
        except LookupError:
            # Commands were found anew, and none of their lines is laid out yet that a page up or down goes by.
            return
