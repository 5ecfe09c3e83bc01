"""Blocks of lines under one another: where each of them begins at the present width, and the reader's place there.

    self.put(blocks)                           # the reader stays where they are, whatever changed above them
    self.put(blocks, start=lambda: "new 7")    # other ones: from the block of that key, or from the end

Who it is for: drawn_blocks.py, which draws them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from textual.geometry import Region, Size
from textual.widget import Widget

from msgcenter_tui.tui.widgets.blocks import Block, Said
from msgcenter_tui.tui.widgets.own_focus import OwnFocus


class _Place(NamedTuple):
    """Where the reader is: what stands at the top of the window."""

    key: str
    """Of the first message that is in sight."""
    below: int
    """So many lines below the top its words begin; 0 where they begin there or above."""
    at: tuple[int, int] | None
    """The row and the character with which the top line begins, where that is among its words."""


class PlacedBlocks(OwnFocus):
    """`blocks`, each under an empty line."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.line_width = 0
        """Cells of a line, for which the blocks are wrapped; 0: they are not."""
        self._tops: list[int] = [0]
        """The line of each block's empty one, and behind them the number of all lines."""
        self._index: dict[str, int] = {}
        self._at_end = True
        """The reader is at the end and stays there, whatever comes."""
        self._held: _Place | None = None
        """Where the reader is, since they scrolled last."""
        self._begins: Callable[[], str | None] | None = None
        """Says the block at which they begin to read, until they have been shown and stand where they belong."""
        self._arranges = False

    # -- for subclasses ------------------------------------------------------------------------------------------------

    def repaint(self) -> None:
        """Have painted anew what looks otherwise."""
        raise NotImplementedError

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
        if self.line_width:
            self._begins = None

    def block_at(self, line: int) -> Block | None:
        """The block that has this line; None: it is the empty one above a block, or below all."""
        at, part = self.find(line)
        return self.blocks[at] if part >= 0 else None

    def in_view(self) -> Iterator[Block]:
        """The blocks of which a line is in sight."""
        top = self.scroll_offset.y
        bottom = top + self.container_size.height
        for at in range(self.find(top)[0], len(self._tops) - 1):
            if self._tops[at] + 1 >= bottom:
                return
            if self._tops[at + 1] > top:
                yield self.blocks[at]

    def region_of(self, key: str) -> Region:
        """Where the lines of a block are, among all; without the empty one above."""
        at = self._index[key]
        top = self._tops[at] + 1
        return Region(0, top, max(1, self.virtual_size.width), self._tops[at + 1] - top)

    def find(self, line: int) -> tuple[int, int]:
        """The block at a line of all, and the line of the block: -1 for the empty one above it, or below all."""
        at = bisect_right(self._tops, line) - 1
        return at, (line - self._tops[at] - 1 if at + 1 < len(self._tops) else -1)

    # -- laying out ----------------------------------------------------------------------------------------------------

    def _lay_out(self, place: _Place | None, at_end: bool) -> None:
        """Find out where each block is at the present width; the reader stays in their place."""
        width, height = self.container_size
        if width <= 0 or height <= 0:
            self.line_width, self._tops = 0, [0]
            return
        self._arranges = True
        # Two lines a block at the least: it needs no wrapping to know that many of them want a scrollbar.
        if 2 * len(self.blocks) > height or not self._fits(width, height):
            self._fits(width - self.styles.scrollbar_size_vertical, height)
        size = Size(self.line_width, self._tops[-1])
        if size != self.virtual_size:
            # Nothing beside it moves: Textual would lay out the whole screen for it.
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        self._stay(place, at_end)
        self._arranges = False
        self.repaint()

    def _fits(self, width: int, height: int) -> bool:
        self.line_width = max(1, width)
        self._tops = list(accumulate((len(block.lines(self.line_width)) + 1 for block in self.blocks), initial=0))
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
        self._held = place if place is not None and place.key in self._index and self._begins is None else None

    def _place(self) -> _Place | None:
        if self._held is not None:  # not found out anew: what is wrapped for many widths in turn would creep upwards
            return self._held
        top = self.scroll_offset.y
        for at in range(self.find(top)[0], len(self._tops) - 1):
            block = self.blocks[at]
            if isinstance(block, Said):
                # A heading may go, or come: the words under it stay.
                below = self._tops[at] + 1 + block.header - top
                if below >= 0:
                    return _Place(block.key, below, None)
                line = block.lines(self.line_width)[block.header - below]
                return _Place(block.key, 0, (line.row or 0, line.start))
        return None

    def _line_of(self, place: _Place) -> int:
        at = self._index.get(place.key)
        block = None if at is None else self.blocks[at]
        if at is None or not isinstance(block, Said):
            return self.scroll_offset.y
        if place.at is None:
            return self._tops[at] + 1 + block.header - place.below
        begins = [(line.row or 0, line.start) for line in block.lines(self.line_width)]
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
        self._begins = self._held = None
        self._at_end = new_value >= self.max_scroll_y
        self.on_scrolled(old_value, new_value)
