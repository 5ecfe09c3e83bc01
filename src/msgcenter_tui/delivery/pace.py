"""When to try again, and how fast: after a refusal for now, after a server that could not be reached, or was too busy.

RFC 5321, 4.5.4.1; RFC 3463, 4.7.x: what is refused for the sender's pace.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import ceil, inf

from msgcenter_tui.store import paces

FIRST = timedelta(minutes=5)
LONGEST = timedelta(seconds=4000)
LIFETIME = timedelta(days=5)

_DOMAIN_FIRST = 30.0  # seconds
MOST_IN_HAND = 256

_LASTS = 0.2
_LINE_FIRST = timedelta(seconds=5)
_LINE_LONGEST = timedelta(minutes=5)
_GOOD_FOR = paces.GOOD_FOR.total_seconds()


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


def in_hand(gone: int, seconds: float) -> int:
    """How many letters to have in hand, where so many were gone in so many seconds: as many as last a fifth of one.

    To claim and read a few costs nearly as much as many. But what is in hand is in no other notifier's, and goes before
    whatever is written now, though the server may slow down: so there is an end to it.
    """
    return min(int(gone / max(seconds, 0.001) * _LASTS), MOST_IN_HAND)


class Rests:
    """Domains whose servers asked to slow down, each resting for a while that doubles until something is taken again.

    `now` gives seconds of a clock that never jumps.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._until: dict[str, tuple[float, float]] = {}
        """Domain -> the end of its rest, and how long that was."""

    def __bool__(self) -> bool:
        return bool(self._until)

    def left(self, domain: str) -> timedelta | None:
        """How long nothing is to be sent there yet; None where something may."""
        until, _ = self._until.get(domain, (0.0, 0.0))
        left = until - self._now()
        return timedelta(seconds=left) if left > 0 else None

    def slower(self, domain: str) -> None:
        """Its server asked to slow down; of several letters that heard so in one rest the first counts."""
        if self.left(domain) is None:
            _, span = self._until.get(domain, (0.0, 0.0))
            span = min(2 * span, LONGEST.total_seconds()) or _DOMAIN_FIRST
            self._until[domain] = self._now() + span, span

    def accepted(self, domain: str) -> None:
        """It took something after its rest."""
        if self.left(domain) is None:
            self._until.pop(domain, None)


class Rate:
    """At most so many letters a minute, evenly; none: as fast as it goes. `now` as in `Rests`.

    A letter takes a place. Those are given out by the store, to all who send by the account (store/paces.py).
    """

    def __init__(self, per_minute: int | None, now: Callable[[], float]) -> None:
        self._each = paces.between(per_minute).total_seconds() if per_minute else 0.0
        self._now = now
        self._next = 0.0
        self._places = 0
        """From the next on."""

    @property
    def spent(self) -> bool:
        """No place is left, and one is needed."""
        return bool(self._each) and self._lost == self._places

    def given(self, number: int, first: float) -> None:
        """So many places more, the first of them then: never two at once, whatever the store's clock did."""
        self._next = max(self._next, first)
        self._places = number

    def wait(self) -> float:
        """Seconds until the next letter may go; 0 where it may now, endless where there is no place for it."""
        if not self._each:
            return 0
        return inf if self.spent else max(self._next + self._lost * self._each - self._now(), 0)

    def goes(self) -> None:
        """A letter that may go now goes: the next one waits."""
        if self._each:
            self._use(self._lost + 1)

    def came_back(self) -> None:
        """The last that went did not leave after all: its place is free."""
        if self._each:
            self._use(-1)

    @property
    def _lost(self) -> int:
        """How many of the places are past, with nobody having come to them."""
        late = self._now() - self._next - _GOOD_FOR
        return min(self._places, ceil(late / self._each)) if late > 0 else 0

    def _use(self, places: int) -> None:
        self._next += places * self._each
        self._places -= places
