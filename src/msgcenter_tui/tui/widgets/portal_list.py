"""The threads of a client, in the portal's own accent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.content import Content, Span
from textual.style import Style

from msgcenter_tui.domain import ThreadRow
from msgcenter_tui.tui.widgets.thread_list import ThreadList


class PortalList(ThreadList):
    """A ThreadList that tells neither places nor counts of others (V5)."""

    def __init__(self, *, now: datetime, zone: tzinfo | None = None, id: str | None = None) -> None:
        super().__init__(now=now, zone=zone, id=id)
        self.in_portal = True

    def draw(self, row: ThreadRow, width: int, chosen: bool) -> Sequence[Content]:
        return [_in_portal_colours(line) for line in super().draw(row, width, chosen)]


def _in_portal_colours(line: Content) -> Content:
    return Content(line.plain, spans=[Span(span.start, span.end, _recoloured(span.style)) for span in line.spans])


def _recoloured(style: Style | str) -> Style | str:
    return style.replace("$accent", "$portal") if isinstance(style, str) else style
