"""From a key to its paint in a real pseudo-terminal, and the surroundings of a program that is measured there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.terminal import Terminal

COLUMNS, ROWS = 120, 36
STILL = 0.03
"""Seconds without a paint after which a key is done."""
PATIENCE = 20.0
"""Seconds that anything may take."""
Seen = Callable[["Terminal"], object]


def surroundings(folder: Path) -> Mapping[str, str]:
    """The variables by which a program writes nothing outside this folder."""
    places = {f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {**places, "HOME": str(folder)}


def paint(terminal: Terminal, key: str, seen: Seen, still: float = STILL) -> float:
    """Milliseconds until what is seen is as it stays. It is looked at later: that takes longer than the paint."""
    while terminal.read():
        pass
    before, began = seen(terminal), time.perf_counter()
    terminal.press(key)
    took, last = 0.0, before
    came: list[tuple[float, bytes]] = []
    while last == before or came:
        if new := terminal.take(still):
            came.append((terminal.arrived, new))
            continue
        for arrived, new in came:
            terminal.show(new)
            if (now := seen(terminal)) != last:
                took, last = (arrived - began) * 1000, now
        came.clear()
        assert time.perf_counter() - began < PATIENCE, f"{key} painted nothing; the screen:\n{terminal.text}"
    return took
