"""A list that is longer than what is read of it: it is read page by page as one goes down."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on

from msgcenter_tui.domain import Page
from msgcenter_tui.tui.pages import Pages
from msgcenter_tui.tui.screens.narrowed import Narrowed
from msgcenter_tui.tui.screens.room import Room
from msgcenter_tui.tui.widgets.row_list import RowList


class Paged(Narrowed):
    """Subclasses read a page of the list; their `reread` reads it and shows it.

    async def reread(self) -> None:
        if await self.read_list():
            self.listed.empty = ...
            self.show_list()
    """

    SIZES: ClassVar[dict[str, int]] = {}
    """Of the pages, where they are not the usual ones (`Pages`)."""
    _pages: Pages[Any] | None = None

    async def page_of(self, limit: int, after: str | None) -> Page[Any]:
        """Narrowed as the list is to be now."""
        raise NotImplementedError

    async def read_list(self, choose: str | None = None) -> bool:
        """Read again what is seen of the list; False where it was narrowed otherwise meanwhile: it is read again.

        The row that is to be chosen in it (by `show_list`) is read, too.
        """
        narrowing = self.narrowing
        pages = self._pages if narrowing == self._narrowed else None
        if pages is None:
            pages = Pages(self.page_of, self.listed.row_id, **self.SIZES)
            await pages.again()
        else:
            await pages.again(*self.listed.seen)
            # Somebody may have gone down meanwhile, or new rows have pushed the cursor's down; where that is gone, the
            # next one stands in for it.
            if at_cursor := [self.listed.row_id(row) for row in self.listed.rows[self.listed.cursor :]]:
                await pages.up_to(*at_cursor)
        if choose is not None:
            await pages.up_to(choose)
        if narrowing != self.narrowing:
            return False
        self.narrowed_by(*narrowing)
        self._pages = pages
        return True

    def show_list(self, choose: str | None = None) -> None:
        assert self._pages is not None
        self.listed.show(self._pages.rows, more=self._pages.more, choose=choose)
        self.listed.fresh_from = self._pages.fresh_from

    @on(RowList.MoreWanted)
    def _more_wanted(self) -> None:
        self.do(self._read_more(), group="more", exclusive=True)

    async def _read_more(self) -> None:
        if (pages := self._pages) is not None:
            further = await pages.further()
            if pages is self._pages:
                self.listed.add(further, more=pages.more)

    @on(RowList.OldSeen)
    def _old_seen(self) -> None:
        self.reread_soon()


class PagedRoom(Room, Paged):  # in this order: Textual finds the styles of a screen by its first base
    """A room with such a list."""
