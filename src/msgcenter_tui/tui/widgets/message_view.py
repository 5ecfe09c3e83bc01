"""One message, and the lines between messages: days, and where the unread begins."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from msgcenter_tui.domain import Message, PersonKind
from msgcenter_tui.tui import render


class MessageView(Widget):
    """A message as its reader sees it, with the author's header unless it shares the one above (M2, T5)."""

    def __init__(self, message: Message, *, header: bool, in_portal: bool, zone: tzinfo | None) -> None:
        super().__init__(classes="" if header else "-shares-header")
        self.message = message
        self.header = header
        self.in_portal = in_portal
        self.zone = zone
        self._built: tuple[int, Content] | None = None

    def show(self, message: Message, *, header: bool) -> None:
        """The message changed, or what stands above it."""
        if message == self.message and header == self.header:
            return
        self.message, self.header, self._built = message, header, None
        self.set_class(not header, "-shares-header")
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._content(max(1, width)).get_height({}, max(1, width))

    def render(self) -> RenderResult:
        return self._content(max(1, self.content_size.width))

    def _content(self, width: int) -> Content:
        if self._built is None or self._built[0] != width:
            parts = [self._body()]
            if self.header:
                parts.insert(0, self._heading(width))
            self._built = (width, Content("\n").join(parts))
        return self._built[1]

    def _heading(self, width: int) -> Content:
        message = self.message
        author = Content.assemble(
            render.line(message.author.name, self._own_style() if message.mine else "bold"),
            Content.styled(f"  {self._role()}", "$muted"),
        )
        return render.ends(author, Content.styled(render.clock(message.at, self.zone), "$muted"), width)

    def _own_style(self) -> str:
        """One's own name stands out, on either side in that side's colour: nobody mistakes the sides."""
        return f"bold {_accent(self.in_portal)}"

    def _role(self) -> str:
        if self.in_portal:
            return "you" if self.message.mine else ""
        if self.message.author_role is not None:
            return render.ROLE_WORDS[self.message.author_role]
        return "Client" if self.message.author.kind is PersonKind.CLIENT else ""

    def _body(self) -> Content:
        message = self.message
        if message.deleted:
            return Content.styled("message deleted", "italic $muted")
        # A client's body comes filled in (T5): there is nothing in it to tell apart.
        body = render.block(message.body) if self.in_portal else render.pieces(message.pieces)
        if message.edited_at is None:
            return body
        return Content.assemble(body, Content.styled("  (edited)", "italic $muted"))


class DayLine(Widget):
    """ "──── Today ────"."""

    ALLOW_SELECT = False

    def __init__(self, at: datetime, now: datetime, zone: tzinfo | None) -> None:
        super().__init__()
        self.words = render.day(at, now, zone)

    def show(self, at: datetime, now: datetime, zone: tzinfo | None) -> None:
        words = render.day(at, now, zone)
        if words != self.words:
            self.words = words
            self.refresh()

    def render(self) -> RenderResult:
        return ruled(self.words, self.content_size.width, "$line", "$muted")


class NewLine(Widget):
    """Where the unread messages begin."""

    ALLOW_SELECT = False

    def __init__(self, *, in_portal: bool = False) -> None:
        super().__init__()
        self.in_portal = in_portal

    def render(self) -> RenderResult:
        accent = _accent(self.in_portal)
        return ruled("New", self.content_size.width, accent, f"bold {accent}")


def _accent(in_portal: bool) -> str:
    return "$portal" if in_portal else "$accent"


def ruled(words: str, width: int, rule: str, style: str) -> Content:
    """Words in the middle of a rule as wide as given."""
    room = max(0, width - len(words) - 2)
    left = room // 2
    return Content.assemble(("─" * left, rule), (f" {words} ", style), ("─" * (room - left), rule))
