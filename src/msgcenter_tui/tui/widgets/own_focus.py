"""A widget of lines that shows by itself where the focus is, on a line or two; no rule of the style sheets is about it.

Textual would look up the styles of such a widget and of its scrollbars whenever the focus comes or goes, and draw all
of it anew: half of what Enter on a thread takes until it is painted.
"""

from __future__ import annotations

from textual import events
from textual.scroll_view import ScrollView


class OwnFocus(ScrollView):
    """Subclasses have painted in `paint_focus` what looks otherwise with the focus."""

    def paint_focus(self) -> None:
        raise NotImplementedError

    def watch_has_focus(self, _has_focus: bool) -> None:
        self.paint_focus()

    def _on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
