"""A text field of one line, in which a letter comes or goes and nothing else is asked or laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

if TYPE_CHECKING:
    from msgcenter_tui.tui.services import Services


def blinks(widget: Widget) -> bool:
    """Whether the cursor of a text field may blink in the widget's app."""
    services: Services | None = getattr(widget.app, "services", None)
    return services is None or services.blink


class LineField(Input):
    """Textual's own, of a fixed size: there the whole screen is laid out anew because the words have become longer."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def on_mount(self) -> None:
        self.cursor_blink = blinks(self)

    async def _on_key(self, event: events.Key) -> None:
        # As quick as a letter: Textual has this key ask every widget up to the app. All others go its way.
        if event.key == "backspace":
            event.stop()
            event.prevent_default()
            self._restart_blink()
            self.action_delete_left()

    def render_line(self, y: int) -> Strip:
        # What is seen between two letters of a search. Textual has a console lay it out as a text of any length.
        if y or not self.value or self.password or self.highlighter or self._suggestion or not self.selection.is_empty:
            return super().render_line(y)
        at, width, style = self.cursor_position, self.scrollable_content_region.width + 1, self.rich_style
        here = style
        if self.has_focus and self._cursor_visible:
            here = style + self.get_component_rich_style("input--cursor")
        parts = (self.value[:at], style), (self.value[at : at + 1] or " ", here), (self.value[at + 1 :], style)
        strip = Strip([Segment(words, its) for words, its in parts if words])
        return strip.crop(self.scroll_offset.x, self.scroll_offset.x + width).extend_cell_length(width, style)
