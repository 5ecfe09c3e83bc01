"""The templates: one's own and the teams', as written or as a client would read them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from msgcenter_tui.domain import Client, Piece, Template, TemplateId
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import acts, keys, render, render_templates
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.finder import Finder, Match
from msgcenter_tui.tui.screens.template_editor import TemplateEditor
from msgcenter_tui.tui.screens.template_sharing import TemplateSharing
from msgcenter_tui.tui.widgets.row_list import RowList

NOTHING = "No templates yet: {templates.add} writes the first one."
NO_MATCH = "No template like that: {room.back} shows all of them."


class TemplateList(RowList[Template]):
    """Two lines each: name and shortcut; whose it is and how it begins."""

    HEIGHT = 2

    def row_id(self, row: Template) -> str:
        return row.id

    def draw(self, row: Template, width: int, chosen: bool) -> Sequence[Content]:
        gutter = Content.styled("▌", "$accent") if chosen else Content(" ")
        first = Content.assemble(gutter, " ", render.line(row.name, "bold"))
        whose = Content.styled(render_templates.whose(row), "$secondary")
        second = Content.assemble(gutter, " ", whose, "  ", render.line(row.body[:200], "$muted"))
        return [render.ends(first, Content.assemble(render_templates.shortcut(row), " "), width), second]


class Templates(TemplateSharing):
    """The templates that the actor may use."""

    BINDINGS = keys.bindings("templates", "room", "places")
    PLACE = "Templates"
    SEARCH = "{room.search} to search names, shortcuts, texts"

    def __init__(self) -> None:
        super().__init__()
        self.preview_for: Client | None = None

    def compose_list(self) -> ComposeResult:
        yield TemplateList(empty=Content(self.in_keys(NOTHING)))

    @property
    def templates(self) -> TemplateList:
        return self.query_one(TemplateList)

    @property
    def shown(self) -> Sequence[Template]:
        return self.templates.rows

    @property
    def chosen(self) -> Template | None:
        return self.templates.chosen

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def shows_ledger(self) -> bool:
        return False

    async def reread(self) -> None:
        narrowing = self.narrowing
        found = await self.perform(acts.templates.list_templates, self.actor, self.searched)
        if narrowing != self.narrowing:  # it is read again
            return
        self.narrowed_by(*narrowing)
        self.templates.empty = Content(self.in_keys(NO_MATCH if self.searched else NOTHING))
        self.templates.show(found)
        self._read_detail()

    @on(RowList.Moved)
    def _read_detail(self) -> None:
        self.do(self._show_detail(), group="detail", exclusive=True)

    async def _show_detail(self) -> None:
        chosen = self.templates.chosen
        if chosen is None:
            self.detail(Content.styled("Nothing is chosen.", "$muted"))
            return
        preview: tuple[Piece, ...] | None = None
        if self.preview_for is not None:
            try:
                preview = await self.perform(acts.templates.render, self.actor, chosen.id, self.preview_for.id)
            except MessageCenterError as error:
                self.preview_for = None
                self.center.refuse(error)
        name = self.preview_for.name if self.preview_for else ""
        self.detail(render_templates.detail(chosen, preview, name))

    # -- acts ----------------------------------------------------------------------------------------------------------

    def action_templates_add(self) -> None:
        self.do(self._write(None))

    def action_templates_edit(self) -> None:
        chosen = self.templates.chosen
        if chosen is None:
            self.center.warn(f"Nothing is chosen: {self.key_of('templates.add')} writes a new template")
        elif not chosen.editable:
            key = self.key_of("templates.add")
            self.center.warn(f"Only an Owner of {chosen.team_name} changes this template: {key} writes one of your own")
        else:
            self.do(self._write(chosen))

    async def _write(self, template: Template | None) -> None:
        self.app.push_screen(TemplateEditor(template, await self.owned_teams(), self.unsaved), self._written)

    def _written(self, saved: TemplateId | None) -> None:
        if saved is not None:
            self.do(self._show_written(saved), group="written", exclusive=True)

    async def _show_written(self, saved: TemplateId) -> None:
        await self.reread()
        if self.templates.index_of(saved) is not None:
            self.templates.show(self.templates.rows, choose=saved)

    def action_templates_remove(self) -> None:
        chosen = self.templates.chosen
        if chosen is None:
            self.center.warn("Nothing is chosen")
        else:
            self.do(self._remove(chosen))

    async def _remove(self, template: Template) -> None:
        whose = "everybody in the team uses" if template.team_name else "you use"
        question = f"Remove the template {template.name}?"
        if await self.app.push_screen_wait(Confirm(question, f"It is one that {whose}.", yes="Remove")):
            await self.perform(acts.templates.remove, self.actor, template.id)
            self.center.say(f"{template.name} is removed")
            self.reread_soon()

    def action_templates_preview(self) -> None:
        if self.preview_for is not None:
            self.preview_for = None
            self._read_detail()
            self.center.say("As it is written")
        else:
            self.do(self._preview())

    async def _preview(self) -> None:
        found: dict[str, Client] = {}
        workspaces = await self.perform(acts.teams.workspaces, self.actor)

        async def search(typed: str) -> Sequence[Match]:
            page = await self.perform(acts.clients.list_clients, self.actor, search=typed, limit=50)
            clients = [render.placed(client, workspaces) for client in page.items]
            found.update({client.id: client for client in clients})
            return [Match(client.id, client.name, client.workspace_name) for client in clients]

        who = await self.app.push_screen_wait(Finder("Preview for", search, "No client like that"))
        if who is not None:
            self.preview_for = found[who]
            self.add_class("-opened")
            self._read_detail()
