"""A line makes a cache when it is first asked for it, and keeps what is in it as Textual's own does."""

from __future__ import annotations

from typing import Any

import pytest
from rich.segment import Segment
from textual import strip as textual_strip
from textual.cache import FIFOCache
from textual.strip import Strip

from msgcenter_tui.tui import lean_strips
from msgcenter_tui.tui.lean_strips import use_lean_strips

use_lean_strips()

KEPT = [name for name in Strip.__slots__ if name.endswith("_cache") and name != "_render_cache"]


@pytest.mark.parametrize("name", KEPT)
def test_each_cache_is_made_late_and_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def make(size: int) -> FIFOCache[Any, Any]:
        made.append(size)
        return FIFOCache(size)

    for room in (lean_strips, textual_strip):
        monkeypatch.setattr(room, "FIFOCache", make)
    strip, other = Strip([Segment("one")]), Strip([Segment("two")])
    assert not made
    cache = getattr(strip, name)
    cache["key"] = "found"
    assert getattr(strip, name) is cache
    assert getattr(strip, name).get("key") == "found"
    assert getattr(other, name).get("key") is None
    assert len(made) == 2


def test_a_line_is_what_it_was() -> None:
    use_lean_strips()  # twice is once
    strip = Strip([Segment("one "), Segment("two")], 7)
    assert (strip.text, strip.cell_length, strip.link_ids) == ("one two", 7, set())
    assert strip.crop(0, 3) is strip.crop(0, 3)
    assert [part.text for part in strip.divide([4, 7])] == ["one ", "two"]
