"""The messages of one thread: a window of them, day lines, "New", anchored at the end, older ones on the way up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from textual import events
from textual.message import Message as Event
from textual.reactive import reactive

from msgcenter_tui.domain import Conversation as Opened
from msgcenter_tui.domain import Message, ThreadId
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.widgets.blocks import Block, Rule, Said, accent, said
from msgcenter_tui.tui.widgets.drawn_blocks import DrawnBlocks

SHARES = timedelta(minutes=10)
"""Messages of one author share a header when they follow each other within this time."""


class Conversation(DrawnBlocks, can_focus=True):
    """`await show(opened)` after each reading; it keeps the reader's place, the choice, and the "New" line."""

    BINDINGS = keys.bindings("conversation")

    chosen: reactive[str | None] = reactive(None, repaint=False)
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
    ) -> None:
        super().__init__()
        self.clock = clock
        self.zone = zone
        self.in_portal = in_portal
        self.thread: ThreadId | None = None
        self.messages: tuple[Message, ...] = ()
        self.more_before = False
        self._new_from: int | None = None
        self._asked_before: int | None = None

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def chosen_message(self) -> Message | None:
        return next((message for message in self.messages if message.id == self.chosen), None)

    def shown_up_to(self) -> int:
        """The number of the newest message of which something is in view; 0 where none is."""
        if not self.region:  # the pane is not shown at all
            return 0
        return max((block.message.number for block in self.in_view() if isinstance(block, Said)), default=0)

    def clean_text(self, message: Message) -> str:
        """A whole message as plain text, as its reader sees it: with its own line breaks, and none of ours."""
        return said(message, in_portal=self.in_portal).plain

    async def show(self, opened: Opened | None) -> None:
        """Show a thread's newest messages: another thread from its end, or from "New"; the same one in its place."""
        another = opened is None or opened.thread.id != self.thread
        if another:
            self._forget()
        if opened is not None:
            self.thread = opened.thread.id
            older = self._kept_before(opened)
            self.messages = (*older, *opened.messages)
            self.more_before = self.more_before if older else opened.more_before
            if opened.thread.first_unread is not None:
                self._new_from = opened.thread.first_unread
        self._arrange(anew=another)

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
        self._arrange()

    def _forget(self) -> None:
        self.thread, self.messages, self._new_from, self._asked_before = None, (), None, None
        self.chosen, self.more_before = None, False
        if self.text_selection is not None:
            self.screen.clear_selection()

    def _arrange(self, *, anew: bool = False) -> None:
        """Bring the blocks in line with the messages; `anew`: they are of another thread."""
        self.put(self._blocks_of_messages(), start=self._begin_at if anew else None)
        if self.chosen is not None and self.chosen_message is None:
            self.chosen = None
        if anew and self.has_focus:  # it had it before there was anything to choose
            self._choose()
        self._want_older_where_all_is_seen()
        self._tell_what_is_seen()

    def on_show(self) -> None:
        self._tell_what_is_seen()

    def on_resize(self) -> None:
        self._tell_what_is_seen()

    def _tell_what_is_seen(self) -> None:
        """Once it is laid out: before that nothing is."""
        self.call_after_refresh(self.post_message, self.Seen())

    def _begin_at(self) -> str | None:
        """At what another thread begins to be read: the "New" line where it is higher than a window, else the end."""
        return None if self._new_from is None else f"new {self._new_from}"

    def _blocks_of_messages(self) -> list[Block]:
        now = self.clock()
        start = self._new_from
        first_new = next((m.number for m in self.messages if start is not None and m.number >= start), None)
        blocks: list[Block] = []
        if self.more_before:
            blocks.append(Rule("older", "↑ earlier messages", "$muted"))
        last: Message | None = None
        for message in self.messages:
            on = render.local(message.at, self.zone).date()
            if last is None or render.local(last.at, self.zone).date() != on:
                blocks.append(Rule(f"day {on}", render.day(message.at, now, self.zone), "$muted", "$line"))
                last = None
            if message.number == first_new:
                blocks.append(Rule(f"new {start}", "New", f"bold {accent(self.in_portal)}", accent(self.in_portal)))
                last = None
            header = last is None or last.author.id != message.author.id or message.at - last.at > SHARES
            blocks.append(Said(message.id, message, header, self.in_portal, self.zone))
            last = message
        return blocks

    # -- choosing ------------------------------------------------------------------------------------------------------

    @property
    def marked(self) -> str | None:
        return self.chosen if self.has_focus else None

    def watch_chosen(self) -> None:
        self.repaint()
        self.refresh_bindings()

    def on_focus(self) -> None:
        self._choose()

    def _choose(self) -> None:
        """Where one stands in it a message is chosen: the newest, if none is."""
        if self.chosen is None and self.messages:
            self.chosen = self.messages[-1].id

    def choose_newest(self) -> None:
        """Once one stands in it: what one has just written, and not what was chosen before."""
        self.chosen = None

    def paint_focus(self) -> None:
        self.repaint()

    def _step(self, by: int) -> None:
        if not (self.messages and self.line_width):
            return
        at = next((i for i, message in enumerate(self.messages) if message.id == self.chosen), None)
        if at is None:
            self.chosen = self.messages[-1].id
            return
        region, window = self.region_of(self.messages[at].id), self.container_size.height
        top = self.scroll_offset.y
        # A message taller than the window is scrolled through before the next is chosen.
        if by > 0 and region.bottom > top + window:
            self.scroll_relative(y=min(window // 2 + 1, region.bottom - top - window), animate=False)
            return
        if by < 0 and region.y < top:
            self.scroll_relative(y=-min(window // 2 + 1, top - region.y), animate=False)
            return
        to = self.messages[max(0, min(at + by, len(self.messages) - 1))]
        self.chosen = to.id
        if to is self.messages[-1]:
            self.scroll_end(animate=False, immediate=True)
        else:
            with_the_empty_one = self.region_of(to.id).expand((0, 1)).shrink((0, 0, 1, 0))
            self.scroll_to_region(with_the_empty_one, animate=False, immediate=True)
        if at + by < 0:
            self.scroll_home(animate=False, immediate=True)

    def action_message_up(self) -> None:
        self._step(-1)

    def action_message_down(self) -> None:
        self._step(1)

    def action_message_page_up(self) -> None:
        self.scroll_page_up(animate=False)

    def action_message_page_down(self) -> None:
        self.scroll_page_down(animate=False)

    def action_message_first(self) -> None:
        self.scroll_home(animate=False, immediate=True)
        if self.messages:
            self.chosen = self.messages[0].id

    def action_message_last(self) -> None:
        self.scroll_end(animate=False, immediate=True)
        if self.messages:
            self.chosen = self.messages[-1].id

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        block = None if place is None else self.block_at(self.scroll_offset.y + place.y)
        if isinstance(block, Said):
            self.chosen = block.message.id

    # -- scrolling -----------------------------------------------------------------------------------------------------

    def on_scrolled(self, before: float, after: float) -> None:
        self.post_message(self.Seen())
        if after < 3 and before > after:
            self._want_older()

    def _want_older_where_all_is_seen(self) -> None:
        """Nobody could scroll to the top of what a window holds."""
        if self.container_size.height and not self.max_scroll_y:
            self._want_older()

    def _want_older(self) -> None:
        if self.more_before and self.messages and self._asked_before != self.messages[0].number:
            self._asked_before = self.messages[0].number
            self.post_message(self.OlderWanted(self._asked_before))
