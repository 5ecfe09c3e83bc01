"""What changed on a screen, drawn alone: key to paint is mostly the drawing of what did not change.

For any update Textual takes the smallest box around all that changed, draws each widget in it, whole, and cuts the
lines of all of them where any two meet. Most updates are of widgets that nothing lies over: the row under the cursor,
a field, a count. Those are patches here: the changed region of the one widget that is on top, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from msgcenter_tui.tui.anchoring import AnchoredUpdate

_MOST = 40
"""More changed regions than these are drawn together, by Textual."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The lines of a region of the screen, top to bottom, as wide as the region."""

    region: Region
    strips: Sequence[Strip]


@dataclass(frozen=True, slots=True)
class PatchesUpdate(CompositorUpdate):
    """Patches, the hindmost first."""

    patches: Sequence[Patch]

    def render_segments(self, console: Console) -> str:
        sequences: list[str] = []
        for patch in self.patches:
            x = patch.region.x
            for y, strip in zip(patch.region.line_range, patch.strips, strict=True):
                sequences += Control.move_to(x, y).segment.text, strip.render(console)
        return "".join(sequences)


class RowsUpdate(LayoutUpdate):
    """Whole rows; each widget's part of one begins by its own place, as in a patch."""

    def __init__(self, rows: Sequence[Mapping[int, Strip]], region: Region) -> None:
        super().__init__([row.values() for row in rows], region)
        self.rows = rows

    def render_segments(self, console: Console) -> str:
        sequences: list[str] = []
        for y, row in enumerate(self.rows, self.region.y):
            for x, strip in row.items():
                sequences += Control.move_to(x, y).segment.text, strip.render(console)
        return "".join(sequences)


class PatchCompositor(Compositor):
    """Textual's, with the partial updates of `PatchesUpdate`, and all of them anchored (tui/anchoring.py)."""

    def render_update(  # type: ignore[override]
        self, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
    ) -> object:
        update: object = super().render_update(full, screen_stack, simplify)
        if not isinstance(update, CompositorUpdate):
            return update
        width = self.size.width
        return AnchoredUpdate(update, width, lambda y: self.whole_rows(Region(0, y, width, 1)))

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:
        if simplify:
            return super().render_full_update(simplify)
        self._dirty_regions.clear()
        return self.whole_rows(self.size.region)

    def whole_rows(self, region: Region) -> RowsUpdate:
        """The rows of a region, which is as wide as the screen."""
        chops = self._render_chops(region, range(region.y, region.bottom).__contains__)
        return RowsUpdate(chops[region.y : region.bottom], region)

    def render_partial_update(self) -> PatchesUpdate | None:  # type: ignore[override]
        patches: list[Patch] = []
        for changed in _largest(self._dirty_regions):
            if these := self._patches(changed):
                patches += these
                self._dirty_regions = {one for one in self._dirty_regions if not changed.contains_region(one)}
        rest = super().render_partial_update()
        if rest is not None:
            patches[:0] = _together(rest)
        return PatchesUpdate(patches) if patches else None

    def _patches(self, changed: Region) -> list[Patch]:
        """The changed lines of the one widget that holds them, and what lies over its edges; none: it is not so plain.

        Over all its width: a region may begin or end in the middle of a letter that takes two cells.
        """
        before: list[tuple[Widget, Region, Region]] = []
        for widget, (region, clip) in self.visible_widgets.items():  # from the front to the back
            area = region.intersection(clip)
            if not area.contains_region(changed):
                before.append((widget, region, area))
                continue
            lines = left = Region(area.x, changed.y, area.width, changed.height)
            over = [(other, at, part) for other, at, its in before if (part := its.intersection(lines))]
            for _, _, part in over:
                left = _beside(left, part)
            if over and not left:
                return []
            return [
                Patch(part, drawn.render_lines(part.translate(-at.offset)))
                for drawn, at, part in ((widget, region, left), *reversed(over))
            ]
        return []


def _together(update: ChopsUpdate) -> Iterator[Patch]:
    """What Textual has drawn together, piece by piece."""
    for y, begin, end in update.spans:
        for right, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < end and right > begin:
                piece = strip if right <= end else strip.crop(0, end - x)
                yield Patch(Region(x, y, piece.cell_length, 1), [piece])


def _beside(lines: Region, part: Region) -> Region:
    """What is left of lines beside a scrollbar or the like at one of their ends; nothing where it is not so."""
    if part.height == lines.height and part.right >= lines.right:
        return lines.shrink((0, max(0, lines.right - part.x), 0, 0))
    if part.height == lines.height and part.x <= lines.x:
        return lines.shrink((0, 0, 0, max(0, part.right - lines.x)))
    return Region()


def _largest(regions: Collection[Region]) -> list[Region]:
    """The regions that no other one contains; none where they are too many."""
    largest: list[Region] = []
    if len(regions) <= _MOST:
        for region in sorted(regions, key=lambda region: -region.area):
            if not any(other.contains_region(region) for other in largest):
                largest.append(region)
    return largest
