"""A line of words in several styles, cut and padded by cells: for rows that are all drawn anew between two keys."""

from __future__ import annotations

from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

Pieces: TypeAlias = list[tuple[str, tuple[str, ...]]]
"""Words, safe for a terminal, each with its styles one over the other."""
_LEAST = 4
"""Fewer cells than these are not worth a right end."""


def cells(pieces: Pieces) -> int:
    return sum(cell_len(words) for words, _ in pieces)


def fitted(pieces: Pieces, width: int) -> Pieces:
    """Padded to `width` cells, or cut to them with an ellipsis."""
    room = width - cells(pieces)
    if room >= 0:
        return [*pieces, (" " * room, ())] if room else pieces
    kept: Pieces = []
    left = width - 1
    for words, styles in pieces:
        taken = cell_len(words)
        if taken > left:
            kept.append((f"{set_cell_size(words, left)}…", styles))
            break
        kept.append((words, styles))
        left -= taken
    return kept


def ends(left: Pieces, right: Pieces, width: int) -> Pieces:
    """`left` cut as needed, `right` kept at the right edge."""
    taken = cells(right)
    room = width - taken - 1
    if not taken or room < _LEAST:
        return fitted(left, width)
    return [*fitted(left, room), (" ", ()), *right]
