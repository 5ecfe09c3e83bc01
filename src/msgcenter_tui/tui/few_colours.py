"""Where the terminal has 256 colours, sixteen, or none: what is drawn for more of them, said in what there is.

Rich would make a colour of a tinted grey, and black of dark blue: a text may end on its own colour. Here each becomes
the nearest that there is, and a text is never in one that cannot be read on its background, whichever of the two usual
palettes a terminal of sixteen has; our themes for those (themes.py) are written in just these sixteen. Where there are
none, what is chosen or typed into is reversed, fields are underlined, and what wants attention is bold; signs and words
say it anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from rich._palettes import EIGHT_BIT_PALETTE
from rich.color import Color as RichColor
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE = range(8)
BRIGHT: Final = 8
"""Added to one of the eight."""


def _palette(colours: str) -> tuple[ColorTriplet, ...]:
    return tuple(ColorTriplet(*bytes.fromhex(one)) for one in colours.split())


VGA: Final = _palette(
    "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
)
"""The palette of the console of Linux; our themes for sixteen colours are written in it."""
XTERM: Final = _palette(
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
)

MANY: Final = tuple(ColorTriplet(*EIGHT_BIT_PALETTE[number]) for number in range(256))
Palette = tuple[ColorTriplet, ...]


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """From 1 to 21, by WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: ColorTriplet) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(4096)
def nearest(color: ColorTriplet, among: tuple[ColorTriplet, ...] = VGA, first: int = 0) -> int:
    """The number of the one that it comes closest to, the first of them not looked at."""
    return min(
        range(first, len(among)), key=lambda one: sum((a - b) ** 2 for a, b in zip(among[one], color, strict=True))
    )


@lru_cache(4096)
def readable(colour: int, background: int, least: float, palettes: tuple[Palette, ...] = (VGA, XTERM)) -> int:
    """The colour; or the palette's black or white in its place, where it has too little contrast to the background."""

    def of(one: int) -> float:
        return min(contrast(palette[one], palette[background]) for palette in palettes)

    black_and_white = (BLACK, BRIGHT + WHITE) if len(palettes[0]) == len(VGA) else (16, 231)
    return colour if of(colour) >= least else max(black_and_white, key=of)


def least_contrast(text: str) -> float:
    """What it takes to see it (WCAG 2, AA): of a text 4.5, of a sign 3; lines may be as faint as they are drawn."""
    if any(letter.isalnum() for letter in text):
        return 4.5
    return 3.0 if text.strip(LINES) else 0.0


LINES: Final = " " + "".join(map(chr, range(0x2500, 0x2580))) + "▏▕▔▁"


class Fewer(LineFilter):
    """Draws in no more than so many colours."""

    def __init__(self, drawn: Callable[[Style, tuple[int, int, int], float], Style]) -> None:
        """By one of the three functions below."""
        super().__init__()
        self._drawn = drawn

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        behind = background.rgb
        return [
            segment
            if segment.control or segment.style is None
            else Segment(segment.text, self._drawn(segment.style, behind, least_contrast(segment.text)))
            for segment in segments
        ]


@lru_cache(4096)
def in_256(style: Style, behind: tuple[int, int, int], least: float) -> Style:
    colour, background = (
        nearest(color, MANY, 16) for color in _seen(style, behind)
    )  # the first sixteen are whatever the terminal's reader has made of them
    colour = readable(colour, background, least, (MANY,))
    return style + _plain(RichColor.from_ansi(colour), RichColor.from_ansi(background))


@lru_cache(4096)
def in_sixteen(style: Style, behind: tuple[int, int, int], least: float) -> Style:
    colour, background = (nearest(color) for color in _seen(style, behind))
    colour = readable(colour, background, least)
    return style + _plain(RichColor.from_ansi(colour), RichColor.from_ansi(background))


_DEFAULT = RichColor.default()
_UNDERLINED = frozenset({BRIGHT + GREEN})  # fields
_LOUD = frozenset({BRIGHT + RED, BRIGHT + YELLOW, RED})
_CALM = frozenset({BLACK, BLUE, BRIGHT + BLACK})  # the grounds of harbour-16


@lru_cache(4096)
def in_none(style: Style, behind: tuple[int, int, int], least: float) -> Style:
    colour, background = (nearest(color) for color in _seen(style, behind))
    drawn = style + _plain(_DEFAULT, _DEFAULT)
    if background not in _CALM:
        drawn += Style(reverse=True)
    if colour in _UNDERLINED and least:
        drawn += Style(underline=True)
    return drawn + Style(bold=True) if colour in _LOUD and least else drawn


def _plain(colour: RichColor, background: RichColor) -> Style:
    return Style.from_color(colour, background) + Style(dim=False, reverse=False)


def _seen(style: Style, behind: tuple[int, int, int]) -> tuple[ColorTriplet, ColorTriplet]:
    """Foreground and background as they would be seen."""
    pair = _triplet(style.color, VGA[WHITE]), _triplet(style.bgcolor, ColorTriplet(*behind))
    return (pair[1], pair[0]) if style.reverse else pair


def _triplet(color: RichColor | None, otherwise: ColorTriplet) -> ColorTriplet:
    return otherwise if color is None or color.is_default else color.get_truecolor()
