"""The messages of one thread: a window of them, day lines, "New", anchored at the end, older ones on the way up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from difflib import SequenceMatcher
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from msgcenter_tui.domain import Conversation as Opened
from msgcenter_tui.domain import Message, ThreadId
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.widgets.message_view import DayLine, MessageView, NewLine

SHARES = timedelta(minutes=10)
"""Messages of one author share a header when they follow each other within this time."""


class Conversation(VerticalScroll, can_focus=True):
    """`await show(opened)` after each reading; it keeps the reader's place, the choice, and the "New" line."""

    BINDINGS = keys.bindings("conversation")

    chosen: reactive[str | None] = reactive(None)
    """The id of the chosen message."""

    @dataclass
    class OlderWanted(Event):
        """The reader came to the top and there is more before it."""

        before: int

    class Seen(Event):
        """What is in view changed; `shown_up_to` has the newest message of it (R2)."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo | None = None,
        in_portal: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.clock = clock
        self.zone = zone
        self.in_portal = in_portal
        self.thread: ThreadId | None = None
        self.messages: tuple[Message, ...] = ()
        self.more_before = False
        self._new_from: int | None = None
        self._blocks: dict[str, Widget] = {}
        self._asked_before: int | None = None

    def compose(self) -> ComposeResult:
        # As high as the window at least: Textual would anchor a short conversation to the foot.
        yield Vertical(id="messages")

    @property
    def _inner(self) -> Vertical:
        return self.query_one("#messages", Vertical)

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def chosen_message(self) -> Message | None:
        return next((message for message in self.messages if message.id == self.chosen), None)

    def shown_up_to(self) -> int:
        """The number of the newest message of which something is in view; 0 where none is."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.scrollable_content_region.height
        numbers = [
            view.message.number
            for view in self._views()
            if view.virtual_region.y < bottom and view.virtual_region.bottom > top
        ]
        return max(numbers, default=0)

    async def show(self, opened: Opened | None) -> None:
        """Show a thread's newest messages: another thread from its end, or from "New"; the same one in its place."""
        if opened is None:
            await self._clear()
            return
        another = opened.thread.id != self.thread
        if another:
            self._forget()
            self.thread = opened.thread.id
        older = () if another else self._kept_before(opened)
        self.messages = (*older, *opened.messages)
        self.more_before = self.more_before if older else opened.more_before
        if opened.thread.first_unread is not None:
            self._new_from = opened.thread.first_unread
        await self._arrange(anew=another)
        if another:
            self._go_to_start()

    def _kept_before(self, opened: Opened) -> tuple[Message, ...]:
        first = opened.messages[0].number if opened.messages else 0
        return tuple(message for message in self.messages if message.number < first) if opened.more_before else ()

    async def show_older(self, opened: Opened) -> None:
        """Put a page before what is shown; what the reader looks at stays where it is."""
        if opened.thread.id != self.thread or not self.messages:
            return
        first = self.messages[0].number
        self.messages = (*(message for message in opened.messages if message.number < first), *self.messages)
        self.more_before = opened.more_before
        height, place = self.virtual_size.height, self.scroll_offset.y
        await self._arrange()

        def keep() -> None:
            self._asked_before = None
            self.scroll_to(y=place + self.virtual_size.height - height, animate=False, immediate=True)

        self.call_after_refresh(keep)

    async def _clear(self) -> None:
        self._forget()
        self._blocks = {}
        await self._inner.remove_children()

    def _forget(self) -> None:
        self.thread, self.messages, self._new_from, self._asked_before = None, (), None, None
        self.chosen, self.more_before = None, False

    def _go_to_start(self) -> None:
        def go() -> None:
            new = next((block for key, block in self._blocks.items() if key.startswith("new")), None)
            room = self.scrollable_content_region.height
            self.anchor()
            if new is not None and self.virtual_size.height - new.virtual_region.y > room:
                self.release_anchor()
                self.scroll_to(y=new.virtual_region.y, animate=False, immediate=True)
            self.post_message(self.Seen())

        self.call_after_refresh(go)

    # -- blocks --------------------------------------------------------------------------------------------------------

    async def _arrange(self, *, anew: bool = False) -> None:
        """Bring the children in line with the messages, touching only what changed; `anew`: they are of another thread.

        Those of the former thread are dressed anew: to make a widget takes many times as long as to draw it.
        """
        wanted = self._wanted()
        if anew:
            self._blocks = _reused(self._blocks, wanted)
        async with self.batch():
            for key, block in wanted.items():
                if (there := self._blocks.get(key)) is not None:
                    block.dress(there)
            gone = [key for key in self._blocks if key not in wanted]
            await self._inner.remove_children([self._blocks.pop(key) for key in gone])
            await self._mount_missing(wanted)
        self._blocks = {key: self._blocks[key] for key in wanted}
        if self.chosen is not None and self.chosen_message is None:
            self.chosen = None
        self._mark_chosen()
        self.call_after_refresh(self.post_message, self.Seen())

    async def _mount_missing(self, wanted: dict[str, _Block]) -> None:
        """Mount the blocks that are not there, each run of them before the block it precedes."""
        run: list[tuple[str, Widget]] = []
        for key, block in wanted.items():
            there = self._blocks.get(key)
            if there is None:
                run.append((key, block.make()))
            elif run:
                await self._inner.mount_all([block for _, block in run], before=there)
                self._blocks.update(run)
                run = []
        if run:
            await self._inner.mount_all([block for _, block in run])
            self._blocks.update(run)

    def _wanted(self) -> dict[str, _Block]:
        """The blocks in their order, by key."""
        now = self.clock()
        start = self._new_from
        first_new = next((m.number for m in self.messages if start is not None and m.number >= start), None)
        wanted: dict[str, _Block] = {}
        if self.more_before:
            wanted["older"] = _Block(Static, _older)
        last: Message | None = None
        for message in self.messages:
            on = render.local(message.at, self.zone).date()
            if last is None or render.local(last.at, self.zone).date() != on:
                wanted[f"day {on}"] = _day(message.at, now, self.zone)
                last = None
            if message.number == first_new:
                wanted[f"new {self._new_from}"] = _Block(NewLine, partial(NewLine, in_portal=self.in_portal))
                last = None
            header = last is None or last.author.id != message.author.id or message.at - last.at > SHARES
            wanted[message.id] = self._view_of(message, header=header)
            last = message
        return wanted

    def _view_of(self, message: Message, *, header: bool) -> _Block:
        def dress(view: Widget) -> None:
            if isinstance(view, MessageView):
                view.show(message, header=header)

        make = partial(MessageView, message, header=header, in_portal=self.in_portal, zone=self.zone)
        return _Block(MessageView, make, dress)

    def _views(self) -> Sequence[MessageView]:
        return [block for block in self._blocks.values() if isinstance(block, MessageView)]

    # -- choosing ------------------------------------------------------------------------------------------------------

    def watch_chosen(self) -> None:
        self._mark_chosen()
        self.refresh_bindings()

    def _mark_chosen(self) -> None:
        for view in self._views():
            view.set_class(view.message.id == self.chosen, "-chosen")

    def on_focus(self) -> None:
        if self.chosen is None and self.messages:
            self.chosen = self.messages[-1].id

    def _step(self, by: int) -> None:
        views = self._views()
        at = next((i for i, view in enumerate(views) if view.message.id == self.chosen), None)
        if not views:
            return
        if at is None:
            self.chosen = views[-1].message.id
            return
        region, window = views[at].virtual_region, self.scrollable_content_region.height
        top = self.scroll_offset.y
        # A message taller than the window is scrolled through before the next is chosen.
        if by > 0 and region.bottom > top + window:
            self.scroll_relative(y=min(window // 2 + 1, region.bottom - top - window), animate=False)
            return
        if by < 0 and region.y < top:
            self.scroll_relative(y=-min(window // 2 + 1, top - region.y), animate=False)
            return
        to = views[max(0, min(at + by, len(views) - 1))]
        self.chosen = to.message.id
        if to is views[-1]:
            self.scroll_end(animate=False)
        else:
            self.scroll_to_widget(to, animate=False)
        if at + by < 0:
            self.scroll_home(animate=False)

    def action_message_up(self) -> None:
        self._step(-1)

    def action_message_down(self) -> None:
        self._step(1)

    def action_message_page_up(self) -> None:
        self.scroll_page_up(animate=False)

    def action_message_page_down(self) -> None:
        self.scroll_page_down(animate=False)

    def action_message_first(self) -> None:
        self.scroll_home(animate=False)
        if self.messages:
            self.chosen = self.messages[0].id

    def action_message_last(self) -> None:
        self.scroll_end(animate=False)
        if self.messages:
            self.chosen = self.messages[-1].id

    def on_click(self, event: events.Click) -> None:
        widget = event.widget
        if isinstance(widget, MessageView):
            self.chosen = widget.message.id

    # -- scrolling -----------------------------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Seen())
        if new_value < 3 and self.more_before and self.messages and old_value > new_value:
            first = self.messages[0].number
            if self._asked_before != first:
                self._asked_before = first
                self.post_message(self.OlderWanted(first))


@dataclass(frozen=True, slots=True)
class _Block:
    """A widget that is wanted: of which kind, how one is made, and how one that is there comes to show the same."""

    kind: type[Widget]
    make: Callable[[], Widget]
    dress: Callable[[Widget], None] = lambda _: None


def _reused(present: Mapping[str, Widget], wanted: Mapping[str, _Block]) -> dict[str, Widget]:
    """The widgets that are there by the keys of those that are wanted, as many as agree in kind and order.

    Those that nobody can use keep their own keys behind them.
    """
    widgets, keys_wanted = list(present.values()), list(wanted)
    kinds = [type(widget) for widget in widgets], [wanted[key].kind for key in keys_wanted]
    used: dict[str, Widget] = {}
    for there, here, many in SequenceMatcher(None, *kinds, autojunk=False).get_matching_blocks():
        used.update(zip(keys_wanted[here : here + many], widgets[there : there + many], strict=True))
    left = set(widgets) - set(used.values())
    return used | {f"left {number}": widget for number, widget in enumerate(left)}


def _older() -> Widget:
    return Static(Content.styled("↑ earlier messages", "$muted"), classes="older")


def _day(at: datetime, now: datetime, zone: tzinfo | None) -> _Block:
    def dress(line: Widget) -> None:
        if isinstance(line, DayLine):
            line.show(at, now, zone)

    return _Block(DayLine, partial(DayLine, at, now, zone), dress)
