"""Find one of many: the center searches while one types, Enter takes the one under the cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.line_field import LineField


@dataclass(frozen=True, slots=True)
class Match:
    """One that fits: `words` are foreign text, `about` stands dimmed behind them."""

    key: str
    words: str
    about: str = ""

    def content(self) -> Content:
        return Content.assemble(render.line(self.words), "  ", render.line(self.about, "$muted"))


class Finder(CenterModal[str | None]):
    """Dismissed with the key of the one taken, or None when left."""

    BINDINGS = keys.bindings("finder")

    def __init__(
        self, title: str, search: Callable[[str], Awaitable[Sequence[Match]]], nothing: str, none_yet: str = ""
    ) -> None:
        super().__init__()
        self._title_words = title
        self._search = search
        self._nothing = nothing
        self._none_yet = none_yet or nothing
        """What is said where nothing is listed though nothing was typed."""
        self._listed: str | None = None
        """What was typed when what is listed was searched."""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(render.line(self._title_words, "bold"), id="question")
            yield LineField(placeholder="type to search", id="filter", compact=True)
            matches = OptionList(id="choices", markup=False, compact=True)
            matches.can_focus = False
            yield matches
            yield Static(id="nothing")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one("#nothing").display = False
        self._ask("")

    @property
    def enter_means(self) -> str:
        return "Take"

    @property
    def matches(self) -> OptionList:
        return self.query_one("#choices", OptionList)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._ask(event.value)

    def _ask(self, typed: str) -> None:
        self.do(self._find(typed), group="search", exclusive=True)

    @property
    def behind(self) -> bool:
        return self._listed != self.query_one("#filter", Input).value

    async def _find(self, typed: str) -> None:
        try:
            self._list(typed, await self._search(typed))
        except MessageCenterError:
            self._list(typed, None)
            raise

    def _list(self, typed: str, found: Sequence[Match] | None) -> None:
        """What fits what was typed, None where it could not be found; of no use once something else is typed."""
        if typed != self.query_one("#filter", Input).value:
            return
        self._listed = typed
        self.matches.set_options([Option(match.content(), id=match.key) for match in found or ()])
        self.matches.highlighted = 0 if found else None
        self.matches.display = bool(found)
        words = self._nothing if typed.strip() else self._none_yet
        self.query_one("#nothing", Static).update(Content.styled(words, "$muted"))
        self.query_one("#nothing").display = found is not None and not found

    @on(Input.Submitted, "#filter")
    def _taken(self) -> None:
        option = self.matches.highlighted_option
        if self.behind:
            self.center.too_late()
        elif option is not None:
            self.dismiss(option.id)
        else:
            self.center.warn(f"Nobody is chosen: type less, or {self.key_of('finder.leave')} goes back")

    @on(OptionList.OptionSelected, "#choices")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_finder_up(self) -> None:
        self.matches.action_cursor_up()

    def action_finder_down(self) -> None:
        self.matches.action_cursor_down()

    def action_finder_leave(self) -> None:
        self.dismiss(None)
