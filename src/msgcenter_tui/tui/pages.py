"""What a list has read of something longer than itself, page by page, and how it is read again.

    pages = Pages(page_of, clients.row_id)      # page_of(limit, after) reads one keyset page
    await pages.again(*clients.seen)            # after a change
    await pages.further()                       # near the end

However far down somebody is, reading again costs a page or two: what stands before those seen stays as it was until it
is seen, what stands behind them is read when it is wanted. No row stands there twice, and none is left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Generic, TypeVar

from msgcenter_tui.domain import Page

Row = TypeVar("Row")

FAR = 2000
"""So many rows further a list is read for one row of it."""


class Pages(Generic[Row]):
    """`rows` are what was read so far; those before `fresh_from` as an earlier reading had them."""

    def __init__(
        self,
        read: Callable[[int, str | None], Awaitable[Page[Row]]],
        row_id: Callable[[Row], str],
        *,
        page: int = 100,
        first: int = 70,
        most: int = 1000,
    ) -> None:
        """Rows are read by the `page`, the `first` page alone for whoever waits for it; of up to `most` rows all are
        read again, of more those seen.
        """
        self._read = read
        self._row_id = row_id
        self._page, self._first, self._most = page, min(page, first), most
        self._begins: list[tuple[int, str | None]] = [(0, None)]
        """Where each page begins: the number of its first row, and the cursor behind which it was read."""
        self._next: str | None = None
        self._readings = 0
        self._known: set[str] = set()
        self.rows: list[Row] = []
        self.fresh_from = 0

    @property
    def more(self) -> bool:
        """There are others behind them."""
        return self._next is not None

    async def again(self, first: int = 0, last: int = 0) -> None:
        """Read again from the page of the row numbered `first` to that of the row numbered `last`, or from the top."""
        self._readings += 1
        begins = self._begins if last >= self._most else self._begins[:1]
        before = [one for one in begins if one[0] <= first]
        start, after = before[-1]
        pages, fresh = before, list[Row]()
        while True:
            wanted = last + 1 - start - len(fresh)
            many = self._first if not self._known else ceil(max(1, wanted) / self._page) * self._page
            page = await self._read(min(self._most, many), after)
            fresh += page.items
            after = page.next
            if after is None or start + len(fresh) > last:
                break
            pages = [*pages, (start + len(fresh), after)]
        self._keep(start, pages, fresh)
        self._next = after

    async def up_to(self, *row_ids: str) -> None:
        """Read further until one of these rows is there, or too much is."""
        enough = len(self.rows) + FAR
        while self.more and self._known.isdisjoint(row_ids) and len(self.rows) < enough:
            await self.further()

    def _keep(self, start: int, pages: list[tuple[int, str | None]], fresh: list[Row]) -> None:
        """What stands before, but for what has come to stand among the fresh; then these."""
        ids = {self._row_id(row) for row in fresh}
        moved = [number for number, row in enumerate(self.rows[:start]) if self._row_id(row) in ids]
        for number in reversed(moved):
            del self.rows[number]
        self._begins = [(number - bisect_left(moved, number), cursor) for number, cursor in pages]
        self.fresh_from = start - len(moved)
        self.rows = [*self.rows[: self.fresh_from], *fresh]
        self._known = {self._row_id(row) for row in self.rows}

    async def further(self) -> list[Row]:
        """Read one page more: its rows, but for those that stand there already."""
        readings, after = self._readings, self._next
        if after is None:
            return []
        page = await self._read(self._page, after)
        if (readings, after) != (self._readings, self._next):
            return []  # meanwhile all was read again, or this was: what comes behind it is another page now
        new = [row for row in page.items if self._row_id(row) not in self._known]
        self._begins.append((len(self.rows), after))
        self._known.update(map(self._row_id, new))
        self.rows += new
        self._next = page.next
        return new
