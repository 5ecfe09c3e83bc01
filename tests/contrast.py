"""How readable what is drawn is, on the terminals it is drawn for (WCAG 2, AA)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style

from msgcenter_tui.tui.few_colours import VGA, XTERM, contrast, least_contrast

SIXTEEN = 3.0
"""What the usual palettes of sixteen leave possible."""

Palette = tuple[ColorTriplet, ...]


def too_faint(segments: Iterable[Segment], palettes: Sequence[Palette] = (VGA,)) -> list[str]:
    """What cannot be read as it is drawn, on any of these palettes; with sixteen colours 3 is enough."""
    found = {}
    for segment in segments:
        least = least_contrast(segment.text)
        for palette in palettes if segment.style is not None and least else ():
            seen = _contrast(segment.style or Style(), palette)
            if seen < (least if len(palettes) == 1 else SIXTEEN):
                found[str(segment.style)] = f"{segment.text.strip()[:30]!r} in {segment.style}: {seen:.1f}"
    return list(found.values())


@lru_cache(4096)
def _contrast(style: Style, palette: Palette) -> float:
    colours = [_seen(one, palette, number) for one, number in ((style.color, 7), (style.bgcolor, 0))]
    return contrast(*colours)


def _seen(color: Color | None, palette: Palette, otherwise: int) -> ColorTriplet:
    if color is None or color.is_default:
        return palette[otherwise]
    if color.number is not None and color.number < len(VGA):
        return palette[color.number]
    return color.get_truecolor()


__all__ = ["VGA", "XTERM", "too_faint"]
