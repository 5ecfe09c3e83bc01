"""The signs and lines of the screens in ASCII, for fonts and terminals that have no more; each as wide as it was.

People's words are left as they are, but for the typographic signs that our screens use, too; where the terminal's
charset does not hold a letter of them, a question mark stands for it.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import split_graphemes
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


def _lines() -> dict[int, str]:
    """Lines, corners and crossings of boxes; blocks and bars, whose shape is lost where one colour lies on another."""
    found = dict.fromkeys(range(0x2500, 0x2580), "+")
    found |= str.maketrans(dict.fromkeys("─┄┈╌╴╶╼╾", "-") | dict.fromkeys("━┅┉╍═╸╺", "="))
    found |= str.maketrans(dict.fromkeys("│┃┆┇┊┋╎╏║╵╷╹╻╽╿", "|") | {"╱": "/", "╲": "\\", "╳": "x"})
    found |= dict.fromkeys(range(0x2580, 0x25A0), "#") | dict.fromkeys(range(0x2589, 0x2591), "|")
    return found | str.maketrans(dict.fromkeys("▀▁▂▃▄▅▆▇▔", " ") | {"▕": "|"})


SIGNS: dict[int, str] = {
    **_lines(),
    **str.maketrans(
        {
            # What a row or a message is, and how it stands.
            "●": "*",
            "○": "o",
            "◉": "@",
            "◔": "o",
            "◷": "o",
            "◆": "*",
            "▣": "#",
            "▯": "o",
            "⌂": "^",
            "✉": "@",
            "✓": "+",
            "✗": "x",
            "⊘": "/",
            "⚠": "!",
            "➤": ">",
            "↻": "~",
            "↺": "~",
            "‖": "|",
            "☑": "x",
            "☐": "o",
            # Where one can go.
            "⏎": ">",  # Enter goes on, Backspace goes back: as keys they stand beside each other
            "⌫": "<",
            "⌕": "/",
            "↑": "^",
            "↓": "v",
            "←": "<",
            "→": ">",
            "▸": ">",
            "▾": "v",
            "▲": "^",
            "▼": "v",
            "▶": ">",
            "◀": "<",
            "◂": "<",
            "▴": "^",
            "⇧": "^",
            "⇥": ">",
            "↵": ">",
            "■": "#",
            "□": "o",
            # Typography.
            "…": "~",
            "·": "-",
            "•": "*",
            "‹": "<",
            "›": ">",
            "–": "-",
            "—": "-",
            "−": "-",
            "×": "x",
            "\xa0": " ",
            "“": '"',
            "”": '"',
            "„": '"',
            "‘": "'",
            "’": "'",
            "′": "'",
            "″": '"',
            "«": "<",
            "»": ">",
        }
    ),
}
"""What stands for each sign: one character of one cell, as the sign is."""


class Ascii(LineFilter):
    """Puts ASCII in the place of signs and lines, and question marks for what `charset` does not hold."""

    def __init__(self, charset: str = "utf-8") -> None:
        super().__init__()
        self.charset = charset

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(in_ascii(segment.text, self.charset), segment.style)
            for segment in segments
        ]


@lru_cache(4096)
def in_ascii(text: str, charset: str) -> str:
    text = text.translate(SIGNS)
    if charset == "utf-8" or text.isascii():
        return text
    letters = ((text[start:end], cells) for start, end, cells in split_graphemes(text)[0])
    return "".join(letter if _holds(charset, letter) else "?" * cells for letter, cells in letters)


def _holds(charset: str, letter: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
