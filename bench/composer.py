"""From a key to its paint in the composer, beside a bare TextArea: python -m bench.composer [KEYS].

The text has 20 000 characters and 200 fields, in paragraphs, and again as one single paragraph. A key is given to the
app as its driver does, and is painted when the letter is on the screen; the terminal itself is left out.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from statistics import median, quantiles
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import TextArea

from msgcenter_tui.text import LONGEST_BODY
from msgcenter_tui.tui import sheets, themes
from msgcenter_tui.tui.widgets.composer import Composer

KEYS = 200
WARM = 20
FIELDS = 200
SIZE = (120, 36)


def body(end: str) -> str:
    """20 000 characters with 200 fields, each in a paragraph that ends with `end`."""
    share = LONGEST_BODY // FIELDS
    opening, words = "Dear {{ client.first_name }}, ", "we are closed for the holidays and open again in the new year. "
    return "".join((opening + words * 3)[: share - len(end)] + end for _ in range(FIELDS))


class Timed(App[None]):
    """An app that says when something was painted."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.painted = asyncio.Event()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.painted.set()


class Bare(Timed):
    CSS = "TextArea { width: 90; height: 12; border: none; }"  # as large as the composer's

    def compose(self) -> ComposeResult:
        yield TextArea(self.words, soft_wrap=True, compact=True, highlight_cursor_line=False)


class WithComposer(Timed):
    CSS_PATH = sheets.every_sheet()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {**super().get_theme_variable_defaults(), **themes.HARBOUR.variables}

    def compose(self) -> ComposeResult:
        yield Composer(blink=False)

    def on_mount(self) -> None:
        self.query_one(Composer).load(self.words)


@asynccontextmanager
async def standing(app: Timed) -> AsyncIterator[TextArea]:
    async with app.run_test(size=SIZE) as pilot:
        field = app.query_one(TextArea)
        field.focus()
        field.move_cursor((field.document.line_count // 2, 60))
        await pilot.pause()
        yield field


async def paints(make: Callable[[], Timed], keys: int) -> list[float]:
    """Milliseconds of the processor from each key to the line with its letter: others work on this machine, too."""
    app = make()
    found = []
    async with standing(app) as field:
        for number in range(WARM + keys):
            before, began = field.text, time.process_time()
            key = events.Key("z", "z")
            key.set_sender(app)
            app.post_message(key)
            while field.text == before or not app.painted.is_set():
                app.painted.clear()
                await app.painted.wait()
            if number >= WARM:
                found.append((time.process_time() - began) * 1000)
            await asyncio.sleep(0.002)
    return found


async def measured(keys: int) -> None:
    print(f"composer: from a key to its paint, {keys} keys, {LONGEST_BODY} characters with {FIELDS} fields, 120x36")
    for shape, end in (("in paragraphs", "\n"), ("one paragraph", " ")):
        words = body(end)
        rows = [
            ("bare TextArea", lambda words=words: Bare(words)),
            ("composer", lambda words=words: WithComposer(words)),
        ]
        of_bare = 0.0
        for what, make in rows:
            times = await paints(make, keys)
            at_95 = quantiles(times, n=100)[94]
            of_bare = of_bare or at_95
            print(
                f"  {shape}, {what:14} median{median(times):6.1f} ms   95 of 100{at_95:6.1f} ms"
                f"   {at_95 / of_bare:4.2f} of the bare one"
            )


def main(keys: int = KEYS) -> None:
    asyncio.run(measured(keys))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
