"""The field for what staff send: merge fields, and templates by their shortcut, are offered while one types (T2, T3).

It knows no service. Templates for a shortcut are asked for by `TemplatesWanted`; the screen answers with `offer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from msgcenter_tui.domain import Template
from msgcenter_tui.rules import completion
from msgcenter_tui.rules.completion import Begun, Kind
from msgcenter_tui.rules.fields import Field
from msgcenter_tui.text import preview
from msgcenter_tui.tui import keys
from msgcenter_tui.tui.typing_order import Listing
from msgcenter_tui.tui.widgets.coloured_text import ColouredText
from msgcenter_tui.tui.widgets.offers import Offer, Offers
from msgcenter_tui.tui.widgets.paragraphs import Look

WAIT = 0.4
"""Seconds for which Enter waits for the templates that were asked for by the letters before it."""
_OF_LIST = frozenset({"offers_take", "offers_up", "offers_down"})


class FieldText(ColouredText, Listing):
    """A ColouredText that completes what is begun at the cursor; `offers` is to be composed beside it."""

    BINDINGS = keys.bindings("offers")

    with_templates = False
    """Whether "/" and a shortcut offer templates."""

    @dataclass
    class TemplatesWanted(Message):
        """Templates for what is typed after "/": answer with `offer(typed, ...)`."""

        typed: str

    @dataclass
    class TemplateTaken(Message):
        """This template's text stands in place of its shortcut now."""

        template: Template

    @dataclass
    class Offered(Message):
        """The list was opened, or closed."""

        shown: bool

    def __init__(
        self,
        *,
        placeholder: Content,
        blink: bool,
        keymap: Mapping[str, str] = MappingProxyType({}),
        id: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, blink=blink, id=id)
        self.offers = Offers(self._take, keymap)
        self._begun: tuple[int, Begun] | None = None
        """The line, and what on it is being completed."""
        self._shut: tuple[int, int] | None = None
        """Where the hand has closed the list: it does not open there again."""
        self._typed_one = False
        self._asked: str | None = None
        self._awaited: Timer | None = None
        """Runs while the templates are awaited for what is typed."""

    async def _on_key(self, event: events.Key) -> None:
        self._typed_one = event.is_printable

    def is_behind(self, event: events.Key) -> bool:
        """What is offered was found for fewer letters: a key that takes of it waits for what these find."""
        bound = self._bindings.key_to_bindings.get(event.key, ())
        return self._awaited is not None and any(one.action in _OF_LIST for one in bound)

    def _wait_no_longer(self) -> None:
        self._awaited = None
        self._show(())  # until the answer comes; keys are the text's again

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    def _follow(self) -> None:
        """Offer what fits what is begun at the cursor: opened by a letter, kept up with by whatever changes."""
        line = self.cursor_location[0]
        before, by_letter = self._begun, self._typed_one
        self._typed_one = False
        begun = self._found_begun()
        if begun is None:
            self._shut = None
        if begun is None or (line, begun.start) == self._shut or not (by_letter or before):
            self._end_offers()
            return
        if before is not None and before == (line, begun):
            return
        self._begun = (line, begun)
        if begun.kind is Kind.FIELD:
            self._asked = None
            self._show([_field(one) for one in completion.fields_for(begun.typed)])
        elif begun.typed != self._asked:
            self._asked = begun.typed
            still = [one.value for one in self.offers.rows if isinstance(one.value, Template)]
            self._show([_template(one) for one in completion.templates_for(begun.typed, still)])
            self._end_wait()
            self._awaited = self.set_timer(WAIT, self._wait_no_longer)
            self.post_message(self.TemplatesWanted(begun.typed))

    def _found_begun(self) -> Begun | None:
        if not self.with_fields or not self.has_focus or not self.selection.is_empty:
            return None
        line, column = self.cursor_location
        found = completion.begun(self.document.get_line(line), column)
        return found if found is None or found.kind is Kind.FIELD or self.with_templates else None

    def offer(self, typed: str, templates: Sequence[Template]) -> None:
        """The templates for what was typed; where something else is typed by now it is no answer."""
        if typed == self._asked:
            self._end_wait()
            self._show([_template(one) for one in templates])

    def _end_wait(self) -> None:
        if self._awaited is not None:
            self._awaited.stop()
            self._awaited = None

    def _show(self, rows: Sequence[Offer]) -> None:
        was = self.offers.shown
        self.offers.show(rows)
        if rows:
            self._place_offers()
            self.call_after_refresh(self._place_offers)
        if was != self.offers.shown:
            self._line_cache.clear()
            self.refresh()
            self.refresh_bindings()
            self.post_message(self.Offered(self.offers.shown))

    @property
    def completing(self) -> bool:
        """Something is offered for what is being typed, which is not finished then, and not wrong yet."""
        return self.offers.shown

    def looks(self, line: int) -> Iterable[Look]:
        looks = super().looks(line)
        if not self.completing or self._begun is None or self._begun[0] != line:
            return looks
        start, end = self._begun[1].start, self._begun[1].end
        others = [one for one in looks if one.end <= start or one.start >= end]
        return [*others, Look(start, end, self.style_of("field"))] if self._begun[1].kind is Kind.FIELD else looks

    def _place_offers(self) -> None:
        if self._begun is not None:
            width = self.get_column_width(*self.cursor_location) - self.get_column_width(
                self._begun[0], self._begun[1].start
            )
            self.offers.place(self.cursor_screen_offset - (min(width, self.cursor_screen_offset.x), 0))

    def keep_offers_in_place(self) -> None:
        """Something around it came or went: the list follows the cursor, which has moved on the screen."""
        if self.offers.shown:
            self.call_after_refresh(self._place_offers)

    def _end_offers(self) -> None:
        self._begun = self._asked = None
        self._end_wait()
        self._show(())

    def _on_blur(self, event: events.Blur) -> None:
        self._end_offers()

    def action_offers_up(self) -> None:
        self.offers.move(-1)

    def action_offers_down(self) -> None:
        self.offers.move(1)

    def action_offers_close(self) -> None:
        if self._begun is not None:
            self._shut = (self._begun[0], self._begun[1].start)
        self._end_offers()

    def action_offers_take(self) -> None:
        self._take(self.offers.chosen)

    def _take(self, value: Field | Template | None) -> None:
        if value is None or self._begun is None:
            return
        line, begun = self._begun
        start, end = self.index_of((line, begun.start)), self.index_of((line, begun.end))
        self._end_offers()
        if isinstance(value, Template):
            self.put(value.body, start, end)
            self.post_message(self.TemplateTaken(value))
            return
        words, back = (value.name, 0) if begun.only_name else completion.written(value)
        self.rewrite(words, start, end)
        self.put_cursor(start + len(words) - back)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action.startswith("offers_"):
            return self.offers.shown
        return super().check_action(action, parameters)


def _field(field: Field) -> Offer:
    aside = "can be empty" if field.can_be_empty else ""
    return Offer(field, f"{{{{ {field.name} }}}}", field.words, aside, "$field")


def _template(template: Template) -> Offer:
    spelling = f"/{template.shortcut}" if template.shortcut else ""
    return Offer(template, spelling, template.name, preview(template.body, 60))
