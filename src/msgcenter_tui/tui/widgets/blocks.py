"""What a conversation is made of, from top to bottom: messages, and the lines between them; each as wrapped lines.

    block.lines(width)      # its lines in a conversation of that width, wrapped once and kept

Two blocks are equal that look the same. A line says which characters of which content it shows; that is kept apart
from its drawing, so that a conversation of thousands of lines is measured before any of them is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import pairwise
from typing import NamedTuple

from rich._wrap import divide_line
from rich.cells import cell_len
from textual.content import Content
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from msgcenter_tui.domain import Message, PersonKind
from msgcenter_tui.tui import render

WIDEST = 87
"""Cells of a message at most, with the bar before it and a space behind it; `render.MEASURE` is for the words."""
BESIDE = 2
"""Cells of a line that are no words: the bar that marks the chosen message, and the space behind the words."""


class Line(NamedTuple):
    """The characters of a content that stand on one line; which content its block knows."""

    start: int = 0
    end: int | None = None
    """None: all of it."""
    row: int | None = None
    """Which content of the conversation that is, for a selection by the mouse; None: none that can be selected."""


@dataclass(slots=True)
class Block:
    """Lines that belong together, under an empty one."""

    key: str
    drawn: dict[tuple[int, Style], Strip] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Lines as they were drawn last, by their number and the style of all of it: for who draws them."""
    _lines: tuple[Line, ...] = field(default=(), init=False, compare=False, repr=False)
    _width: int = field(default=-1, init=False, compare=False, repr=False)

    def lines(self, width: int) -> tuple[Line, ...]:
        width = max(1, min(width, WIDEST) - BESIDE)
        if width != self._width:
            self.drawn.clear()
            self._width = width
            self._lines = tuple(self._wrapped(width))
        return self._lines

    def content(self, line: Line) -> Content:
        """That of which a line shows characters."""
        raise NotImplementedError

    def _wrapped(self, width: int) -> Iterable[Line]:
        """The lines, each at most so many cells wide."""
        return (Line(),)


@dataclass(slots=True)
class Rule(Block):
    """A line across: that there are earlier messages, a day, or where the unread begin."""

    words: str
    style: str
    rule: str = ""
    """The style of the rule on both sides; none: there is none."""

    def content(self, line: Line) -> Content:
        room = min(self._width, render.MEASURE)
        return ruled(self.words, room, self.rule, self.style) if self.rule else centred(self.words, room, self.style)


@dataclass(slots=True)
class Said(Block):
    """A message as its reader sees it, with the author's header unless it shares the one above (M2, T5)."""

    message: Message
    header: bool
    in_portal: bool
    zone: tzinfo | None
    _body: Content | None = field(default=None, init=False, compare=False, repr=False)

    def content(self, line: Line) -> Content:
        return self._headed(self._width) if line.row == self._rows[0] else self.body

    def _wrapped(self, width: int) -> Iterable[Line]:
        heading, body = self._rows
        lines = [Line(start, end, body) for start, end in wrapped(self.body.plain, width)]
        return [Line(row=heading), *lines] if self.header else lines

    @property
    def _rows(self) -> tuple[int, int]:
        """A number for the heading and one for the body, that stay when other messages come above or below (M5)."""
        return 2 * self.message.number, 2 * self.message.number + 1

    @property
    def end(self) -> Line:
        """Where its last character ends."""
        return Line(len(self.body), len(self.body), self._rows[1])

    def selected(self, selection: Selection) -> str:
        """What of it is selected, as one would write it: without what only lays it out."""
        heading, body = self._rows
        above = self._headed(self._width).plain if self.header else ""
        parts = _closer(_selected(above, selection, heading)), _selected(self.words, selection, body)
        return "\n".join(part for part in parts if part).strip("\n")

    def _headed(self, width: int) -> Content:
        message = self.message
        author = Content.assemble(
            render.line(message.author.name, self._own_style() if message.mine else "bold"),
            Content.styled(f"  {self._role()}", "$muted"),
        )
        return render.ends(author, Content.styled(render.clock(message.at, self.zone), "$muted"), width)

    def _own_style(self) -> str:
        """One's own name stands out, on either side in that side's colour: nobody mistakes the sides."""
        return f"bold {accent(self.in_portal)}"

    def _role(self) -> str:
        if self.in_portal:
            return "you" if self.message.mine else ""
        if self.message.author_role is not None:
            return self.message.author_role.called
        return "Client" if self.message.author.kind is PersonKind.CLIENT else ""

    @property
    def body(self) -> Content:
        if self._body is None:
            body = said(self.message, in_portal=self.in_portal)
            if self.message.edited_at is not None and not self.message.deleted:
                body = Content.assemble(body, Content.styled(EDITED, "italic $muted"))
            self._body = body
        return self._body

    @property
    def words(self) -> str:
        """The body without what we say about it."""
        return self.body.plain.removesuffix(EDITED) if self.message.edited_at is not None else self.body.plain


EDITED = "  (edited)"


def said(message: Message, *, in_portal: bool) -> Content:
    """The text of a message as its reader sees it."""
    if message.deleted:
        return Content.styled("message deleted", "italic $muted")
    # A client's body comes filled in (T5): there is nothing in it to tell apart.
    return render.block(message.body) if in_portal else render.pieces(message.pieces)


def accent(in_portal: bool) -> str:
    return "$portal" if in_portal else "$accent"


def ruled(words: str, width: int, rule: str, style: str) -> Content:
    """Words in the middle of a rule as wide as given."""
    room = max(0, width - len(words) - 2)
    left = room // 2
    return Content.assemble(("─" * left, rule), (f" {words} ", style), ("─" * (room - left), rule))


def centred(words: str, width: int, style: str) -> Content:
    return Content.assemble(" " * max(0, (width - len(words)) // 2), (words, style))


def wrapped(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line of a text begins and ends, in characters, so that none is wider; as Textual wraps a Content.

    The white space at which a line was broken belongs to none of the two.
    """
    start = 0
    for line in text.split("\n"):
        if cell_len(line) <= width:
            yield start, start + len(line)
        else:
            edges = [0, *divide_line(line, width), len(line)]
            for here, there in pairwise(edges):
                part = line[here:there]
                kept = len(part) if there == len(line) and cell_len(part) <= width else len(part.rstrip())
                yield start + here, start + here + kept
        start += len(line) + 1


def _selected(text: str, selection: Selection, row: int) -> str:
    span = selection.get_span(row)
    return "" if span is None else text[span[0] : None if span[1] == -1 else span[1]]


def _closer(line: str) -> str:
    """A line of two ends as one would write it."""
    return re.sub(r"\s{2,}", "  ", line.strip())
