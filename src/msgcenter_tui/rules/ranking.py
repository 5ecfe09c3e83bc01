"""How well a template answers what is typed: by its name, its shortcut, what it says; else by letters (T2).

    fit(sought("hol"), entry(one.name, one.shortcut, one.body))     # Fit.NAME_BEGINS

Whatever answers a search answered each of its beginnings, so that typing on only narrows. Thousands of them are
searched by a shelf (shelf.py), which answers as `fit` does.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgcenter_tui.rules.letters import near, walk
from msgcenter_tui.text import LONGEST_LINE, fold

HALF_LIFE = 14.0
"""Days after which a use counts half."""
WORD = re.compile(r"\w+")
_folded_word = lru_cache(20_000)(fold)
"""Texts repeat their words: thousands of them are folded in a quarter of the time."""


class Fit(enum.IntEnum):
    """How something answers a search, the best first."""

    NAME = 0
    SHORTCUT = 1
    NAME_BEGINS = 2
    WORD_BEGINS = 3
    IN_NAME = 4
    """Every word of the search stands in the name."""
    SHORTCUT_BEGINS = 5
    IN_SHORTCUT = 6
    INITIALS = 7
    """The letters begin words of the name, or go on where one began: "hoclo" for Holiday closing."""
    CONTENT = 8
    """Every word of the search stands in name, shortcut or text."""
    LETTERS = 9
    """The letters stand in the name or shortcut in this order, not far apart: "hldy"."""
    TYPO = 10
    """Words of the name but for one letter in each: one wrong, missing, too many, or two that changed places."""


class Entry(NamedTuple):
    """What a search looks at, each folded."""

    name: str
    shortcut: str
    content: str
    """Every word of it once: a search asks only which words it holds."""
    initials: str
    """With which letters words of name and shortcut begin."""


class Sought(NamedTuple):
    """What was typed, made ready to be looked for."""

    whole: str
    spaced: str
    words: tuple[str, ...]
    letters: str
    in_order: re.Pattern[str]
    """Matches what holds the letters in this order, however far apart; it never looks back."""


def entry(name: str, shortcut: str = "", content: str = "") -> Entry:
    name, shortcut = fold(name), fold(shortcut)
    initials = "".join({word[0] for word in WORD.findall(f"{name} {shortcut}")})
    return Entry(name, shortcut, " ".join({_folded_word(word) for word in set(content.split())}), initials)


@lru_cache(64)
def sought(typed: str) -> Sought:
    """A slash before a shortcut is no part of it."""
    whole = fold(typed[:LONGEST_LINE]).removeprefix("/").strip()
    letters = whole.replace(" ", "")
    in_order = "".join(f"[^{letter}]*+{letter}" for letter in map(re.escape, letters))
    return Sought(whole, f" {whole}", tuple(whole.split()), letters, re.compile(in_order))


def fit(wanted: Sought, one: Entry) -> Fit | None:
    """How it answers, typing errors not forgiven; None where it does not. Everything answers a search of nothing."""
    whole, spaced, words, letters, in_order = wanted
    name, shortcut, content, initials = one
    if whole in name:
        if name == whole:
            return Fit.NAME
        if shortcut == whole:
            return Fit.SHORTCUT
        if name.startswith(whole):
            return Fit.NAME_BEGINS
        return Fit.WORD_BEGINS if spaced in name else Fit.IN_NAME
    several = len(words) > 1
    if several and _all_in(name, words):
        return Fit.IN_NAME
    if whole in shortcut:
        if shortcut.startswith(whole):
            return Fit.SHORTCUT if shortcut == whole else Fit.SHORTCUT_BEGINS
        return Fit.IN_SHORTCUT
    in_text = _all_in(f"{content} {name} {shortcut}", words) if several else whole in content
    if letters[0] in initials:
        way = walk(letters, name) if in_order.match(name) else None
        if way and way[1]:
            return Fit.INITIALS
        if not in_text and (way or (in_order.match(shortcut) and walk(letters, shortcut))):
            return Fit.LETTERS
    return Fit.CONTENT if in_text else None


def _all_in(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  (a generator takes longer than its work, and thousands are asked at each key)
        if word not in text:
            return False
    return True


def frecency(times: int, days: float) -> float:
    """How often and how recently something was used, as one number: each use counts half after each HALF_LIFE."""
    return times * math.exp2(-max(days, 0.0) / HALF_LIFE)


def marks(typed: str, shown: str, *, forgiving: bool = False) -> frozenset[int]:
    """Which characters of a name or shortcut, as it is shown, are those that were typed: their indexes.

    `forgiving`: it was found over a typing error, a word that is nearly one of those typed is marked whole.
    """
    wanted = sought(typed)
    folded, places = _folded(shown)
    if not wanted.whole:
        return frozenset()
    found: set[int] = set()
    for part in (wanted.whole,) if wanted.whole in folded else wanted.words:
        at = next((place for place in _at_words(part, folded)), folded.find(part))
        found.update(range(at, at + len(part)) if at >= 0 else ())
    if not found:
        path = walk(wanted.letters, folded)
        found.update(path[0] if path else ())
    if not found and forgiving:
        for word in WORD.finditer(folded):
            if any(near(part, (word[0],)) for part in wanted.words):
                found.update(range(*word.span()))
    return frozenset(places[at] for at in found)


def _at_words(part: str, folded: str) -> Iterable[int]:
    """Where words begin with this."""
    at = folded.find(part)
    while at >= 0:
        if at == 0 or not folded[at - 1].isalnum():
            yield at
        at = folded.find(part, at + 1)


def _folded(shown: str) -> tuple[str, Sequence[int]]:
    """The text folded character by character, and from which character each came."""
    if shown.isascii() and shown.isprintable():
        return shown.lower(), range(len(shown))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(shown):
        part = " " if character.isspace() else fold(character)
        folded.append(part)
        places += [place] * len(part)
    return "".join(folded), places
