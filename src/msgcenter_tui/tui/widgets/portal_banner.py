"""The banner across the top of a client's portal: whose it is and in which mode, so that nobody mistakes the sides."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from msgcenter_tui.domain import Actor, Badge
from msgcenter_tui.tui import render
from msgcenter_tui.tui.views import View

_LEAST = 4
"""Cells of a name at least."""


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
        return self._of_client(actor, self.size.width)

    def _of_client(self, actor: Actor, width: int) -> Content:
        """In the longest words that fit. The name gives way last, and the mode never."""
        name = render.line(actor.name, "bold")
        rights = self._right("leave"), self._right("leave", quiet=True)
        modes = ("Client portal of ", _mode(actor)), ("", "view as" if actor.viewing else "signed in")
        forms = [(*mode, right) for mode in modes for right in rights]
        fitting = (form for form in forms if _room(*form, width) >= name.cell_length)
        words, mode, right = next(fitting, forms[-1])
        name = name.truncate(max(_room(words, mode, right, width), _LEAST), ellipsis=True)
        return render.ends(Content.assemble(" ▛ ", (words, "bold"), name, f" — {mode}"), right, width)

    def _right(self, back: str, *, quiet: bool = False) -> Content:
        """`quiet`: without a word where there is nothing unread."""
        unread = self.badge.threads
        words = f"● {render.badge(unread)} unread" if unread else "nothing unread"
        if not self.badge.known or (quiet and not unread):
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


def _mode(actor: Actor) -> str:
    if actor.viewing:
        return "view as, read only"
    return "signed in as them" if actor.by is not None else "signed in"


def _room(words: str, mode: str, right: Content, width: int) -> int:
    """Cells for a name between these."""
    return width - len(f" ▛ {words} — {mode}  ") - right.cell_length
