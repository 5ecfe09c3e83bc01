"""Thousands of templates searched between a key and its paint (T2).

    shelf = Shelf([(entry(one.name, one.shortcut, one.body), one) for one in usable]).prepare()
    shelf.find("hol")       # the best first, ranked as by `ranking.fit`; what answers alike stands as it was given
    shelf.find("holi")      # looks only at the words that hold "hol"
    shelf.arranged(first=mine)      # the same shelf, in another order

Which of them hold which words is known before it is asked (`index.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cached_property
from itertools import chain, compress
from typing import Generic, NamedTuple, TypeVar

from msgcenter_tui.rules.index import DeadEnds, Index, flags, set_of
from msgcenter_tui.rules.ranking import Entry, Fit, Sought, fit, sought

T = TypeVar("T")


def ranked(things: Iterable[tuple[Entry, T]], typed: str) -> list[T]:
    """What a shelf would find in one search, without a shelf's preparations."""
    wanted, things = sought(typed), list(things)
    if not wanted.whole:
        return [thing for _, thing in things]
    ranks: list[list[T]] = [[] for _ in Fit]
    for one, thing in things:
        if (how := fit(wanted, one)) is not None:
            ranks[how].append(thing)
    return [thing for rank in ranks for thing in rank] or Shelf(things).find(typed)


class Shelf(Generic[T]):
    """Things to choose from, in the order in which they stand when nothing is searched for."""

    def __init__(self, things: Iterable[tuple[Entry, T]] = ()) -> None:
        self._parts: tuple[_Part[T], ...] = (_Part(things),)
        self._former: list[_Found[T]] = []
        """For each beginning of the search that was asked for."""
        self.forgave = False
        """Whether what was found last was found only over a typing error."""
        self._arranged: tuple[object, Shelf[T]] | None = None
        """As it was last asked to be arranged."""

    def prepare(self) -> Shelf[T]:
        """Do now what the first search would have to wait for."""
        for part in self._parts:
            part.index  # noqa: B018
        return self

    def arranged(self, first: Iterable[T] = (), behind: Iterable[tuple[Entry, T]] = ()) -> Shelf[T]:
        """A shelf of the same things: `first` before all that answer alike, in their order; others behind all.

        It shares what was prepared, and is the same one as long as the same is asked. What is `first` can be hashed;
        what does not stand here is passed over.
        """
        asked = first, behind = list(first), list(behind)
        if self._arranged is None or self._arranged[0] != asked:
            other = Shelf(behind)
            other._parts = *(part.arranged(first) for part in self._parts), *other._parts
            self._arranged = asked, other
        return self._arranged[1]

    def find(self, typed: str) -> list[T]:
        """What answers, the best first; those that answer alike in the order in which they stand."""
        wanted = sought(typed)
        if not wanted.whole:
            self.forgave = False
            return self._all.copy()
        while self._former and not wanted.whole.startswith(self._former[-1].whole):
            self._former.pop()
        if not self._former or self._former[-1].whole != wanted.whole:
            self._former.append(self._search(wanted))
        self.forgave = self._former[-1].forgave
        return self._former[-1].things

    @cached_property
    def _all(self) -> list[T]:
        return [thing for part in self._parts for thing in part.those((1 << len(part)) - 1)]

    def _search(self, wanted: Sought) -> _Found[T]:
        before = self._former[-1].dead_ends if self._former else [DeadEnds()] * len(self._parts)
        in_parts = [part.index.ranks(wanted, ends) for part, ends in zip(self._parts, before, strict=True)]
        dead_ends = [ends for _, ends in in_parts]
        found: list[T] = []
        for rank in Fit:
            for part, (ranks, _) in zip(self._parts, in_parts, strict=True):
                found += part.those(ranks[rank])
        if found:
            return _Found(wanted.whole, found, False, dead_ends)
        meant = [thing for part in self._parts for thing in part.those(part.index.misspelt(wanted))]
        return _Found(wanted.whole, meant, bool(meant), dead_ends)


class _Part(Generic[T]):
    """Things that are searched together, some of them before the others."""

    def __init__(self, things: Iterable[tuple[Entry, T]]) -> None:
        given = list(things)
        self._entries = [one for one, _ in given]
        self._things = [thing for _, thing in given]
        self.first: list[int] = []
        self.favoured = 0
        """Those that are first, as a set."""

    @cached_property
    def index(self) -> Index:
        return Index(self._entries)

    @cached_property
    def _numbers(self) -> dict[T, int]:
        return {thing: number for number, thing in enumerate(self._things)}

    def arranged(self, first: Iterable[T]) -> _Part[T]:
        numbers = [self._numbers[thing] for thing in first if thing in self._numbers]
        other = copy(self)
        other.first, other.favoured = numbers, set_of(sorted(numbers))
        return other

    def __len__(self) -> int:
        return len(self._things)

    def those(self, numbers: int) -> Iterable[T]:
        """Those of a set, in their order."""
        before = numbers & self.favoured
        others = compress(self._things, flags(numbers & ~self.favoured))
        if not before:
            return others
        return chain((self._things[number] for number in self.first if before >> number & 1), others)


class _Found(NamedTuple, Generic[T]):
    whole: str
    things: list[T]
    forgave: bool
    dead_ends: list[DeadEnds]
    """In each part of the shelf."""
