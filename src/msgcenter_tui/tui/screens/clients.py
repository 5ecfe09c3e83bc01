"""The clients: a list that filters as one types, one client beside it, and one key for each thing that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from msgcenter_tui.domain import Client, Page, PersonId, Status, Workspace, WorkspaceId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.tui import acts, keys, render, render_clients
from msgcenter_tui.tui.screens import client_forms
from msgcenter_tui.tui.screens.choose import Choice, Choose
from msgcenter_tui.tui.screens.client_acts import about_workspace
from msgcenter_tui.tui.screens.client_import import ClientImport
from msgcenter_tui.tui.screens.room import LOADING
from msgcenter_tui.tui.widgets.form import Values
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.table_list import Column, TableHead, TableList
from msgcenter_tui.tui.widgets.top_line import TopLine
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

ONLY: tuple[Status | None, ...] = (None, *Status)
"""What each tab shows."""

NOBODY = "No clients yet: {clients.add} adds the first one, {clients.import} brings in a list."
NO_MATCH = "No client like that: {room.back} shows all of them, {clients.add} adds a new one."


LEAST_NAME = 24
"""Cells in which most names stand whole; an address stands beside the list, too."""


class ClientList(TableList[Client]):
    COLUMNS = (
        Column("name", "Name", least=LEAST_NAME),
        Column("status", "Status", 8),
        Column("portal", "Portal", 6),
        Column("mail", "E-mail", from_width=72),
        Column("phone", "Phone", 17, from_width=104),
        Column("consent", "SMS", 9, from_width=50),
        Column("workspace", "Workspace", 18, from_width=120),
    )

    def row_id(self, row: Client) -> str:
        return row.id

    def cells(self, row: Client) -> Mapping[str, Content]:
        return render_clients.cells(row)


class Clients(ClientImport):
    """The clients that the actor reaches."""

    BINDINGS = keys.bindings("clients", "room", "places")
    PLACE = "Clients"
    SEARCH = "{room.search} to search names, addresses, numbers"

    def __init__(self) -> None:
        super().__init__()
        self.only_workspace: Workspace | None = None

    def compose_list(self) -> ComposeResult:
        yield ViewTabs(["All", *render_clients.STATUS_WORDS.values()])
        yield TableHead(ClientList.COLUMNS)
        yield ClientList(empty=Content(LOADING))

    @property
    def clients(self) -> ClientList:
        return self.query_one(ClientList)

    @property
    def shown_workspace(self) -> WorkspaceId | None:
        return self.only_workspace.id if self.only_workspace else None

    @property
    def chosen(self) -> Client | None:
        return self.clients.chosen

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def shows_ledger(self) -> bool:
        return False

    async def reread(self) -> None:
        self.workspaces = await self.perform(acts.teams.workspaces, self.actor)
        found = self._found()
        if await self.read_list(choose=found):
            self.clients.empty = Content(self.in_keys(NO_MATCH if any(self.narrowing) else NOBODY))
            self.show_list(choose=found)
            self._say_place()
            self._read_detail()

    def _found(self) -> PersonId | None:
        """Who was chosen in a narrowed list that shows everybody again: they stay so."""
        widened = any(self._narrowed or ()) and not any(self.narrowing)
        return self.chosen.id if widened and self.chosen is not None else None

    @property
    def narrowing(self) -> tuple[object, ...]:
        return self.searched, self.only_status, self.only_workspace and self.only_workspace.id

    async def page_of(self, limit: int, after: str | None) -> Page[Client]:
        page = await self.perform(
            acts.clients.list_clients,
            self.actor,
            workspace=self.only_workspace.id if self.only_workspace else None,
            status=self.only_status,
            search=self.searched,
            limit=limit,
            after=after,
        )
        return replace(page, items=tuple(self.placed(one) for one in page.items))

    @on(RowList.Moved)
    def _read_detail(self) -> None:
        self.do(self._show_detail(), group="detail", exclusive=True)

    async def _show_detail(self) -> None:
        chosen = self.clients.chosen
        if chosen is None:
            self.detail(Content.styled("Nobody is chosen.", "$muted"))
            return
        try:
            client = self.placed(await self.perform(acts.clients.get, self.actor, chosen.id))
            history = await self.perform(acts.clients.history, self.actor, chosen.id)
            why = await self.perform(acts.portal.why_not, self.actor, chosen.id)
        except NotFound:  # erased or moved away just now: the list is read again
            return
        self.detail(render_clients.detail(client, history, why, self.now, self.services.zone))

    def _say_place(self) -> None:
        place = render.workspace_name(self.only_workspace) if self.only_workspace else "all workspaces"
        self.query_one(TopLine).place = place if place == render.PERSONAL else f"Clients of {place}"

    # -- narrowing -----------------------------------------------------------------------------------------------------

    @property
    def only_status(self) -> Status | None:
        return ONLY[self.query_one(ViewTabs).active]

    def look_for(self, words: str) -> None:
        self.only_workspace = None
        self.query_one(ViewTabs).active = 0
        super().look_for(words)

    def action_clients_only_status(self) -> None:
        self.query_one(ViewTabs).active += 1

    @on(ViewTabs.Chosen)
    def _narrow(self) -> None:
        self.reread_soon()

    def action_clients_workspace(self) -> None:
        self.do(self._choose_workspace())

    async def _choose_workspace(self) -> None:
        everywhere = Choice("", Content("All workspaces"))
        counted = await self.perform(acts.teams.counted_workspaces, self.actor)
        named = [(w, render.line(render.workspace_name(w))) for w in counted]
        choices = [everywhere, *(Choice(w.id, words, about_workspace(w)) for w, words in named)]
        ids = [choice.value for choice in choices]
        current = ids.index(self.only_workspace.id) if self.only_workspace else 0
        chosen = await self.app.push_screen_wait(Choose("Clients of", choices, current))
        if chosen is not None:
            self.only_workspace = next((w for w in self.workspaces if w.id == chosen), None)
            self.reread_soon()

    # -- adding --------------------------------------------------------------------------------------------------------

    def action_clients_add(self) -> None:
        if self.workspaces:
            self.do(self._add())

    async def _add(self) -> None:
        new: list[Client] = []

        async def save(values: Values) -> None:
            new.append(await self.perform(acts.clients.add, self.actor, **client_forms.to_add(values)))

        counted = await self.perform(acts.teams.counted_workspaces, self.actor)
        lines = client_forms.adding(counted, self.shown_workspace)
        if await self.fill_in("New client", "add", lines, save):
            added = new[-1]
            sees = ": every broadcast sent so far is in their portal" if added.sees_broadcasts else ""
            self.center.say(f"{added.name} is here now{sees}")
            await self.reread()
            if self.clients.index_of(added.id) is not None:
                self.clients.show(self.clients.rows, more=self.clients.more, choose=added.id)
