"""Letters in order through words, and words that are right but for one letter (T2)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_STRIDE = 3
"""A letter in order follows the one before at most so far on, or begins a word."""
_FAR = range(2, _STRIDE + 1)
_WORD_BEGINS = re.compile(r"(?<![^\W_])")
"""Every place that has no letter or digit before it."""
_WORTH_A_TYPO = 4
"""Letters of the shortest word in which one may be wrong."""


def walk(letters: str, words: str) -> tuple[list[int], bool] | None:
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


def begins_of(words: str) -> int:
    """Where words begin, each place a bit: for `leads`."""
    begins = 0
    for place in _WORD_BEGINS.finditer(words):
        begins |= 1 << place.start()
    return begins


def pairs_of(words: str) -> tuple[set[str], set[str]]:
    """The pairs of letters that lead closely through the words, and those that lead at all: as `walk` would find."""
    places = [place.start() for place in _WORD_BEGINS.finditer(words) if place.start() < len(words)]
    last = {words[place]: place for place in places}
    first = {words[place]: place for place in reversed(places)}
    close = {one + other for one, at in first.items() for other, behind in last.items() if at < behind}
    close |= {words[place : place + 2] for place in places}
    return close, close | {words[at] + words[at + on] for at in places for on in _FAR if at + on < len(words)}


def leads(letters: str, words: str, begins: int) -> bool | None:
    """What `walk` would find, without the way: whether it is close, None where there is none. In a tenth of the time.

    Places are bits: those to which the letters so far lead closely, and those to which they lead at all.
    """
    close = led = -1
    for number, letter in enumerate(letters):
        there, at = 0, words.find(letter)
        while at >= 0:
            there |= 1 << at
            at = words.find(letter, at + 1)
        if number == 0:
            close = led = there & begins
        else:
            # Right behind the one before, or wherever a word begins behind the first of them; else not far behind.
            close = there & (close << 1 | begins & -((close & -close) << 1))
            led = there & (close | led << 1 | led << 2 | led << 3 | begins & -((led & -led) << 1))
        if not led:
            return None
    return bool(close)


def _came_from(before: dict[int, tuple[int, bool]], at: int, begins: bool) -> tuple[int, bool] | None:
    """From which place of the letter before one comes to `at`, by the closest steps; None: from none."""
    if at - 1 in before and before[at - 1][1]:
        return at - 1, True
    if begins:
        close = next((place for place, (_, close) in before.items() if close and place < at), None)
        return (close, True) if close is not None else (min(before), False)
    near = next((place for place in range(at - 1, at - _STRIDE - 1, -1) if place in before), None)
    return None if near is None else (near, False)


class Alike:
    """Words by their first letters: one error leaves most of these, so that few are to be looked at for each."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_first: defaultdict[str, list[str]] = defaultdict(list)
        self._by_two: defaultdict[str, list[str]] = defaultdict(list)
        self._by_next_two: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self._by_first[word[0]].append(word)
            self._by_two[word[:2]].append(word)
            self._by_next_two[word[1:3]].append(word)

    def to(self, word: str) -> set[str]:
        """Those that `near` can tell to be near this one."""
        first, two, then = word[0], word[:2], word[1:3]
        return {
            *self._by_first.get(first, ()),
            # The first letter is missing, or changed places with the second; is one too many; is a wrong one.
            *self._by_two.get(then, ()),
            *self._by_two.get(two[::-1], ()),
            *self._by_next_two.get(two, ()),
            *self._by_next_two.get(then, ()),
        }


def near(word: str, there: Iterable[str]) -> list[str]:
    """Those of the words that begin with this one but for one letter; short words have to be right."""
    if len(word) < _WORTH_A_TYPO:
        return [known for known in there if known.startswith(word)]
    return [known for known in there if _nearly(word, known)]


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
