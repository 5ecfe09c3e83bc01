"""One of a few: opens with the current one chosen, typing goes to one by its words, Enter goes on to the next field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Select
from textual.widgets._select import SelectCurrent, SelectOverlay

from msgcenter_tui.text import fold

V = TypeVar("V")


class Choice(Select[V]):
    """A Select that leaves Enter to the form: space, the arrows and letters open it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,space,up", "show_overlay", "Choose", show=False),
        Binding("enter", "go_on", "Next", show=False),
    ]

    @dataclass
    class GoOn(Message):
        """Enter on the closed choice."""

        choice: Choice[object]

        @property
        def control(self) -> Choice[object]:
            return self.choice

    def __init__(self, options: Iterable[tuple[Content, V]], value: V, *, id: str | None = None) -> None:
        super().__init__(options, allow_blank=False, value=value, id=id, compact=True)

    def compose(self) -> ComposeResult:
        yield SelectCurrent(self.prompt)
        yield _Options().data_bind(compact=Select.compact)

    def action_go_on(self) -> None:
        self.post_message(self.GoOn(self))  # type: ignore[arg-type]

    @property
    def picked(self) -> V:
        value = self.selection
        assert value is not None
        return value

    # -- by its words --------------------------------------------------------------------------------------------------

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character is not None and character.isalnum()

    def on_key(self, event: events.Key) -> None:
        """A letter opens it, and is the first of what is looked for."""
        if self.expanded or not self.check_consume_key(event.key, event.character):
            return
        event.stop()
        self.action_show_overlay()
        self.query_one(_Options).look_for(event.character or "")


class _Options(SelectOverlay):
    """What there is to choose; letters go to the one whose words begin so, or else hold them."""

    _sought = ""

    async def _on_key(self, event: events.Key) -> None:
        event.prevent_default()  # Textual's own way finds nothing in texts that are styled
        if event.is_printable and event.character is not None:
            event.stop()
            self.look_for(event.character)

    def _on_blur(self, event: events.Blur) -> None:
        super()._on_blur(event)
        self._sought = ""

    def look_for(self, letter: str) -> None:
        """Go to what all the letters typed find, or else to what this one does."""
        found = {typed: self._found(fold(typed)) for typed in (letter, self._sought + letter)}
        typed = self._sought + letter if found[self._sought + letter] is not None else letter
        if found[typed] is not None:
            self._sought = typed
            self.select(found[typed])

    def _found(self, typed: str) -> int | None:
        words = [fold(str(option.prompt)) for option in self.options]
        beginning = (place for place, one in enumerate(words) if f" {one}".find(f" {typed}") >= 0)
        return next(beginning, next((place for place, one in enumerate(words) if typed in one), None))
