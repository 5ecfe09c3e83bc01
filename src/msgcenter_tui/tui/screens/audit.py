"""The audit log: who changed what, newest first, what it was about a key away, and verified before one's eyes (S2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.domain import AuditGroup, AuditRecord, Page, PersonId, Thing, ThingKind, Walk
from msgcenter_tui.tui import acts, keys, render, render_audit
from msgcenter_tui.tui.screens.choose import Choice, Choose
from msgcenter_tui.tui.screens.paged import PagedRoom
from msgcenter_tui.tui.screens.room import LOADING, Room
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.table_list import Column, TableHead, TableList
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

ONLY: tuple[AuditGroup | None, ...] = (None, *AuditGroup)
"""What each tab shows."""

SPANS = {
    "Any time": None,
    "Today": timedelta(0),
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
    "A year": timedelta(days=365),
}
"""How long ago the oldest record shown may be, from the begin of that day on."""

NOTHING = "Nothing was changed yet."
NONE_SO = "Nothing like that: {room.back} shows everything."


class RecordList(TableList[AuditRecord]):
    COLUMNS = (
        Column("when", "When", 11),
        Column("who", "Who"),
        Column("act", "Did", 21),
        Column("what", "On", from_width=56),
        Column("fields", "Fields", from_width=96),
    )

    def row_id(self, row: AuditRecord) -> str:
        return row.id

    def cells(self, row: AuditRecord) -> Mapping[str, Content]:
        screen = cast("AuditLog", self.screen)
        return render_audit.cells(row, screen.things, screen.now, screen.services.zone)


class AuditLog(PagedRoom):
    """The records of all acts; for administrators (S4)."""

    BINDINGS = keys.bindings("audit", "room", "places")
    PLACE = "Audit"
    SEARCH = ""

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, Thing] = {}
        """What ids of the records read so far stand for, where the actor sees it."""
        self.only_person: tuple[PersonId, str] | None = None
        self.since: datetime | None = None
        self._span = 0
        """By which of SPANS that was chosen."""
        self._walk: Walk | None = None
        self._walked_at: datetime | None = None
        self._walking = False

    def compose_head(self) -> ComposeResult:
        yield Static(id="audit--line")
        yield ViewTabs(["All", *render_audit.GROUP_WORDS.values()])

    def compose_list(self) -> ComposeResult:
        yield TableHead(RecordList.COLUMNS)
        yield RecordList(empty=Content(LOADING))

    @property
    def records(self) -> RecordList:
        return self.query_one(RecordList)

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def shows_ledger(self) -> bool:
        return False

    @property
    def narrowing(self) -> tuple[object, ...]:
        return ONLY[self.query_one(ViewTabs).active], self.only_person, self.since

    async def reread(self) -> None:
        if not await self.read_list():
            return
        self.records.empty = Content(self.in_keys(NONE_SO) if any(self.narrowing) else NOTHING)
        self.show_list()
        self._show_line()
        self._show_detail()

    async def page_of(self, limit: int, after: str | None) -> Page[AuditRecord]:
        page = await self.perform(
            acts.audit.list_records,
            self.actor,
            group=ONLY[self.query_one(ViewTabs).active],
            person=self.only_person and self.only_person[0],
            since=self.since,
            limit=limit,
            after=after,
        )
        named: Mapping[str, Thing] = await self.perform(acts.audit.things, self.actor, page.items)
        self.things.update(named)
        return page

    @on(RowList.Moved)
    def _show_detail(self) -> None:
        chosen, zone = self.records.chosen, self.services.zone
        if chosen is None:
            self.detail(Content.styled("Nothing is chosen.", "$muted"))
        else:
            self.detail(render_audit.detail(chosen, self.things, self.key_of("audit.open"), self.now, zone))
        self.refresh_bindings()

    def _show_line(self) -> None:
        """By what it is narrowed, and what was verified."""
        parts = []
        if self.only_person is not None:
            parts.append(Content.assemble("Only ", render.line(self.only_person[1], "bold")))
        if self.since is not None:
            parts.append(Content(f"since {render.when(self.since, self.now, self.services.zone)}"))
        keymap = self.services.keymap
        parts.append(render_audit.walked(self._walk, self._walked_at, keymap, self.now, self.services.zone))
        self.query_one("#audit--line", Static).update(Content("   ").join(parts))

    def offers(self, action: str) -> bool:
        if action == "audit.open":
            return render_audit.opens(self._about)
        return action != "audit.copy" or (self._walk is not None and self._walk.whole)

    # -- what it was about ---------------------------------------------------------------------------------------------

    @property
    def _about(self) -> Thing | None:
        chosen = self.records.chosen
        return None if chosen is None else self.things.get(chosen.what)

    def open_chosen(self) -> None:
        """Enter: to what the record is about; where only one pane fits, to what the record says first."""
        one_pane = self.has_class("-narrow") or self.has_class("-tiny")
        if one_pane or not render_audit.opens(self._about):
            super().open_chosen()
        else:
            self.action_audit_open()

    def action_audit_open(self) -> None:
        self.do(self._open(), group="open", exclusive=True)

    async def _open(self) -> None:
        about = self._about
        if about is not None and about.thread is not None:
            from msgcenter_tui.tui.screens.arrival import show_in_inbox

            await show_in_inbox(self.center, about.thread)
        elif about is not None and about.name and render_audit.opens(about):
            await self.center.go("clients" if about.kind is ThingKind.CLIENT else "templates")
            if isinstance(room := self.center.screen, Room):
                room.look_for(about.name)
        else:
            self.center.say("There is no screen of what this record is about, or it is gone, or not yours to see")

    # -- narrowing -----------------------------------------------------------------------------------------------------

    def action_audit_next(self) -> None:
        self.query_one(ViewTabs).step(1)

    def action_audit_previous(self) -> None:
        self.query_one(ViewTabs).step(-1)

    @on(ViewTabs.Chosen)
    def _narrow(self) -> None:
        self.reread_soon()

    def action_audit_person(self) -> None:
        chosen = self.records.chosen
        if self.only_person is not None:
            self.only_person = None
        elif chosen is not None and chosen.who_id is not None:
            self.only_person = chosen.who_id, chosen.name
        else:
            self.center.say("Nobody did this: it was the program itself")
        self.reread_soon()

    def action_audit_since(self) -> None:
        self.do(self._choose_since(), group="choose", exclusive=True)

    async def _choose_since(self) -> None:
        choices = [Choice(place, Content(words)) for place, words in enumerate(SPANS)]
        chosen: int | None = await self.app.push_screen_wait(Choose("Since", choices, self._span))
        if chosen is None:
            return
        today = render.local(self.now, self.services.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        self._span, span = chosen, list(SPANS.values())[chosen]
        self.since = None if span is None else today - span
        self.reread_soon()

    async def action_room_back(self) -> None:
        if not self.opened and any(self.narrowing):
            self.only_person, self.since, self._span = None, None, 0
            self.query_one(ViewTabs).active = 0
            self.reread_soon()
        else:
            await super().action_room_back()

    # -- verifying -----------------------------------------------------------------------------------------------------

    def action_audit_verify(self) -> None:
        if self._walking:
            self._walking = False
        else:
            self.do(self._verify(), group="verify")

    async def _verify(self) -> None:
        """From the first record to the last, a page at a time: other keys are answered between them."""
        self._walk, self._walking = None, True
        try:
            while self._walking and not (self._walk and self._walk.over):
                self._walk = await self.perform(acts.audit.verify, self.actor, self._walk)
                self._walked_at = self.now
                self._show_line()
        finally:
            self._walking = False
            if not (self._walk and self._walk.over):
                self._walk = None
            self._show_line()
        self.refresh_bindings()
        if self._walk is not None:
            acts.audit.require_whole(self._walk)

    def action_audit_copy(self) -> None:
        if self._walk is not None and self._walk.whole:
            self.app.copy_to_clipboard(str(self._walk.last))
            self.center.say("Copied the head of the log: note it where nobody who may write the store may write")
        else:
            self.center.say(f"There is no head yet: {self.key_of('audit.verify')} verifies the log first")
