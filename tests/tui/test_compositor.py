"""What is drawn alone leaves the terminal as it would be if all had been drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pyte
import pytest
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from msgcenter_tui.tui.compositor import Patch, PatchCompositor, PatchesUpdate
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.written import Written

COLUMNS, ROWS = 60, 20
WORDS = ("a letter", "手紙と葉書", "🎈🎈 balloons", "e\u0301te\u0301", "-" * 50, "")


class Letters(RowList[str]):
    def row_id(self, row: str) -> str:
        return row

    def draw(self, row: str, width: int, chosen: bool) -> Sequence[Content]:
        return [Content.styled(row, "bold" if chosen else "")]


class Desk(Screen[None]):
    """A list that something lies over in part, texts beside each other, one of them out of sight in part."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = PatchCompositor()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Letters()
            with Vertical():
                yield Static("one", id="one")
                yield Static("plain", id="plain")
                with VerticalScroll():
                    yield Static("two", id="two")
                    yield Static("three", id="three")
        yield Static("over", id="over")


class Office(App[None]):
    CSS = """
    Desk { layers: below above; }
    Static#over { layer: above; width: 11; height: 5; offset: 13 4; background: red; }
    Letters { width: 25; height: 16; overflow-x: hidden; }
    Static { width: 1fr; height: 3; background: blue; }
    #plain { background: transparent; }
    VerticalScroll { height: 5; }
    """

    def get_default_screen(self) -> Screen[None]:
        return Desk()


def shown(screen: pyte.Screen) -> list[list[pyte.screens.Char]]:
    return [[screen.buffer[y][x] for x in range(COLUMNS)] for y in range(ROWS)]


def change(desk: Screen[Any], chance: random.Random) -> None:
    """One thing becomes another."""
    letters = desk.query_one(Letters)
    match chance.choice(("rows", "cursor", "words", "line", "over", "place")):
        case "rows":
            letters.show([f"{number} {chance.choice(WORDS)}" for number in range(chance.randint(0, 30))])
        case "cursor":
            letters.cursor = chance.randint(0, 30)
        case "words":
            desk.query_one(chance.choice(("#one", "#plain", "#two", "#three")), Static).update(chance.choice(WORDS))
        case "line":
            letters.refresh_lines(chance.randint(0, 20), chance.randint(1, 3))
        case "over":
            # Of letters that take one cell: drawing all, Textual loses those that stand where something below begins.
            desk.query_one("#over", Static).update(chance.choice(("a letter", "-" * 50, "")))
        case "place":
            desk.query_one("#over").styles.offset = chance.randint(0, 40), chance.randint(-3, 12)


@pytest.mark.parametrize("seed", range(3))
async def test_what_changed_alone_is_drawn_as_the_whole_would_be(seed: int) -> None:
    chance = random.Random(seed)
    app = Office()
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        desk, console = app.screen, app.console
        await pilot.pause()
        compositor, screen, sparing = desk._compositor, pyte.Screen(COLUMNS, ROWS), pyte.Screen(COLUMNS, ROWS)
        stream, sparingly, written = pyte.Stream(screen), pyte.Stream(sparing), Written()
        patched = fed = spared = 0

        def feed(update: CompositorUpdate) -> None:
            nonlocal fed, spared
            everything = update.render_segments(console)
            news = written.news(update).render_segments(console)
            stream.feed(everything)
            sparingly.feed(news)
            fed, spared = fed + len(everything), spared + len(everything) - len(news)

        feed(compositor.render_full_update())
        for _ in range(10):
            with app.batch_update():  # nothing is drawn by itself
                for _ in range(3):
                    for _ in range(chance.randint(1, 4)):
                        change(desk, chance)
                    compositor.reflow(desk, desk.size)
                    compositor.update_widgets(set(desk.walk_children(Widget)))
                    update = compositor.render_partial_update()
                    patched += isinstance(update, PatchesUpdate)
                    if update is not None:
                        feed(update)
                    whole = pyte.Screen(COLUMNS, ROWS)
                    pyte.Stream(whole).feed(compositor.render_full_update().render_segments(console))
                    assert shown(screen) == shown(whole)
                    assert shown(sparing) == shown(whole)
            await pilot.pause()
            feed(compositor.render_full_update())  # what was laid out anew meanwhile
        assert patched > 5
        assert 0 < spared < fed


def test_what_stands_there_is_not_written_again() -> None:
    written = Written()

    def news(*patches: Patch) -> list[tuple[Region, str]]:
        update = written.news(PatchesUpdate(patches))
        assert isinstance(update, PatchesUpdate)
        return [(patch.region, patch.strips[0].text) for patch in update.patches]

    def patch(x: int, y: int, *lines: str) -> Patch:
        return Patch(Region(x, y, len(lines[0]), len(lines)), [Strip([Segment(line)]) for line in lines])

    assert len(news(patch(0, 3, "one", "two", "six"))) == 3
    assert news(patch(0, 3, "one", "ten", "six")) == [(Region(0, 4, 3, 1), "ten")]
    assert news(patch(2, 5, "....")) == [(Region(2, 5, 4, 1), "....")]  # over a part of "six"
    assert news(patch(0, 3, "one", "ten", "six")) == [(Region(0, 5, 3, 1), "six")]
    assert news(patch(2, 5, "....")) == [(Region(2, 5, 4, 1), "....")]
    written.news(ChopsUpdate([], [], []))  # somebody else wrote, nobody knows where
    assert len(news(patch(0, 3, "one", "ten"))) == 2


async def test_only_what_is_on_top_is_asked_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Office()
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause()
        asked: list[Widget] = []
        for kind in (Static, Letters, Vertical, Horizontal, Desk):
            drawn = kind.render_lines

            def noted(self: Widget, crop: Region, drawn: object = drawn) -> object:
                asked.append(self)
                return drawn(self, crop)  # type: ignore[operator]

            monkeypatch.setattr(kind, "render_lines", noted)
        one = app.screen.query_one("#one", Static)
        one.refresh()
        app.screen._compositor.update_widgets({one})
        assert isinstance(app.screen._compositor.render_partial_update(), PatchesUpdate)
        assert asked == [one]
