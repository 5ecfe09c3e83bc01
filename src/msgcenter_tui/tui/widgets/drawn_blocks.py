"""Blocks of lines drawn line by line, and what a mouse selects of their words.

Only lines in sight are drawn, each once as it stands; of what changes only those are painted anew that look otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content, Span
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from msgcenter_tui.tui.widgets.blocks import WIDEST, Block, Line, Said
from msgcenter_tui.tui.widgets.drawn_words import DrawnWords
from msgcenter_tui.tui.widgets.placed_blocks import PlacedBlocks

MOST_DRAWN = 2000
"""So many lines are kept as they were drawn: some screens full of them, however long the conversation."""

_BAR = "▌"


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


class DrawnBlocks(PlacedBlocks):
    """`blocks`, of which one may be `marked`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"conversation--{look}" for look in ("message", "chosen", "bar")}

    def __init__(self) -> None:
        super().__init__()
        self._painted: list[tuple[int, Block, int, bool] | None] = []
        """The lines as they were painted last: at which width, of which block, which of it, and whether marked."""
        self._kept = 0
        self._words = DrawnWords()
        self._restyled = True

    @property
    def marked(self) -> str | None:
        """The key of the block that is marked as chosen."""
        return None

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

    def _lines_in_sight(self) -> list[tuple[int, Block, int, bool] | None]:
        top, width, marked = self.scroll_offset.y, self.line_width, self.marked
        lines: list[tuple[int, Block, int, bool] | None] = []
        for line in range(top, top + self.container_size.height):
            at, part = self.find(line)
            block = self.blocks[at] if part >= 0 else None
            lines.append(None if block is None else (width, block, part, block.key == marked))
        return lines

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._painted = self._lines_in_sight()

    def render_lines(self, crop: Region) -> list[Strip]:
        # As for rows of lists (drawn_rows.py): Textual's own way asks for border, padding and tint of each line.
        if self.opacity != 1.0:
            return super().render_lines(crop)
        sight, top = self._sight(), self.scroll_offset.y
        beside = sight.plain.background_style.rich_style
        strips = [self._line(top + y, sight).extend_cell_length(self.outer_size.width, beside) for y in crop.line_range]
        _, background = self.background_colors
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]

    def _sight(self) -> _Sight:
        plain = self.get_visual_style("conversation--message")
        chosen = self.get_visual_style("conversation--chosen")
        bar = self.get_visual_style("conversation--chosen", "conversation--bar")
        if self._restyled:
            self._restyled = False
            if self._words.wears_other(self.app.theme, plain, chosen, bar):
                self._forget_drawn()
        selection = self.text_selection
        return _Sight(
            self.line_width,
            self.marked,
            plain,
            chosen,
            bar.rich_style,
            selection,
            Style.from_styles(self.screen.get_component_styles("screen--selection")) if selection else Style.null(),
        )

    def _line(self, y: int, sight: _Sight) -> Strip:
        at, part = self.find(y)
        if part < 0:
            return Strip.blank(sight.width, sight.plain.background_style.rich_style)
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
        bar = Segment(_BAR, sight.bar) if marked else Segment(" ", base.background_style.rich_style)
        over = None if selected is None else _within(content, line, selected, sight.selected)
        words = Strip([bar, *self._words.segments(content, base, line.start, line.end, over)])
        strip = words.extend_cell_length(min(sight.width, WIDEST), base.background_style.rich_style)
        return strip.adjust_cell_length(sight.width, sight.plain.background_style.rich_style)

    def _forget_drawn(self) -> None:
        self._kept = 0
        for block in self.blocks:
            block.drawn.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._restyled = True

    # -- selecting by the mouse ----------------------------------------------------------------------------------------

    @property
    def allow_select(self) -> bool:
        return True

    def render_line(self, y: int) -> Strip:
        """A line as Textual asks for it to know what is under the mouse: which character of which row."""
        sight, number = self._sight(), self.scroll_offset.y + y
        strip = self._line(number, sight)
        at, part = self.find(number)
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
