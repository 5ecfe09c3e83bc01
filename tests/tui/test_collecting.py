"""The garbage collector: not between two keys, and yet what is garbage goes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from msgcenter_tui.tui import collecting


class Loop:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def old_garbage() -> weakref.ref[Loop]:
    """Something that outlived two looks, and is garbage since."""
    loop = Loop()
    gc.collect(0)
    gc.collect(1)
    return weakref.ref(loop)


def test_what_is_garbage_goes_when_the_hands_are_still() -> None:
    collecting.begin()
    garbage = old_garbage()
    for _ in range(5):
        gc.collect(0)
    collecting.when_still(0.3)
    assert garbage() is not None
    collecting.when_still(1.5)
    assert garbage() is None


def test_where_little_was_made_nothing_is_looked_through() -> None:
    gc.collect()
    collecting.begin()
    looked = gc.get_stats()[2]["collections"]
    collecting.when_still(1.5)
    assert gc.get_stats()[2]["collections"] == looked
