"""Texts in a transfer encoding that any server takes: ASCII in short lines (RFC 2045).

No line begins with a dot, so that none is to be doubled on the way (RFC 5321, 4.5.2), nor with "From ", which mailboxes
change; and none holds "=_", with which a boundary begins (RFC 2046, 5.1.1).
"""

from __future__ import annotations

import base64
import re
from binascii import b2a_qp
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgcenter_tui.delivery.parts import Slot, Words, filled

# 78 is where lines of a mail should end (RFC 5322, 2.1.1); white space before their ends gets lost on the way.
_NOT_AS_IT_IS = re.compile(r"[^\t\n -~]|^\.|^From |[ \t]$|.{79}|=_", re.MULTILINE)


class Line(NamedTuple):
    """A line of a form: words as the form spells them, and what it puts around them."""

    words: Words
    spell: Callable[[str], str] = str
    before: str = ""
    after: str = ""

    @property
    def shared(self) -> bool:
        """Whether it is the same for all."""
        return not any(isinstance(word, Slot) for word in self.words)

    def text(self, values: Mapping[str, str]) -> str:
        """As a recipient gets it, with its newline. Raises CannotCompose."""
        return f"{self.before}{self.spell(filled(self.words, values))}{self.after}\n"


class Sheet(Protocol):
    """One form of what letters say, as a part of a mail."""

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The part with its headers for one recipient, its lines ended by CRLF. Raises CannotCompose."""


def sheet(subtype: str, lines: Iterable[Line], *, dense: bool) -> Sheet:
    """A part of type text/`subtype`; `dense`: most of it is not ASCII. What all recipients read is encoded once."""
    stretches: list[str | Line] = []
    for line in lines:
        if not line.shared:
            stretches.append(line)
        elif stretches and isinstance(stretches[-1], str):
            stretches[-1] += line.text({})
        else:
            stretches.append(line.text({}))
    match stretches:
        case [str(text)] if not _NOT_AS_IT_IS.search(text):
            return _Fixed(_head(subtype, "7bit") + text.replace("\n", "\r\n").encode())
        case [str(text)]:
            return _Fixed(_based(subtype, text) if dense else _head(subtype, "quoted-printable") + quoted(text))
        case _ if dense:
            return _Based(subtype, stretches)
        case _:
            return _Quoted(subtype, stretches)


class _Fixed:
    """The same for every recipient."""

    def __init__(self, part: bytes) -> None:
        self._part = part

    def filled(self, values: Mapping[str, str]) -> bytes:
        return self._part


class _Quoted:
    """In quoted-printable, where each line is encoded by itself: only a recipient's own are left to do."""

    def __init__(self, subtype: str, stretches: Sequence[str | Line]) -> None:
        encoded = [quoted(stretch) if isinstance(stretch, str) else stretch for stretch in stretches]
        self._pieces = [_head(subtype, "quoted-printable"), *encoded]

    def filled(self, values: Mapping[str, str]) -> bytes:
        return b"".join(
            [piece if isinstance(piece, bytes) else quoted(piece.text(values)) for piece in self._pieces],
        )


class _Based:
    """In base64, where nothing stands by itself."""

    def __init__(self, subtype: str, stretches: Sequence[str | Line]) -> None:
        self._subtype = subtype
        self._stretches = stretches

    def filled(self, values: Mapping[str, str]) -> bytes:
        text = "".join([piece if isinstance(piece, str) else piece.text(values) for piece in self._stretches])
        return _based(self._subtype, text)


def _head(subtype: str, encoding: str) -> bytes:
    return f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'.encode()


def _based(subtype: str, text: str) -> bytes:
    encoded = base64.encodebytes(text.replace("\n", "\r\n").encode())
    return _head(subtype, "base64") + encoded.replace(b"\n", b"\r\n")


def quoted(text: str) -> bytes:
    """Lines that end by newlines, in quoted-printable; theirs end by CRLF."""
    # One at a time: given several, b2a_qp makes lines longer than the 76 that it may.
    return b"".join([_quoted_line(line) for line in text.encode().split(b"\n")[:-1]])


def _quoted_line(line: bytes) -> bytes:
    made = b2a_qp(line)
    if made.startswith((b".", b"From ")) or b"\n." in made or b"\nFrom " in made:
        # Controls, which no text holds, are encoded at the length that the signs in whose place they are will have.
        made = b2a_qp(line.replace(b".", b"\1").replace(b"From ", b"\2rom "))
        made = made.replace(b"=01", b"=2E").replace(b"=02", b"=46")
    return made.replace(b"\n", b"\r\n") + b"\r\n"
