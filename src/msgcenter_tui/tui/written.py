"""What stands on the terminal already is not written again: a line at a time, and only where that is known for certain.

Another widget has the focus, a thread was read again, a commit changed a count: Textual has whole widgets drawn for it,
of which a line or two look otherwise. Over a slow line the bytes are what one waits for.
"""

from __future__ import annotations

from dataclasses import replace

from textual._compositor import CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip

from msgcenter_tui.tui.anchoring import AnchoredUpdate
from msgcenter_tui.tui.compositor import Patch, PatchesUpdate, RowsUpdate


class Written:
    """What was written to one terminal, of whichever screen."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[tuple[int, int], Strip]] = {}
        """By row: what was written last from one cell up to another, and by nothing else since."""

    def news(self, update: CompositorUpdate) -> CompositorUpdate:
        """What has to be written of an update, which is then taken to be on the terminal."""
        drawn = update.update if isinstance(update, AnchoredUpdate) else update
        if isinstance(drawn, PatchesUpdate):
            news = PatchesUpdate([new for patch in drawn.patches for new in self._new(patch)])
            return replace(update, update=news) if isinstance(update, AnchoredUpdate) else news
        self.forget()
        if isinstance(drawn, RowsUpdate):
            for y, row in enumerate(drawn.rows, drawn.region.y):
                self._rows[y] = {(x, x + strip.cell_length): strip for x, strip in row.items()}
        return update

    def forget(self) -> None:
        """Something else was written, nobody knows where."""
        self._rows.clear()

    def _new(self, patch: Patch) -> list[Patch]:
        """The lines of a patch that are not there yet."""
        x, right = patch.region.x, patch.region.right
        new: list[Patch] = []
        for y, strip in zip(patch.region.line_range, patch.strips, strict=True):
            row = self._rows.setdefault(y, {})
            if row.get((x, right)) == strip:
                continue
            for begin, end in [place for place in row if place[0] < right and x < place[1]]:
                del row[begin, end]
            row[x, right] = strip
            new.append(Patch(Region(x, y, patch.region.width, 1), [strip]))
        return new
