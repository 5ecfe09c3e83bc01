"""When to try again: after a refusal for now, and after a server that could not be reached (RFC 5321, 4.5.4.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

FIRST = timedelta(minutes=5)
LONGEST = timedelta(seconds=4000)
LIFETIME = timedelta(days=5)

_LINE_FIRST = timedelta(seconds=5)
_LINE_LONGEST = timedelta(minutes=5)


def wait_before(attempt: int) -> timedelta:
    """The wait after the `attempt`-th refusal for now, counted from 1: five minutes, doubling to 4000 seconds."""
    return min(FIRST * (1 << min(attempt - 1, 10)), LONGEST)


def _most_attempts() -> int:
    waited, attempts = timedelta(), 1
    while waited < LIFETIME:
        waited += wait_before(attempts)
        attempts += 1
    return attempts


MOST_ATTEMPTS = _most_attempts()
"""After so many it has failed: five days of trying. Counted, not timed: a clock that jumps fails nobody."""


def retry_after(attempt: int, random: Callable[[], float]) -> timedelta:
    """The same with a tenth of jitter either way, so that what was refused together does not come back together."""
    return wait_before(attempt) * (0.9 + 0.2 * random())


def line_pause(failures: int) -> timedelta:
    """How long a channel rests after so many failures in a row to get a line to its server."""
    return min(_LINE_FIRST * (1 << min(failures - 1, 10)), _LINE_LONGEST)
