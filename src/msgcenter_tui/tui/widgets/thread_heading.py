"""The two lines over a conversation: subject, whom it goes to and the lock; below, where and who."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
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
        self.thread, self.reader = thread, reader
        self.refresh()

    def render(self) -> RenderResult:
        if self.thread is None:
            return Content.empty()
        width = max(1, self.content_size.width)
        has_subject = bool(self.thread.subject and self.thread.subject.strip())
        subject = Content.styled(render.subject(self.thread), "bold" if has_subject else "$muted")
        first = render.ends(subject, self._signs(self.thread), width)
        return Content("\n").join([first, self._about(self.thread).truncate(width, ellipsis=True)])

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
        if (those := thread.readers) is not None and those.clients is not None:
            see = f"{render.counted(those.sees, 'sees', 'see')} it in a portal" if those.sees else "nobody sees it"
            parts.append(f"{render.counted(those.clients, 'client')}: {see}")
        elif those is not None:
            parts.append(render.counted(those.sees, "team member") if those.sees else "nobody else sees it")
        return Content.styled(" · ".join(parts), "$muted")
