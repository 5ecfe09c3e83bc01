"""What somebody types to search for, taken apart: words to look up in an index, and text to be found as it is written.

A word is sought by its beginning. What an index of words cannot tell is compared instead, letter by letter: text in
quotes, words that hold signs, and scripts that are written without spaces, or that the stores would part differently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from msgcenter_tui.text import LONGEST_LINE, base_letters, clean_line, fold

_PARTS = re.compile(r'"([^"]*)"?|([^\s"]+)')
_LATIN = "a-zA-Z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e\u0180-\u01df\u01e2-\u024f\u1e00-\u1e9a\u1e9c-\u1eff"
_GREEK, _CYRILLIC = "\u0370-\u0373\u0376\u0377\u0386\u0388-\u03cf", "\u0400-\u0481\u048a-\u0527"
_ARMENIAN, _GEORGIAN, _HANGUL = "\u0531-\u0556\u0561-\u0587", "\u10d0-\u10fa", "\uac00-\ud7a3"
_HEBREW, _ARABIC = "\u05d0-\u05ea", "\u0620-\u064a\u066e\u066f\u0671-\u06d3"
_ALPHABETS = f"{_LATIN}{_GREEK}{_CYRILLIC}{_ARMENIAN}{_GEORGIAN}{_HANGUL}{_HEBREW}{_ARABIC}"
INDEXED = re.compile(f"[0-9{_ALPHABETS}]+")
"""Words that both stores part, and fold, alike: of scripts with letters and with spaces between words."""
_QUOTES = str.maketrans("“”„‟«»", '""""""')
_LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Sought:
    """Everything that must be found, each anywhere in a thread or about a client."""

    words: tuple[str, ...] = ()
    """Each begins a word there; its case and the marks of its letters do not matter (`bare`)."""
    texts: tuple[str, ...] = ()
    """Each stands there as it is, but for its case: folded."""

    def __bool__(self) -> bool:
        return bool(self.words or self.texts)


def sought(typed: str) -> Sought:
    """Take apart what was typed, of which the first 200 characters count; nothing that is typed is an error."""
    words: dict[str, None] = {}
    texts: dict[str, None] = {}
    line = unicodedata.normalize("NFC", clean_line(typed[: 2 * LONGEST_LINE])[:LONGEST_LINE]).translate(_QUOTES)
    for quoted, bare in _PARTS.findall(line):
        part = (quoted or _without_marks(bare)).strip()
        found = [run for run in _runs(part) if INDEXED.fullmatch(run)]
        words.update(dict.fromkeys(run[:_LONGEST_WORD] for run in found))
        if found != [part] and (text := fold(part)):
            texts[text] = None
    return Sought(_longest(words), tuple(texts))


def _without_marks(word: str) -> str:
    """The word without the punctuation around it; punctuation alone is what it is."""
    ends = [at for at, letter in enumerate(word) if not unicodedata.category(letter).startswith("P")]
    return word[ends[0] : ends[-1] + 1] if ends else word


def _runs(part: str) -> list[str]:
    """What of it is letters and digits, as an index of words would part it."""
    parted = (one if unicodedata.category(one)[0] in "LNM" or one == "\ue000" else " " for one in part)
    return "".join(parted).split()


def _longest(words: dict[str, None]) -> tuple[str, ...]:
    """Whatever begins with "holiday" begins with "hol", too."""
    return tuple(word for word in words if not any(other != word and other.startswith(word) for other in words))


def holds(wanted: Sought, name: str) -> bool:
    """Whether all that is sought stands in this name, and nothing had to be found elsewhere about whose it is."""
    return beginnings(" ".join(wanted.words))(name) and all(text in fold(name) for text in wanted.texts)


# -- without an index -------------------------------------------------------------------------------------------------


@lru_cache(64)
def beginnings(words: str) -> Callable[[str], bool]:
    """Whether each of the words, which come with a space between them, begins a word of a text: as an index would say.

    For a look through few texts, or until enough are found.
    """
    patterns = [re.compile(rf"(?<!\w){re.escape(bare(word))}") for word in words.split()]

    def found(text: str) -> bool:
        text = bare(text).replace("_", " ")
        return all(pattern.search(text) for pattern in patterns)

    return found


def bare(text: str) -> str:
    """By the base letters, in which an index of words holds what is written."""
    return base_letters(fold(text))
