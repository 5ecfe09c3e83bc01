"""Blocks of lines under one another, drawn line by line: where each begins, the reader's place among them, a selection.

    class Conversation(DrawnBlocks):
        self.put(blocks)                           # what looks the same stays drawn, and the reader where they are
        self.put(blocks, start=lambda: "new 7")    # others: from the block of that key, or from the end

Only lines in sight are drawn, each once as it stands; of what changes only those are painted anew that look otherwise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content, Span
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from msgcenter_tui.tui.widgets.blocks import WIDEST, Block, Line, Said
from msgcenter_tui.tui.widgets.drawn_words import DrawnWords

MOST_DRAWN = 2000
"""So many lines are kept as they were drawn: some screens full of them, however long the conversation."""

_BAR = "▌"


class _Place(NamedTuple):
    """Where the reader is: what stands at the top of the window."""

    key: str
    """Of the first message that is in sight."""
    above: int
    """So many lines its block begins below the top; 0 where it begins at the top or above."""
    at: tuple[int, int] | None
    """The row and the character with which the top line begins, where it is a line of that message."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the lines of a frame depend on beside their blocks; asked of Textual once, not for each line."""

    width: int
    marked: str | None
    plain: Style
    chosen: Style
    bar: RichStyle
    selection: Selection | None
    selected: Style


class DrawnBlocks(ScrollView):
    """`blocks`, each under an empty line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"conversation--{look}" for look in ("message", "chosen", "bar")}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.blocks: list[Block] = []
        self._tops: list[int] = [0]
        """The line of each block's empty one, and behind them the number of all lines."""
        self._index: dict[str, int] = {}
        self._width = 0
        """Cells of a line, for which the blocks are wrapped; 0: they are not."""
        self._at_end = True
        """The reader is at the end and stays there, whatever comes."""
        self._begins: Callable[[], str | None] | None = None
        """Says the block at which they begin to read, until they have been shown and stand where they belong."""
        self._arranges = False
        self._painted: list[tuple[Block, int, bool] | None] = []
        self._kept = 0
        self._words = DrawnWords()

    # -- for subclasses ------------------------------------------------------------------------------------------------

    @property
    def marked(self) -> str | None:
        """The key of the block that is marked as chosen."""
        return None

    def on_scrolled(self, before: float, after: float) -> None:
        """The reader scrolled."""

    # -- blocks --------------------------------------------------------------------------------------------------------

    def put(self, blocks: Sequence[Block], *, start: Callable[[], str | None] | None = None) -> None:
        """Show these blocks; `start` says at which of them other ones begin to be read, None: at the end."""
        if start is None and self.blocks == blocks:
            return
        place = self._place()
        # Those that look the same are wrapped and drawn already.
        known = {} if start is not None else {block.key: block for block in self.blocks}
        there = [known.get(block.key, block) for block in blocks]
        self.blocks = [former if former == block else block for former, block in zip(there, blocks, strict=True)]
        self._index = {block.key: at for at, block in enumerate(self.blocks)}
        if start is not None:
            self._begins = start
            self.call_after_refresh(self._begun)
        self._lay_out(place, self._at_end)

    def _begun(self) -> None:
        if self._width:
            self._begins = None

    def block_at(self, line: int) -> Block | None:
        """The block that has this line; None: it is the empty one above a block, or below all."""
        at, part = self._find(line)
        return self.blocks[at] if part >= 0 else None

    def in_view(self) -> Iterator[Block]:
        """The blocks of which a line is in sight."""
        top = self.scroll_offset.y
        bottom = top + self.container_size.height
        for at in range(self._find(top)[0], len(self._tops) - 1):
            if self._tops[at] + 1 >= bottom:
                return
            if self._tops[at + 1] > top:
                yield self.blocks[at]

    def region_of(self, key: str) -> Region:
        """Where the lines of a block are, among all; without the empty one above."""
        at = self._index[key]
        top = self._tops[at] + 1
        return Region(0, top, max(1, self.virtual_size.width), self._tops[at + 1] - top)

    def _find(self, line: int) -> tuple[int, int]:
        """The block at a line of all, and the line of the block: -1 for the empty one above it, or below all."""
        at = bisect_right(self._tops, line) - 1
        return at, (line - self._tops[at] - 1 if at + 1 < len(self._tops) else -1)

    # -- laying out ----------------------------------------------------------------------------------------------------

    def _lay_out(self, place: _Place | None, at_end: bool) -> None:
        """Find out where each block is at the present width; the reader stays in their place."""
        width, height = self.container_size
        if width <= 0 or height <= 0:
            self._width, self._tops = 0, [0]
            return
        self._arranges = True
        # Two lines a block at the least: it needs no wrapping to know that many of them want a scrollbar.
        if 2 * len(self.blocks) > height or not self._fits(width, height):
            self._fits(width - self.styles.scrollbar_size_vertical, height)
        size = Size(self._width, self._tops[-1])
        if size != self.virtual_size:
            # Nothing beside it moves: Textual would lay out the whole screen for it.
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        self._stay(place, at_end)
        self._arranges = False
        self.repaint()

    def _fits(self, width: int, height: int) -> bool:
        self._width = max(1, width)
        self._tops = list(accumulate((len(block.lines(self._width)) + 1 for block in self.blocks), initial=0))
        return self._tops[-1] <= height

    def _stay(self, place: _Place | None, at_end: bool) -> None:
        to = self.max_scroll_y
        if self._begins is not None:
            first = self._begins()
            if first in self._index and self._tops[-1] - self.region_of(first).y > self.container_size.height:
                to = self.region_of(first).y
        elif not at_end:
            to = self.scroll_offset.y if place is None else self._line_of(place)
        if to != self.scroll_y:
            self.scroll_to(y=to, animate=False, force=True)
        self._at_end = self.scroll_y >= self.max_scroll_y

    def _place(self) -> _Place | None:
        top = self.scroll_offset.y
        for at in range(self._find(top)[0], len(self._tops) - 1):
            block = self.blocks[at]
            if isinstance(block, Said):
                part = top - self._tops[at] - 1
                line = block.lines(self._width)[part] if part >= 0 else None
                begins = None if line is None or line.row is None else (line.row, line.start)
                return _Place(block.key, max(0, self._tops[at] - top), begins)
        return None

    def _line_of(self, place: _Place) -> int:
        at = self._index.get(place.key)
        if at is None:
            return self.scroll_offset.y
        if place.at is None:
            return self._tops[at] - place.above
        lines = self.blocks[at].lines(self._width)
        begins = [(line.row or 0, line.start) for line in lines]
        return self._tops[at] + max(1, bisect_right(begins, place.at))

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # In the same frame: on the event that tells of it, lines of the former width would have been painted already.
        place, at_end = self._place(), self._at_end
        before = self.container_size
        self._arranges = True
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        self._arranges = False
        if before != self.container_size:
            self._lay_out(place, at_end)
        return changed

    def anchor(self, anchor: bool = True) -> None:
        """Go to the end and stay there until the reader scrolls."""
        if anchor:
            self._at_end = True
            self.scroll_to(y=self.max_scroll_y, animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._arranges:
            return
        self._painted = self._lines_in_sight()
        self._begins = None
        self._at_end = new_value >= self.max_scroll_y
        self.on_scrolled(old_value, new_value)

    # -- drawing -------------------------------------------------------------------------------------------------------

    def repaint(self) -> None:
        """Have those lines painted anew that look otherwise than they were painted last."""
        before, now = self._painted, self._lines_in_sight()
        self._painted = now
        changed = [y for y, (one, other) in enumerate(zip(before, now, strict=False)) if one != other]
        if len(before) != len(now):
            self.refresh()
        elif changed:
            self.refresh(Region(0, changed[0], self.outer_size.width, changed[-1] - changed[0] + 1))

    def _lines_in_sight(self) -> list[tuple[Block, int, bool] | None]:
        top, marked = self.scroll_offset.y, self.marked
        lines: list[tuple[Block, int, bool] | None] = []
        for line in range(top, top + self.container_size.height):
            at, part = self._find(line)
            lines.append((self.blocks[at], part, self.blocks[at].key == marked) if part >= 0 else None)
        return lines

    def render_lines(self, crop: Region) -> list[Strip]:
        # As for rows of lists (drawn_rows.py): Textual's own way asks for border, padding and tint of each line.
        if self.opacity != 1.0:
            return super().render_lines(crop)
        sight, top = self._sight(), self.scroll_offset.y
        beside = sight.plain.rich_style
        strips = [self._line(top + y, sight).extend_cell_length(self.outer_size.width, beside) for y in crop.line_range]
        _, background = self.background_colors
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]

    def _sight(self) -> _Sight:
        selection = self.text_selection
        return _Sight(
            self._width,
            self.marked,
            self.get_visual_style("conversation--message"),
            self.get_visual_style("conversation--chosen"),
            self.get_visual_style("conversation--chosen", "conversation--bar").rich_style,
            selection,
            Style.from_styles(self.screen.get_component_styles("screen--selection")) if selection else Style.null(),
        )

    def _line(self, y: int, sight: _Sight) -> Strip:
        at, part = self._find(y)
        if part < 0:
            return Strip.blank(sight.width, sight.plain.rich_style)
        block = self.blocks[at]
        marked = block.key == sight.marked
        base = sight.chosen if marked else sight.plain
        line = block.lines(sight.width)[part]
        if sight.selection is not None and line.row is not None:
            span = sight.selection.get_span(line.row)
            if span is not None:
                return self._drawn(block, line, base, marked, sight, span)
        if (strip := block.drawn.get((part, base))) is None:
            self._kept += 1
            if self._kept > MOST_DRAWN:
                self._forget_drawn()
            strip = block.drawn[part, base] = self._drawn(block, line, base, marked, sight)
        return strip

    def _drawn(
        self,
        block: Block,
        line: Line,
        base: Style,
        marked: bool,
        sight: _Sight,
        selected: tuple[int, int] | None = None,
    ) -> Strip:
        content = block.content(line)
        bar = Segment(_BAR, sight.bar) if marked else Segment(" ", base.rich_style)
        over = None if selected is None else _within(content, line, selected, sight.selected)
        words = Strip([bar, *self._words.segments(content, base, line.start, line.end, over)])
        strip = words.extend_cell_length(min(sight.width, WIDEST), base.rich_style)
        return strip.adjust_cell_length(sight.width, sight.plain.rich_style)

    def _forget_drawn(self) -> None:
        self._kept = 0
        for block in self.blocks:
            block.drawn.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._forget_drawn()
        self._words.forget()

    # -- selecting by the mouse ----------------------------------------------------------------------------------------

    @property
    def allow_select(self) -> bool:
        return True

    def render_line(self, y: int) -> Strip:
        """A line as Textual asks for it to know what is under the mouse: which character of which row."""
        sight, number = self._sight(), self.scroll_offset.y + y
        strip = self._line(number, sight)
        at, part = self._find(number)
        line = self.blocks[at].lines(sight.width)[part] if part >= 0 else Line()
        if line.row is None:
            # Between messages one is behind the one above.
            above = next((block for block in reversed(self.blocks[:at]) if isinstance(block, Said)), None)
            return Strip([*strip, _place_of(above.end if above else Line(0, 0, 0))])
        words = self.blocks[at].content(line).plain[line.start : line.end]
        bar, shown = strip.crop(0, 1), strip.crop(1, 1 + cell_len(words))
        rest = strip.crop(1 + shown.cell_length, strip.cell_length)
        marked = bar.apply_offsets(line.start, line.row), shown.apply_offsets(line.start, line.row)
        return Strip([*marked[0], *marked[1], _place_of(line._replace(end=line.start + len(words))), *rest])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words selected, without the breaks, margins and rules that lay them out; a message under another."""
        parts = (block.selected(selection) for block in self.blocks if isinstance(block, Said))
        text = "\n\n".join(part for part in parts if part)
        return (text, "\n") if text else None

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()


def _within(content: Content, line: Line, selected: tuple[int, int], style: Style) -> Span | None:
    """What of a selection in a content is on one of its lines."""
    end = len(content) if line.end is None else line.end
    first, last = max(line.start, selected[0]), end if selected[1] == -1 else min(end, selected[1])
    return Span(first, last, style) if first < last else None


def _place_of(line: Line) -> Segment:
    """Of no width: the place behind the words of a line, for a mouse that is beside them."""
    return Segment("", RichStyle.from_meta({"offset": (line.end, line.row)}))
