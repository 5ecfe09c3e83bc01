"""A room of staff: a list and, beside it, what its row holds; in a narrow terminal one of the two at a time."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from msgcenter_tui.tui.screens.narrowed import Narrowed
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.search_line import SearchLine
from msgcenter_tui.tui.widgets.top_line import TopLine

LOADING = "Loading …"
"""What a list says until its first page has come."""


class Room(Narrowed):
    """Subclasses compose their list, and fill `detail` when a row comes under the cursor."""

    READS_AT_ONCE = True
    PLACE: ClassVar[str] = ""
    SEARCH: ClassVar[str] = "{room.search} to search"

    def compose(self) -> ComposeResult:
        yield TopLine(self.PLACE)
        yield from self.compose_head()
        with Horizontal(id="room"):
            with Vertical(id="room--list"):
                if self.SEARCH:
                    yield SearchLine(self.in_keys(self.SEARCH), "room--search", blink=self.services.blink)
                yield from self.compose_list()
            with VerticalScroll(id="room--detail"):
                yield Static(id="room--text")
        yield Footer()

    def compose_head(self) -> ComposeResult:
        """What stands above both panes."""
        yield from ()

    def compose_list(self) -> ComposeResult:
        raise NotImplementedError

    def on_mount(self) -> None:
        # Where the hand begins; Textual runs the on_mount of every base, so subclasses say it here.
        self.set_focus(self.first_focus())

    def first_focus(self) -> Widget:
        return self.query_one(RowList)

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        if action == "room_search":
            return bool(self.SEARCH)
        if action == "places_mailbox":
            return self.services.mailbox is not None
        return True

    @property
    def leads_elsewhere(self) -> bool:
        return self.host is None

    # -- two panes or one ----------------------------------------------------------------------------------------------

    def detail(self, content: Content) -> None:
        self.query_one("#room--text", Static).update(content)

    @property
    def opened(self) -> bool:
        """Whether the detail has the hand (and, in a narrow terminal, the screen)."""
        return self.has_class("-opened")

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.open_chosen()

    def open_chosen(self) -> None:
        """Enter on a row: into its detail."""
        self.add_class("-opened")
        self.query_one("#room--detail").focus()

    def narrowed_by(self, *narrowed: object) -> None:
        """Another list than before is seen: in a narrow terminal the detail of a row would lie over it."""
        if self.opened and self._narrowed not in (None, narrowed):
            self.close_detail()
        super().narrowed_by(*narrowed)

    def close_detail(self) -> None:
        self.remove_class("-opened")
        self.query_one(RowList).focus()

    async def action_room_back(self) -> None:
        """One step back: from the detail to the list, from a search to everything, from the room to the inbox."""
        search = self.query("#room--search")
        if self.opened:
            self.close_detail()
        elif self.searched or (search and search.first().has_focus):
            search.first(Input).value = ""
            self.query_one(RowList).focus()
        else:
            await self.center.go("inbox")

    @property
    def enter_means(self) -> str:
        focused = self.focused
        return "To the list" if focused is not None and focused.id == "room--search" else ""

    def foremost(self, action: str) -> bool:
        gone_in = self.opened or (bool(self.searched) and self.enter_means == "")
        return action == "room.back" and gone_in

    # -- searching -----------------------------------------------------------------------------------------------------

    @property
    def searched(self) -> str:
        """What is typed into the search, for the center to look for."""
        return self.query_one("#room--search", Input).value.strip() if self.SEARCH else ""

    @property
    def narrowing(self) -> tuple[object, ...]:
        return (self.searched,)

    def action_room_search(self) -> None:
        self.remove_class("-opened")
        self.query_one("#room--search", Input).focus()

    def look_for(self, words: str) -> None:
        """Have these words in the search, for somebody who comes from elsewhere to see what has that name."""
        self.close_detail()
        self.query_one("#room--search", Input).value = words

    @on(Input.Changed, "#room--search")
    def _typed(self) -> None:
        self.reread_soon()

    @on(Input.Submitted, "#room--search")
    def _typed_enough(self) -> None:
        self.search_done()

    def search_done(self) -> None:
        """Enter in the search."""
        self.query_one(RowList).focus()
