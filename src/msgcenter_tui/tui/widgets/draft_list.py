"""The list of drafts: whom each is for, what it says, when it was last written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import Draft, ThreadId
from msgcenter_tui.tui import render, render_draft
from msgcenter_tui.tui.widgets.marking import Marking


class DraftList(Marking[Draft]):
    HEIGHT = 2

    def __init__(self, *, now: datetime, zone: tzinfo | None = None, id: str | None = None) -> None:
        super().__init__(
            id=id, empty=Content.styled("No drafts.\n\nWhat you begin to write is kept here\nby itself.", "$muted")
        )
        self.now = now
        self.zone = zone
        self.subjects: Mapping[ThreadId, str] = {}
        """The subjects of the threads that are known."""

    def row_id(self, row: Draft) -> str:
        return row.id

    def looks(self) -> object:
        return dict(self.subjects), self.now.replace(second=0, microsecond=0)

    def draw(self, row: Draft, width: int, chosen: bool) -> Sequence[Content]:
        gutter = Content.styled("▌", "$accent") if chosen else Content(" ")
        time = Content.styled(f"{render.when(row.at, self.now, self.zone)} ", "$muted")
        first = Content.assemble(gutter, "  ", self._title(row))
        words = render.line(row.body[:200] or "(nothing written yet)", "$muted")
        second = Content.assemble(gutter, "  ", Content.styled(self._whom(row), "$secondary"), "  ", words)
        return self.signed(row, (render.ends(first, time, width), second))

    def _title(self, row: Draft) -> Content:
        if row.thread is not None:
            return Content(self.subjects.get(row.thread, "Reply"))
        return Content.styled(render.subject(words=row.subject), "" if row.subject.strip() else "$muted")

    def _whom(self, row: Draft) -> str:
        if row.thread is not None:
            return "reply"
        broadcast = row.recipients is not None and row.recipients.kind.broadcast
        return f"⌂ {render_draft.to_whom(row)}" if broadcast else render_draft.to_whom(row)
