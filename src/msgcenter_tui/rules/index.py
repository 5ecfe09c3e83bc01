"""Which of many entries hold which words: what a shelf knows of them before it is asked (`shelf.py`).

A set of entries is one whole number, a bit for each. Texts repeat their words: a search looks for the words that hold
what was typed and joins their sets, so that it hardly matters how many texts there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import compress
from operator import and_, or_
from typing import NamedTuple

from msgcenter_tui.rules.letters import Alike, begins_of, leads, near, pairs_of
from msgcenter_tui.rules.ranking import WORD, Entry, Fit, Sought, fit

_BITS = tuple(1 << bit for bit in range(8))
_ZEROS_AND_ONES = bytes.maketrans(b"01", b"\0\1")


class DeadEnds(NamedTuple):
    """Where no way leads by the letters of a search, as far as was looked: nor does one by more letters."""

    names: int = 0
    shortcuts: int = 0


class Index:
    """Which entries hold which words."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        names = [one.name.split(" ") for one in entries]
        self._entries = entries
        self._all = (1 << len(entries)) - 1
        self._whole_names = _Postings([one.name] for one in entries)
        self._first_words = _Postings(words[:1] for words in names)
        self._names = _Postings(map(set, names))
        self._shortcuts = _Postings([one.shortcut] for one in entries)
        self._texts = _Postings(one.content.split(" ") for one in entries)
        self._ways_of_names = _Ways(one.name for one in entries)
        self._ways_of_shortcuts = _Ways(one.shortcut for one in entries)
        self._initials = _Postings(one.initials for one in entries)
        self._words = _Postings({*WORD.findall(f"{one.name} {one.shortcut}")} for one in entries)
        self._alike = Alike(self._words)

    def ranks(self, wanted: Sought, dead_ends: DeadEnds) -> tuple[list[int], DeadEnds]:
        """Those of each Fit, the best first, as `fit` tells them; and the dead ends that were met on the way."""
        whole, words = wanted.whole, wanted.words
        ranks = [0] * len(Fit)
        in_name = self._holding(self._names, words)
        if len(words) == 1:
            _deal(
                in_name,
                ranks,
                (Fit.NAME, self._whole_names.exactly(whole)),
                (Fit.SHORTCUT, self._shortcuts.exactly(whole)),
                (Fit.NAME_BEGINS, self._first_words.beginning(whole)),
                (Fit.WORD_BEGINS, self._names.beginning(whole)),
                (Fit.IN_NAME, in_name),
            )
        else:
            by_fit: dict[Fit | None, list[int]] = {}
            for number in _numbers(in_name):
                by_fit.setdefault(fit(wanted, self._entries[number]), []).append(number)
            for how, numbers in by_fit.items():
                assert how is not None
                ranks[how] |= set_of(numbers)
        in_shortcut = self._shortcuts.holding(whole) & ~in_name
        _deal(
            in_shortcut,
            ranks,
            (Fit.SHORTCUT, self._shortcuts.exactly(whole)),
            (Fit.SHORTCUT_BEGINS, self._shortcuts.beginning(whole)),
            (Fit.IN_SHORTCUT, in_shortcut),
        )
        rest = self._all & ~in_name & ~in_shortcut
        in_text = rest & reduce(
            and_, (self._texts.holding(w) | self._names.holding(w) | self._shortcuts.holding(w) for w in words)
        )
        close, far, dead_ends = self._by_letters(wanted, rest, in_text, dead_ends)
        ranks[Fit.INITIALS] |= close
        ranks[Fit.CONTENT] |= in_text & ~close
        ranks[Fit.LETTERS] |= far & ~in_text
        return ranks, dead_ends

    def _by_letters(self, wanted: Sought, rest: int, in_text: int, dead_ends: DeadEnds) -> tuple[int, int, DeadEnds]:
        """Of the rest, those to which the letters lead closely, those to which they lead, and what is in vain now."""
        rest &= self._initials.exactly(wanted.letters[0])
        letters = set(wanted.letters)
        those = rest & ~dead_ends.names & self._holding(self._names, letters)
        close, far, lost = self._ways_of_names.through(wanted, those)
        those = rest & ~(in_text | close | far | dead_ends.shortcuts) & self._holding(self._shortcuts, letters)
        closely, far_on, lost_there = self._ways_of_shortcuts.through(wanted, those)
        dead_ends = DeadEnds(dead_ends.names | lost, dead_ends.shortcuts | lost_there)
        return close, far | closely | far_on, dead_ends

    def _holding(self, postings: _Postings, parts: Iterable[str]) -> int:
        """Those that hold each of the parts."""
        return reduce(and_, map(postings.holding, parts), self._all)

    def misspelt(self, wanted: Sought) -> int:
        """Where every word of the search begins one of the name or shortcut, but for one letter in each."""
        meant = (self._words.joined(near(word, self._alike.to(word))) for word in wanted.words)
        return reduce(and_, meant, self._all)


class _Ways:
    """Which words the letters of a search lead through."""

    def __init__(self, words_of: Iterable[str]) -> None:
        self._words = [(words, begins_of(words)) for words in words_of]
        pairs = [pairs_of(words) for words, _ in self._words]
        # Two letters are asked of thousands, of which a third leaves few.
        self._close = _sets_of(close for close, _ in pairs)
        self._led = _sets_of(led for _, led in pairs)

    def through(self, wanted: Sought, those: int) -> tuple[int, int, int]:
        """Of those: the ones to which the letters lead closely, to which at all, and to which not."""
        letters = wanted.letters
        if len(letters) == 2:
            close, led = self._close.get(letters, 0), self._led.get(letters, 0)
            return those & close, those & led & ~close, those & ~led
        found: dict[bool | None, list[int]] = {True: [], False: [], None: []}
        in_order = wanted.in_order.match
        for number in _numbers(those):
            words, begins = self._words[number]
            found[leads(letters, words, begins) if in_order(words) else None].append(number)
        return set_of(found[True]), set_of(found[False]), set_of(found[None])


class _Postings:
    """In which entries each word stands."""

    def __init__(self, words_of: Iterable[Iterable[str]]) -> None:
        self._sets = _sets_of(words_of)
        self._by_letter: defaultdict[str, list[str]] = defaultdict(list)
        """The first letter of a search is that of the most words, and waits for nothing that was asked before."""
        for word in self._sets:
            for letter in set(word):
                self._by_letter[letter].append(word)
        self._letters = {letter: self.joined(words) for letter, words in self._by_letter.items()}
        self.holding = lru_cache(256)(self._holding)
        self._words_holding = lru_cache(64)(self._search)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def exactly(self, word: str) -> int:
        return self._sets.get(word, 0)

    def beginning(self, part: str) -> int:
        """The entries of words that begin so."""
        return self.joined(word for word in self._words_holding(part) if word.startswith(part))

    def _holding(self, part: str) -> int:
        """The entries of words in which it stands."""
        return self._letters.get(part, 0) if len(part) == 1 else self.joined(self._words_holding(part))

    def _search(self, part: str) -> list[str]:
        if len(part) == 1:
            return self._by_letter.get(part, [])
        return [word for word in self._words_holding(part[:-1]) if part in word]

    def joined(self, words: Iterable[str]) -> int:
        """The entries of any of these words of it."""
        return reduce(or_, map(self._sets.__getitem__, words), 0)


# -- sets of numbers --------------------------------------------------------------------------------------------------


def _deal(those: int, ranks: list[int], *shares: tuple[Fit, int]) -> None:
    """Give each of those to the first share that it belongs to."""
    for how, share in shares:
        ranks[how] |= those & share
        those &= ~share


def _sets_of(words_of: Iterable[Iterable[str]]) -> dict[str, int]:
    """For each word the numbers of those that have it."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(words_of):
        for word in words:
            numbers[word].append(number)
    return {word: set_of(there) for word, there in numbers.items()}


def set_of(numbers: Sequence[int]) -> int:
    """Of ascending numbers."""
    if not numbers:
        return 0
    if len(numbers) == 1:
        return 1 << numbers[0]
    there = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        there[number >> 3] |= _BITS[number & 7]
    return int.from_bytes(there, "little")


def flags(those: int) -> bytes:
    """For each number whether it is one of those: for `compress`."""
    return f"{those:b}"[::-1].encode().translate(_ZEROS_AND_ONES)


def _numbers(those: int) -> Iterable[int]:
    return compress(range(those.bit_length()), flags(those))
