"""Lines that cost little to make: a strip of Textual's gets seven caches at its birth, and uses one of them, or none.

That was a fifth of the time of drawing, and fourteen objects a strip for the collector. Here a cache is made when it is
first asked for. `Strip` is Textual's own class, which its widgets make by the thousand: it is changed in place, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rich.segment import Segment
from textual.cache import FIFOCache
from textual.strip import Strip

_SIZES: Final[Mapping[str, int]] = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""The caches of a strip, each with how much it keeps, as in `Strip.__init__`."""


class _LateCache:
    """In place of a slot of the class: holds the cache there, once somebody has asked for it."""

    def __init__(self, slot: Any, size: int) -> None:
        self._get = slot.__get__
        self._set = slot.__set__
        self._size = size

    def __get__(self, strip: Strip, owner: type[Strip]) -> FIFOCache[Any, Any]:
        try:
            kept: FIFOCache[Any, Any] = self._get(strip, owner)
        except AttributeError:
            kept = FIFOCache(self._size)
            self._set(strip, kept)
        return kept


def _init(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    self._segments = list(segments)
    self._cell_length = cell_length
    self._render_cache = None
    self._link_ids = None
    self._cell_count = None


def use_lean_strips() -> None:
    """Have every strip made from now on be a lean one; those that are there go on as they are."""
    if Strip.__init__ is _init:
        return
    for name, size in _SIZES.items():
        setattr(Strip, name, _LateCache(getattr(Strip, name), size))
    Strip.__init__ = _init  # type: ignore[method-assign]
