"""The banner across the top of a client's portal: whose it is and in which mode, so that nobody mistakes the sides."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from msgcenter_tui.domain import Actor, Badge
from msgcenter_tui.tui import render
from msgcenter_tui.tui.views import View


class PortalBanner(Widget):
    """One line in the portal's own accent; `badge` is the client's.

    Of a portal as it was or would be it tells so first, and below what of that time is not kept.
    """

    ALLOW_SELECT = False

    badge: reactive[Badge] = reactive(Badge(0, 0, known=False))

    def __init__(self, actor: Actor, view: View | None = None, *, key: str) -> None:
        """`key` leads back."""
        super().__init__()
        self._key = key
        self._actor = actor
        self._view = view

    def show(self, actor: Actor, view: View | None) -> None:
        """The same banner over another look."""
        self._actor, self._view = actor, view
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        actor = self._actor
        if self._view is not None and self._view.words:
            return self._of_view(self._view)
        if actor.viewing:
            mode = "view as, read only"
        elif actor.by is not None:
            mode = "signed in as them"
        else:
            mode = "signed in"
        width = self.size.width
        name = render.line(f"Client portal of {render.plain(actor.name)}", "bold")
        if width < 80:
            name = render.line(actor.name, "bold")
            mode = "view as" if actor.viewing else "signed in"
        return render.ends(Content.assemble(" ▛ ", name, f" — {mode}"), self._right("leave"), width)

    def _right(self, back: str) -> Content:
        unread = self.badge.threads
        words = f"● {render.badge(unread)} unread" if unread else "nothing unread"
        if not self.badge.known:
            return Content(f"{self._key} {back} ▜ ")
        return Content.assemble((words, "bold" if unread else ""), f"   {self._key} {back} ▜ ")

    def _of_view(self, view: View) -> Content:
        width = self.size.width
        portal = "Client portal " if width >= 100 and view.words.startswith("if ") else ""
        portal = portal or ("Client portal of " if width >= 100 else "")
        left = Content.assemble(" ▛ ", portal, render.line(view.words, "bold"), " — view as" if width >= 80 else "")
        lines = [render.ends(left, self._right("back"), width)]
        if told := "; ".join(view.not_kept):
            lines.append(Content.assemble("   ", render.line(f"{told[:1].upper()}{told[1:]}.")))
        return Content("\n").join(lines)
