"""The list of threads: two lines each, what is unread bold with a dot, the chosen one marked in the gutter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import ThreadId, ThreadKind, ThreadRow
from msgcenter_tui.tui import render
from msgcenter_tui.tui.widgets.marking import Marking
from msgcenter_tui.tui.widgets.row_list import RowList

ROOM_FOR_WORDS = 46
"""From so many cells on, the lock has a word beside its sign."""

ROOM_FOR_PLACES = 60
MOST_PLACE = (12, 16)
"""So much of a workspace's name, where several are listed, and from so many cells on: the preview needs the room."""


class ThreadList(RowList[ThreadRow]):
    """Threads as one reader sees them; the same in the inbox and in a portal (without counts and places there)."""

    HEIGHT = 2

    def __init__(
        self, *, now: datetime, zone: tzinfo | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.now = now
        self.zone = zone
        self.drafts: Mapping[ThreadId, str] = {}
        """What the reader has begun to write, by thread."""
        self.show_workspace = False
        """Several workspaces are listed: a broadcast says of which it is."""
        self.in_portal = False
        """A client looks: who else got it is not told (V5)."""

    def row_id(self, row: ThreadRow) -> str:
        return row.id

    def looks(self) -> object:
        return dict(self.drafts), self.show_workspace, self.empty.plain, self.now.replace(second=0, microsecond=0)

    def draw(self, row: ThreadRow, width: int, chosen: bool) -> Sequence[Content]:
        gutter = Content.styled("▌", "$accent") if chosen else Content(" ")
        return self._first(row, width, gutter), self._second(row, width, gutter)

    def _first(self, row: ThreadRow, width: int, gutter: Content) -> Content:
        dot = Content.styled("● ", "bold $accent") if row.unread else Content("  ")
        has_subject = bool(row.subject and row.subject.strip())
        subject = Content.styled(
            render.subject(row),
            ("bold" if row.unread else "") if has_subject else "bold $muted" if row.unread else "$muted",
        )
        count = f"{render.badge(row.unread)} · " if row.unread > 1 else ""
        time = render.when(row.last_at, self.now, self.zone)
        end = Content.styled(f"{count}{time} ", "$accent" if row.unread else "$muted")
        return render.ends(Content.assemble(gutter, dot, subject), end, width)

    def _second(self, row: ThreadRow, width: int, gutter: Content) -> Content:
        parts = [gutter, Content("  ")]
        if not self.in_portal:
            parts.append(Content.styled(self._whom(row, width), "$secondary"))
        if row.locked:
            words = "▣ locked" if width >= ROOM_FOR_WORDS and not self.show_workspace else "▣"
            parts.append(Content.styled(words if self.in_portal else f" {words}", "$muted"))
        if len(parts) > 2:
            parts.append(Content("  "))
        draft = self.drafts.get(row.id)
        if draft is not None:
            parts += [Content.styled("draft: ", "$warning"), render.line(draft[:200], "$muted")]
        else:
            author = f"{render.plain(row.last_author)}: " if row.last_author and not self._named(row) else ""
            parts.append(Content.styled(author + render.plain(row.preview), "$muted"))
        return Content.assemble(*parts)

    def _named(self, row: ThreadRow) -> bool:
        """The line begins with the author's name already: a direct thread with one other person."""
        return not self.in_portal and row.kind is ThreadKind.DIRECT and [*row.people] == [row.last_author]

    def _whom(self, row: ThreadRow, width: int) -> str:
        if row.kind is ThreadKind.DIRECT:
            return render.to_whom(row)
        if not self.show_workspace:
            return f"⌂ {render.to_whom(row)}"
        place = render.plain(row.workspace_name)
        most = MOST_PLACE[width >= ROOM_FOR_PLACES]
        return f"⌂ {render.to_whom(row)}, {place if len(place) <= most else place[: most - 1].rstrip() + '…'}"


class MarkedThreadList(Marking[ThreadRow], ThreadList):
    """The inbox's, where several threads can be marked."""
