"""The template picker: filter as one types, see it filled for a client, Enter puts it at the cursor (T2).

All templates are read once, and searched in memory between a key and its paint: the best of thousands are on the
screen in the frame of the key. Only what is seen is drawn, only what is chosen is read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from msgcenter_tui.domain import Person, PieceKind, Template, TemplateId, WorkspaceId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.rules import fields
from msgcenter_tui.rules.shelf import Shelf
from msgcenter_tui.text import LONGEST_LINE
from msgcenter_tui.tui import acts, keys, render, render_templates
from msgcenter_tui.tui.offering import remember, shelf_at_hand
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.screens.room import LOADING
from msgcenter_tui.tui.widgets.count import Count
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.line_field import LineField
from msgcenter_tui.tui.widgets.picker_list import PickerList
from msgcenter_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from msgcenter_tui.tui.widgets.picker_list import PickerRow

PREVIEW_CLIENTS = 25
RECENT = 20
STILL = 0.15
"""Seconds after the last key until the preview follows: it is not in the way of the next one."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What is to be inserted: a template's text and subject, or a text that was sent before."""

    body: str
    subject: str = ""
    template: TemplateId | None = None


class TemplatePicker(CenterModal[Picked | None]):
    """Dismisses with what was picked, or None.

    `clients` are those the text is for; without any, the preview is for clients of the workspace.
    """

    BINDINGS = keys.bindings("picker")

    def __init__(self, workspace: WorkspaceId | None, clients: Sequence[Person] = ()) -> None:
        super().__init__()
        self.workspace = workspace
        self.clients: list[tuple[str, str]] = [(person.id, person.name) for person in clients]
        self._client = 0
        self._shelf: Shelf[PickerRow] = Shelf()
        self._listed: str | None = None
        self._still: Timer | None = None
        self.previewed: tuple[PickerRow | None, str, int] | None = None
        """What the preview shows: the row, what is marked in it, for which client; None: nothing yet."""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            with Horizontal(id="picker"):
                with Vertical(id="picker-left"):
                    with Horizontal(id="picker-search"):
                        yield Static("⌕", markup=False)
                        yield LineField(
                            placeholder="type to search",
                            id="picker-filter",
                            compact=True,
                            max_length=LONGEST_LINE,
                        )
                        yield Count(id="picker-count")
                    yield PickerList(id="picker-list", empty=Content.styled(LOADING, "$muted"))
                with Vertical(id="picker-right"):
                    yield Static(id="picker-name")
                    with VerticalScroll(id="picker-preview", can_focus=False):
                        yield Static(id="picker-body")
                    yield Static(id="picker-facts")
            yield Footer()

    def on_mount(self) -> None:
        # Not by the event, which comes from widget to widget: the field would be drawn first, the list a frame later.
        self.watch(self.filter, "value", self._typed, init=False)
        self.filter.cursor_blink = self.services.blink
        self.set_focus(self.filter)  # at once: no letter comes before it

    @property
    def shows_ledger(self) -> bool:
        return False

    async def reread(self) -> None:
        self._shelf = await shelf_at_hand(self, RECENT)
        self._list(self.filter.value, anew=self._listed is None)
        if not self.clients and self.workspace is not None:
            page = await self.perform(
                acts.clients.list_clients, self.actor, workspace=self.workspace, limit=PREVIEW_CLIENTS
            )
            self.clients = [(client.id, client.name) for client in page.items if client.status.current]
        self.previewed = None
        self._preview_now()

    @property
    def filter(self) -> Input:
        return self.query_one("#picker-filter", Input)

    @property
    def rows(self) -> PickerList:
        return self.query_one(PickerList)

    @property
    def enter_means(self) -> str:
        return "Insert"

    @property
    def behind(self) -> bool:
        return self._listed != self.filter.value

    # -- the list ------------------------------------------------------------------------------------------------------

    def _typed(self, typed: str) -> None:
        if self._listed is not None and typed != self._listed:
            self._list(typed, anew=True)
            self.filter.call_next(self.paint, self.filter, self.rows, self.query_one(Count))

    def _list(self, typed: str, *, anew: bool) -> None:
        """Show what answers; `anew`: the best of it is chosen, whatever was before."""
        found, picker = self._shelf.find(typed), self.rows
        self._listed = typed
        picker.typed, picker.forgiving = typed, self._shelf.forgave
        picker.empty = Content.styled("Nothing fits.\nFewer letters?" if typed else "No templates yet.", "$muted")
        self.query_one("#picker-count", Count).number = len(found)
        picker.show(found, choose=picker.row_id(found[0]) if found and anew else None)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.by_hand:
            self._preview_now()
            return
        if self._still is not None:
            self._still.stop()
        self._still = self.set_timer(STILL, self._preview_now)

    # -- the preview ---------------------------------------------------------------------------------------------------

    def _preview_now(self) -> None:
        if self._still is not None:
            self._still.stop()
        self.do(self._preview(self.rows.chosen), group="preview", exclusive=True)

    async def _preview(self, row: PickerRow | None) -> None:
        wanted = row, self._listed or "", self._client
        if wanted == self.previewed:
            return
        if row is None:
            title = shown = facts = Content.empty()
        elif isinstance(row, acts.templates.SentBefore):
            title = Content.styled("Sent recently", "bold")
            shown, facts = render.pieces(fields.pieces(row.body)), self._facts(row.body, "")
        else:
            try:
                template = await self.perform(acts.templates.get, self.actor, row.id)
                shown, client = await self._filled(template)
            except NotFound:  # removed just now: the list is read again
                return
            title, facts = self._title_of(template), self._facts(template.body, client)
        self._show(title, render_templates.marked_words(shown, wanted[1]), facts)
        self.previewed = wanted
        self.refresh_bindings()

    async def _filled(self, template: Template) -> tuple[Content, str]:
        """The text as a client will read it, and who that is."""
        unfilled = fields.pieces(template.body)
        if not self.clients:
            return render.pieces(unfilled), ""
        who, name = self.clients[self._client % len(self.clients)]
        parts = await self.perform(acts.templates.render, self.actor, template.id, who)
        return render.filled(parts, unfilled), name

    def _title_of(self, template: Template) -> Content:
        team, subject = template.team_name, template.subject
        of = Content.styled(f"  {render.plain(team)}", "$muted") if team else Content.empty()
        below = Content.styled(f"\n{render.plain(subject)}", "$secondary") if subject else Content.empty()
        return Content.assemble(render.line(template.name, "bold"), of, below)

    def _facts(self, body: str, client: str) -> Content:
        tokens = fields.parse(body).tokens
        used = dict.fromkeys(fields.FIELDS[one.name].words for one in tokens if one.name in fields.FIELDS)
        blanks = sum(piece.kind is PieceKind.BLANK for piece in fields.pieces(body))
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
        row = self.rows.chosen
        if self.behind:
            self.center.too_late()
        elif isinstance(row, acts.templates.SentBefore):
            self.dismiss(Picked(row.body))
        elif row is not None:
            template = await self.perform(acts.templates.get, self.actor, row.id)
            self.dismiss(Picked(template.body, template.subject, template.id))
            remember(self, template.id)
        else:
            self.center.say("There is nothing to insert: fewer letters find more")

    def offers(self, action: str) -> bool:
        return action != "picker.next-client" or self._why_no_other == ""

    @property
    def _why_no_other(self) -> str:
        """Why the preview is the same for whoever comes next; empty: it may be another one."""
        if isinstance(self.rows.chosen, acts.templates.SentBefore):
            return "What was sent recently is shown as it was written, for everybody"
        return "" if len(self.clients) > 1 else "There is no other client for whom it could be shown"

    def action_picker_next_client(self) -> None:
        if why := self._why_no_other:
            self.center.say(why)
        else:
            self._client += 1
            self._preview_now()

    def action_picker_up(self) -> None:
        self.rows.action_list_up()

    def action_picker_down(self) -> None:
        self.rows.action_list_down()

    def action_picker_close(self) -> None:
        self.dismiss(None)
