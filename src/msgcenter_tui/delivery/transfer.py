"""Texts in a transfer encoding that any server takes: ASCII in short lines (RFC 2045).

No line begins with a dot, so that none is to be doubled on the way (RFC 5321, 4.5.2), nor with "From ", which mailboxes
change; and none holds "=_", with which a boundary begins (RFC 2046, 5.1.1).
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from msgcenter_tui.delivery.parts import Slot, Words, filled

# 78 is where lines of a mail should end (RFC 5322, 2.1.1); white space before their ends gets lost on the way.
_NOT_AS_IT_IS = re.compile(r"[^\t\n -~]|^\.|^From |[ \t]$|.{79}|=_", re.MULTILINE)

# A line that needs neither a break nor anything encoded but its "=", which are encoded here.
_SHORT = re.compile(r"(?!\.|From )[ -~]{0,74}[!-~]")


class Line(NamedTuple):
    """A line of a form: words as the form spells them, and what it puts around them."""

    words: Words
    spell: Callable[[str], str] = str
    before: str = ""
    after: str = ""

    def text(self, values: Mapping[str, str]) -> str:
        """As a recipient gets it, without a newline at its end. Raises CannotCompose."""
        return f"{self.before}{self.spell(filled(self.words, values))}{self.after}"


class Sheet(Protocol):
    """One form of what letters say, as a part of a mail."""

    def filled(self, values: Mapping[str, str]) -> str:
        """The part with its headers for one recipient, its lines ended by CRLF. Raises CannotCompose."""


def sheet(subtype: str, lines: Iterable[Line], *, dense: bool) -> Sheet:
    """A part of type text/`subtype`; `dense`: most of it is not ASCII. What all recipients read is encoded once."""
    stretches: list[str | Line] = []
    for shared, group in groupby(lines, _is_shared):
        if shared:
            stretches.append("\n".join(line.text({}) for line in group))
        else:
            stretches.extend(group)
    match stretches:
        case [str(text)] if not _NOT_AS_IT_IS.search(text):
            return _Fixed(_head(subtype, "7bit") + _with_crlf(text))
        case [str(text)]:
            return _Fixed(_based(subtype, text) if dense else _head(subtype, "quoted-printable") + quoted(text))
        case _ if dense:
            return _Based(subtype, stretches)
        case _:
            return _Quoted(subtype, stretches)


def _is_shared(line: Line) -> bool:
    return not any(isinstance(word, Slot) for word in line.words)


def _with_crlf(text: str) -> str:
    return f"{text}\n".replace("\n", "\r\n")


class _Fixed:
    """The same for every recipient."""

    def __init__(self, part: str) -> None:
        self._part = part

    def filled(self, values: Mapping[str, str]) -> str:
        return self._part


class _Quoted:
    """In quoted-printable, where each line is encoded by itself: only a recipient's own are left to do."""

    def __init__(self, subtype: str, stretches: Sequence[str | Line]) -> None:
        encoded = [quoted(stretch) if isinstance(stretch, str) else stretch for stretch in stretches]
        self._pieces = [_head(subtype, "quoted-printable"), *encoded]

    def filled(self, values: Mapping[str, str]) -> str:
        return "".join([piece if isinstance(piece, str) else quoted(piece.text(values)) for piece in self._pieces])


class _Based:
    """In base64, where nothing stands by itself."""

    def __init__(self, subtype: str, stretches: Sequence[str | Line]) -> None:
        self._subtype = subtype
        self._stretches = stretches

    def filled(self, values: Mapping[str, str]) -> str:
        text = "\n".join([piece if isinstance(piece, str) else piece.text(values) for piece in self._stretches])
        return _based(self._subtype, text)


def _head(subtype: str, encoding: str) -> str:
    return f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'


def _based(subtype: str, text: str) -> str:
    encoded = b64encode(_with_crlf(text).encode()).decode()
    lines = [encoded[at : at + 76] for at in range(0, len(encoded), 76)]  # RFC 2045, 6.8
    return _head(subtype, "base64") + "\r\n".join(lines) + "\r\n"


def quoted(text: str) -> str:
    """Lines with newlines between them, in quoted-printable; each ends by CRLF."""
    # One at a time: given several, b2a_qp makes lines longer than the 76 that it may.
    if "\n" in text:
        return "".join([_quoted_line(line) for line in text.split("\n")])
    return _quoted_line(text)


def _quoted_line(text: str) -> str:
    short = text.replace("=", "=3D")
    if _SHORT.fullmatch(short):  # what b2a_qp makes of it, in half of the time
        return f"{short}\r\n"
    line = text.encode()
    made = b2a_qp(line)
    if made.startswith((b".", b"From ")) or b"\n." in made or b"\nFrom " in made:
        # Controls, which no text holds, are encoded at the length that the signs in whose place they are will have.
        made = b2a_qp(line.replace(b".", b"\1").replace(b"From ", b"\2rom "))
        made = made.replace(b"=01", b"=2E").replace(b"=02", b"=46")
    return made.decode().replace("\n", "\r\n") + "\r\n"
