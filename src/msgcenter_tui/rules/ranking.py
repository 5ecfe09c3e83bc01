"""How well templates answer what is typed: by their name, their shortcut, what they say; else by letters (T2).

    shelf = Shelf([(entry(one.name, one.shortcut, one.body), one) for one in usable])
    shelf.find("hol")       # the best first; what answers alike stands as it was given
    shelf.find("holi")      # looks only at what "hol" found

Whatever answers a search answered each of its beginnings, so that typing on only narrows. Typing errors are forgiven
where nothing else answers.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from msgcenter_tui.text import LONGEST_LINE, fold

T = TypeVar("T")

HALF_LIFE = 14.0
"""Days after which a use counts half."""
_STRIDE = 3
"""A letter in order follows the one before at most so far on, or begins a word."""
_WORTH_A_TYPO = 4
"""Letters of the shortest word in which one may be wrong."""
_WORD = re.compile(r"\w+")
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
    initials = "".join({word[0] for word in _WORD.findall(f"{name} {shortcut}")})
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
        walk = _walk(letters, name) if in_order.match(name) else None
        if walk and walk[1]:
            return Fit.INITIALS
        if not in_text and (walk or (in_order.match(shortcut) and _walk(letters, shortcut))):
            return Fit.LETTERS
    return Fit.CONTENT if in_text else None


def _all_in(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  (a generator takes longer than its work, and thousands are asked at each key)
        if word not in text:
            return False
    return True


class Shelf(Generic[T]):
    """Things to choose from, in the order in which they stand when nothing is searched for."""

    def __init__(self, things: Iterable[tuple[Entry, T]] = ()) -> None:
        self._things = list(things)
        self._former: list[tuple[str, list[tuple[Entry, T]], list[T]]] = []
        """For each beginning of the search that was asked for: what answers it, as it stood and the best first."""
        self._words: dict[str, list[int]] = {}
        """In which names and shortcuts a word stands, once a search with a typing error needs to know."""

    @property
    def forgave(self) -> bool:
        """Whether what was found last was found only over a typing error."""
        return bool(self._former) and not self._former[-1][1] and bool(self._former[-1][2])

    def prepare(self) -> Shelf[T]:
        """Do now what the first typing error would have to wait for."""
        for number, (one, _) in enumerate(self._things if not self._words else ()):
            for word in {*_WORD.findall(f"{one.name} {one.shortcut}")}:
                self._words.setdefault(word, []).append(number)
        return self

    def find(self, typed: str) -> list[T]:
        """What answers, the best first; those that answer alike in the order in which they stood."""
        wanted = sought(typed)
        if not wanted.whole:
            return [thing for _, thing in self._things]
        while self._former and not wanted.whole.startswith(self._former[-1][0]):
            self._former.pop()
        if self._former and self._former[-1][0] == wanted.whole:
            return self._former[-1][2]
        ranks: list[list[T]] = [[] for _ in Fit]
        answering: list[tuple[Entry, T]] = []
        for one in self._former[-1][1] if self._former else self._things:
            how = fit(wanted, one[0])
            if how is not None:
                answering.append(one)
                ranks[how].append(one[1])
        found = [thing for rank in ranks for thing in rank] if answering else self._misspelt(wanted)
        self._former.append((wanted.whole, answering, found))
        return found

    def _misspelt(self, wanted: Sought) -> list[T]:
        """Where every word of the search begins one of the name or shortcut, but for one letter in each."""
        self.prepare()
        meant: set[int] | None = None
        for word in wanted.words:
            there = {number for known in _near(word, self._words) for number in self._words[known]}
            meant = there if meant is None else meant & there
        return [self._things[number][1] for number in sorted(meant or ())]


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
        path = _walk(wanted.letters, folded)
        found.update(path[0] if path else ())
    if not found and forgiving:
        for word in _WORD.finditer(folded):
            if any(_near(part, (word[0],)) for part in wanted.words):
                found.update(range(*word.span()))
    return frozenset(places[at] for at in found)


# -- letters in order -------------------------------------------------------------------------------------------------


def _walk(letters: str, words: str) -> tuple[list[int], bool] | None:
    """A way through the words by these letters, the first of which begins a word: where they stand.

    And whether each stands right behind the one before it or begins a word. None where there is no way.
    """
    steps: list[dict[int, tuple[int, bool]]] = []
    for letter in letters:
        step: dict[int, tuple[int, bool]] = {}
        at = words.find(letter, min(steps[-1]) + 1 if steps else 0)
        while at >= 0:
            begins = at == 0 or not words[at - 1].isalnum()
            if came := (_came_from(steps[-1], at, begins) if steps else (-1, True) if begins else None):
                step[at] = came
            at = words.find(letter, at + 1)
        if not step:
            return None
        steps.append(step)
    if not steps:
        return None
    at = next((place for place, (_, close) in steps[-1].items() if close), min(steps[-1]))
    close = steps[-1][at][1]
    path = []
    for step in reversed(steps):
        path.append(at)
        at = step[at][0]
    return path[::-1], close


def _came_from(before: dict[int, tuple[int, bool]], at: int, begins: bool) -> tuple[int, bool] | None:
    """From which place of the letter before one comes to `at`, by the closest steps; None: from none."""
    if at - 1 in before and before[at - 1][1]:
        return at - 1, True
    if begins:
        close = next((place for place, (_, close) in before.items() if close and place < at), None)
        return (close, True) if close is not None else (min(before), False)
    near = next((place for place in range(at - 1, at - _STRIDE - 1, -1) if place in before), None)
    return None if near is None else (near, False)


def _at_words(part: str, folded: str) -> Iterable[int]:
    """Where words begin with this."""
    at = folded.find(part)
    while at >= 0:
        if at == 0 or not folded[at - 1].isalnum():
            yield at
        at = folded.find(part, at + 1)


def _folded(shown: str) -> tuple[str, list[int]]:
    """The text folded character by character, and from which character each came."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(shown):
        part = " " if character.isspace() else fold(character)
        folded.append(part)
        places += [place] * len(part)
    return "".join(folded), places


# -- typing errors ----------------------------------------------------------------------------------------------------


def _near(word: str, there: Iterable[str]) -> list[str]:
    """Those of the words that begin with this one but for one letter; short words have to be right."""
    if len(word) < _WORTH_A_TYPO:
        return [known for known in there if known.startswith(word)]
    first, two, then = word[0], word[:2], word[1:3]
    swapped = two[::-1]
    # One error leaves the first letter right, or is there: what stands behind it tells most words apart at once.
    return [
        known
        for known in there
        if (known[0] == first or known[:2] in (then, swapped) or known[1:3] in (two, then)) and _nearly(word, known)
    ]


def _nearly(word: str, known: str) -> bool:
    """Whether the known word begins with this one but for one letter."""
    if known.startswith(word):
        return True
    # The first letter that differs is where the error is: what follows it must go on alike.
    at = next((i for i, (mine, its) in enumerate(zip(word, known, strict=False)) if mine != its), len(known))
    mine, its = word[at:], known[at:]
    return (
        its.startswith(mine[1:])
        or its[1:].startswith((mine[1:], mine))
        or (its[:2] == mine[1::-1] and its[2:].startswith(mine[2:]))
    )
