"""A text field of one line, in which a letter comes or goes and nothing else is asked or laid out."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class LineField(Input):
    """Textual's own, of a fixed size: there the whole screen is laid out anew because the words have become longer."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    async def _on_key(self, event: events.Key) -> None:
        # As quick as a letter: Textual has this key ask every widget up to the app. All others go its way.
        if event.key == "backspace":
            event.stop()
            event.prevent_default()
            self._restart_blink()
            self.action_delete_left()
