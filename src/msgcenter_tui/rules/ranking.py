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
from typing import Generic, NamedTuple, TypeVar

from msgcenter_tui.text import fold

T = TypeVar("T")

HALF_LIFE = 14.0
"""Days after which a use counts half."""
_STRIDE = 3
"""A letter in order follows the one before at most so far on, or begins a word."""
_WORTH_A_TYPO = 4
"""Letters of the shortest word in which one may be wrong."""
_WORD = re.compile(r"\w+")


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
    initials: str
    """With which letters words of name and shortcut begin."""


class Sought(NamedTuple):
    """What was typed, made ready to be looked for."""

    whole: str
    spaced: str
    words: tuple[str, ...]
    letters: str


def entry(name: str, shortcut: str = "", content: str = "") -> Entry:
    name, shortcut = fold(name), fold(shortcut)
    return Entry(name, shortcut, fold(content), "".join(word[0] for word in _WORD.findall(f"{name} {shortcut}")))


def sought(typed: str) -> Sought:
    """A slash before a shortcut is no part of it."""
    whole = fold(typed).removeprefix("/").strip()
    return Sought(whole, f" {whole}", tuple(whole.split()), whole.replace(" ", ""))


def fit(wanted: Sought, one: Entry) -> Fit | None:
    """How it answers, typing errors not forgiven; None where it does not. Everything answers a search of nothing."""
    whole, words = wanted.whole, wanted.words
    name, shortcut = one.name, one.shortcut
    if whole in name:
        if name.startswith(whole):
            return Fit.NAME if len(name) == len(whole) else _or_shortcut(wanted, one, Fit.NAME_BEGINS)
        return _or_shortcut(wanted, one, Fit.WORD_BEGINS if wanted.spaced in name else Fit.IN_NAME)
    if len(words) > 1 and all(word in name for word in words):
        return Fit.IN_NAME
    if whole in shortcut:
        if shortcut.startswith(whole):
            return Fit.SHORTCUT if len(shortcut) == len(whole) else Fit.SHORTCUT_BEGINS
        return Fit.IN_SHORTCUT
    walked = _walked(wanted.letters, one) if wanted.letters[0] in one.initials else None
    if walked is Fit.INITIALS:
        return walked
    content = one.content
    if all(word in content or word in name or word in shortcut for word in words):
        return Fit.CONTENT
    return walked


def misspelt(wanted: Sought, one: Entry) -> bool:
    """Whether every word of the search begins one of the name or shortcut, but for one letter."""
    there = _WORD.findall(f"{one.name} {one.shortcut}")
    return bool(wanted.words) and all(any(_nearly(word, known) for known in there) for word in wanted.words)


class Shelf(Generic[T]):
    """Things to choose from, in the order in which they stand when nothing is searched for."""

    def __init__(self, things: Iterable[tuple[Entry, T]] = ()) -> None:
        self._things = list(things)
        self._former: list[tuple[str, list[tuple[Entry, T]], list[T]]] = []
        """For each beginning of the search that was asked for: what answers it, as it stood and the best first."""

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
        if answering:
            found = [thing for rank in ranks for thing in rank]
        else:
            found = [thing for what, thing in self._things if misspelt(wanted, what)]
        self._former.append((wanted.whole, answering, found))
        return found


def frecency(times: int, days: float) -> float:
    """How often and how recently something was used, as one number: each use counts half after each HALF_LIFE."""
    return times * math.exp2(-max(days, 0.0) / HALF_LIFE)


def marks(typed: str, shown: str) -> frozenset[int]:
    """Which characters of a name or shortcut, as it is shown, are those that were typed: their indexes."""
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
    if not found:
        for word in _WORD.finditer(folded):
            if any(_nearly(part, word[0]) for part in wanted.words):
                found.update(range(*word.span()))
    return frozenset(places[at] for at in found)


# -- letters in order -------------------------------------------------------------------------------------------------


def _or_shortcut(wanted: Sought, one: Entry, otherwise: Fit) -> Fit:
    return Fit.SHORTCUT if one.shortcut == wanted.whole else otherwise


def _walked(letters: str, one: Entry) -> Fit | None:
    walk = _walk(letters, one.name)
    if walk is None:
        return Fit.LETTERS if _walk(letters, one.shortcut) else None
    return Fit.INITIALS if walk[1] else Fit.LETTERS


def _walk(letters: str, words: str) -> tuple[list[int], bool] | None:
    """A way through the words by these letters, the first of which begins a word: where they stand.

    And whether each stands right behind the one before it or begins a word. None where there is no way.
    """
    after = -1
    for letter in letters:  # most have no way at all, which this tells soonest
        if (after := words.find(letter, after + 1)) < 0:
            return None
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


def _nearly(word: str, known: str) -> bool:
    """Whether the known word begins with this one but for one letter; short words have to be right."""
    if known.startswith(word):
        return True
    if len(word) < _WORTH_A_TYPO:
        return False
    # The first letter that differs is where the error is: what follows it must go on alike.
    at = next((i for i, (mine, its) in enumerate(zip(word, known, strict=False)) if mine != its), len(known))
    mine, its = word[at:], known[at:]
    return (
        its.startswith(mine[1:])
        or its[1:].startswith((mine[1:], mine))
        or (its[:2] == mine[1::-1] and its[2:].startswith(mine[2:]))
    )
