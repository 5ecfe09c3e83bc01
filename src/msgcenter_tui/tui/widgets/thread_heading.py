"""Over a conversation: subject, whom it goes to and the lock; below, where and who. A long subject takes more lines."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from msgcenter_tui.domain import PersonId, Thread, ThreadKind, ThreadState
from msgcenter_tui.tui import render


class ThreadHeading(Widget):
    """`show(thread, reader)`; in a portal it tells neither the workspace's figures nor who else got it (V5)."""

    def __init__(self, *, in_portal: bool = False) -> None:
        super().__init__()
        self.in_portal = in_portal
        self.thread: Thread | None = None
        self.reader: PersonId | None = None

    def show(self, thread: Thread, reader: PersonId | None) -> None:
        before = self.get_content_height(Size(), Size(), self.content_size.width)
        self.thread, self.reader = thread, reader
        now = self.get_content_height(Size(), Size(), self.content_size.width)
        self.refresh(layout=now != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 2 if self.thread is None else len(self._lines(self.thread, max(1, width)))

    def render(self) -> RenderResult:
        if self.thread is None:
            return Content.empty()
        width, height = max(1, self.content_size.width), self.content_size.height
        lines = self._lines(self.thread, width)
        if len(lines) > height:  # where there is little room
            lines = [render.ends(self._subject(self.thread), self._signs(self.thread), width), lines[-1]]
        return Content("\n").join(lines)

    def _lines(self, thread: Thread, width: int) -> list[Content]:
        subject, signs = self._subject(thread), self._signs(thread)
        about = self._about(thread, width)
        if subject.cell_length + signs.cell_length < width:
            return [render.ends(subject, signs, width), about]
        return [*subject.wrap(width), *([signs] if signs else []), about]

    def _subject(self, thread: Thread) -> Content:
        has_subject = bool(thread.subject and thread.subject.strip())
        return Content.styled(render.subject(thread), "bold" if has_subject else "$muted")

    def _signs(self, thread: Thread) -> Content:
        signs: list[Content] = []
        if thread.state is ThreadState.DELETED:
            signs.append(Content.styled("✗ deleted", "bold $error"))
        if thread.kind.broadcast and not self.in_portal:
            signs.append(Content.styled(f"⌂ {thread.kind.called}", "$secondary"))
        if thread.locked:
            signs.append(Content.styled("▣ locked", "$warning"))
        return Content("  ").join(signs)

    def _about(self, thread: Thread, width: int) -> Content:
        """Where it is, and who is in it or sees it: for that a long name of a workspace gives way, down to a third."""
        where, who = render.plain(thread.workspace_name), self._who(thread)
        if self.in_portal:
            where, who = ("", who) if thread.kind is ThreadKind.DIRECT else (where, "")
        between = " · " if where and who else ""
        room = max(width // 3, width - Content(between + who).cell_length)
        name = Content(where).truncate(room, ellipsis=True).plain
        return Content.styled(name + between + who, "$muted").truncate(width, ellipsis=True)

    def _who(self, thread: Thread) -> str:
        if thread.kind is ThreadKind.DIRECT:
            others = [person.name for person in thread.people if person.id != self.reader]
            return f"with {render.names(others, limit=6)}" if others else "nobody else is in it"
        those = thread.readers
        if those is None:
            return ""
        if thread.state is ThreadState.DELETED:
            return "nobody sees it"
        if those.clients is None:
            return render.counted(those.sees, "team member")
        return f"{render.counted(those.clients, 'client')}: {render.counted(those.sees, 'sees', 'see')} it in a portal"
