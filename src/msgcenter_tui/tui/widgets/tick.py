"""A box to tick: "[x] One-way"; space changes it, Enter goes on to the next field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Tick(Widget, can_focus=True):
    """Said by its sign, not by colour alone."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "change", "Change", show=False),
        Binding("enter", "go_on", "Next", show=False),
    ]

    value: reactive[bool] = reactive(False)
    words: reactive[str] = reactive("")
    """Our own words beside the box."""

    @dataclass
    class Changed(Message):
        """The reader changed it."""

        tick: Tick
        value: bool

        @property
        def control(self) -> Tick:
            return self.tick

    @dataclass
    class GoOn(Message):
        """Enter on the box."""

        tick: Tick

        @property
        def control(self) -> Tick:
            return self.tick

    def __init__(self, words: str = "", *, value: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Tick.value, value)
        self.set_reactive(Tick.words, words)

    def render(self) -> RenderResult:
        box = Content.styled("[x]" if self.value else "[ ]", "bold $accent" if self.value else "$muted")
        return Content.assemble(box, " ", Content.styled(self.words, "" if self.value else "$muted"))

    def action_change(self) -> None:
        self.value = not self.value
        self.post_message(self.Changed(self, self.value))

    def action_go_on(self) -> None:
        self.post_message(self.GoOn(self))

    def on_click(self) -> None:
        self.action_change()
