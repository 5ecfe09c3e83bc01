"""The room of an audience: a list by name with filters and a search, the figures over it, and its export.

The first page is on the screen before anybody is counted: pages cost the same however many people there are, figures
do not, and come when they are ready.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.tui import exporting, render
from msgcenter_tui.tui.rereading import Rereading
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.paged import PagedRoom
from msgcenter_tui.tui.screens.room import LOADING
from msgcenter_tui.tui.widgets.figures_line import FiguresLine
from msgcenter_tui.tui.widgets.form import Line, Values
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.table_list import TableHead, TableList
from msgcenter_tui.tui.widgets.top_line import TopLine
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

EXPORTED_AT_ONCE = 1000

COUNTING = "Counting …"
NOBODY = "Nobody is in it."
NONE_SO = (
    "Nobody like that: {audience.previous} and {audience.next} go through the filters, {room.back} shows everybody."
)

_RESTS = (10, 30.0)
"""While somebody commits all the time counting takes a tenth of it at most, and comes every half minute at least."""


class AudienceRoom(PagedRoom):
    """Subclasses say whose list it is: its filters, pages, counts and what is known of one."""

    SEARCH = "{room.search} to search names"
    WORDS: ClassVar[Mapping[Any, str]] = {}
    """The filters, the first of them everybody, and what their tabs say."""
    SPARING: ClassVar[Sequence[Any]] = ()
    """Filters with a tab only while somebody is so."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = heading
        self._counted: tuple[str, Mapping[Any, int]] | None = None
        """For which search, and how many."""
        self._counting = Rereading(
            self,
            self._count,
            run=lambda work: self.do(work, group="count"),
            last_key=lambda: self.center.last_key,
            turn=lambda: self.center.turn,
            rests=_RESTS,
        )

    def compose_head(self) -> ComposeResult:
        yield Static(render.line(self._heading, "bold"), id="audience--heading")
        yield FiguresLine(Content.styled(COUNTING, "$muted"), id="audience--figures")
        filters = list(self.WORDS)
        yield ViewTabs(list(self.WORDS.values()), sparing=[filters.index(one) for one in self.SPARING])

    def compose_list(self) -> ComposeResult:
        people = self.make_list()
        people.empty = Content(LOADING)
        yield TableHead(people.COLUMNS)
        yield people

    def on_mount(self) -> None:
        self.query_one(TopLine).place = self.PLACE

    # -- for subclasses ------------------------------------------------------------------------------------------------

    def make_list(self) -> TableList[Any]:
        raise NotImplementedError

    async def counts(self, search: str) -> Mapping[Any, int]:
        raise NotImplementedError

    def figures(self, counts: Mapping[Any, int]) -> Sequence[Content]:
        raise NotImplementedError

    def about(self, row: Any) -> Content:
        raise NotImplementedError

    def sheet(self, rows: Sequence[Any] | None) -> str:
        """Lines of a spreadsheet; None: its first line."""
        raise NotImplementedError

    @property
    def file_name(self) -> str:
        raise NotImplementedError

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def people(self) -> TableList[Any]:
        return self.query_one(TableList)

    @property
    def narrowing(self) -> tuple[object, ...]:
        return self.searched, self.only

    @property
    def only(self) -> Any:
        """The filter that is set."""
        return list(self.WORDS)[self.query_one(ViewTabs).active]

    async def reread(self) -> None:
        if not await self.read_list():
            return
        narrowed = self.searched or self.query_one(ViewTabs).active
        self.people.empty = Content(self.in_keys(NONE_SO) if narrowed else NOBODY)
        self.show_list()
        self._show_detail()
        if self._counted is None or self._counted[0] != self.searched:
            self._counting.soon()
        else:
            self._counting.when_still()

    async def _count(self) -> None:
        search = self.searched
        counts = await self.counts(search)
        if search != self.searched:
            return
        self._counted = search, counts
        self.query_one("#audience--figures", FiguresLine).show(self.figures(counts))
        for place, one in enumerate(self.WORDS):
            self.query_one(ViewTabs).count(place, counts[one] if place else 0)
        self.refresh_bindings()

    @property
    def counted(self) -> Mapping[Any, int] | None:
        return None if self._counted is None else self._counted[1]

    @on(RowList.Moved)
    def _show_detail(self) -> None:
        chosen = self.people.chosen
        self.detail(Content.styled("Nobody is chosen.", "$muted") if chosen is None else self.about(chosen))

    # -- narrowing -----------------------------------------------------------------------------------------------------

    def action_audience_next(self) -> None:
        self.query_one(ViewTabs).step(1)

    def action_audience_previous(self) -> None:
        self.query_one(ViewTabs).step(-1)

    def action_audience_filter(self) -> None:
        self.query_one(ViewTabs).step(1)

    @on(ViewTabs.Chosen)
    def _narrow(self) -> None:
        self.reread_soon()

    async def action_room_back(self) -> None:
        search = self.query_one("#room--search")
        if self.opened or self.searched or search.has_focus:
            await super().action_room_back()
        elif self.query_one(ViewTabs).active:
            self.query_one(ViewTabs).active = 0
        else:
            self.dismiss(None)

    def foremost(self, action: str) -> bool:
        return action == "room.back"  # it is no place: what it lies over is reached by no other key

    # -- exporting -----------------------------------------------------------------------------------------------------

    def action_audience_export(self) -> None:
        self.do(self._export(), group="export")

    async def _export(self) -> None:
        written: list[str] = []

        async def save(values: Values) -> None:
            path = exporting.place(values["path"])
            overwrite = path.exists()
            if overwrite and not await self._may_replace(str(path)):
                return
            await exporting.write(path, self._parts(), overwrite=overwrite)
            written.append(str(path))

        lines = [Line("path", "File", exporting.proposed(self.file_name), hint="CSV, readable by you alone")]
        title = render.line(f"Export: {self.WORDS[self.only]}{f', “{self.searched}”' if self.searched else ''}", "bold")
        if await self.app.push_screen_wait(FormDialog(title, lines, save)) and written:
            self.center.say(f"Written: {written[0]}")

    async def _may_replace(self, path: str) -> bool:
        question = Confirm("Replace this file?", f"{path} is there already.", yes="Replace", no="No, another name")
        return await self.app.push_screen_wait(question)

    async def _parts(self) -> AsyncIterator[str]:
        """All that the list shows, loaded or not, page by page."""
        yield self.sheet(None)
        after: str | None = None
        while True:
            page = await self.page_of(EXPORTED_AT_ONCE, after)
            yield self.sheet(page.items)
            if page.next is None:
                return
            after = page.next
