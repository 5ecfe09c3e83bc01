"""Long work, followed while it is done: how far it is, its pace and the time left; it can be stopped.

working = Working("nothing was imported")
report = await followed(screen, "Looking at list.csv", working, work_that_tells(working.told))
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.errors import Refused
from msgcenter_tui.tui import keys, pace, render
from msgcenter_tui.tui.pace import Pace
from msgcenter_tui.tui.screen import CenterModal, CenterScreen
from msgcenter_tui.tui.trouble import sentence
from msgcenter_tui.tui.widgets.footer import Footer

T = TypeVar("T")

AT_ONCE = 0.1
"""Seconds in which work is done that nobody has to be told of."""
_EVERY = 0.2
"""Seconds between two looks at how far it is."""


class Working:
    """What a thread tells of its work, and is told: to stop. `stopped` says what became of work that was."""

    def __init__(self, stopped: str) -> None:
        self.doing = ""
        self.done = self.total = 0
        self.stops = False
        self._stopped = stopped

    def told(self, doing: str, done: int, total: int) -> None:
        """Called by the thread; raises Refused, which ends the work, where it is to stop."""
        if self.stops:
            raise Refused(f"stopped: {self._stopped}")
        self.doing, self.done, self.total = doing, done, total


async def followed(screen: CenterScreen[Any], title: str, working: Working, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives, shown on top of the screen while it takes its time; it is stopped where nobody waits."""
    doing = asyncio.ensure_future(work)
    shown = AtWork(title, working)
    try:
        await asyncio.wait([doing], timeout=AT_ONCE)
        if not doing.done():
            await screen.app.push_screen(shown)
            await asyncio.wait([doing])
            await shown.dismiss()
        return doing.result()
    finally:
        working.stops = True
        doing.cancel()


class AtWork(CenterModal[None]):
    """How far the work is."""

    BINDINGS = keys.bindings("at-work")

    def __init__(self, title: str, working: Working) -> None:
        super().__init__()
        self.title_words = title
        self.working = working
        self._pace = Pace()
        self._doing = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(render.line(self.title_words, "bold"), id="question")
            yield Static(id="at-work--far")
            yield Static(id="at-work--bar")
            yield Static(id="at-work--pace")
        yield Footer()

    def on_mount(self) -> None:
        self.set_interval(_EVERY, self._show)
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        working, width = self.working, self.query_one("#at-work--bar").content_size.width
        if working.doing != self._doing:  # another step of it, with a pace of its own
            self._doing = working.doing
            self._pace.forget()
        done, total = working.done, working.total
        self._pace.note(self.now, done)
        share = round(width * done / total) if total else 0
        bar = Content.assemble(("━" * share, "$accent"), ("━" * (width - share), "$line"))
        self.query_one("#at-work--far", Static).update(self._far(done, total))
        self.query_one("#at-work--bar", Static).update(bar)
        self.query_one("#at-work--pace", Static).update(Content.styled(self._pace_words(total - done), "$muted"))

    def _far(self, done: int, total: int) -> Content:
        if self.working.stops:
            return Content.styled("Stopping …", "$warning")
        if not total:
            return Content("Beginning …")
        doing = sentence(self.working.doing).removesuffix(".")
        return Content(f"{doing}: {render.number(done)} of {render.number(total)}")

    def _pace_words(self, left: int) -> str:
        words = pace.words(self._pace.a_second)
        span = self._pace.left(left)
        return f"{words}, {pace.remaining(span)} left" if words and span is not None and left else words

    def action_work_stop(self) -> None:
        self.working.stops = True
        self._show()
