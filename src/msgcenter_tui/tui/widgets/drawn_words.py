"""Content -> the segments of a line, each combination of styles worked out once: what is drawn line by line uses it.

Textual's own way to a line serves links and wraps what is wrapped already, and parses the styles of each line anew. A
screenful of lines is drawn at each key.
"""

from __future__ import annotations

from itertools import pairwise

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content, Span
from textual.style import Style


class DrawnWords:
    """`segments(content, base)`; `forget()` when what the styles are named by means something else."""

    def __init__(self) -> None:
        self._styles: dict[tuple[Style, tuple[str | Style, ...]], RichStyle] = {}
        self._worn: tuple[object, ...] = ()

    def segments(
        self, content: Content, base: Style, start: int = 0, end: int | None = None, over: Span | None = None
    ) -> list[Segment]:
        """The characters from `start` to `end` over a style; `over` lies over all other styles of the content."""
        text = content.plain
        end = len(text) if end is None else end
        spans = [span for span in content.spans if span.start < end and span.end > start]
        if over is not None:
            spans.append(over)
        edges = {start, end, *(max(start, span.start) for span in spans), *(min(end, span.end) for span in spans)}
        return [
            Segment(text[here:there], self.style(base, *(one.style for one in spans if one.start <= here < one.end)))
            for here, there in pairwise(sorted(edges))
        ]

    def forget(self) -> None:
        self._styles.clear()

    def wears_other(self, theme: str, *styles: object) -> bool:
        """Whether a widget's theme and styles are others than at the last call; then what was worked out is forgotten.

        Textual tells of an update of the style for each change of the focus, too, which leaves most as it was.
        """
        worn = theme, *styles
        if worn == self._worn:
            return False
        self._worn = worn
        self.forget()
        return True

    def style(self, base: Style, *styles: str | Style) -> RichStyle:
        """What styles come to, one over the other."""
        known = self._styles.get((base, styles))
        if known is None:
            parsed = (Style.parse(one) if isinstance(one, str) else one for one in styles)
            known = self._styles[base, styles] = Style.combine((base, *parsed)).rich_style
        return known
