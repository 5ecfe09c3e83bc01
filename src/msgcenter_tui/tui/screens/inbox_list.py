"""The left side of the inbox: which threads are listed, a page at a time, the drafts, the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.widgets import Input

from msgcenter_tui.domain import Draft, DraftId, Show, Thread, ThreadId, ThreadRow, Workspace, WorkspaceId
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.beginning import PAGE
from msgcenter_tui.tui.screens.narrowed import Narrowed
from msgcenter_tui.tui.screens.thread_acts import ThreadActs
from msgcenter_tui.tui.widgets.draft_list import DraftList
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.thread_list import MarkedThreadList
from msgcenter_tui.tui.widgets.top_line import TopLine
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

MOST_REREAD = 200
"""A refresh reads at most so many of the rows that are loaded: what changed is at the top."""

MOST_LOADED = 2000
"""So far down a list is read for a thread that is to be chosen in it."""

TABS = ("All", "Unread", "Broadcasts", "Direct", "Drafts", "Deleted")
SHOWS = (Show.ALL, Show.UNREAD, Show.BROADCASTS, Show.DIRECT, Show.ALL, Show.DELETED)
ALL, UNREAD, BROADCASTS, DIRECT, DRAFTS, DELETED = range(len(TABS))

EMPTY = {
    ALL: "No threads yet.\n\n{thread.new} begins the first one.",
    UNREAD: "Everything is read.",
    BROADCASTS: "No broadcasts yet.\n\n{thread.new}, then All Clients,\nbegins one.",
    DIRECT: "No direct threads yet.\n\n{thread.new} begins one.",
    DELETED: "Nothing is deleted.",
}

NOBODY = "No threads yet.\n\n{places.clients}, then {clients.add}, adds a client;\n{thread.new} begins a thread."


class InboxList(ThreadActs, Narrowed):
    """The list's part of the inbox's screen."""

    workspaces: tuple[Workspace, ...] = ()
    workspace: WorkspaceId | None = None
    _cursor: str | None = None
    _drafts: tuple[Draft, ...] = ()
    arriving: ThreadId | None = None
    """A thread that was just sent, or found: the list and the pane go to it as soon as they know it."""
    _asked_list = 0
    _shown_list = 0

    @property
    def threads(self) -> MarkedThreadList:
        return self.query_one(MarkedThreadList)

    @property
    def drafts(self) -> DraftList:
        return self.query_one(DraftList)

    @property
    def tabs(self) -> ViewTabs:
        return self.query_one(ViewTabs)

    @property
    def in_drafts(self) -> bool:
        return self.tabs.active == DRAFTS

    @property
    def list(self) -> MarkedThreadList | DraftList:
        return self.drafts if self.in_drafts else self.threads

    @property
    def search_field(self) -> Input:
        return self.query_one("#search", Input)

    # -- reading the list ----------------------------------------------------------------------------------------------

    @property
    def narrowing(self) -> tuple[int, str, WorkspaceId | None]:
        return self.tabs.active, self.search_field.value.strip(), self.workspace

    @property
    def listed(self) -> MarkedThreadList:
        return self.threads

    async def read_list(self) -> None:
        """Read again what is listed; rows that are loaded beyond what is read, or meanwhile, stay as they were."""
        tab, search, workspace = narrowing = self.narrowing
        threads = self.threads
        self._asked_list = asked = self._asked_list + 1
        limit = min(MOST_REREAD, max(PAGE, len(threads.rows)))
        page = await self.perform(
            acts.threads.list_threads,
            self.actor,
            workspace=workspace,
            show=SHOWS[tab],
            search=search,
            limit=limit,
        )
        self._drafts = await self.perform(acts.drafts.list_drafts, self.actor)
        nobody = not page.items and tab == ALL and not search and not await self._has_clients()
        if narrowing != self.narrowing:
            return
        if asked < self._shown_list:  # what was asked later is shown already
            return
        rows, after = self._placed(page.items), page.next
        if narrowing == self._narrowed:
            rows, after = self._with_rest(rows, after)
        self._shown_list, self._narrowed = asked, narrowing
        if tab == UNREAD:
            rows = self._with_those_in_hand(rows)
        self._cursor = after
        self._dress_lists(tab, search, rows, nobody=nobody)
        threads.show(rows, more=after is not None, choose=self.arriving)
        self.drafts.show(self._drafts)

    async def _has_clients(self) -> bool:
        return bool((await self.perform(acts.clients.list_clients, self.actor, limit=1)).items)

    def _placed(self, rows: tuple[ThreadRow, ...]) -> tuple[ThreadRow, ...]:
        return tuple(render.placed(row, self.workspaces) for row in rows)

    def _with_rest(self, fresh: tuple[ThreadRow, ...], after: str | None) -> tuple[tuple[ThreadRow, ...], str | None]:
        """With the rows behind them: those beyond what is read, come meanwhile, or pushed down by new ones."""
        if after is None or not fresh:
            return fresh, after
        known, oldest = {row.id for row in fresh}, fresh[-1].last_at
        rest = tuple(row for row in self.threads.rows if row.id not in known and row.last_at <= oldest)
        return ((*fresh, *rest), self._cursor) if rest else (fresh, after)

    def _with_those_in_hand(self, rows: tuple[ThreadRow, ...]) -> tuple[ThreadRow, ...]:
        """Among the unread, the thread that is being read, and those that are marked, stay until they are left."""
        chosen, in_hand = self.threads.chosen, dict(self.threads.marked)
        if chosen is not None and chosen.id == self.thread_id:
            in_hand[chosen.id] = chosen
        for row in rows:
            in_hand.pop(row.id, None)
        if not in_hand:
            return rows
        read = (replace(row, unread=0) for row in in_hand.values())
        return tuple(sorted((*rows, *read), key=lambda row: row.last_at, reverse=True))

    def _dress_lists(self, tab: int, search: str, rows: Sequence[ThreadRow], *, nobody: bool) -> None:
        threads, drafts = self.threads, self.drafts
        threads.now = drafts.now = self.now
        threads.drafts = {draft.thread: draft.body for draft in self._drafts if draft.thread and draft.body.strip()}
        threads.show_workspace = len({row.workspace for row in rows if row.kind.broadcast}) > 1
        empty = NOBODY if nobody else EMPTY.get(tab, "")
        words = self.nothing_found(search, "view.back") if search else self.in_keys(empty)
        threads.empty = render.block(words, "$muted")
        drafts.subjects = {row.id: f"Reply in {render.subject(row)}" for row in rows}
        threads.display, drafts.display = tab != DRAFTS, tab == DRAFTS
        self.tabs.count(DRAFTS, len(self._drafts))

    @on(RowList.MoreWanted)
    def _more_wanted(self) -> None:
        self.do(self._read_more(), group="more", exclusive=True)

    async def _read_more(self) -> None:
        if self._cursor is None:
            return
        after = self._cursor
        page = await self.perform(
            acts.threads.list_threads,
            self.actor,
            workspace=self.workspace,
            show=SHOWS[self.tabs.active],
            search=self.search_field.value.strip(),
            limit=MOST_REREAD,
            after=after,
        )
        if after == self._cursor:
            self._cursor = page.next
            known = {row.id for row in self.threads.rows}
            new = tuple(row for row in page.items if row.id not in known)
            self.threads.add(self._placed(new), more=page.next is not None)

    # -- what is listed ------------------------------------------------------------------------------------------------

    @on(ViewTabs.Chosen)
    def _tab_chosen(self) -> None:
        if self.tabs.active != ALL:
            self.arriving = None
        if self.arriving is None:
            self.reading = False
        self.do(self._list_anew(), group="list", exclusive=True)
        self.threads.display, self.drafts.display = not self.in_drafts, self.in_drafts
        self.list.focus()

    async def _list_anew(self) -> None:
        """The list is about something else now: it begins at its top."""
        self.threads.begin_anew()
        self._cursor = None  # a page of the other one may be under way
        await self.read_list()
        if self.arriving is not None and self.threads.known:
            await self._load_up_to(self.arriving)
        await self.show_chosen()

    async def _load_up_to(self, thread: ThreadId) -> None:
        """Further pages, until this thread is among them."""
        threads = self.threads
        if threads.index_of(thread) is not None:
            return
        while self._cursor is not None and len(threads.rows) < MOST_LOADED and threads.index_of(thread) is None:
            await self._read_more()
        if self.arriving == thread:  # else somebody has gone elsewhere meanwhile
            threads.show(threads.rows, more=self._cursor is not None, choose=thread)

    async def show_chosen(self) -> None:
        """Show what the cursor is on: the inbox knows."""

    def draft_of(self, id: DraftId) -> Draft | None:
        return next((draft for draft in self._drafts if draft.id == id), None)

    def action_view_all(self) -> None:
        self.tabs.active = ALL

    def action_view_unread(self) -> None:
        self.tabs.active = UNREAD

    def action_view_broadcasts(self) -> None:
        self.tabs.active = BROADCASTS

    def action_view_direct(self) -> None:
        self.tabs.active = DIRECT

    def action_view_drafts(self) -> None:
        self.tabs.active = DRAFTS

    def action_view_deleted(self) -> None:
        self.tabs.active = DELETED

    def action_view_next(self) -> None:
        self.tabs.active += 1

    def action_view_previous(self) -> None:
        self.tabs.active -= 1

    # -- searching -----------------------------------------------------------------------------------------------------

    def action_thread_search(self) -> None:
        self.reading = False
        self.add_class("-searching")
        if self.in_drafts:
            self.tabs.active = ALL
        self.search_field.focus()

    @on(Input.Changed, "#search")
    def _search_typed(self) -> None:
        self.do(self._list_anew(), group="list", exclusive=True)

    @on(Input.Submitted, "#search")
    def _search_done(self) -> None:
        if not self.search_field.value.strip():
            self.end_search()
        self.list.focus()

    def end_search_at_found(self) -> None:
        """Everything is listed again, and what was chosen among the finds is chosen there, wherever it stands."""
        if self.search_field.value and (found := self.threads.chosen) is not None:
            self.arriving = found.id
        self.end_search()

    def end_search(self) -> None:
        self.remove_class("-searching")
        self.search_field.value = ""

    def placed(self, thread: Thread) -> Thread:
        return render.placed(thread, self.workspaces)

    # -- workspaces ----------------------------------------------------------------------------------------------------

    async def read_workspaces(self) -> None:
        self.workspaces = await self.perform(acts.teams.workspaces, self.actor)
        known = {workspace.id: render.workspace_name(workspace) for workspace in self.workspaces}
        if self.workspace is not None and self.workspace not in known:
            self.workspace = None
        all_of_them = "All workspaces" if len(known) != 1 else next(iter(known.values()))
        top = self.query_one(TopLine)
        top.place = known[self.workspace] if self.workspace else all_of_them

    def action_workspace_choose(self) -> None:
        self.do(self._choose_workspace(), group="choose", exclusive=True)

    async def _choose_workspace(self) -> None:
        from msgcenter_tui.tui.screens.choose import Choice, Choose

        choices = [Choice("", render.line("All workspaces"))]
        for one in await self.perform(acts.teams.counted_workspaces, self.actor):
            facts = f"{render.counted(one.clients, 'client')}, {one.role.value}"
            choices.append(Choice(one.id, render.line(render.workspace_name(one)), render.line(facts, "$muted")))
        current = next((i for i, choice in enumerate(choices) if choice.value == (self.workspace or "")), 0)
        chosen = await self.app.push_screen_wait(Choose("Show the threads of", choices, current))
        if chosen is not None:
            self.workspace = chosen or None
            self.reading = False
            self.list.focus()
            await self.read_workspaces()
            await self._list_anew()
