"""The template picker: filter as one types, see it filled for a client, Enter puts it at the cursor (T2)."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from msgcenter_tui.domain import Person, PieceKind, WorkspaceId
from msgcenter_tui.rules import fields
from msgcenter_tui.tui import acts, keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.screens.room import LOADING
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.picker_list import PickerList, PickerRow
from msgcenter_tui.tui.widgets.row_list import RowList

PREVIEW_CLIENTS = 25
RECENT = 20


class TemplatePicker(CenterModal[PickerRow | None]):
    """Dismisses with what was picked (`body`, and `subject` where the template has one), or None.

    `clients` are those the text is for; without any, the preview is for clients of the workspace.
    """

    BINDINGS = keys.bindings("picker")

    def __init__(self, workspace: WorkspaceId | None, clients: Sequence[Person] = ()) -> None:
        super().__init__()
        self.workspace = workspace
        self.clients: list[tuple[str, str]] = [(person.id, person.name) for person in clients]
        self._client = 0
        self._listed: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            with Horizontal(id="picker"):
                with Vertical(id="picker-left"):
                    with Horizontal(id="picker-search"):
                        yield Static("⌕", markup=False)
                        yield Input(placeholder="name, shortcut or words", id="picker-filter", compact=True)
                    yield PickerList(id="picker-list", empty=Content.styled(LOADING, "$muted"))
                with Vertical(id="picker-right"):
                    yield Static(id="picker-name")
                    with VerticalScroll(id="picker-preview", can_focus=False):
                        yield Static(id="picker-body")
                    yield Static(id="picker-facts")
            yield Footer()

    def on_mount(self) -> None:
        field = self.query_one("#picker-filter", Input)
        field.cursor_blink = self.services.blink
        field.focus()

    async def reread(self) -> None:
        if not self.clients and self.workspace is not None:
            page = await self.perform(
                acts.clients.list_clients, self.actor, workspace=self.workspace, limit=PREVIEW_CLIENTS
            )
            self.clients = [(client.id, client.name) for client in page.items if client.status.current]
        await self._list(self.query_one("#picker-filter", Input).value)

    @property
    def enter_means(self) -> str:
        return "Insert"

    # -- the list ------------------------------------------------------------------------------------------------------

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.do(self._list(event.value), group="list", exclusive=True)

    async def _list(self, search: str) -> None:
        found = await self.perform(acts.templates.list_templates, self.actor, search)
        rows = [
            PickerRow(one.id, one.name, one.body, one.subject, one.shortcut, one.team_name or "", one.id)
            for one in found
        ]
        words = search.casefold().split()
        recent = await self.perform(acts.messages.recently_sent, self.actor, limit=RECENT)
        rows += [
            PickerRow(f"recent {number}", _in_short(body), body)
            for number, body in enumerate(recent)
            if all(word in body.casefold() for word in words)
        ]
        self._listed = search
        picker = self.query_one(PickerList)
        picker.empty = Content.styled("Nothing fits.\nFewer letters?", "$muted")
        picker.show(rows, choose=rows[0].key if rows and search else None)
        await self._preview(picker.chosen)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.do(self._preview(event.row), group="preview", exclusive=True)

    # -- the preview ---------------------------------------------------------------------------------------------------

    async def _preview(self, row: PickerRow | None) -> None:
        if row is None:
            self._show(Content.empty(), Content.empty(), Content.empty())
            return
        unfilled = fields.pieces(row.body)
        body, client = render.pieces(unfilled), ""
        if row.template is not None and self.clients:
            who, client = self.clients[self._client % len(self.clients)]
            parts = await self.perform(acts.templates.render, self.actor, row.template, who)
            body = render.filled(parts, unfilled)
        self._show(self._title_of(row), body, self._facts(row, client))

    def _title_of(self, row: PickerRow) -> Content:
        if row.template is None:
            return Content.styled("Sent recently", "bold")
        of = Content.styled(f"  {render.plain(row.team)}", "$muted") if row.team else Content.empty()
        subject = Content.styled(f"\n{render.plain(row.subject)}", "$secondary") if row.subject else Content.empty()
        return Content.assemble(render.line(row.name, "bold"), of, subject)

    def _facts(self, row: PickerRow, client: str) -> Content:
        tokens = fields.parse(row.body).tokens
        used = dict.fromkeys(fields.FIELDS[one.name].words for one in tokens if one.name in fields.FIELDS)
        blanks = sum(piece.kind is PieceKind.BLANK for piece in fields.pieces(row.body))
        parts = []
        if client:
            parts.append(Content.assemble(("for ", "$muted"), render.line(client)))
        if blanks:
            parts.append(Content.styled(f"{render.counted(blanks, 'blank')} to fill", "$warning"))
        if used:
            parts.append(Content.styled(f"fields: {', '.join(used)}", "$muted"))
        return Content.styled(" · ", "$muted").join(parts)

    def _show(self, name: Content, body: Content, facts: Content) -> None:
        self.query_one("#picker-name", Static).update(name)
        self.query_one("#picker-body", Static).update(body)
        self.query_one("#picker-facts", Static).update(facts)
        self.query_one("#picker-preview").scroll_home(animate=False)

    # -- keys ----------------------------------------------------------------------------------------------------------

    @on(Input.Submitted)
    @on(RowList.Opened)
    def action_picker_insert(self) -> None:
        self.do(self._insert(), group="insert", exclusive=True)

    async def _insert(self) -> None:
        search = self.query_one("#picker-filter", Input).value
        if search != self._listed:  # typed faster than it was listed: take from what was meant
            await self._list(search)
        if (row := self.query_one(PickerList).chosen) is not None:
            self.dismiss(row)

    def action_picker_next_client(self) -> None:
        self._client += 1
        self.do(self._preview(self.query_one(PickerList).chosen), group="preview", exclusive=True)

    def action_picker_up(self) -> None:
        self.query_one(PickerList).action_list_up()

    def action_picker_down(self) -> None:
        self.query_one(PickerList).action_list_down()

    def action_picker_close(self) -> None:
        self.dismiss(None)


def _in_short(body: str) -> str:
    return render.pieces(fields.pieces(body[:200])).plain
