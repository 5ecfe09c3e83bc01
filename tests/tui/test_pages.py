"""A list that is longer than what is read of it: read again as far as it is seen, whatever changes meanwhile."""

from __future__ import annotations

import asyncio
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from msgcenter_tui.domain import Page
from msgcenter_tui.tui.pages import Pages

PAGE, MOST = 3, 7


class Shelf:
    """Numbers in order, read by keyset."""

    def __init__(self, numbers: set[int]) -> None:
        self.numbers = numbers
        self.most_asked = 0

    async def page(self, limit: int, after: str | None) -> Page[int]:
        self.most_asked = max(self.most_asked, limit)
        there = sorted(self.numbers)
        begin = 0 if after is None else bisect_right(there, int(after))
        items = tuple(there[begin : begin + limit])
        return Page(items, str(items[-1]) if begin + limit < len(there) else None)

    def pages(self) -> Pages[int]:
        return Pages(self.page, str, page=PAGE, most=MOST)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("further"), st.just(0), st.just(0)),
        st.tuples(st.just("again"), st.integers(0, 60), st.integers(0, 8)),
        st.tuples(st.just("put"), st.integers(0, 60), st.just(0)),
        st.tuples(st.just("take"), st.integers(0, 60), st.just(0)),
    ),
    max_size=30,
)


@given(st.sets(st.integers(0, 60)), steps)
def test_no_row_stands_there_twice_and_what_is_seen_is_as_it_is(
    numbers: set[int], does: list[tuple[str, int, int]]
) -> None:
    asyncio.run(_walk(Shelf(numbers), does))


async def _walk(shelf: Shelf, does: list[tuple[str, int, int]]) -> None:
    pages = shelf.pages()
    await pages.again()
    for what, number, more in does:
        if what == "further":
            await pages.further()
        elif what == "put":
            shelf.numbers.add(number)
        elif what == "take":
            shelf.numbers.discard(number)
        else:
            first = min(number, max(0, len(pages.rows) - 1))
            await pages.again(first, first + more)
            fresh = pages.rows[pages.fresh_from :]
            assert pages.fresh_from <= first
            assert (
                fresh
                == [one for one in sorted(shelf.numbers) if not fresh or fresh[0] <= one <= fresh[-1]][: len(fresh)]
            )
            assert pages.more or not fresh or fresh[-1] == max(shelf.numbers)
        assert len(pages.rows) == len(set(pages.rows))
    await pages.again(0, len(pages.rows))
    while pages.more:
        await pages.further()
    assert pages.rows == sorted(shelf.numbers)


async def test_reading_again_far_down_costs_a_page_or_two() -> None:
    shelf = Shelf(set(range(1000)))
    pages = shelf.pages()
    await pages.again()
    while len(pages.rows) < 500:
        await pages.further()
    shelf.most_asked = 0
    await pages.again(400, 403)
    assert shelf.most_asked <= 2 * PAGE
    assert pages.rows == list(range(len(pages.rows)))
    assert 403 < len(pages.rows) <= 403 + 2 * PAGE
    assert 400 - PAGE < pages.fresh_from <= 400


async def test_all_that_is_seen_is_read_again_however_much_it_is() -> None:
    shelf = Shelf(set(range(100)))
    pages = shelf.pages()
    await pages.again()
    shelf.numbers = set(range(200))
    await pages.again(0, 5 * MOST)
    assert pages.rows[: 5 * MOST + 1] == list(range(5 * MOST + 1))
    assert pages.fresh_from == 0


async def test_what_was_read_further_before_all_was_read_again_is_let_go() -> None:
    shelf = Shelf(set(range(20)))
    pages = shelf.pages()
    await pages.again()
    came, asked = asyncio.Event(), asyncio.Event()

    async def late(limit: int, after: str | None) -> Page[int]:
        page = await shelf.page(limit, after)
        asked.set()
        await came.wait()
        return page

    pages._read = late
    waiting = asyncio.create_task(pages.further())
    await asked.wait()
    pages._read = shelf.page
    shelf.numbers -= {0, 1}
    await pages.again()
    came.set()
    assert await waiting == []
    assert pages.rows == [2, 3, 4]
    assert await pages.further() == [5, 6, 7]
