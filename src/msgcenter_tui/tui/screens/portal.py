"""Whose portal? A client is chosen, signed in as, or looked at; who has no portal, and why, is said (P1..P3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from msgcenter_tui.domain import Client, Page, Workspace
from msgcenter_tui.tui import acts, keys, render, render_clients
from msgcenter_tui.tui.screens.client_portal import ClientPortal, enter
from msgcenter_tui.tui.screens.paged import PagedRoom
from msgcenter_tui.tui.screens.room import LOADING
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.table_list import Column, TableHead, TableList

NOBODY = "No clients yet: {places.clients}, then {clients.add}, adds the first one."
NO_MATCH = "No client like that: {room.back} shows all of them."


class WhoseList(TableList[Client]):
    COLUMNS = (
        Column("name", "Client", least=18),
        Column("status", "Status", 8),
        Column("portal", "Portal", 6),
        Column("workspace", "Workspace", from_width=60, most=40),
    )

    def row_id(self, row: Client) -> str:
        return row.id

    def cells(self, row: Client) -> Mapping[str, Content]:
        name = render.line(row.name, "bold" if row.portal else "$muted")
        return {**render_clients.cells(row), "name": name}


class Portal(PagedRoom):
    """The clients whom the actor reaches. For a client who acts alone, their portal at once."""

    BINDINGS = keys.bindings("choose-client", "room", "places")
    PLACE = "Client portal"
    SEARCH = "whose portal? type a name or an address"

    def __init__(self) -> None:
        super().__init__()
        self._workspaces: tuple[Workspace, ...] = ()

    def compose_list(self) -> ComposeResult:
        yield TableHead(WhoseList.COLUMNS)
        yield WhoseList(empty=Content(LOADING))

    @property
    def clients(self) -> WhoseList:
        return self.query_one(WhoseList)

    def first_focus(self) -> Widget:
        return self.query_one("#room--search", Input)

    def on_mount(self) -> None:
        wanted, self.center.portal_client = self.center.portal_client, None
        if self.actor.is_client:
            self.app.push_screen(ClientPortal(self.actor))
        elif wanted is not None:
            self.do(enter(self, wanted, viewing=False))

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def shows_ledger(self) -> bool:
        return False

    async def reread(self) -> None:
        if self.actor.is_client:
            return
        self._workspaces = await self.perform(acts.teams.workspaces, self.actor)
        if await self.read_list():
            self.clients.empty = Content(self.in_keys(NO_MATCH if self.searched else NOBODY))
            self.show_list()
            self._explain()

    async def page_of(self, limit: int, after: str | None) -> Page[Client]:
        page = await self.perform(acts.clients.list_clients, self.actor, search=self.searched, limit=limit, after=after)
        return replace(page, items=tuple(render.placed(one, self._workspaces) for one in page.items))

    @on(RowList.Moved)
    def _explain(self) -> None:
        self.do(self._show_detail(), group="detail", exclusive=True)

    async def _show_detail(self) -> None:
        chosen = self.clients.chosen
        if chosen is None:
            self.detail(Content.empty())
            return
        why = await self.perform(acts.portal.why_not, self.actor, chosen.id)
        self.detail(render_clients.at_the_door(chosen, why, self.key_of("choose-client.view")))

    # -- in ------------------------------------------------------------------------------------------------------------

    def open_chosen(self) -> None:
        self._enter(viewing=False)

    def search_done(self) -> None:
        self._enter(viewing=False)

    def action_choose_client_view(self) -> None:
        self._enter(viewing=True)

    @property
    def enter_means(self) -> str:
        return "Sign in"

    def words_for(self, action: str) -> str | None:
        return "Sign in" if action == "list.open" else None

    def _enter(self, *, viewing: bool) -> None:
        chosen = self.clients.chosen
        if self.behind:
            self.center.too_late()
        elif chosen is None:
            self.center.warn(f"Nobody is chosen: type less, or {self.key_of('room.back')} shows all")
        else:
            self.do(enter(self, chosen.id, viewing=viewing), group="choose", exclusive=True)

    def action_choose_client_up(self) -> None:
        self.clients.action_list_up()

    def action_choose_client_down(self) -> None:
        self.clients.action_list_down()
