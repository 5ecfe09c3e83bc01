"""The words of an SMS, and what the SMS of a message take: counted before it is sent by what makes them (N2, N3)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from msgcenter_tui.domain import Segments
from msgcenter_tui.rules.segments import fits, fitted, outside, size

REPLY_STOP = "Reply STOP to stop."
"""The word is the provider's: it takes the answer, and refuses from then on."""
TELL_US = "To stop, tell us."
"""Where texts come from a name, nobody can reply to them."""


def text(sender: str, told: str, link: str = "", how_to_stop: str = "") -> str:
    """An SMS: whose practice, as much of the message as fits, a link only where it works (N2).

    The first one to somebody says how to stop, whatever else has no room (N3).
    """
    return fitted(_said(sender, told), link, how_to_stop)


def uncut(sender: str, told: str, link: str = "", how_to_stop: str = "") -> int:
    """The segments of the same SMS where all of the message has room in it; 0 where it is cut (N2)."""
    return fits("\n".join(part for part in (_said(sender, told), link, how_to_stop) if part))


def _said(sender: str, told: str) -> str:
    return f"{sender}: {_without_tabs(told.strip())}"


def _without_tabs(told: str) -> str:
    """A telephone shows no tab, and one alone would turn everything into UCS-2."""
    return told.replace("\t", " ")


def read_on(portal: str, *, locked: bool) -> str:
    """Where to read, and to reply where that is possible; empty for whoever has no portal (N2)."""
    return f"{portal_words(locked=locked)}: {portal}" if portal else ""


def portal_words(*, locked: bool) -> str:
    """What a link to the portal is for (N2, L1)."""
    return "Read it in your portal" if locked else "Read and reply"


class Sample(NamedTuple):
    """An SMS that some recipients get, and how many they are."""

    text: str
    recipients: int
    cut: bool


def counted(samples: Sequence[Sample], recipients: int, body: str, sender: str) -> Segments:
    """What the SMS to so many recipients take; where the samples are of some of them only, the sums are estimates.

    `body` is the message as written and `sender` the workspace's name: where something turns SMS into UCS-2, the
    first such character is looked for there, and is else in what a field stands for.
    """
    sizes = [(size(one.text), one.recipients) for one in samples]
    seen = sum(number for _, number in sizes)
    share = recipients / seen if seen else 0
    unicode = sum(number for one, number in sizes if not one.gsm)
    cut = sum(one.recipients for one in samples if one.cut)
    return Segments(
        sms=recipients,
        least=min((one.segments for one, _ in sizes), default=0),
        most=max((one.segments for one, _ in sizes), default=0),
        total=round(sum(one.segments * number for one, number in sizes) * share),
        unicode=round(unicode * share),
        because=_because(body, sender) if unicode else "",
        exact=seen == recipients,
        cut=round(cut * share),
    )


def _because(body: str, sender: str) -> str:
    for words, place in ((_without_tabs(body), ""), (sender, "in the workspace's name")):
        at = outside(words)
        if at is not None:
            return f"{_shown(words[at])} {place or f'at line {words.count(chr(10), 0, at) + 1}'}"
    return "what a field stands for"


def _shown(letter: str) -> str:
    """The character in quotation marks, or its name where there is little to see."""
    if letter.isprintable() and not letter.isspace() and not unicodedata.combining(letter):
        return f"‘{letter}’"
    return f"the character {unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}"


def cost(segments: Segments) -> str:
    """The figures in a clause: "18 SMS of 2 segments (GSM-7), 36 segments in all"; empty where there are no SMS."""
    if not segments.sms:
        return ""
    about = "" if segments.exact else "about "
    spread = f"{segments.least} to {segments.most}" if segments.least < segments.most else str(segments.most)
    words = f"{segments.sms:,} SMS of {spread} {_segments(segments.most)} ({_alphabet(segments, about)})"
    if segments.sms > 1:
        words = f"{words}, {about}{segments.total:,} {_segments(segments.total)} in all"
    return words + _cut(segments, about)


def _cut(segments: Segments, about: str) -> str:
    """That what does not fit is left out (N2)."""
    if not segments.cut:
        return ""
    all_of_them = "it is" if segments.sms == 1 else "all are"
    which = all_of_them if segments.cut == segments.sms else f"{about}{segments.cut:,} {_is_or_are(segments.cut)}"
    return f"; {which} cut to the beginning of the message"


def _is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


def _segments(number: int) -> str:
    return "segment" if number == 1 else "segments"


def _alphabet(segments: Segments, about: str) -> str:
    if not segments.unicode:
        return "GSM-7"
    ucs2 = f"UCS-2 because of {segments.because}"
    return ucs2 if segments.unicode == segments.sms else f"GSM-7, {about}{segments.unicode:,} in {ucs2}"
