"""SMS segments (3GPP TS 23.038, 23.040): what a text costs, and as much of it as fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from msgcenter_tui.text import whole_signs

MOST_SEGMENTS = 3
"""Of one notification: what a practice would pay for, and a telephone shows as one text."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places

_OUTSIDE = re.compile(f"[^{re.escape(''.join(sorted(_GSM | _GSM_EXTENDED)))}]")
_EXTENDED = re.compile(f"[{re.escape(''.join(sorted(_GSM_EXTENDED)))}]")
_SURROGATES = re.compile("[\U00010000-\U0010ffff]")


class Size(NamedTuple):
    segments: int
    units: int
    """Places taken: septets in GSM-7, 16-bit units in UCS-2."""
    gsm: bool


def size(text: str) -> Size:
    """What a text takes. One character outside of GSM-7 turns all of it into UCS-2."""
    gsm = _OUTSIDE.search(text) is None
    single, joined = (160, 153) if gsm else (70, 67)
    pairs = [found.start() for found in (_EXTENDED if gsm else _SURROGATES).finditer(text)]
    units = len(text) + len(pairs)
    return Size(1 if units <= single else _parts(len(text), pairs, joined), units, gsm)


def _parts(length: int, pairs: Sequence[int], joined: int) -> int:
    """The segments of so many characters, those at `pairs` of two places, which are not parted: one may stay empty."""
    more = 0
    for pair in pairs:
        more += 2 if (pair + more) % joined == joined - 1 else 1
    return -(-(length + more) // joined)


def outside(text: str) -> int | None:
    """Where the first character stands that GSM-7 does not have; None where there is none."""
    found = _OUTSIDE.search(text)
    return None if found is None else found.start()


def fits(text: str) -> int:
    """How many segments a text takes that needs no cutting; 0 where it does not fit into MOST_SEGMENTS."""
    if len(text) > 160 * MOST_SEGMENTS:  # in either alphabet: a text of twenty thousand characters need not be counted
        return 0
    segments = size(text).segments
    return segments if segments <= MOST_SEGMENTS else 0


def fitted(text: str, tail: str = "", close: str = "") -> str:
    """The text, its tail (a link) whole or not at all, and its close within MOST_SEGMENTS.

    The close always stands, the tail if at least a segment of text is left beside it; what is left out is marked.
    """
    whole = _lines(text, tail, close)
    if size(whole).segments <= MOST_SEGMENTS:
        return whole
    if size(_lines(tail, close)).segments >= MOST_SEGMENTS:
        tail = ""
    # The one sign turns what is left into UCS-2, unless it is that already.
    endings = (_lines(mark, tail, close) for mark in ("...", "…"))
    end, ending = max(((_end(text, ending), ending) for ending in endings), key=itemgetter(0))
    return _at_word_end(text, end) + ending


def _end(text: str, ending: str) -> int:
    """So many characters of the text stand before that ending."""
    low, high = 0, min(len(text), 160 * MOST_SEGMENTS)
    while low < high:
        middle = (low + high + 1) // 2
        if size(text[:middle] + ending).segments <= MOST_SEGMENTS:
            low = middle
        else:
            high = middle - 1
    return low


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _at_word_end(text: str, end: int) -> str:
    """Cut before the word that does not fit, unless that takes more than a fifth of the text."""
    if end < len(text) and not text[end].isspace():
        word = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        if word > end * 4 // 5:
            end = word
    return text[: whole_signs(text, end)].rstrip()
