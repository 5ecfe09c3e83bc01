"""The inbox: threads on the left, the chosen one on the right; one of the two at a time below 100 columns."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from msgcenter_tui.domain import Draft, DraftId, ThreadId, ThreadKind
from msgcenter_tui.tui import acts, keys, render_audience, render_draft, render_progress
from msgcenter_tui.tui.screens.inbox_list import ALL, TABS, UNREAD
from msgcenter_tui.tui.screens.marked_threads import OF_ONE, OF_SEVERAL, MarkedThreads
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.draft_list import DraftList
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.marking import MarkedLine
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.search_line import SearchLine
from msgcenter_tui.tui.widgets.thread_list import MarkedThreadList
from msgcenter_tui.tui.widgets.thread_pane import ThreadPane
from msgcenter_tui.tui.widgets.top_line import TopLine
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs


class Inbox(MarkedThreads):
    BINDINGS = keys.bindings("inbox", "message", "places")
    READS_AT_ONCE = True

    def compose(self) -> ComposeResult:
        services = self.services
        now, zone = services.clock(), services.zone
        yield TopLine(choosable=True)
        with Horizontal(id="inbox"):
            with Vertical(id="list-side"):
                yield ViewTabs(TABS)
                yield SearchLine("Search subjects, names and texts", "search", blink=services.blink)
                yield MarkedThreadList(now=now, zone=zone, id="threads")
                yield DraftList(now=now, zone=zone, id="drafts")
                yield MarkedLine()
            yield ThreadPane(
                clock=services.clock,
                quiet=services.policy.quiet_period,
                zone=zone,
                blink=services.blink,
                keymap=services.keymap,
                id="pane",
            )
        yield Footer()

    def on_mount(self) -> None:
        self.drafts.display = False
        self.set_focus(self.threads)
        self.watch(self.app, "status", self._status_changed)
        # Times in words age; nothing else changes by itself.
        self.set_interval(30, self._age)

    def _age(self) -> None:
        self.threads.now = self.drafts.now = self.now
        self.list.redraw()

    def _status_changed(self) -> None:
        self.tabs.count(UNREAD, self.center.status.badge.threads)
        self.pane.stopped(dict(self.center.status.stopped))

    # -- live ----------------------------------------------------------------------------------------------------------

    async def reread(self) -> None:
        await self.read_workspaces()
        await self.read_list()
        if not self.glancing:  # else that will show it
            await self.show_chosen()

    async def show_chosen(self) -> None:
        """Bring the pane in line with the cursor; where one reads in one pane, or writes, the thread stays."""
        row, thread = self.threads.chosen, self.meant
        if self.arriving is not None:
            arrived = row is not None and row.id == self.arriving
            await self.show_thread(self.arriving)
            if arrived:
                self.arriving = None
        else:
            await self.show_thread(thread)
            if thread is None:
                draft = self.drafts.chosen if self.in_drafts else None
                keymap = self.services.keymap
                self.pane.say_nothing(render_draft.preview(draft, keymap) if draft is not None else Content.empty())

    @property
    def meant(self) -> ThreadId | None:
        if self.arriving is not None:
            return self.arriving
        if self.wanted is not None and (self.pane.composer.writing or (self.one_pane and self.reading)):
            return self.wanted
        row = self.drafts.chosen if self.in_drafts else self.threads.chosen
        return row.thread if isinstance(row, Draft) else row.id if row is not None else None

    @property
    def coming(self) -> bool:
        return not self.threads.known or super().coming

    def expect(self, thread: ThreadId) -> None:
        """This thread was just sent: from now on it is the one that is shown, and nothing of another."""
        self.stop_glancing()
        self.chose_by_hand()
        self.arriving = thread
        self.await_thread(thread)
        self.end_search()
        self.tabs.active = ALL
        self.reading = True
        if self.one_pane:  # the list, which has the focus, is not seen any more
            self.pane.conversation.focus()
        self.do(self.reread(), group="look", exclusive=True)  # at once, whatever another reading waits for

    async def thread_gone(self) -> None:
        self.arriving = None
        await super().thread_gone()
        if self.reading:
            self.reading = False
            self.list.focus()

    def after_send(self, thread: ThreadId) -> None:
        if self.in_drafts:  # its draft is gone from the list: the next one is no place to go on writing
            self.expect(thread)

    def after_discard(self) -> None:
        if self.in_drafts:
            self.await_thread(None)
            self.reading = False
            self.list.focus()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        glanced = self.glancing
        self.stop_glancing()
        if event.by_hand:  # else nobody has looked there yet (R2); the refresh shows it
            self.chose_by_hand()
            self.arriving = None
            self.glance(self._look)
        elif glanced:  # to that look the refresh has left it
            self.do(self.show_chosen(), group="look", exclusive=True)

    def _look(self) -> None:
        self.do(self._look_at_chosen(), group="look", exclusive=True)

    async def _look_at_chosen(self) -> None:
        await self.show_chosen()
        if not self.one_pane and not self.in_drafts and self.list.has_focus:
            self.count_rest()

    @on(RowList.Opened, "#threads")
    def _opened(self, event: RowList.Opened) -> None:
        self.stop_glancing()
        self.chose_by_hand()
        self.go_into(event.row.id)
        self.open_soon(event.row.id)

    @on(RowList.Opened, "#drafts")
    def _draft_opened(self, event: RowList.Opened) -> None:
        self.stop_glancing()
        self.do(self.go_on_writing(event.row), group="look", exclusive=True)

    async def go_on_writing(self, draft: Draft) -> None:
        """Open a draft where it belongs: its thread's composer, or a new thread."""
        if draft.thread is None:
            from msgcenter_tui.tui.screens.new_thread import NewThreadScreen

            self.reading = False
            self.app.push_screen(NewThreadScreen(draft=draft))
            return
        if draft.thread != self.thread_id:
            self.await_thread(draft.thread)
        self.wanted = draft.thread
        await self.show_thread(draft.thread)
        self.take_draft(draft)
        self.reading = True
        self.pane.composer.focus_text()

    async def after_undo(self, thread: str | None, draft: str) -> None:
        self._drafts = await self.perform(acts.drafts.list_drafts, self.actor)
        found = self.draft_of(DraftId(draft))
        if found is not None:
            await self.go_on_writing(found)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def action_thread_new(self) -> None:
        from msgcenter_tui.tui.screens.new_thread import NewThreadScreen

        self.app.push_screen(NewThreadScreen(workspace=self.workspace))

    def action_thread_reply(self) -> None:
        thread = self.pane.thread
        if thread is None:
            self.center.say("Choose a thread first")
        elif not thread.can_write:
            self.center.say(thread.why_not)
        else:
            self.reading = True
            self.pane.composer.focus_text()
            self.opened_now()

    def action_thread_audience(self) -> None:
        """Who sees it, who was notified, and who has read it."""
        from msgcenter_tui.tui.screens.audience import Audience

        if (thread := self.pane.thread) is not None:
            may_catch_up = thread.is_owner and thread.kind is ThreadKind.ALL_CLIENTS
            self.app.push_screen(Audience(thread.id, render_audience.heading(thread), may_catch_up=may_catch_up))

    async def action_places_deliveries(self) -> None:
        """From a thread that is seen, and of which somebody has to decide something: to just that."""
        thread = self.pane.thread if self.reading or not self.one_pane else None
        state = render_progress.to_decide(thread.progress) if thread is not None else None
        await super().action_places_deliveries()
        if thread is not None and state is not None:
            from msgcenter_tui.tui.screens.deliveries import Deliveries

            if isinstance(room := self.center.screen, Deliveries):
                room.look_at(thread.id, state)

    @on(Composer.WhoWanted)
    def _who_gets_it(self) -> None:
        from msgcenter_tui.tui.screens.audience import Prospects

        if (thread := self.pane.thread) is not None:
            self.app.push_screen(Prospects(render_audience.heading(thread), thread=thread.id))

    def action_view_back(self) -> None:
        """One step back: from the thread to the list, from marks to none, from a search to everything."""
        if self.pane.query("*:focus") or self.reading:
            self.reading = False
            self.list.focus()
        elif self.several:
            self.list.unmark_all()
        elif self.has_class("-searching"):
            self.end_search_at_found()
            self.list.focus()
        elif self.tabs.active != ALL:
            self.tabs.active = ALL

    @on(Composer.Left)
    def _left_composer(self) -> None:
        self.pane.conversation.focus()

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()

    @property
    def leads_elsewhere(self) -> bool:
        return self.host is None

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        if action.startswith("message_"):
            return self.may_with_message(action)
        if action in OF_SEVERAL | OF_ONE and self.several:
            return self.may_with_several(action)
        if action == "thread_delete" and self.in_drafts_safely:
            return True
        if action in ("thread_new", "thread_search"):
            return True
        if action.startswith("thread_") or action == "send_undo":
            return self.may_with_thread(action) if self.is_mounted and self._stands else False
        if action == "places_mailbox":
            return self.services.mailbox is not None
        return True

    def unanswered(self, key: str) -> None:
        if any(key in keys.effective(self.services.keymap)[name] for name in ("compose.send", "compose.template")):
            self.center.say(
                self.in_keys("Nothing is being written: {thread.reply} begins a reply, {thread.new} a new thread")
            )
        else:
            super().unanswered(key)

    @property
    def in_drafts_safely(self) -> bool:
        return self.query_one_optional(ViewTabs) is not None and self.in_drafts

    @property
    def _stands(self) -> bool:
        """Its pane is there. Asked for each key that is live: to look at every widget for it takes a while."""
        return self.query_one_optional(ThreadPane) is not None

    @property
    def enter_means(self) -> str:
        return "To the list" if self.has_class("-searching") and self.search_field.has_focus else ""

    def offers(self, action: str) -> bool:
        if action != "view.back":
            return True
        return bool(self.several) or self.has_class("-searching") or (self.one_pane and self.reading)

    def words_for(self, action: str) -> str | None:
        """The footer's words where they depend on what is shown."""
        if action == "view.back":
            if self.reading or self.pane.query("*:focus"):
                return "To the list"
            return "Unmark" if self.several else "End search"
        thread = self.pane.thread if action == "thread.lock" and self._stands else None
        return None if thread is None else "Unlock" if thread.locked else "Lock"
