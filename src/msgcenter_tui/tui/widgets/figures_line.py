"""Figures side by side, on more lines where one has no room for all: then a line ends between two, never within one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

BETWEEN = " · "


def folded(figures: Sequence[Content], width: int) -> list[Content]:
    """The lines of `width` cells; only a figure that is longer than one is wrapped at words."""
    lines: list[list[Content]] = []
    for figure in figures:
        if lines and Content(BETWEEN).join([*lines[-1], figure]).cell_length <= width:
            lines[-1].append(figure)
        else:
            lines.append([figure])
    return [part for line in lines for part in Content(BETWEEN).join(line).wrap(max(1, width))]


class FiguresLine(Widget):
    """`show(figures)`, the one that matters most first."""

    def __init__(self, *figures: Content, id: str | None = None) -> None:
        super().__init__(id=id)
        self._figures: Sequence[Content] = figures

    @property
    def words(self) -> str:
        return Content(BETWEEN).join(self._figures).plain

    def show(self, figures: Sequence[Content]) -> None:
        self._figures = figures
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(folded(self._figures, width))

    def render(self) -> RenderResult:
        return Content("\n").join(folded(self._figures, self.content_size.width))
