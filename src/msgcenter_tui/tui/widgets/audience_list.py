"""An audience in columns: who, whether they see it, were notified and have read it, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import AudienceRow, Prospect
from msgcenter_tui.tui import render_audience
from msgcenter_tui.tui.widgets.table_list import Column, TableList

MOST_NAME = 28
"""Cells of a name, where there is more room it is the reason's."""
MOST_NOTIFIED = 25
"""Cells of the longest state and both channels, the second with a sign of its own before it."""


class AudienceList(TableList[AudienceRow]):
    COLUMNS = (
        Column("name", "Name", most=MOST_NAME),
        Column("status", "Status", 8, from_width=76),
        Column("sees", "Sees", 5),
        Column("notified", "Notified", MOST_NOTIFIED),
        Column("read", "Read", 11),
        Column("why", "Why not", from_width=96),
    )

    def __init__(self, *, clock: Callable[[], datetime], zone: tzinfo | None) -> None:
        super().__init__()
        self._clock = clock
        self._zone = zone

    def row_id(self, row: AudienceRow) -> str:
        return row.person.id

    def cells(self, row: AudienceRow) -> Mapping[str, Content]:
        return render_audience.cells(row, self._clock(), self._zone)


class ProspectList(TableList[Prospect]):
    COLUMNS = (
        Column("name", "Name", most=MOST_NAME),
        Column("status", "Status", 8, from_width=56),
        Column("notified", "Will be notified", 16),
        Column("portal", "Portal", 10, from_width=44),
        Column("why", "Why not", from_width=72),
    )

    def row_id(self, row: Prospect) -> str:
        return row.person.id

    def cells(self, row: Prospect) -> Mapping[str, Content]:
        return render_audience.prospect_cells(row)
