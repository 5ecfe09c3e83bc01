"""The field of one line shows what Textual's own shows."""

from __future__ import annotations

import random

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.widgets import Input

from msgcenter_tui.tui.widgets.line_field import LineField

LETTERS = "ab é漢字🎈-[]"


class Form(App[None]):
    CSS = "LineField { width: 14; }"

    def compose(self) -> ComposeResult:
        yield LineField(compact=True)
        yield Input()


def cells(segments: list[Segment]) -> list[tuple[str, object]]:
    return [(letter, segment.style) for segment in segments for letter in segment.text]


async def test_a_field_shows_what_textuals_own_shows() -> None:
    chance = random.Random(7)
    app = Form()
    async with app.run_test() as pilot:
        field = app.query_one(LineField)
        for _ in range(80):
            field.value = "".join(chance.choices(LETTERS, k=chance.randint(0, 30)))
            await pilot.pause(0)
            field.cursor_position = chance.randint(0, len(field.value))
            app.set_focus(chance.choice((field, app.query_one(Input))))
            field._cursor_visible = chance.random() < 0.5
            for line in (0, 1):
                assert cells([*field.render_line(line)]) == cells([*Input.render_line(field, line)])
