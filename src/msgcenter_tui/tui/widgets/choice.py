"""One of a few: opens with the current one chosen, typing filters, Enter goes on to the next field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Select

V = TypeVar("V")


class Choice(Select[V]):
    """A Select that leaves Enter to the form: space and the arrows open it."""

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

    def action_go_on(self) -> None:
        self.post_message(self.GoOn(self))  # type: ignore[arg-type]

    @property
    def picked(self) -> V:
        value = self.selection
        assert value is not None
        return value
