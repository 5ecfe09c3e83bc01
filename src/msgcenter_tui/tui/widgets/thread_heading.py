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
        about = self._about(thread).truncate(width, ellipsis=True)
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
            signs.append(Content.styled(f"⌂ {render.KIND_WORDS[thread.kind]}", "$secondary"))
        if thread.locked:
            signs.append(Content.styled("▣ locked", "$warning"))
        return Content("  ").join(signs)

    def _about(self, thread: Thread) -> Content:
        if thread.kind is ThreadKind.DIRECT:
            others = [person.name for person in thread.people if person.id != self.reader]
            words = f"with {render.names(others, limit=6)}" if others else "nobody else is in it"
            return Content.styled(
                words if self.in_portal else f"{render.plain(thread.workspace_name)} · {words}", "$muted"
            )
        if self.in_portal:
            return Content.styled(render.plain(thread.workspace_name), "$muted")
        parts = [render.plain(thread.workspace_name)]
        if (those := thread.readers) is not None and thread.state is ThreadState.DELETED:
            parts.append("nobody sees it")
        elif those is not None and those.clients is not None:
            see = f"{render.counted(those.sees, 'sees', 'see')} it in a portal"
            parts.append(f"{render.counted(those.clients, 'client')}: {see}")
        elif those is not None:
            parts.append(render.counted(those.sees, "team member"))
        return Content.styled(" · ".join(parts), "$muted")
