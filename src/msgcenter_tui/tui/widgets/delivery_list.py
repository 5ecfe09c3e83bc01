"""The deliveries in columns: whose, by which channel, in which state, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import Channel, Delivery
from msgcenter_tui.tui import render_ledger
from msgcenter_tui.tui.widgets.marking import Marking
from msgcenter_tui.tui.widgets.table_list import Column, TableList, fit, lay_out


class DeliveryList(Marking[Delivery], TableList[Delivery]):
    COLUMNS = (
        Column("mark", "", 1),
        Column("who", "To"),
        Column("channel", "By", 6),
        Column("state", "State", 12),
        Column("when", "When", 10),
        Column("thread", "Thread", from_width=66),
        Column("why", "Why", from_width=100),
    )

    def __init__(self, *, clock: Callable[[], datetime], zone: tzinfo | None) -> None:
        super().__init__(empty=Content("Loading …"))
        self._clock = clock
        self._zone = zone
        self.stopped: Mapping[Channel, str] = {}
        """Channels that send nothing now, each with the reason (N13)."""
        self.by_thread = False
        """Where those of one thread follow each other, its subject stands beside the first of them only."""

    def row_id(self, row: Delivery) -> str:
        return row.id

    def cells(self, row: Delivery) -> Mapping[str, Content]:
        return render_ledger.cells(row, row.id in self.marked, self._clock(), self._zone, self.stopped)

    def draw(self, row: Delivery, width: int, chosen: bool) -> Sequence[Content]:
        cells = dict(self.cells(row))
        if self.by_thread and (at := self.index_of(row.id)) and self.rows[at - 1].thread == row.thread:
            cells["thread"] = Content.styled("″", "$muted")
        return [lay_out(fit(self.COLUMNS, width), cells, chosen=chosen)]
