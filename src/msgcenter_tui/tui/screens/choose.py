"""One choice of a few: a list that floats, filtered as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.line_field import LineField


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: its value, its words, and a second, dim text."""

    value: Any
    words: Content
    about: Content = field(default_factory=Content.empty)


LEFT = object()
"""For a choice in which None is a value: `Choose(..., left=LEFT)`."""


class Choose(CenterModal[Any]):
    """Dismisses with the value chosen, or with `left`."""

    BINDINGS = keys.bindings("choose")

    def __init__(self, title: str, choices: Sequence[Choice], current: int = 0, *, left: object = None) -> None:
        super().__init__()
        self.title_words = title
        self.choices = list(choices)
        self.current = current
        self._nothing_chosen = left
        self._shown: list[Choice] = []
        self._filtered = ""
        """What was typed when they were filtered."""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(render.line(self.title_words, "bold"), id="question")
            yield LineField(placeholder="type to filter", id="filter", compact=True)
            choices = OptionList(markup=False, id="choices", compact=True)
            choices.can_focus = False
            yield choices
            yield Static(Content.styled("Nothing fits. Fewer letters?", "$muted"), id="nothing")
        yield Footer()

    @property
    def enter_means(self) -> str:
        return "Take"

    def on_mount(self) -> None:
        self._fill("")
        self.query_one(OptionList).highlighted = self.current if self.choices else None
        self.set_focus(self.query_one(Input))

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        if event.value != self._filtered:
            self._fill(event.value)

    def _fill(self, words: str) -> None:
        self._filtered = words
        wanted = words.casefold().split()
        self._shown = [
            choice
            for choice in self.choices
            if all(word in f"{choice.words.plain} {choice.about.plain}".casefold() for word in wanted)
        ]
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options([Option(Content.assemble(choice.words, "  ", choice.about)) for choice in self._shown])
        choices.highlighted = 0 if self._shown else None
        choices.display = bool(self._shown)
        self.query_one("#nothing").display = not self._shown

    def action_choose_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_choose_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        chosen = self.query_one(OptionList).highlighted
        if chosen is not None and self._shown:
            self.dismiss(self._shown[chosen].value)
        else:
            self.center.warn(f"Nothing is chosen: type less, or {self.key_of('choose.close')} goes back")

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index].value)

    def action_choose_close(self) -> None:
        self.dismiss(self._nothing_chosen)
