"""Where the terminal has sixteen colours, or none: what is drawn for more of them, said in what there is.

Rich would take for each colour the nearest of sixteen: grey on grey, and dark blue on black. Here a text is never in a
colour that cannot be read on its background, whichever of the two usual palettes the terminal has; our themes for
sixteen colours (themes.py) are drawn in just these. Where there are none, what is chosen or typed into is reversed,
fields and blanks are underlined, and what wants attention is bold; signs and words say it anyway.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE = range(8)
BRIGHT: Final = 8
"""Added to one of the eight."""

VGA: Final = tuple(
    ColorTriplet(*(int(part, 16) for part in (one[:2], one[2:4], one[4:])))
    for one in (
        *("000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa"),
        *("555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff"),
    )
)
"""The palette of the console of Linux; our themes for sixteen colours are written in it."""
XTERM: Final = tuple(
    ColorTriplet(*(int(part, 16) for part in (one[:2], one[2:4], one[4:])))
    for one in (
        *("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5"),
        *("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff"),
    )
)

READABLE: Final = 4.5
"""The least contrast of a text (WCAG 2, AA)."""


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """From 1 to 21, by WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: ColorTriplet) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(1024)
def nearest(color: ColorTriplet) -> int:
    """Which of the sixteen it comes closest to."""
    return min(range(16), key=lambda one: sum((a - b) ** 2 for a, b in zip(VGA[one], color, strict=True)))


@lru_cache(256)
def readable(colour: int, background: int) -> int:
    """The colour, or black or white in its place where it could not be read on this background."""

    def least(one: int) -> float:
        return min(contrast(palette[one], palette[background]) for palette in (VGA, XTERM))

    return colour if least(colour) >= READABLE else max((BLACK, BRIGHT + WHITE), key=least)


class Sixteen(LineFilter):
    """Draws in the sixteen colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        behind = background.rgb
        return [
            segment
            if segment.control or segment.style is None
            else Segment(segment.text, in_sixteen(segment.style, behind, has_letters(segment.text)))
            for segment in segments
        ]


class NoColours(LineFilter):
    """Draws without any."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        behind = background.rgb
        return [
            segment
            if segment.control or segment.style is None
            else Segment(segment.text, in_none(segment.style, behind))
            for segment in segments
        ]


def has_letters(text: str) -> bool:
    """Whether there is anything to be read in it, and not only lines and bars."""
    return any(letter.isalnum() for letter in text)


@lru_cache(4096)
def in_sixteen(style: Style, behind: tuple[int, int, int], letters: bool) -> Style:
    colour, background = _pair(style, behind)
    if letters:
        colour = readable(colour, background)
    return style + _plain(RichColor.from_ansi(colour), RichColor.from_ansi(background))


_DEFAULT = RichColor.default()
_UNDERLINED = frozenset({GREEN, BRIGHT + GREEN})  # fields and blanks
_LOUD = frozenset({BRIGHT + RED, BRIGHT + YELLOW, RED})
_CALM = frozenset({BLACK, BLUE, BRIGHT + BLACK, WHITE, BRIGHT + WHITE})


@lru_cache(4096)
def in_none(style: Style, behind: tuple[int, int, int]) -> Style:
    colour, background = _pair(style, behind)
    drawn = style + _plain(_DEFAULT, _DEFAULT)
    if background not in _CALM:
        drawn += Style(reverse=True)
    if colour in _UNDERLINED:
        drawn += Style(underline=True)
    return drawn + Style(bold=True) if colour in _LOUD else drawn


def _plain(colour: RichColor, background: RichColor) -> Style:
    return Style.from_color(colour, background) + Style(dim=False, reverse=False)


def _pair(style: Style, behind: tuple[int, int, int]) -> tuple[int, int]:
    """Foreground and background as they are seen, among the sixteen."""
    colour, background = style.color, style.bgcolor
    pair = _number(colour, WHITE), _number(background, nearest(ColorTriplet(*behind)))
    return (pair[1], pair[0]) if style.reverse else pair


def _number(color: RichColor | None, otherwise: int) -> int:
    if color is None or color.type is ColorType.DEFAULT:
        return otherwise
    if color.type is ColorType.STANDARD and color.number is not None:
        return color.number
    return nearest(color.get_truecolor())
