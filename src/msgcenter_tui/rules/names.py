"""How somebody is addressed: the first name of `{{ client.first_name }}`, which is never empty (T4)."""

from __future__ import annotations

import re

from msgcenter_tui.text import is_blank

# Written without a full stop; words with one ("Dr.", "Univ.Prof.", "J.") are passed over by it.
_TITLES = frozenset((
    "dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lady", "lord", "rev", "fr", "don", "doña", "ing",
    "herr", "frau", "hr", "fru", "monsieur", "madame", "mademoiselle", "mme", "mlle", "dott", "pan", "pani", "paní",
    "г-н", "г-жа", "господин", "госпожа", "κος", "κα", "bay", "bayan", "श्री", "श्रीमती",
    "السيد", "السيدة", "الدكتور", "الدكتورة", "الأستاذ", "الأستاذة",
))  # fmt: skip
# Han with its extensions, Kana, Hangul: the family name stands first and is not addressed alone.
_FAMILY_FIRST = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTER = re.compile("[A-Za-z]")
_AROUND = "\"'“”„‘’«»()[],"


def first_name(name: str) -> str:
    """The first word of a name that is neither a title nor an initial; the whole name where that would be a guess.

    The whole name is given for names in Han, Kana and Hangul, and where a title leaves one word: "Mr Smith" is not
    "Smith". "Smith, Bob" is "Bob". Never empty for a name that is not.
    """
    whole = " ".join(name.split())
    if _FAMILY_FIRST.search(whole):
        return whole
    words = whole.split(" ")
    if len(words) > 1 and words[0].endswith(","):
        words = words[1:] + words[:1]
    plain = [word for word in _without_titles(words) if _has_letters(word)]
    if not plain or (len(plain) == 1 and len(words) > 1):
        return whole
    return plain[0].strip(_AROUND)


def _has_letters(word: str) -> bool:
    if word.isascii():
        return _LETTER.search(word) is not None
    return any(c.isalpha() and not is_blank(c) for c in word)


def _without_titles(words: list[str]) -> list[str]:
    for position, word in enumerate(words):
        if not word.endswith(".") and word.casefold() not in _TITLES:
            return words[position:]
    return []
