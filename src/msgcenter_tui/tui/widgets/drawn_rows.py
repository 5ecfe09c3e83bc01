"""Rows drawn line by line, each once as it stands: what a list shows between two keys is drawn anew, nothing else.

Who it is for: row_list.py, which adds the cursor's ways, pages and keys. Draw foreign text with render.py only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from msgcenter_tui.tui.widgets.drawn_words import DrawnWords
from msgcenter_tui.tui.widgets.own_focus import OwnFocus

Row = TypeVar("Row")

MOST_DRAWN = 2000
"""So many rows are kept as they were drawn: some screens full of them, however long the list."""

_LOOKS = "row", "chosen", "chosen-blurred", "hover"


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the lines of a frame depend on beside their rows; asked of Textual once, not for each line."""

    width: int
    top: int
    cursor: int
    hovered: int | None
    focus: bool
    bases: dict[str, Style] = field(default_factory=dict)
    """The style of all of a row, by its look."""


class DrawnRows(OwnFocus, Generic[Row]):
    """`rows`, HEIGHT lines each; one is under the cursor, one under the mouse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"row-list--{look}" for look in _LOOKS}
    HEIGHT = 1

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    hovered: reactive[int | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None, empty: Content | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: list[Row] = []
        self.empty = empty or Content.empty()
        """What an empty list says; shown in its middle."""
        self._drawn: dict[tuple[int, int, bool, bool, bool], tuple[Row, list[Strip]]] = {}
        """As each row was drawn last, in its place."""
        self._looked: object = None
        self._words = DrawnWords()
        self._restyled = True

    # -- for subclasses ------------------------------------------------------------------------------------------------

    def draw(self, row: Row, width: int, chosen: bool) -> Sequence[Content]:
        """At most HEIGHT lines; cut and padded to `width` by whoever asks."""
        raise NotImplementedError

    def looks(self) -> object:
        """On what, beside the row itself, its drawing depends; None: on more than can be told."""
        return None

    # -- drawing -------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw all rows anew (a time in words has aged, a width changed)."""
        self._drawn.clear()
        self.refresh()

    def looks_as_before(self) -> bool:
        before, self._looked = self._looked, self.looks()
        return self._looked is not None and self._looked == before

    def forget_drawn(self) -> None:
        self._drawn.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual's own way asks for border, padding, hatch and tint of each line, and keeps each line by where it
        # stands on the screen, so that a list that scrolls one row is drawn as a whole. Rows are kept drawn here.
        if self.styles.gutter or self.opacity != 1.0:
            return super().render_lines(crop)
        sight = self._sight()
        strips = [self._line(y, sight) for y in crop.line_range]
        if sight.width != self.size.width:
            beside = self.visual_style.rich_style
            strips = [strip.extend_cell_length(self.size.width, beside) for strip in strips]
        _, background = self.background_colors
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        return self._line(y, self._sight())

    def _sight(self) -> _Sight:
        if self._restyled:
            self._restyled = False
            if self._words.wears_other(self.app.theme, *(self._style(look) for look in _LOOKS)):
                self._drawn.clear()
        width, top = self.scrollable_content_region.width, self.scroll_offset.y
        return _Sight(width, top, self.cursor, self.hovered, self.has_focus)

    def _style(self, look: str) -> Style:
        return self.get_visual_style(f"row-list--{look}")

    def _line(self, y: int, sight: _Sight) -> Strip:
        index, part = divmod(sight.top + y, self.HEIGHT)
        if index >= len(self.rows):
            return self._blank_line(y, sight)
        chosen, hover = index == sight.cursor, index == sight.hovered
        key = (index, sight.width, chosen, hover, chosen and sight.focus)
        row = self.rows[index]
        drawn = self._drawn.get(key)
        if drawn is None or (drawn[0] is not row and drawn[0] != row):
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            look = ("chosen" if sight.focus else "chosen-blurred") if chosen else "hover" if hover else "row"
            drawn = self._drawn[key] = (row, self._strips(row, max(1, sight.width), chosen, self._base(look, sight)))
        return drawn[1][part]

    def _strips(self, row: Row, width: int, chosen: bool, style: Style) -> list[Strip]:
        """The lines of a row, over the style of all of it."""
        lines = self.draw(row, width, chosen)
        strips: list[Strip] = []
        for part in range(self.HEIGHT):
            content = lines[part] if part < len(lines) else Content.empty()
            strips.append(Strip(self._words.segments(content.truncate(width, ellipsis=True, pad=True), style), width))
        return strips

    def _base(self, look: str, sight: _Sight) -> Style:
        if look not in sight.bases:
            sight.bases[look] = self._style(look)
        return sight.bases[look]

    def _blank_line(self, y: int, sight: _Sight) -> Strip:
        style, width = self._base("row", sight), sight.width
        lines = self.empty.wrap(max(1, width - 2)) if self.empty and not self.rows else []
        at = y - max(0, self.size.height // 3)
        if 0 <= at < len(lines):
            centred = lines[at].center(width)
            return Visual.to_strips(self, centred, width, 1, style, apply_selection=False, pad=True)[0]
        return Strip.blank(width, style.rich_style)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._restyled = True
