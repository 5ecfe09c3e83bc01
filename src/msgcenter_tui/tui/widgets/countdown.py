"""Under a conversation: the quiet period running out with its undo (N5), the send under way, or what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from textual.app import RenderResult
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from msgcenter_tui.domain import Channel, Countdown, DeliveryState, Thread
from msgcenter_tui.rules import waiting
from msgcenter_tui.tui import keys, render, render_progress
from msgcenter_tui.tui.pace import Pace

_SOON = timedelta(seconds=5)
"""A server's clock may go before this machine's."""
_BAR = 20
_WIDTH = 88
"""Before it is laid out."""


class CountdownLine(Widget):
    """`show(thread)` after each reading; it ticks by itself while something counts down. One line, or two."""

    ALLOW_SELECT = False

    def __init__(self, clock: Callable[[], datetime], quiet: timedelta, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self.clock = clock
        self.quiet = quiet
        self._undo_key = keys.first("send.undo", keymap)
        self._look_key = keys.first("places.deliveries", keymap)
        self.thread: Thread | None = None
        self._ticking: Timer | None = None
        self._shown = Content.empty()
        self._pace = Pace()
        self.stopped: Mapping[Channel, str] = {}
        """The channels that send nothing now (N13)."""

    def show(self, thread: Thread | None) -> None:
        if thread is None or self.thread is None or thread.id != self.thread.id:
            self._pace.forget()
        if thread is not None and thread.progress is not None and thread.progress.at is not None:
            self._pace.note(thread.progress.at, render_progress.done(thread.progress))
        self.thread = thread
        self.set_class(thread is None or not self._content(thread), "-nothing")
        counting = thread is not None and thread.countdown is not None and not self.waits_for(thread.countdown)
        if counting and self._ticking is None:
            self._ticking = self.set_interval(0.5, self._tick)
        elif not counting and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        self._refresh_what_is_new()

    def _tick(self) -> None:
        if self.screen.is_active:
            self._refresh_what_is_new()

    def _refresh_what_is_new(self) -> None:
        """The whole screen is laid out anew only where the lines have become more or fewer."""
        before, self._shown = self._shown, self._content(self.thread) if self.thread else Content.empty()
        if (before.plain, before.spans) != (self._shown.plain, self._shown.spans):
            self.refresh(layout=before.plain.count("\n") != self._shown.plain.count("\n"))

    def render(self) -> RenderResult:
        content = self._content(self.thread) if self.thread else Content.empty()
        width = max(1, self.size.width)
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in content.split("\n"))

    def _content(self, thread: Thread) -> Content:
        countdown = thread.countdown
        if countdown is not None and (waits := self.waits_for(countdown)):
            return Content.assemble(("◷ ", "$warning"), (f"waits: {waits}", "bold $warning"), self._undo(countdown))
        if countdown is not None and countdown.leaves_at > self.clock():
            return self._counting(thread, countdown)
        if thread.kind.broadcast and thread.progress is not None and render_progress.under_way(thread.progress):
            return render_progress.live(thread.progress, self._pace, self.size.width or _WIDTH)
        return render_progress.outcome(thread, self.size.width or _WIDTH, self._look_key)

    def ends_soon(self, countdown: Countdown) -> bool:
        """Something of it is about to leave: then it cannot be taken back any more."""
        return not self.waits_for(countdown) and countdown.leaves_at <= self.clock() + _SOON

    def waits_for(self, countdown: Countdown) -> str:
        """Nothing of it can leave: every channel that it goes by sends nothing (N13)."""
        return waiting.all_waits_for(self.stopped, countdown.channels)

    def _counting(self, thread: Thread, countdown: Countdown) -> Content:
        left = countdown.leaves_at - self.clock()
        waiting = thread.progress.by_state.get(DeliveryState.WAITING, 0) if thread.progress else 0
        what = render.counted(waiting, "notification") if waiting else "it"
        verb = "leaves" if waiting <= 1 else "leave"
        full = max(self.quiet.total_seconds(), 1)
        words = Content.assemble(
            ("◷ ", "$warning"), f"{what} {verb} in ", (f"{render.remaining(left):<5}", "bold $warning")
        )
        undo = self._undo(countdown)
        room = min(_BAR, self.size.width - words.cell_length - undo.cell_length)
        if room < _BAR // 4:
            return Content.assemble(words, undo)
        filled = min(room, max(0, round(room * left.total_seconds() / full)))
        return Content.assemble(words, ("━" * filled, "$warning"), ("━" * (room - filled), "$line"), undo)

    def _undo(self, countdown: Countdown) -> Content:
        if not countdown.can_undo:
            return Content.empty()
        return Content.assemble("  ", (self._undo_key, "bold $accent"), (" takes it back", "$muted"))
