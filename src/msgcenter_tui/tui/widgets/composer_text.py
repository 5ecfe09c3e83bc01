"""The field in which messages and subjects are written: a TextArea with a cursor by offset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual import events
from textual.content import Content
from textual.document._document_navigator import DocumentNavigator
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection, TextAreaTheme

from msgcenter_tui import text
from msgcenter_tui.tui.widgets.paragraphs import Look, Paragraphs

LONGEST_PASTE = 300_000
"""Characters: many times what can be sent, and yet no paste stops the program (ten million take it a minute)."""


class ComposerText(TextArea):
    """Text as it is written. Pasted text is cleaned; ctrl+z is the screen's where nothing is to be undone here."""

    class Done(Message):
        """Enter in a field of one line."""

    def __init__(self, *, placeholder: Content, blink: bool, one_line: bool = False, id: str | None = None) -> None:
        super().__init__(
            soft_wrap=True,
            compact=True,
            placeholder=placeholder,
            highlight_cursor_line=False,
            id=id,
            tab_behavior="focus",
        )
        self.cursor_blink = blink
        self.one_line = one_line

    async def _on_paste(self, event: events.Paste) -> None:
        # Textual calls the handler of TextArea after this one, with the same event.
        event.text = self.cleaned(event.text)
        if self.one_line:  # a pasted line end is no Enter: nobody has said that this is the text
            event.text = " ".join(event.text.split("\n")).rstrip()

    def cleaned(self, words: str, what: str = "Pasted") -> str:
        """Words from outside as they may stand here (M3), cut and said so where they are far too many."""
        words = text.clean(words[: 2 * LONGEST_PASTE])
        if len(words) > LONGEST_PASTE:
            said = f"{what} the first {LONGEST_PASTE:,} characters: that is far more than a message holds."
            self.notify(said, severity="warning", markup=False)
        return words[:LONGEST_PASTE]

    async def _on_key(self, event: events.Key) -> None:
        if self.one_line and event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Done())

    def on_resize(self) -> None:
        # Words come below it while one writes, and the line that one writes stays in sight; TextArea wraps first.
        self.call_later(self.scroll_cursor_visible)

    # -- how it is drawn -----------------------------------------------------------------------------------------------

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document: Paragraphs = Paragraphs(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    def _rewrap_and_refresh_virtual_size(self) -> None:
        # It is told its width after it was drawn in it: where as many lines come of it, nothing else draws them again.
        super()._rewrap_and_refresh_virtual_size()
        self.refresh()

    def looks(self, line: int) -> Iterable[Look]:
        """What is seen of a line besides its letters; a hook."""
        return ()

    def _render_line(self, y: int) -> Strip:
        row, theme = self.wrapped_document.row(y + self.scroll_offset.y), self._theme
        base = theme.base_style or self.rich_style
        if row is None:
            return Strip.blank(self.size.width, base)
        text = self.wrapped_document.drawn(row, [*self.looks(row.line), *self._hand(row.line, theme)])
        strip = Strip(text.render(self.app.console), cell_length=text.cell_len)
        return strip.extend_cell_length(self.scrollable_content_region.width, base).apply_style(base)

    def _hand(self, line: int, theme: TextAreaTheme) -> Iterator[Look]:
        """What is selected of a line, and the cursor."""
        (top, first), (bottom, last) = sorted(self.selection)
        length = len(self.document.get_line(line))
        if theme.selection_style and (top, first) != (bottom, last) and top <= line <= bottom:
            end = last if line == bottom else max(length, 1)  # that of an empty line shows that it is in it
            yield Look(first if line == top else 0, end, theme.selection_style)
        row, column = self.cursor_location
        if theme.cursor_style and row == line and self._draw_cursor:
            yield Look(column, column + 1, theme.cursor_style)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        # A message is no program, and the search goes through all of it at each step over a bracket.
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Hidden, so that the footer names what ctrl+z does then: it takes back the send.
        return bool(self.history.undo_stack) if action == "undo" else super().check_action(action, parameters)

    @property
    def cursor_index(self) -> int:
        """The cursor as an offset into the text."""
        return self.index_of(self.cursor_location)

    def index_of(self, location: tuple[int, int]) -> int:
        row, column = location
        return sum(len(line) + 1 for line in self.document.lines[:row]) + column

    def put_cursor(self, index: int) -> None:
        self.move_cursor(self._location(index))

    def select(self, start: int, end: int) -> None:
        """Select a part of the text: the next letter replaces it."""
        self.selection = Selection(self._location(start), self._location(end))
        self.scroll_cursor_visible()

    def rewrite(self, words: str, start: int, end: int) -> None:
        """Put words in place of `text[start:end]`, the cursor behind them; one undo takes them back."""
        self.history.checkpoint()
        result = self.replace(words, self._location(start), self._location(end), maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        self.history.checkpoint()

    def _location(self, index: int) -> tuple[int, int]:
        before = self.text[: max(0, index)]
        return before.count("\n"), len(before) - before.rfind("\n") - 1
