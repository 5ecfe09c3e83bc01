"""Long paragraphs drawn as quickly as short ones: one row at a time, where Textual cuts the whole for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_text_tabs_from_widths


class Look(NamedTuple):
    """A stretch of a line of the document, `line[start:end]`, and how it looks."""

    start: int
    end: int
    style: Style


class Row(NamedTuple):
    """A row of the screen: `line[start:end]` of one line of the document; the last of a line has room for a cursor."""

    line: int
    start: int
    end: int
    last: bool


class Paragraphs(WrappedDocument):
    """A WrappedDocument that gives one row without cutting the others."""

    def row(self, at: int) -> Row | None:
        """The row so far from the top; None below the last."""
        if at >= len(self._offset_to_line_info):
            return None
        line, section = self._offset_to_line_info[at]
        offsets = self.get_offsets(line)
        last = section == len(offsets)
        end = len(self.document.get_line(line)) if last else offsets[section]
        return Row(line, offsets[section - 1] if section else 0, end, last)

    def drawn(self, row: Row, looks: Iterable[Look]) -> Text:
        """A row with its looks, the later ones over the earlier; tabs are spaces."""
        line = self.document.get_line(row.line)
        words = line[row.start : row.end]
        text = Text(f"{words} " if row.last else words, end="", no_wrap=True)
        for start, end, style in looks:
            if start < row.end + row.last and end > row.start:
                text.stylize(style, max(0, start - row.start), end - row.start)
        if "\t" in words:
            before = line.count("\t", 0, row.start)
            widths = self.get_tab_widths(row.line)[before : before + words.count("\t")]
            text = expand_text_tabs_from_widths(text, widths)
        return text

    def get_sections(self, line_index: int) -> list[str]:
        line, offsets = self.document.get_line(line_index), self.get_offsets(line_index)
        return [line[start:end] for start, end in zip([0, *offsets], [*offsets, None], strict=True)]
