"""A list of rows drawn line by line: any number of them, keyset pages, a cursor that survives a refresh.

    class ClientList(RowList[Client]):
        HEIGHT = 1                                  # lines a row
        def row_id(self, row: Client) -> str: return row.id
        def draw(self, row: Client, width: int, chosen: bool) -> Sequence[Content]: ...   # HEIGHT lines

    clients.show(page.items, more=page.next is not None)      # keeps the cursor on the same row, and the place
    clients.add(page.items, more=...)                         # the next page, after a RowList.MoreWanted

It posts `Moved` when the cursor comes to another row, `Opened` on Enter or a click on the cursor's row, `MoreWanted`
near the end. Draw foreign text with render.py only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from msgcenter_tui.tui import keys
from msgcenter_tui.tui.widgets.drawn_rows import DrawnRows, Row

AHEAD = 30
"""So many rows before the end the next page is asked for."""


def in_list(focused: Widget | None) -> bool:
    """Whether the hand is in a list or the field that narrows it, or nowhere; not in what stands beside them."""
    return focused is None or isinstance(focused, (RowList, Input))


class RowList(DrawnRows[Row], can_focus=True):
    """Base of the lists; subclasses say how a row is drawn and known again."""

    BINDINGS = keys.bindings("list")
    ALLOW_SELECT = False

    @dataclass
    class Moved(Message):
        """The cursor came to another row."""

        list: RowList[Any]
        row: Any
        by_hand: bool
        """Somebody moved it; otherwise the rows changed under it."""

        @property
        def control(self) -> RowList[Any]:
            return self.list

    @dataclass
    class Opened(Message):
        list: RowList[Any]
        row: Any

        @property
        def control(self) -> RowList[Any]:
            return self.list

    @dataclass
    class MoreWanted(Message):
        list: RowList[Any]

        @property
        def control(self) -> RowList[Any]:
            return self.list

    @dataclass
    class OldSeen(Message):
        """Rows have come into sight that stand as they were read long ago (`fresh_from`)."""

        list: RowList[Any]

        @property
        def control(self) -> RowList[Any]:
            return self.list

    def __init__(self, *, id: str | None = None, classes: str | None = None, empty: Content | None = None) -> None:
        super().__init__(id=id, classes=classes, empty=empty)
        self.known = False
        """The rows have been shown once; before, an empty list is one that was not read yet."""
        self.more = False
        self.fresh_from = 0
        """The rows before this one stand as they were read some time ago."""
        self._asked = False

    # -- for subclasses ------------------------------------------------------------------------------------------------

    def row_id(self, row: Row) -> str:
        raise NotImplementedError

    # -- rows ----------------------------------------------------------------------------------------------------------

    @property
    def seen(self) -> tuple[int, int]:
        """The numbers of the first row in sight, and of the last, or of the cursor's where that stands behind it."""
        first = self.scroll_offset.y // self.HEIGHT
        return first, max(first + self.size.height // self.HEIGHT, self.cursor)

    @property
    def chosen(self) -> Row | None:
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row], *, more: bool = False, choose: str | None = None) -> None:
        """Replace the rows; the cursor stays on its row (or goes to the one with id `choose`), the place is kept."""
        before = self.chosen
        wanted = choose or (self.row_id(before) if before is not None else None)
        at = next((i for i, row in enumerate(rows) if self.row_id(row) == wanted), None)
        shift = 0 if at is None else at - self.cursor
        as_before = self.looks_as_before()
        same = self.known and as_before and not shift and self.rows == list(rows)
        if not as_before:
            self.forget_drawn()
        self.rows = list(rows)
        self.known = True
        self.more, self._asked = more, False
        self.set_reactive(RowList.cursor, min(self.cursor, max(0, len(self.rows) - 1)) if at is None else at)
        if not same:  # somebody commits all the time while a send is under way, and most of it is nothing to a list
            self._resize()
        if shift and self.scroll_offset.y > 0:
            self.scroll_to(y=self.scroll_offset.y + shift * self.HEIGHT, animate=False, immediate=True)
        after = self.chosen
        if choose is not None or (after and self.row_id(after)) != (before and self.row_id(before)):
            self._reveal()
            self.post_message(self.Moved(self, after, by_hand=False))
        self._want_more()  # fewer rows may be there than before: at their end no key would ask for the others

    def add(self, rows: Sequence[Row], *, more: bool) -> None:
        """The next page, of rows that are not there yet."""
        self.rows += rows
        self.more, self._asked = more, False
        self._resize()

    def begin_anew(self) -> None:
        """What is shown next is another list: the cursor is on its first row."""
        self.rows = []
        self.known = False
        self.set_reactive(RowList.cursor, 0)
        self.scroll_home(animate=False, immediate=True)

    def index_of(self, row_id: str) -> int | None:
        return next((i for i, row in enumerate(self.rows) if self.row_id(row) == row_id), None)

    def _resize(self) -> None:
        size = Size(self.scrollable_content_region.width, len(self.rows) * self.HEIGHT)
        if size != self.virtual_size:
            # As a fact, not as a change of the layout: however many rows there are, the list is as high as it was.
            self.set_reactive(RowList.virtual_size, size)
            if self.is_attached:
                self._scroll_update(size)
        self.refresh()

    # -- moving --------------------------------------------------------------------------------------------------------

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.rows) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        for index in (old, new):
            self._paint_row(index)
        self._reveal()
        self.post_message(self.Moved(self, self.chosen, by_hand=True))
        self._want_more()

    def _paint_row(self, index: int) -> None:
        self.refresh_lines(index * self.HEIGHT, self.HEIGHT)

    def watch_hovered(self) -> None:
        self.refresh()

    def _reveal(self) -> None:
        region = Region(0, self.cursor * self.HEIGHT, max(1, self.virtual_size.width), self.HEIGHT)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def _want_more(self) -> None:
        _, last = self.seen
        if self.more and not self._asked and last >= len(self.rows) - AHEAD:
            self._asked = True
            self.post_message(self.MoreWanted(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value < self.fresh_from * self.HEIGHT:
            self.fresh_from = 0  # told once: the next reading says it anew
            self.post_message(self.OldSeen(self))
        self._want_more()

    def on_resize(self) -> None:
        self._resize()
        self._want_more()

    def paint_focus(self) -> None:
        self._paint_row(self.cursor)

    def _page(self) -> int:
        return max(1, self.size.height // self.HEIGHT - 1)

    def action_list_up(self) -> None:
        self.cursor -= 1

    def action_list_down(self) -> None:
        self.cursor += 1

    def action_list_page_up(self) -> None:
        self.cursor -= self._page()

    def action_list_page_down(self) -> None:
        self.cursor += self._page()

    def action_list_first(self) -> None:
        self.cursor = 0

    def action_list_last(self) -> None:
        self.cursor = len(self.rows) - 1

    def action_list_open(self) -> None:
        if self.chosen is not None:
            self.post_message(self.Opened(self, self.chosen))

    # -- mouse ---------------------------------------------------------------------------------------------------------

    def _row_at(self, event: events.MouseEvent) -> int | None:
        """The row under the mouse."""
        place = event.get_content_offset(self)
        row = None if place is None else (self.scroll_offset.y + place.y) // self.HEIGHT
        return row if row is not None and row < len(self.rows) else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self._row_at(event)

    def on_leave(self) -> None:
        self.hovered = None

    def on_click(self, event: events.Click) -> None:
        row = self._row_at(event)
        if row is None:
            return
        if row == self.cursor:
            self.action_list_open()
        else:
            self.cursor = row
