"""In which order templates answer a search: by their name, then their shortcut, then what they say (T2)."""

from __future__ import annotations

from msgcenter_tui.text import fold


def rank(search: str, name: str, shortcut: str, content: str) -> int | None:
    """How well a template answers, 0 best; None where a word of the search is nowhere in it.

    A search without words is answered by every template alike.
    """
    wanted = fold(search).removeprefix("/")
    if not wanted:
        return 0
    name, shortcut = fold(name), fold(shortcut)
    if wanted in (name, shortcut):
        return 0
    if name.startswith(wanted):
        return 1
    if f" {wanted}" in name:
        return 2
    words = wanted.split()
    if all(word in name for word in words):
        return 3
    if shortcut.startswith(wanted):
        return 4
    if wanted in shortcut:
        return 5
    everything = f"{name} {shortcut} {fold(content)}"
    return 6 if all(word in everything for word in words) else None
