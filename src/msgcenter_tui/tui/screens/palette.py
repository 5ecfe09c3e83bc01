"""The palette: Textual's own, where a key that comes while its commands are being found is no fault."""

from __future__ import annotations

from textual.command import CommandPalette


class Palette(CommandPalette):
    def _action_command_list(self, action: str) -> None:
        try:
            super()._action_command_list(action)
        except LookupError:
            # Commands were found anew, and none of their lines is laid out yet that a page up or down goes by.
            return
