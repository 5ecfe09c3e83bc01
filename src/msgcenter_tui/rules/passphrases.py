"""The passphrase of a locked screen: how long it is at least, and how long one waits after wrong ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgcenter_tui.errors import BadInput

SHORTEST = 8
"""Characters: four digits are guessed in minutes by who has the hash."""
LONGEST = 1000
FREE = 3
"""So many wrong ones are typing errors."""
_FIRST, _MOST = timedelta(seconds=5), timedelta(minutes=15)


def check(passphrase: str) -> None:
    """Raise BadInput for what cannot be one."""
    if len(passphrase) < SHORTEST:
        raise BadInput(
            "the passphrase is too short",
            f"it has {len(passphrase)} characters, the least is {SHORTEST}",
            "take a few words",
        )
    if len(passphrase) > LONGEST:
        raise BadInput("the passphrase is too long", f"the most is {LONGEST} characters", "take fewer words")


def wait(wrong: int) -> timedelta:
    """How long the next try waits after so many wrong ones in a row: 5 seconds after the third, then doubling."""
    return timedelta() if wrong < FREE else min(_FIRST * 2 ** min(wrong - FREE, 20), _MOST)


def left(wrong: int, last: datetime | None, now: datetime) -> timedelta:
    """How much of it is left at `now`. A clock that was turned back makes it no longer."""
    if last is None:
        return timedelta()
    whole = wait(wrong)
    return min(max(last + whole - now, timedelta()), whole)
