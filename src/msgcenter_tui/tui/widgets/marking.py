"""Marks in a list: of one row, of a range, of all that are loaded; what is done then is done to the marked ones.

    class DeliveryList(Marking[Delivery], TableList[Delivery]): ...

A mark is kept by the row's id, also while the row is scrolled away or not read again; a row that has left the list
loses its mark, which is told (`Gone`). What is another list (`begin_anew`) begins without marks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.widgets.drawn_rows import Row
from msgcenter_tui.tui.widgets.row_list import RowList

SIGN = Content.styled("✓", "bold $accent")


class _Range(NamedTuple):
    """A range that grows and shrinks with the cursor, as long as nothing else moves that."""

    begin: str
    before: frozenset[str]
    """What was marked without it."""
    end: str


class Marking(RowList[Row]):
    """Mixed in before the list whose rows can be marked: the sign stands in the first cell of a marked row."""

    BINDINGS = keys.bindings("marks")

    @dataclass
    class Changed(Message):
        """Other rows are marked than before."""

        list: Marking[Any]

        @property
        def control(self) -> Marking[Any]:
            return self.list

    @dataclass
    class Gone(Message):
        """These rows were marked, and are in the list no more."""

        list: Marking[Any]
        rows: Sequence[Any]

        @property
        def control(self) -> Marking[Any]:
            return self.list

    _range: _Range | None = None
    _marked_last: str | None = None

    @cached_property
    def marked(self) -> dict[str, Row]:
        """The marked rows by their ids, each as it was read last, in the order in which they were marked."""
        return {}

    def unmark(self, row_ids: Collection[str]) -> None:
        self._mark({row_id: row for row_id, row in self.marked.items() if row_id not in row_ids})

    def unmark_all(self) -> None:
        self._mark({})

    def _mark(self, marked: dict[str, Row], extends: _Range | None = None) -> None:
        self._range = extends
        if marked.keys() != self.marked.keys():
            self.marked = marked
            self.redraw()
            self.post_message(self.Changed(self))

    # -- as rows come and go -------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[Row], *, more: bool = False, choose: str | None = None) -> None:
        gone = self._gone(rows, more=more) if self.marked else []
        super().show(rows, more=more, choose=choose)
        if self.marked:
            self.marked.update({row_id: row for row in rows if (row_id := self.row_id(row)) in self.marked})
        if gone:
            self.post_message(self.Gone(self, [self.marked[row_id] for row_id in gone]))
            self.unmark(gone)

    def _gone(self, rows: Sequence[Row], *, more: bool) -> list[str]:
        """Marked rows that are not among these, and do not stand behind them, where it was not read again."""
        there = {self.row_id(row) for row in rows}
        missing = [row_id for row_id in self.marked if row_id not in there]
        if not missing or not more:
            return missing
        places = {self.row_id(row): place for place, row in enumerate(self.rows)}
        reach = max((place for row_id, place in places.items() if row_id in there), default=-1)
        return [row_id for row_id in missing if places.get(row_id, reach) < reach]

    def begin_anew(self) -> None:
        super().begin_anew()
        self.unmark_all()

    def draw(self, row: Row, width: int, chosen: bool) -> Sequence[Content]:
        return self.signed(row, super().draw(row, width, chosen))

    def signed(self, row: Row, lines: Sequence[Content]) -> Sequence[Content]:
        """The lines of a row, a marked one with its sign."""
        return [Content.assemble(SIGN, lines[0][1:]), *lines[1:]] if self.row_id(row) in self.marked else lines

    # -- by key and mouse ----------------------------------------------------------------------------------------------

    def action_list_mark(self) -> None:
        if self.chosen is not None:
            self._turn(self.cursor)
            self.cursor += 1

    def _turn(self, place: int) -> None:
        """Mark the row, or take its mark away."""
        row_id = self._marked_last = self.row_id(self.rows[place])
        if row_id in self.marked:
            self.unmark([row_id])
        else:
            self._mark({**self.marked, row_id: self.rows[place]})

    def action_list_mark_up(self) -> None:
        self._extend(-1)

    def action_list_mark_down(self) -> None:
        self._extend(1)

    def _extend(self, step: int) -> None:
        """The range that began where the cursor stood, to the row that it comes to; going back makes it smaller."""
        if self.chosen is None:
            return
        here, extends = self.row_id(self.chosen), self._range
        if extends is None or extends.end != here:
            extends = _Range(here, frozenset(self.marked), here)
        begin = self.index_of(extends.begin)
        self.cursor += step
        kept = {row_id: row for row_id, row in self.marked.items() if row_id in extends.before}
        end = self._marked_last = self.row_id(self.rows[self.cursor])
        self._mark(kept | self._between(self.cursor if begin is None else begin), extends._replace(end=end))

    def _between(self, place: int) -> dict[str, Row]:
        """The rows from that place to the cursor."""
        begin, end = sorted((place, self.cursor))
        return {self.row_id(row): row for row in self.rows[begin : end + 1]}

    def mark_to_here(self) -> None:
        """From the one that was marked last, or the first, up to the one under the cursor."""
        last = self.index_of(self._marked_last) if self._marked_last is not None else None
        self._mark(self.marked | self._between(last or 0))

    def action_list_mark_all(self) -> None:
        everything = {self.row_id(row): row for row in self.rows}
        self._mark({} if self.marked.keys() >= everything.keys() else self.marked | everything)

    def on_click(self, event: events.Click) -> None:
        row = self._row_at(event)
        if row is not None and event.ctrl:
            event.prevent_default()  # that of the list opens a row, or goes to it
            self._turn(row)


class MarkedLine(Static):
    """At the foot of a list: how many are marked, or how far what is done to them is; else it is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def tell(self, marking: Marking[Any], does: Mapping[str, str]) -> None:
        """`does` is what keys do to the marked rows."""
        count = len(marking.marked)
        self.display = count > 0
        words = f" {render.number(count)} marked"
        if marking.more and count >= len(marking.rows):
            words += ", all that are loaded"
        parts = (Content.assemble((f"  {key} ", "bold"), (what, "$muted")) for key, what in does.items())
        self.update(Content.assemble(" ", SIGN, words, *parts))

    def tell_progress(self, words: str) -> None:
        self.display = True
        self.update(Content.styled(f" {words}", "$muted"))
