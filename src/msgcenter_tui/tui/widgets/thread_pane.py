"""One thread: its heading, its messages, what has become of the send, and the composer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.domain import Channel, Outlook, PersonId, Progress, Readers, Thread, ThreadKind
from msgcenter_tui.domain import Conversation as Opened
from msgcenter_tui.rules import waiting, writing
from msgcenter_tui.tui import render, render_sending
from msgcenter_tui.tui.pace import SPAN
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.conversation import Conversation
from msgcenter_tui.tui.widgets.countdown import CountdownLine
from msgcenter_tui.tui.widgets.thread_heading import ThreadHeading


class ThreadPane(Vertical):
    """`await show(opened)`, then `reach(outlook)` once it is known; `in_portal` hides what only staff may know (V5)."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        quiet: timedelta = timedelta(minutes=1),
        zone: tzinfo | None = None,
        blink: bool = True,
        in_portal: bool = False,
        keymap: Mapping[str, str] = MappingProxyType({}),
        id: str | None = None,
    ) -> None:
        super().__init__(id=id, classes="-nothing")
        self.clock = clock
        self.quiet = quiet
        self.zone = zone
        self.blink = blink
        self.in_portal = in_portal
        self.keymap = keymap
        self.opened: Opened | None = None
        self.filling = False
        """Its messages are being put in their places: none of them can be chosen yet."""
        self._shown: Opened | None = None
        """What is shown to its end, but for how far its send is."""
        self._outlook: Outlook | None = None

    def compose(self) -> ComposeResult:
        yield ThreadHeading(in_portal=self.in_portal)
        yield Conversation(clock=self.clock, zone=self.zone, in_portal=self.in_portal)
        yield CountdownLine(self.clock, self.quiet, self.keymap)
        yield Composer(blink=self.blink, placeholder="Write a reply", keymap=self.keymap)
        yield Static(id="pane-nothing")

    @property
    def thread(self) -> Thread | None:
        return self.opened.thread if self.opened else None

    @property
    def conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    async def show(self, opened: Opened | None, *, reader: PersonId | None = None) -> None:
        opened = self._with_the_readers(self._with_the_newest_progress(opened))
        self.opened = opened
        before, self._shown = self._shown, None  # until all of it is shown: this can be cut short
        if before is not None and opened is not None and before == _but_for_progress(opened):
            self._shown = before
            self.query_one(CountdownLine).show(None if self.in_portal else opened.thread)
            return  # while a send is under way somebody commits all the time, and nothing else is new
        self.set_class(opened is None, "-nothing")
        self.remove_class("-coming")
        if opened is not None:  # before its text stands there: who sees that may press a key for the composer
            self.query_one(ThreadHeading).show(opened.thread, reader)
            self.query_one(CountdownLine).show(None if self.in_portal else opened.thread)
            self._dress_composer(opened.thread, reader)
        self.filling = opened is not None
        try:
            await self.conversation.show(opened)
        finally:
            self.filling = False
        if opened is not None:
            self._shown = _but_for_progress(opened)

    def _with_the_readers(self, opened: Opened | None) -> Opened | None:
        """Of a thread that is read again the readers stay until they are counted again."""
        if opened is None or self.thread is None or opened.thread.id != self.thread.id:
            return opened
        return replace(opened, thread=replace(opened.thread, readers=self.thread.readers))

    def _with_the_newest_progress(self, opened: Opened | None) -> Opened | None:
        """A reading of everything takes longer than one of how far the send is, and must not take that back."""
        shown, came = self.thread and self.thread.progress, opened and opened.thread.progress
        if opened is None or self.thread is None or opened.thread.id != self.thread.id or not (shown and came):
            return opened
        late = shown.at is not None and came.at is not None and shown.at - SPAN < came.at < shown.at
        return replace(opened, thread=replace(opened.thread, progress=shown)) if late else opened

    def blank(self, *, coming: bool = False) -> None:
        """At once, before anything is read: what was shown is shown no more, and cannot be written in.

        The conversation that is `coming` may have the focus already.
        """
        self.opened = self._shown = None
        self.add_class("-nothing")
        self.set_class(coming, "-coming")
        self.say_nothing(Content.empty())

    def say_nothing(self, words: str | Content) -> None:
        """What a pane without a thread says: what to do next (a str: our own words)."""
        content = Content.styled(words, "$muted") if isinstance(words, str) else words
        self.query_one("#pane-nothing", Static).update(content)

    def _dress_composer(self, thread: Thread, reader: PersonId | None) -> None:
        composer = self.composer
        composer.locked_out = thread.why_not
        if self.in_portal:
            notice = writing.notice(thread.kind, locked=thread.locked, is_client=True)
            composer.note = notice if thread.can_write else ""
        if thread.kind.broadcast and thread.is_owner:
            composer.title_words = f"Follow-up to {thread.kind.called}"
        elif thread.kind.broadcast:
            composer.title_words = "Reply to everyone here"
        else:
            others = [person.name for person in thread.people if person.id != reader]
            composer.title_words = f"Reply to {render.names(others, limit=2)}" if others else "Reply"

    def stopped(self, stopped: Mapping[Channel, str]) -> None:
        """The channels that send nothing now (N13)."""
        line = self.query_one(CountdownLine)
        if line.stopped != stopped:
            line.stopped = stopped
            line.show(line.thread)
            self.reach(self._outlook)

    @property
    def ends_soon(self) -> bool:
        """What can be taken back of the thread is about to leave."""
        countdown = self.thread.countdown if self.thread is not None else None
        return countdown is not None and self.query_one(CountdownLine).ends_soon(countdown)

    def count(self, readers: Readers | None) -> None:
        """How many see it and have read it, as soon as that is counted."""
        if self.opened is None or self.opened.thread.readers == readers:
            return
        self.opened = replace(self.opened, thread=replace(self.opened.thread, readers=readers))
        if self._shown is not None:
            self._shown = _but_for_progress(self.opened)
        heading = self.query_one(ThreadHeading)
        heading.show(self.opened.thread, heading.reader)
        self.query_one(CountdownLine).show(self.opened.thread)

    def follow(self, progress: Progress | None) -> None:
        """How far the send is now."""
        if self.opened is not None:
            thread = replace(self.opened.thread, progress=progress)
            self.opened = replace(self.opened, thread=thread)
            self.query_one(CountdownLine).show(thread)

    @property
    def texts(self) -> bool:
        """What is written here goes by SMS, too."""
        return self._outlook is not None and self._outlook.reach.sms > 0

    def reach(self, outlook: Outlook | None) -> None:
        """What sending reaches, at the composer's foot."""
        self._outlook = outlook
        if not self.in_portal:
            self.composer.note = render_sending.segments(outlook)
        stopped = self.query_one(CountdownLine).stopped
        self.composer.reach_words = reach_words(outlook, self.thread, stopped) if outlook else ""


def reach_words(outlook: Outlook, thread: Thread | None, stopped: Mapping[Channel, str]) -> str:
    """ "371 portals, 398 notified"; what waits for a channel that sends nothing says so (N13)."""
    reached = render_sending.reached(outlook.reach, stopped)
    if outlook.kind is not ThreadKind.ALL_CLIENTS or waiting.waits_for(stopped, waiting.channels(outlook.reach)):
        return reached
    portals = thread.readers.sees if thread and thread.readers else outlook.audience
    return f"{render.counted(portals, 'portal')}, {render.number(outlook.reach.people)} notified"


def _but_for_progress(opened: Opened) -> Opened:
    return replace(opened, thread=replace(opened.thread, progress=None))
