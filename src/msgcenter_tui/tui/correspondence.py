"""What every screen with a ThreadPane does: show the thread that is wanted, read it by R2 (writing.py: write in it).

    class Inbox(Correspondence):
        def compose(self) -> ComposeResult:
            ...
            yield ThreadPane(clock=..., id="pane")
        async def reread(self) -> None:
            ...
            await self.show_thread(thread_id)          # None: nothing is chosen

The portal's screen is one, too: its `actor` is the client, and the center decides what that client may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic

from textual import on
from textual.timer import Timer

from msgcenter_tui.domain import Conversation, MessageId, Thread, ThreadId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.tui import acts, render_progress
from msgcenter_tui.tui.events import StoreChanged
from msgcenter_tui.tui.widgets.conversation import Conversation as ConversationView
from msgcenter_tui.tui.widgets.thread_pane import ThreadPane
from msgcenter_tui.tui.writing import Writing

GLANCE = 0.05
"""Seconds the cursor must stand still before the thread under it is read from the store: scrolling stays quick."""
PAINTED = 0.03
"""Seconds after a key in which it is painted, if the threads of the store do not take the interpreter meanwhile."""
REST = 2.0
"""Seconds of rest after which a thread counts as opened (R2)."""
WINDOW = 50
_REST_OF_LOOK = 10
"""Times as long as a look at a send took it rests."""


class Correspondence(Writing):
    """A screen with one ThreadPane."""

    wanted: ThreadId | None = None
    """The thread that is to be shown, said before it is read: whoever has read another one meanwhile gives up."""
    _reading_thread: ThreadId | None = None
    """The thread that counts as opened: what comes into view of it is read."""
    _resting: Timer | None = None
    _read_up_to: tuple[ThreadId, int] | None = None
    _look_next: Callable[[], object] | None = None
    _glance: Timer | None = None
    _follows = False
    _follow_again = False

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._showing = asyncio.Lock()

    @property
    def one_pane(self) -> bool:
        return self.has_class("-narrow") or self.has_class("-tiny")

    @property
    def reading(self) -> bool:
        """In one pane: the thread is shown, not the list."""
        return self.has_class("-reading")

    @reading.setter
    def reading(self, reading: bool) -> None:
        # Two panes look the same either way. Once there is room for one only, all of them get the styles for it.
        self.set_class(reading, "-reading", update=self.one_pane)

    # -- showing -------------------------------------------------------------------------------------------------------

    async def show_thread(self, thread: ThreadId | None) -> None:
        """Show a thread, or read again the one that is shown; the draft that belongs to it comes with it."""
        self.wanted = thread
        opened: Conversation | None = None
        if thread is not None:
            limit = min(200, max(WINDOW, len(self.pane.conversation.messages))) if thread == self.thread_id else WINDOW
            try:
                opened = await self.perform(acts.threads.open_thread, self.actor, thread, limit=limit, counted=False)
            except NotFound:
                # Taken back, deleted or out of sight since the list was read: nobody did anything wrong.
                if self.wanted == thread:
                    await self.thread_gone()
                return
        if opened is not None:
            opened = replace(opened, thread=self.placed(opened.thread))
        async with self._showing:
            if self.wanted == thread:
                await self._put(opened)
        if thread is not None and self.wanted == thread:
            if not self.coming:  # else the footer would flicker under a moving cursor
                self.refresh_bindings()
            await self._count_readers(thread)
            await self.look_ahead(thread)

    @property
    def meant(self) -> ThreadId | None:
        """The thread that the keys are about: the one that is shown next, if it is not shown already."""
        return self.wanted

    @property
    def coming(self) -> bool:
        return self.meant is not None and (self.meant != self.thread_id or self.pane.filling)

    def placed(self, thread: Thread) -> Thread:
        """The thread, with the name of its workspace as the reader calls it."""
        return thread

    async def _put(self, opened: Conversation | None) -> None:
        pane = self.pane
        same = opened is not None and opened.thread.id == self.thread_id
        if not same:
            await self._leave_thread()
        await pane.show(opened, reader=self.actor.person)
        at_rest = self._keeper is None or not (pane.composer.dirty or pane.composer.writing or self._keeper.behind)
        if opened is not None and (not same or at_rest):
            self._take_draft(opened)

    async def thread_gone(self) -> None:
        """The wanted thread is not there any more: nothing is shown until another is chosen."""
        await self.show_thread(None)
        self.pane.say_nothing("This thread is not here any more.")

    def await_thread(self, thread: ThreadId | None) -> None:
        """Another thread will be shown: from this moment on nothing of the one before can be seen or written in."""
        self.wanted = thread
        if thread is None or thread != self.thread_id:
            self._stop_resting()
            self._reading_thread = None
            self.pane.blank(coming=thread is not None)

    def go_into(self, thread: ThreadId) -> None:
        """The reader goes into this thread: at once, before it is read, since the next key is meant for it."""
        self.await_thread(thread)
        self.reading = True
        self.pane.conversation.focus()
        self._reading_thread = thread  # whichever reading of it comes first, and whenever it is laid out
        self.set_timer(PAINTED, self._read_what_is_shown)

    def open_soon(self, thread: ThreadId) -> None:
        """Read the thread that was gone into: at once, unless it is here already and only has to be painted."""
        if self.coming:
            self._open_now(thread)
        else:
            self.set_timer(PAINTED, partial(self._open_now, thread))

    def _open_now(self, thread: ThreadId) -> None:
        if self.wanted == thread:  # else somebody has gone on meanwhile
            self.do(self.open(thread), group="look", exclusive=True)

    async def open(self, thread: ThreadId) -> None:
        """Show a thread, and read it."""
        await self.show_thread(thread)
        self.opened_now()

    async def _count_readers(self, thread: ThreadId) -> None:
        """Of a million clients it takes a while: nobody waits for it."""
        if self.actor.is_client or self.pane.thread is None or not self.pane.thread.kind.broadcast:
            return
        with suppress(NotFound):
            readers = await self.perform(acts.threads.readers, self.actor, thread)
            if self.thread_id == thread:
                self.pane.count(readers)

    async def look_ahead(self, thread: ThreadId) -> None:
        """What sending what is written here would do, at the composer's foot and above it."""
        outlook = None
        if not self.actor.is_client and self.pane.thread is not None and self.pane.thread.can_write:
            with suppress(NotFound):
                body = self.pane.composer.text or None
                outlook = await self.perform(acts.messages.outlook_reply, self.actor, thread, body=body)
        if self.thread_id == thread:
            self.pane.reach(outlook)

    async def _leave_thread(self) -> None:
        """Another thread comes: what is written here is stored first."""
        self._stop_resting()
        if self._reading_thread != self.wanted:
            self._reading_thread = None
        for _ in range(3):  # the hand may go on writing while it is stored
            await self.settle()
            if not self.pane.composer.dirty:
                break
        self._keeper = None
        self.pane.composer.load("")

    @on(ConversationView.OlderWanted)
    def _older_wanted(self, event: ConversationView.OlderWanted) -> None:
        self.do(self._show_older(event.before), group="older")

    async def _show_older(self, before: int) -> None:
        thread = self.thread_id
        if thread is not None:
            page = await self.perform(acts.threads.open_thread, self.actor, thread, before=before, limit=WINDOW)
            await self.pane.conversation.show_older(page)

    # -- glancing ------------------------------------------------------------------------------------------------------

    def glance(self, look: Callable[[], object]) -> None:
        """The cursor was moved: look, as soon as it has stood still for a moment where everybody sees it."""
        self._look_next = look
        self.call_after_refresh(self._begin_glance)

    def _begin_glance(self) -> None:
        if (look := self._look_next) is None:
            return
        self.stop_glancing()
        self._look_next = look
        self._glance = self.set_timer(GLANCE, self._end_glance)

    def _end_glance(self) -> None:
        look = self._look_next
        self.stop_glancing()
        if look is not None:
            look()

    def stop_glancing(self) -> None:
        self._look_next = None
        if self._glance is not None:
            self._glance.stop()
            self._glance = None

    @property
    def glancing(self) -> bool:
        """The cursor moves, or has moved a moment ago."""
        return self._look_next is not None

    # -- a send under way ----------------------------------------------------------------------------------------------

    @property
    def shows_ledger(self) -> bool:
        """How far a send is has a look of its own; when it can no longer be taken back is read.

        Not before that is due: a notifier commits every ten seconds that it is alive.
        """
        return bool(self.query(ThreadPane)) and self.pane.ends_soon

    @on(StoreChanged)
    def _follow(self) -> None:
        """Somebody committed: how far the send is comes at once, by a look of its own; all else takes its time."""
        if self._follows:
            self._follow_again = True
        elif self._sending is not None:
            self._follows = self._follow_again = True
            self.do(self._follow_sending(), group="follow")

    @property
    def _sending(self) -> ThreadId | None:
        """The shown thread, while it is being sent."""
        thread = self.pane.thread if self.query(ThreadPane) else None
        return thread.id if thread is not None and render_progress.under_way(thread.progress) else None

    async def _follow_sending(self) -> None:
        """The look costs what the ledger is large (10 ms for 100 000 recipients), so it rests in proportion."""
        try:
            while self._follow_again and (thread := self._sending) is not None:
                self._follow_again, began = False, monotonic()
                with suppress(NotFound):
                    progress = await self.perform(acts.deliveries.progress, self.actor, thread)
                    if self.thread_id == thread:
                        self.pane.follow(progress)
                await asyncio.sleep(_REST_OF_LOOK * (monotonic() - began))
        finally:
            self._follows = False

    # -- reading (R2) --------------------------------------------------------------------------------------------------

    def count_rest(self) -> None:
        """The selection moved here: after two seconds of rest the thread is read."""
        self._stop_resting()
        self._resting = self.set_timer(REST, self.opened_now)

    def _stop_resting(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None

    def opened_now(self) -> None:
        """Enter, a reply or a rest: what is in view is read, and what comes into view from now on."""
        self._stop_resting()
        self._reading_thread = self.thread_id
        self._read_what_is_shown()

    def not_reading(self) -> None:
        """The reader set it unread: it is not read again by being in view."""
        self._stop_resting()
        self._reading_thread = None
        self._read_up_to = None

    @on(ConversationView.Seen)
    def _seen(self) -> None:
        self._read_what_is_shown()

    def _read_what_is_shown(self) -> None:
        thread = self.pane.thread
        if thread is None or thread.id != self._reading_thread or self.actor.viewing or not thread.unread:
            return
        if self.services.front.damaged:  # it cannot be kept, and nobody asked for it
            return
        shown = self.pane.conversation.shown_up_to()
        first = thread.first_unread
        if not shown or (first is not None and shown < first) or self._read_up_to == (thread.id, shown):
            return
        self._read_up_to = (thread.id, shown)
        self.do(self._read(thread.id, shown), group="read")

    async def _read(self, thread: ThreadId, up_to: int) -> None:
        with suppress(NotFound):
            await self.perform(acts.reading.read, self.actor, thread, up_to)
        self.center.announce_change()

    async def set_unread(self) -> None:
        """Unread from the chosen message on, or from the newest of somebody else."""
        thread = self.thread_id
        if thread is None:
            return
        chosen = self.pane.conversation.chosen if self.pane.conversation.has_focus else None
        self.not_reading()
        from_message = MessageId(chosen) if chosen else None
        await self.perform(acts.reading.set_unread, self.actor, thread, from_message)
        self.center.announce_change()
