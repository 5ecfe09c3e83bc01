"""The banner across the top of a client's portal: whose it is and in which mode, so that nobody mistakes the sides."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from msgcenter_tui.domain import Actor, Badge
from msgcenter_tui.tui import render


class PortalBanner(Widget):
    """One line in the portal's own accent; `badge` is the client's."""

    ALLOW_SELECT = False

    badge: reactive[Badge] = reactive(Badge(0, 0))

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self._actor = actor

    def render(self) -> RenderResult:
        actor = self._actor
        if actor.viewing:
            mode = "view as, read only"
        elif actor.by is not None:
            mode = "signed in as them"
        else:
            mode = "signed in"
        unread = self.badge.threads
        words = f"● {render.badge(unread)} unread" if unread else "nothing unread"
        width = self.size.width
        name = render.line(f"Client portal of {render.plain(actor.name)}", "bold")
        if width < 80:
            name = render.line(actor.name, "bold")
            mode = "view as" if actor.viewing else "signed in"
        left = Content.assemble(" ▛ ", name, f" — {mode}")
        right = Content.assemble((words, "bold" if unread else ""), "   esc leave ▜ ")
        return render.ends(left, right, width)
