"""What the terminal can show, as far as its variables tell: how many colours, which letters, dark or light."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from rich.console import Console
from textual.filter import LineFilter


class Colours(IntEnum):
    NONE = 0
    """None may be written (NO_COLOR): what they say is said by bold, reverse and underline."""
    SIXTEEN = 16
    MANY = 256
    ALL = 2**24


@dataclass(frozen=True, slots=True)
class Terminal:
    """`Terminal()` is one that can everything."""

    colours: Colours = Colours.ALL
    ascii: bool = False
    """The signs and lines of our own screens are ASCII."""
    charset: str = "utf-8"
    """People's words that it does not hold become question marks."""
    light: bool = False
    """It says that it is light."""
    still: bool = False
    """Nothing moves by itself: no animation, no blinking."""

    @classmethod
    def of(cls, environ: Mapping[str, str], *, ascii: bool | None = None, still: bool = False) -> Terminal:
        """The one that these variables describe; `ascii` and `still` are what its reader wants, None: what it needs."""
        charset = _charset(environ)
        return cls(
            colours=_colours(environ),
            ascii=charset != "utf-8" or _of_old(environ.get("TERM", "")) if ascii is None else ascii,
            charset=charset,
            light=_light(environ.get("COLORFGBG", "")),
            still=still,
        )

    def line_filters(self) -> list[LineFilter]:
        """What is done to all that is drawn, last of all."""
        from msgcenter_tui.tui.ascii import Ascii
        from msgcenter_tui.tui.few_colours import Fewer, in_256, in_none, in_sixteen

        drawn = {Colours.NONE: in_none, Colours.SIXTEEN: in_sixteen, Colours.MANY: in_256}
        fewer = [Fewer(drawn[self.colours])] if self.colours in drawn else []
        return [*fewer, *([Ascii(self.charset)] if self.ascii else [])]


def _colours(environ: Mapping[str, str]) -> Colours:
    if environ.get("NO_COLOR"):
        return Colours.NONE
    asked = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    known = Console(force_terminal=True, _environ=environ).color_system if asked == "auto" else asked
    return {"truecolor": Colours.ALL, "256": Colours.MANY}.get(known or "", Colours.SIXTEEN)


def _of_old(term: str) -> bool:
    """Whether its font has little more than ASCII: the console of Linux, and what calls itself by a number of DEC's."""
    return re.fullmatch(r"linux(-.*)?|vt\d.*|ansi|cons25.*|dumb", term) is not None


def _charset(environ: Mapping[str, str]) -> str:
    """As the C library takes it: of three variables the first that says something. A locale without one has ASCII."""
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environ.get(name))), "C.UTF-8")
    name = locale.partition("@")[0].partition(".")[2] or locale
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "ascii"


def _light(colours: str) -> bool:
    """COLORFGBG, as rxvt and Konsole write it: the numbers of foreground and background, "0;15" for black on white."""
    return colours.rpartition(";")[2] in ("7", "15")
