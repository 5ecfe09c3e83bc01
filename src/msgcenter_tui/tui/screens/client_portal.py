"""A client's portal: what that client sees and may do, nothing else (P1); looked at, it stays as it was (P3)."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from msgcenter_tui.domain import Actor, Page, Show, ThreadId, ThreadRow
from msgcenter_tui.errors import Refused
from msgcenter_tui.tui import acts, keys, render
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens import other_eyes
from msgcenter_tui.tui.screens.message_acts import HOW_TO_CHOOSE, MessageActs
from msgcenter_tui.tui.screens.paged import Paged
from msgcenter_tui.tui.views import View
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.form import Values
from msgcenter_tui.tui.widgets.portal_banner import PortalBanner
from msgcenter_tui.tui.widgets.portal_list import PortalList
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.search_line import SearchLine
from msgcenter_tui.tui.widgets.thread_pane import ThreadPane

EMPTY = "Nothing here yet.\n\n{portal.new} writes to us."
ALL_READ = "Everything is read."
EMPTY_VIEW = "Nothing here: this client sees no thread."
EMPTY_THEN = "Nothing here: this client saw no thread then."
LOOKING = "You are looking on: sign in as them to write."
NOT_READ_THEN = "What was unread then is not kept"


async def enter(screen: CenterScreen[Any], client: str, *, viewing: bool) -> None:
    """Open a client's portal over this screen; refused with the reason where they could not sign in (P2, P3)."""
    if viewing:
        portal: Actor | None = await screen.perform(acts.portal.view_as, screen.actor, client)
    else:
        portal = await entered(screen, client)
    if portal is not None:
        screen.app.push_screen(ClientPortal(portal))


async def entered(screen: CenterScreen[Any], client: str) -> Actor | None:
    """Sign in as a client, on the word of whoever acts; in a real store they are asked first (P3)."""
    sure = screen.services.demonstration

    async def attempt(yes: bool) -> Actor:
        return await screen.perform(acts.portal.sign_in, screen.center.actor, client, yes=yes or sure)

    return await screen.confirmed(attempt)


async def enter_otherwise(screen: CenterScreen[Any], client: str, kept: dict[str, Values]) -> None:
    """Ask as of when, or under which conditions, and open the client's portal so, only to be looked at (P3)."""
    view = await other_eyes.ask(screen, client, kept=kept)
    if view is not None:
        screen.app.push_screen(ClientPortal(view.actor, view))


class ClientPortal(MessageActs, Paged):
    """The threads of one client and the chosen one; `actor` is the client, `actor.by` who looks, `view` how."""

    BINDINGS = keys.bindings("portal", "message")
    SIZES: ClassVar[dict[str, int]] = {"page": 50, "most": 200}
    OF_CLIENT = True

    def __init__(self, actor: Actor, view: View | None = None) -> None:
        super().__init__()
        self._actor = actor
        self._view = view
        self._unsaved: dict[str, Values] = {}
        self._began = False
        self.only_unread = False
        self._found: ThreadId | None = None
        """What was chosen among the finds of a search that ends: it is to be chosen among all threads."""

    @property
    def actor(self) -> Actor:
        return self._actor

    def compose(self) -> ComposeResult:
        services = self.services
        yield PortalBanner(self._actor, self._view, key=self.key_of("portal.leave"))
        with Horizontal(id="portal"):
            with Vertical(id="list-side"):
                yield SearchLine("Search", "search", blink=services.blink)
                yield PortalList(now=self.now, zone=services.zone, id="threads")
            yield ThreadPane(
                clock=services.clock,
                zone=services.zone,
                blink=services.blink,
                in_portal=True,
                keymap=services.keymap,
                id="pane",
            )
        yield Footer()

    def on_mount(self) -> None:
        self._say_empty()
        self.pane.composer.with_templates = False
        self.set_focus(self.threads)

    def _say_empty(self) -> None:
        _, only_unread, search = self.narrowing
        words = EMPTY_THEN if self._actor.at else EMPTY_VIEW if self._actor.viewing else self.in_keys(EMPTY)
        if only_unread:
            words = ALL_READ
        if search:
            words = self.nothing_found(search, "portal.leave")
        self.threads.empty = render.block(words, "$muted")

    @property
    def threads(self) -> PortalList:
        return self.query_one(PortalList)

    # -- reading -------------------------------------------------------------------------------------------------------

    async def reread(self) -> None:
        try:
            await self._read_list()
            if not self.glancing:  # else that will show it
                await self._show_chosen()
        except Refused as refusal:
            # The portal was closed meanwhile (P2): nothing of it may stay on the screen.
            self.center.refuse(refusal)
            self._out()

    async def _read_list(self, choose: ThreadId | None = None) -> None:
        badge = await self.perform(acts.reading.badge, self.actor)
        self.query_one(PortalBanner).badge = badge
        choose = choose or self._found
        if await self.read_list(choose):
            self._found = None
            self._say_empty()
            self.threads.now = self.now
            self.show_list(choose)

    @property
    def narrowing(self) -> tuple[Actor, bool, str]:
        return self._actor, self.only_unread, self.query_one("#search", Input).value.strip()

    async def page_of(self, limit: int, after: str | None) -> Page[ThreadRow]:
        actor, only_unread, search = self.narrowing
        show = Show.UNREAD if only_unread else Show.ALL
        return await self.perform(acts.threads.list_threads, actor, show=show, search=search, limit=limit, after=after)

    async def _show_chosen(self) -> None:
        await self._show(self.meant)

    @property
    def meant(self) -> ThreadId | None:
        if self.one_pane and self.reading and self.wanted is not None:
            return self.wanted
        row = self.threads.chosen
        return row.id if row is not None else None

    @property
    def coming(self) -> bool:
        return not self.threads.known or super().coming

    async def _show(self, thread: ThreadId | None) -> None:
        await self.show_thread(thread)
        if thread is None:
            self.pane.say_nothing("")

    async def thread_gone(self) -> None:
        await super().thread_gone()
        if self.reading:
            self.reading = False
            self.threads.focus()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        if not self._began or event.row is None:
            self._began = event.row is not None  # the cursor was put there, nobody moved it (R2)
            return
        self.glance(lambda: self.do(self._look(), group="look", exclusive=True))

    async def _look(self) -> None:
        await self._show_chosen()
        if not self.one_pane and self.threads.has_focus:
            self.count_rest()

    @on(RowList.Opened)
    def _opened(self, event: RowList.Opened) -> None:
        self.stop_glancing()  # else it would take the place of what Enter began
        self.go_into(event.row.id)
        self.open_soon(event.row.id)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def _may_write(self) -> bool:
        if self.actor.viewing:
            self.center.say(LOOKING)
        return not self.actor.viewing

    def action_portal_new(self) -> None:
        if self._may_write():
            self.do(self._write_to_staff(), group="choose", exclusive=True)

    async def _write_to_staff(self) -> None:
        """A new thread, or the one that this client has begun to write: a portal has no list of drafts."""
        from msgcenter_tui.tui.screens.new_thread import NewThreadScreen

        begun = [draft for draft in await self.perform(acts.drafts.list_drafts, self.actor) if draft.thread is None]
        self.app.push_screen(NewThreadScreen(begun[0] if begun else None, actor=self.actor), self._started)

    def _started(self, thread: ThreadId | None) -> None:
        if thread is not None:
            self.do(self._show_started(thread), group="look", exclusive=True)

    async def _show_started(self, thread: ThreadId) -> None:
        await self._go_to(thread)
        self.center.say("Your message is on its way")

    def open_thread(self, thread: ThreadId) -> None:
        """Go into this thread of the client's, as by Enter on it."""
        self.do(self._go_to(thread), group="look", exclusive=True)

    async def _go_to(self, thread: ThreadId) -> None:
        self.go_into(thread)
        await self._read_list(choose=thread)
        await self.open(thread)

    def action_portal_reply(self) -> None:
        thread = self.pane.thread
        if not self._may_write():
            return
        if thread is None:
            self.center.say("Choose a thread first")
        elif not thread.can_write:
            self.center.say(thread.why_not)
        else:
            self.reading = True
            self.pane.composer.focus_text()
            self.opened_now()

    def action_portal_unread(self) -> None:
        if self._may_write():
            self.do(self.set_unread())

    def action_portal_search(self) -> None:
        self.reading = False
        self.add_class("-searching")
        self.query_one("#search", Input).focus()

    @on(Input.Changed, "#search")
    def _search_typed(self) -> None:
        self.reread_soon()

    @on(Input.Submitted, "#search")
    def _search_done(self) -> None:
        self.threads.focus()

    def action_portal_otherwise(self) -> None:
        self.do(self._look_otherwise(), group="choose", exclusive=True)

    async def _look_otherwise(self) -> None:
        """The same portal as of another time, or with other facts: over the one of now, in the place of another."""
        client, before = (self._actor.person, None) if self._view is None else (self._view.client, self._view.values)
        view = await other_eyes.ask(self, client, before=before, kept=self._unsaved)
        if view is None:
            return
        if self._view is None:
            if view.words:
                self.app.push_screen(ClientPortal(view.actor, view))
            else:
                self.center.say("That is the portal as it is now")
            return
        self._actor, self._view, self.only_unread = view.actor, view, False
        self.query_one(PortalBanner).show(view.actor, view)
        self._say_empty()
        self.await_thread(None)  # nothing of the former look stays
        self.threads.begin_anew()
        self.reading = False
        self.threads.focus()
        self.reread_soon()

    def action_portal_beside(self) -> None:
        from msgcenter_tui.tui.screens.side_by_side import beside

        if self.center.actor.is_client:
            self.center.say("Nothing is beside your portal")
        else:
            self.do(beside(self, self._actor), group="choose", exclusive=True)

    def action_portal_only_unread(self) -> None:
        if self._actor.at is not None:
            self.center.say(NOT_READ_THEN)
            return
        self.only_unread = not self.only_unread
        key = self.key_of("portal.only-unread")
        self.center.say(f"Only what is unread; {key} again shows all" if self.only_unread else "All threads")
        self.reread_soon()

    @on(Composer.Left)
    def _left_composer(self) -> None:
        self.pane.conversation.focus()

    def action_portal_leave(self) -> None:
        """One step back: from the thread to the list, from a search to everything, then out of the portal."""
        if self.pane.query("*:focus") or self.reading:
            self.reading = False
            self.threads.focus()
        elif self.has_class("-searching"):
            search = self.query_one("#search", Input)
            if search.value and (row := self.threads.chosen) is not None:
                self._found = row.id
            self.remove_class("-searching")
            search.value = ""
            self.threads.focus()
        else:
            self.do(self._leave_portal())

    async def _leave_portal(self) -> None:
        await self.settle()
        self._out()

    def _out(self) -> None:
        """Back to whoever looked; a client who came by themselves has been nowhere else, and sees nothing else (P1)."""
        if self.center.actor.is_client:
            self.center.action_app_quit()
        else:
            self.dismiss(None)

    @property
    def enter_means(self) -> str:
        return "To the list" if self.query_one("#search", Input).has_focus else ""

    def words_for(self, action: str) -> str | None:
        """The footer's words for esc: always one step back."""
        if action != "portal.leave":
            return None
        if self.pane.query("*:focus") or self.reading:
            return "To the list"
        if self.has_class("-searching"):
            return "End search"
        return None if self._view is None else "Back"

    def why_not(self, action: str) -> str:
        if action == "portal_otherwise":
            return "You are signed in as them: leave, and view as them, to look at another time"
        if action.startswith("portal_") and self.actor.viewing:
            return LOOKING
        thread = self.pane.thread
        if action == "portal_reply":
            return thread.why_not if thread else "Choose a thread first"
        words = keys.BY_METHOD[action].words
        return f"{words}: {self.in_keys(HOW_TO_CHOOSE)}" if self.message is None else ""

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        if action.startswith("message_"):
            return self.may_with_message(action) if self.is_mounted and self.query(ThreadPane) else False
        if action == "portal_otherwise":
            return self._actor.by is not None and (self._actor.viewing or None)
        if action in ("portal_new", "portal_reply", "portal_unread") and self._actor.viewing:
            return None
        if action == "portal_reply" and self.is_mounted and self.query(ThreadPane):
            thread = self.pane.thread
            return True if thread is not None and thread.can_write and not self.coming else None
        return True
