"""The top line of staff: the app, the workspace or place, what is unread, how the mail does, and who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from msgcenter_tui.tui import render

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp


class TopLine(Widget):
    """`TopLine("Clients")`; `place` may be changed later, `choosable` shows that a key changes it."""

    ALLOW_SELECT = False

    place: reactive[str] = reactive("")

    def __init__(self, place: str = "", *, choosable: bool = False) -> None:
        super().__init__()
        self.set_reactive(TopLine.place, place)
        self.choosable = choosable

    def on_mount(self) -> None:
        self.watch(self.app, "status", self._changed, init=False)

    def _changed(self) -> None:
        self.refresh()

    def render(self) -> RenderResult:
        app = cast("MessageCenterApp", self.app)
        status = app.status
        width = self.size.width
        place = Content.assemble(render.line(self.place, "bold"), (" ▾" if self.choosable else "", "$muted"))
        left = Content.assemble((" Message Center ", "bold $accent"), "  ", place)
        unread = status.badge.threads
        all_read = _ALL_READ if status.badge.known else Content.empty()
        parts = [
            Content.styled(f"● {render.badge(unread)} unread", "bold $accent") if unread else all_read,
            Content.styled(status.mail and f"✉ {status.mail}", "bold $warning" if status.attention else "$muted"),
        ]
        if status.away:
            parts = [AWAY if width >= NARROW else AWAY_SHORT]
        elif status.damaged:
            parts = [parts[0], DAMAGED]
        if width < NARROW:
            left = Content.assemble(" ", render.line(self.place or "Message Center", "bold $accent"))
        between = Content("    " if width >= 100 else "  ")
        shown = [part for part in parts if part]
        # Who acts is always said, a long name by its beginning: the count and the mail matter more than its end.
        # Where there is no room even so the count goes first, then how the mail does.
        name = render.line(app.actor.name if app.services.actor else "")
        if self.place and left.cell_length + between.join([*shown, name]).cell_length + 2 > width >= NARROW:
            left = Content.assemble(" ", place)  # where one is says more than the name of the program
        room = width - min(left.cell_length, width // 2) - between.join([*shown, Content("   ")]).cell_length
        name = name.truncate(max(LEAST_NAME, room), ellipsis=True)
        while shown and between.join([*shown, name]).cell_length > width - LEAST_PLACE:
            shown.pop(0)
        return render.ends(left, Content.assemble(between.join([*shown, name]), " "), width)


NARROW = 72
"""On fewer cells than that only the place is named, not the program."""
LEAST_PLACE = 12
"""Cells that the place keeps, whatever stands beside it."""
LEAST_NAME = 12
"""Cells that the name of who acts keeps."""

DAMAGED = Content.styled("⚠ damaged, only read", "bold $error")
AWAY = Content.styled("⚠ the store does not answer, trying again", "bold $error")
AWAY_SHORT = Content.styled("⚠ no answer, trying again", "bold $error")
_ALL_READ = Content.styled("nothing unread", "$muted")
