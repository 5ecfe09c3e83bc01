"""A form by keyboard: the focus starts where the hand types, Enter goes on, a refusal stays beside the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from msgcenter_tui.tui import render
from msgcenter_tui.tui.widgets.choice import Choice
from msgcenter_tui.tui.widgets.line_field import blinks
from msgcenter_tui.tui.widgets.tick import Tick

Values: TypeAlias = Mapping[str, str]
"""What a form holds, by the key of its lines; a tick is "on" or ""."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a form. `options` (value, words) make it a choice, `tick` a box, `tall` a text of several lines."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    tick: bool = False
    tall: bool = False
    secret: bool = False
    proposed: bool = False
    """Its value is a proposal: whatever is typed or pasted first takes its place."""
    follows: str = ""
    """Of a tick: the line that ticks it when it is filled in, as long as nobody has changed the tick by hand."""


class Form(VerticalScroll, can_focus=False):
    """Lines of labelled fields and, below them, the reason of a refusal."""

    @dataclass
    class Done(Message):
        """Enter on the last field: the form is filled in."""

        form: Form

        @property
        def control(self) -> Form:
            return self.form

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        self._lines = tuple(lines)
        self._by_hand: set[str] = set()

    def compose(self) -> ComposeResult:
        for line in self._lines:
            hinted = bool(line.hint) and not line.tick
            looks = {"-tall": line.tall, "-hinted": hinted, "-tick": line.tick}
            with Horizontal(classes=" ".join(["form--row", *(look for look, so in looks.items() if so)])):
                yield Label(Content(line.label), classes="form--label")
                yield _field(line)
            if hinted:
                yield Static(Content(line.hint), classes="form--hint")
        yield Static(id="form--refusal")

    def on_mount(self) -> None:
        for field in self._fields():
            if isinstance(field, Input | TextArea):
                field.cursor_blink = blinks(self)
        self.start()

    def start(self, key: str = "") -> None:
        """Put the hand on the first field, or on the one of that key."""
        first = self.query_one(f"#field-{key}") if key else next(self._fields(), None)
        if first is not None:
            first.focus()

    @property
    def values(self) -> dict[str, str]:
        return {line.key: _value(field) for line, field in zip(self._lines, self._fields(), strict=True)}

    def refuse(self, why: str) -> None:
        """Say why it was refused; nothing that was typed changes. An empty reason takes the last one away."""
        refusal = self.query_one("#form--refusal", Static)
        refusal.update(Content.assemble("✗ ", render.line(why)) if why else Content(""))
        refusal.set_class(bool(why), "-shown")
        if why:
            self.call_after_refresh(refusal.scroll_visible, animate=False)  # it is as tall as its words by then

    def empty(self, *keys: str) -> None:
        """Have these lines typed anew, where nobody can see what is wrong with what stands there: from the first on."""
        for key in keys:
            self.query_one(f"#field-{key}", Input).value = ""
        self.start(keys[0])

    def _fields(self) -> Iterator[Widget]:
        for line in self._lines:
            yield self.query_one(f"#field-{line.key}")

    @on(Input.Changed)
    def _filled_in(self, event: Input.Changed) -> None:
        for line in self._lines:
            if line.follows and event.input.id == f"field-{line.follows}" and line.key not in self._by_hand:
                self.query_one(f"#field-{line.key}", Tick).value = bool(event.value.strip())

    @on(Tick.Changed)
    def _ticked(self, event: Tick.Changed) -> None:
        self._by_hand |= {line.key for line in self._lines if event.tick.id == f"field-{line.key}"}

    @on(Input.Submitted)
    @on(Choice.GoOn)
    @on(Tick.GoOn)
    def _go_on(self, event: Input.Submitted | Choice.GoOn | Tick.GoOn) -> None:
        event.stop()
        fields = list(self._fields())
        place = next((place for place, field in enumerate(fields) if field is event.control), len(fields) - 1)
        if place + 1 < len(fields):
            fields[place + 1].focus()
        else:
            self.post_message(self.Done(self))


def _field(line: Line) -> Widget:
    name = f"field-{line.key}"
    if line.options:
        return Choice([(render.line(words), value) for value, words in line.options], line.value, id=name)
    if line.tick:
        return Tick(line.hint, value=bool(line.value), id=name)
    if line.tall:
        return TextArea(line.value, id=name, compact=True, soft_wrap=True, tab_behavior="focus")
    return Input(line.value, id=name, password=line.secret, compact=True, select_on_focus=line.proposed)


def _value(field: Widget) -> str:
    if isinstance(field, Choice):
        return str(field.picked)
    if isinstance(field, Tick):
        return "on" if field.value else ""
    if isinstance(field, TextArea):
        return field.text
    assert isinstance(field, Input)
    return field.value
