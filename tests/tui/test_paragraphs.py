"""Rows of the writing field are drawn as Textual draws them: width, tabs, wrapping, selection and cursor (T4)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.hostile import HOSTILE
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from msgcenter_tui.tui.widgets.field_text import FieldText

TEXTS = {
    "plain": "one two three " * 20,
    "lines": "one\n\n\ntwo\n",
    "a word without end": "x" * 300 + " y " + "z" * 90,
    "tabs": "\ta\tbb\tccc\t" * 12 + "\n\t\n\tend",
    "wide": "日本語 の 文章 です。" * 15,
    "emoji": "👩‍👩‍👧‍👦 fam 🏴󠁧󠁢󠁥󠁮󠁧󠁿 flag ❤️ heart " * 8,
    "combining": "Zoë é ñ ạ̈ " * 20,
    "fields": "Dear {{ client.first_name }}, [[first day]] {{ nobody }} 日本 " * 8,
    **{name: text for name, text in HOSTILE.items() if len(text) < 3000},
}


async def writing(driven: Driven, practice: Practice) -> FieldText:
    await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
    await driven.press("r")
    await driven.until(lambda: driven.screen.query_one(FieldText).has_focus)
    found = driven.screen.query_one(FieldText)
    assert isinstance(found, FieldText)
    return found


def cells(strip: Strip) -> list[tuple[str, str, bool]]:
    """Each character with its background, and whether it is underlined."""
    return [
        (letter, str(segment.style.bgcolor), bool(segment.style.underline))
        for segment in strip
        if segment.style is not None
        for letter in segment.text
    ]


async def test_every_row_is_as_textual_draws_it(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        field = await writing(driven, practice)
        field.with_fields = False
        for name, text in TEXTS.items():
            field.load_text(field.cleaned(text))
            await driven.pilot.pause()
            last = field.document.end
            for selection in (Selection((0, 0), (0, 0)), Selection(last, last), Selection((0, 1), (0, 4))):
                field.selection = selection
                for y in range(field.size.height):
                    ours, theirs = field._render_line(y), TextArea._render_line(field, y)
                    assert ours.cell_length == theirs.cell_length, name
                    assert cells(ours) == cells(theirs), f"{name}, row {y}"


async def test_an_empty_line_within_a_selection_is_seen(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        field = await writing(driven, practice)
        field.load_text("a\n\nb")
        field.selection = Selection((0, 0), (2, 1))
        chosen = [[background for _, background, _ in cells(field._render_line(y))[:2]] for y in range(3)]
        assert chosen[1][0] == chosen[0][0] != chosen[0][1]


@pytest.fixture(params=["harbour", "morning"])
async def themed(practice: Practice, run: Run, request: pytest.FixtureRequest) -> AsyncIterator[FieldText]:
    async with run(practice.actor) as driven:
        field = await writing(driven, practice)
        driven.app.theme = request.param
        await driven.still()
        yield field


def stretches(field: FieldText, y: int) -> dict[str, tuple[str, bool, str]]:
    """The drawn stretches: colour, underlined, background."""
    return {
        segment.text.strip(): (str(segment.style.color), bool(segment.style.underline), str(segment.style.bgcolor))
        for segment in field._render_line(y - field.scroll_offset.y)
        if segment.style is not None and segment.text.strip()
    }


async def test_fields_blanks_and_errors_are_told_apart(themed: FieldText) -> None:  # T4, T7
    themed.load_text("日本\n{{ client.name }}\n[[day]]\né {{ nobody }}\n\\{{\n{{\nclient.email }} {{")
    themed.put_cursor(1000)
    plain, field, blank = (next(iter(stretches(themed, y).values())) for y in range(3))
    error = stretches(themed, 3)["{{ nobody }}"]
    assert len({plain[0], field[0], blank[0], error[0]}) == 4
    assert [one[1] for one in (plain, field, blank, error)] == [False, False, False, True]  # not by colour alone
    assert stretches(themed, 4)["\\{{"] == plain  # T8
    assert stretches(themed, 5)["{{"] == stretches(themed, 6)["client.email }}"] == field  # over two lines
    assert stretches(themed, 6)["{{"] == error


async def test_a_selection_over_a_field_is_seen(themed: FieldText) -> None:
    themed.load_text("a {{ client.name }} b")
    themed.select(0, 19)
    drawn = stretches(themed, 0)
    assert drawn["a"][2] == drawn["{{ client.name }}"][2] != drawn["b"][2]
