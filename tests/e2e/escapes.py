"""What a program wrote to its terminal, taken apart: text, and every sequence that steers the terminal.

Strict on purpose: whatever is not known to come from Textual itself is a fault (`unknown_in`), because then it came
with somebody's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"(?P<text>[\x20-\x7e\x80-\xff]+)"
    rb"|(?P<csi>\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e])"
    rb"|(?P<osc>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))"
    rb"|(?P<string>\x1b[PX^_][^\x1b]*\x1b\\)"
    rb"|(?P<esc>\x1b[\x20-\x2f]*[\x30-\x4f\x51-\x57\x59\x5a\x60-\x7e])"
    rb"|(?P<line>\r\n)"
    rb"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
)
_LONGEST = 100_000
"""A sequence of so many bytes that has no end is broken, not unfinished."""

_SGR = r"(?:[0-9]|2[1-9]|[34]9|5[35]|[34]8;2;\d+;\d+;\d+|[34]8;5;\d+)"
_KNOWN = {
    "csi": re.compile(
        rf"\x1b\[(?:0?m|{_SGR}(?:;{_SGR})*m"  # looks, in true colour: never 30 to 37
        r"|\d+;\d+H"  # the cursor goes to a place: always both numbers
        r"|\?2026[hl])"  # the beginning and the end of a frame
    ),
    "osc": re.compile(r"\x1b\]22;[a-z-]*\x07"),  # the shape of the mouse's pointer
    "line": re.compile(r"\r\n"),  # what the terminal's driver makes of each line end
}
_MODES = re.compile(
    r"\x1b\[(?:\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2048)[hl]"  # what the terminal does
    r"|\?(?:2026|2048)\$p"  # asks what it can do
    r"|>\d+u|<u)"  # Kitty's keyboard
)
"""What Textual writes before its first frame and after its last, and never between them."""
_TURNS = re.compile("[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What steers a terminal though it is no ASCII: C1 and the bidirectional controls."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """text, csi, osc, string (DCS, SOS, PM, APC), esc (any other escape), line, control (C0 and DEL), broken."""
    written: str

    @property
    def known(self) -> bool:
        """Whether it is text without controls, or what Textual writes of itself."""
        if self.kind == "text":
            return not _TURNS.search(self.written)
        pattern = _KNOWN.get(self.kind)
        return pattern is not None and pattern.fullmatch(self.written) is not None


class Splitter:
    """Takes bytes as they come; what is not complete waits for the rest."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, new: bytes) -> Iterator[Token]:
        data = self._rest + new
        at = 0
        while at < len(data):
            found = _TOKEN.match(data, at)
            if found is None:
                if len(data) - at < _LONGEST and b"\x1b" not in data[at + 1 :]:
                    break
                yield Token("broken", data[at : at + 80].decode("latin-1"))
                at += 1
                continue
            kind = str(found.lastgroup)
            end = found.end()
            if kind == "text" and end == len(data):
                end -= _unfinished(found[0])
                if end == at:
                    break
            yield _token(kind, data[at:end])
            at = end
        self._rest = data[at:]


def tokens(written: bytes) -> list[Token]:
    """All of a finished output; what has no end is broken."""
    splitter = Splitter()
    found = list(splitter.feed(written))
    if splitter._rest:
        found.append(Token("broken", splitter._rest[:80].decode("latin-1")))
    return found


def unknown_in(written: bytes) -> list[str]:
    """The sequences and characters that steer a terminal and are none of Textual's, each with what stands around it."""
    all_of_them = tokens(written)
    faults = []
    frames = [place for place, token in enumerate(all_of_them) if token.kind == "text"] or [0]
    for place, token in enumerate(all_of_them):
        outside = not frames[0] < place < frames[-1]
        if not token.known and not (outside and _MODES.fullmatch(token.written)):
            around = "".join(one.written for one in all_of_them[max(0, place - 6) : place + 4])
            faults.append(f"{token.kind} {token.written[:80]!r} in {around[-400:]!r}")
    return faults


def _token(kind: str, written: bytes) -> Token:
    try:
        return Token(kind, written.decode("utf-8"))
    except UnicodeDecodeError:
        return Token("broken", written.decode("latin-1"))


def _unfinished(text: bytes) -> int:
    """How many bytes at the end are the beginning of a character."""
    for length in range(1, min(4, len(text)) + 1):
        byte = text[-length]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return length if needed > length else 0
        if byte < 0x80:
            return 0
    return 0
