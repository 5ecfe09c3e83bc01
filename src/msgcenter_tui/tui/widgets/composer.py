"""The composer: a field that grows with its text and collapses when it is empty and left.

It knows no service. What happens in it is told by events: `Rested` (the text has been still for a moment, or must be
stored now), `SendWanted`, `TemplateWanted`, `PreviewWanted`, `WhoWanted`, `EditorWanted`, `DiscardWanted`, `Left`, and
by those of its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static, TextArea

from msgcenter_tui import text
from msgcenter_tui.rules.fields import Problem
from msgcenter_tui.tui import keys
from msgcenter_tui.tui.widgets.field_text import FieldText

STILL = 0.4
"""Seconds after the last key until the text is stored."""
AT_MOST = 0.8
"""Seconds after the first key that is not stored, however fast the typing (M4: within a second)."""


class Composer(Vertical):
    """The composer at the foot of a conversation, and on the second step of a new thread."""

    BINDINGS = keys.bindings("composer")

    with_templates: reactive[bool] = reactive(True, init=False)
    """Off for clients: templates, fields and blanks are for staff (T8)."""
    locked_out: reactive[str] = reactive("")
    """Why nothing can be written here, a sentence; empty: it can."""
    note: reactive[str] = reactive("")
    """A sentence above the field (V7)."""
    problem: reactive[str] = reactive("")
    """What keeps the text from being sent, with its place (T4, T7)."""
    title_words: reactive[str] = reactive("")
    reach_words: reactive[str] = reactive("")
    """What sending reaches: "371 portals, 398 notified"."""

    @dataclass
    class Rested(Message):
        """Store the text now."""

        text: str
        cursor: int

    @dataclass
    class SendWanted(Message):
        text: str

    class TemplateWanted(Message):
        """Open the picker."""

    class WhoWanted(Message):
        """Show who gets what is written here."""

    class EditorWanted(Message):
        """Go on with the text in the writer's own editor."""

    class PreviewWanted(Message):
        """Show it as each client will see it (T6)."""

    class DiscardWanted(Message):
        """Throw the draft away (ask first)."""

    class Left(Message):
        """The reader left the field by esc; the text stays."""

    def __init__(
        self,
        *,
        blink: bool = True,
        placeholder: str = "",
        keymap: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.blink = blink
        self.placeholder = placeholder
        self.keymap = keymap
        self._stored = ""
        self._possible: object = None
        """On what it depends which keys work here, when the text changed last."""
        self._still: Timer | None = None
        self._at_most: Timer | None = None
        self._said: dict[str, str] = {}
        self._away = False
        self._problems: tuple[Problem, ...] = ()
        self._framed: tuple[str, str, bool] | None = None
        """What the border says: its title, what sending reaches, and whether there are templates; None: nothing."""

    def compose(self) -> ComposeResult:
        yield Static(id="composer-note")
        placeholder = Content.styled(self.placeholder, "$muted")
        field = FieldText(placeholder=placeholder, blink=self.blink, keymap=self.keymap, id="composer-text")
        field.with_templates = True
        yield field
        yield field.offers
        yield Static(id="composer-problem")
        yield Static(id="composer-locked")

    def on_mount(self) -> None:
        self._dress()

    # -- the text ------------------------------------------------------------------------------------------------------

    @property
    def field(self) -> FieldText:
        return self.query_one(FieldText)

    @property
    def text(self) -> str:
        return self.field.text

    @property
    def dirty(self) -> bool:
        """Something is written that nobody was asked to store yet."""
        return self.text != self._stored

    @property
    def writing(self) -> bool:
        return self.field.has_focus

    def load(self, body: str, cursor: int | None = None) -> None:
        """Show a stored text in place of what is there."""
        self._stored = body
        self._stop()
        if self.text != body:
            self.field.load_text(body)
            self._dress()
        self.field.put_cursor(len(body) if cursor is None else cursor)
        self._collapse()

    def insert(self, words: str) -> None:
        """Put words at the cursor, in place of what is selected; one undo takes them back.

        A blank in them is selected, to be filled by what is typed next (T7).
        """
        field = self.field
        field.put(words, *sorted(field.index_of(at) for at in field.selection))

    def blanks(self) -> list[tuple[int, int]]:
        """Where the blanks are that nobody has filled yet (T7)."""
        return self.field.blanks

    # -- what keeps it from being sent ---------------------------------------------------------------------------------

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What keeps the text from being sent, in the order of the places (T4, T7); () when nothing does."""
        self._problems = tuple(problems)
        body = self.text
        self.field.refused = frozenset(body[one.start : one.end] for one in problems)
        self._say_problem()

    @on(TextArea.SelectionChanged)
    @on(FieldText.Offered)
    def _say_problem(self) -> None:
        """The one at the cursor, or else the first; how many there are besides. What is being completed is none yet."""
        here = self.field.cursor_index
        at_cursor = [one for one in self._problems if one.start <= here <= one.end]
        found = [one for one in self._problems if one not in at_cursor]
        if not self.field.completing:
            found = [*at_cursor, *found]
        more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        self.problem = text.shown_line(f"{found[0]}{more}") if found else ""

    @contextmanager
    def away(self) -> Iterator[None]:
        """While the text is in the writer's own editor: it is not asked for twice."""
        self._away = True
        try:
            yield
        finally:
            self._away = False

    def take_back(self, words: str) -> None:
        """The text as it came back from elsewhere, cleaned as a paste is; one undo brings the former one."""
        words = self.field.cleaned(words, "Took")
        if words != self.text:
            self.field.rewrite(words, 0, len(self.text))
        self.focus_text()

    def show_place(self, start: int, end: int) -> None:
        """Go to what keeps the text from being sent; it is selected."""
        self.field.select(start, end)
        self.focus_text()

    def flush(self) -> None:
        """Have what is written stored now."""
        self._stop()
        if self.dirty:
            self._stored = self.text
            self.post_message(self.Rested(self.text, self.field.cursor_index))

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._collapse()
        possible = (self.field.check_action("undo", ()), bool(self.text), bool(self.blanks()))
        if possible != self._possible:  # the footer names other keys now
            self._possible = possible
            self.refresh_bindings()
        if not self.dirty:
            return
        if self._still is not None:
            self._still.stop()
        self._still = self.set_timer(STILL, self.flush)
        if self._at_most is None:
            self._at_most = self.set_timer(AT_MOST, self.flush)

    def _stop(self) -> None:
        for timer in (self._still, self._at_most):
            if timer is not None:
                timer.stop()
        self._still = self._at_most = None

    # -- how it looks --------------------------------------------------------------------------------------------------

    def watch_with_templates(self) -> None:
        self.field.with_fields = self.with_templates
        self._dress()

    def watch_locked_out(self) -> None:
        self._dress()

    def watch_note(self) -> None:
        self._dress()

    def watch_problem(self) -> None:
        self._dress()

    def watch_title_words(self) -> None:
        self._dress()

    def watch_reach_words(self) -> None:
        self._dress()

    def _dress(self) -> None:
        if not self.is_mounted:
            return
        self._say("#composer-note", self.note, "$muted")
        self._say("#composer-problem", self.problem and f"✗ {self.problem}", "$error")
        self._say("#composer-locked", self.locked_out and f"▣ {self.locked_out}", "$muted")
        self.field.display = not self.locked_out or bool(self.text)
        self.set_class(bool(self.locked_out), "-locked-out")
        self._collapse()

    def _say(self, selector: str, words: str, style: str) -> None:
        if self._said.get(selector) == words:
            return
        self._said[selector] = words
        static = self.query_one(selector, Static)
        static.update(Content.styled(text.shown(words), style))
        static.display = bool(words)
        self.field.keep_offers_in_place()

    def _collapse(self) -> None:
        open_now = self.writing or bool(self.text)
        self.set_class(open_now, "-open")
        framed = None if self.locked_out or not open_now else (self.title_words, self.reach_words, self.with_templates)
        if framed == self._framed:
            return  # at almost every key: a border that is set is drawn, whether it is another one or not
        self._framed = framed
        if framed is None:
            self.border_title = self.border_subtitle = ""
            return
        template, send = (keys.first(name, self.keymap) for name in ("compose.template", "compose.send"))
        self.border_title = Content.styled(text.shown_line(self.title_words), "bold")
        reach = f" · {text.shown_line(self.reach_words)}" if self.reach_words else ""
        picker = [("   ", ""), (template, "bold $accent"), (" template", "$muted")] if self.with_templates else []
        self.border_subtitle = Content.assemble((send, "bold $accent"), (f" send{reach}", "$muted"), *picker)

    def on_descendant_focus(self) -> None:
        self._collapse()

    def on_descendant_blur(self) -> None:
        self.flush()
        self._collapse()

    # -- actions -------------------------------------------------------------------------------------------------------

    def focus_text(self) -> None:
        self.field.focus()

    def action_compose_blank(self) -> None:
        """To the next blank, from the last one to the first (T7)."""
        self.field.go_to_blank()

    def action_compose_blank_back(self) -> None:
        """To the blank before, from the first one to the last (T7)."""
        self.field.go_to_blank(back=True)

    def action_compose_send(self) -> None:
        self.post_message(self.SendWanted(self.text))

    def action_compose_template(self) -> None:
        self.post_message(self.TemplateWanted())

    def action_compose_who(self) -> None:
        self.post_message(self.WhoWanted())

    def action_compose_editor(self) -> None:
        if not self._away:
            self.post_message(self.EditorWanted())

    def action_compose_preview(self) -> None:
        self.post_message(self.PreviewWanted())

    def action_compose_discard(self) -> None:
        self.post_message(self.DiscardWanted())

    def action_compose_leave(self) -> None:
        self.flush()
        self.post_message(self.Left())

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        if action in ("compose_template", "compose_preview", "compose_who"):
            return self.with_templates
        if action == "compose_editor":
            return self.with_templates and self.field.display
        if action in ("compose_blank", "compose_blank_back"):
            return bool(self.blanks())
        return action != "compose_discard" or bool(self.text)
