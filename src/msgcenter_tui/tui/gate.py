"""The last gate: no control character that came with data reaches the terminal, whatever a widget let through."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# C0, DEL, C1, the bidirectional controls, line and paragraph separators, lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")


class NoControls(LineFilter):
    """Deletes control characters from rendered lines (they count no cell, so nothing moves)."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment
            if segment.text.isprintable()
            else Segment(_FORBIDDEN.sub("", segment.text), segment.style, segment.control)
            for segment in segments
        ]
