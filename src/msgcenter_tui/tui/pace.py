"""How fast something gets done, from the last readings of how much of it is; nothing of it is stored."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil

SPAN = timedelta(seconds=10)
"""The pace is that of about the last so many seconds: steady to read, and soon true again after a change."""
LEAST = timedelta(seconds=1)
"""Readings closer together say nothing of a pace."""


class Pace:
    """`note(at, done)` with each reading; then `a_second`, and `left(count)` for what is still to be done."""

    def __init__(self) -> None:
        self._readings: deque[tuple[datetime, int]] = deque()

    def note(self, at: datetime, done: int) -> None:
        readings = self._readings
        if readings and readings[-1][0] - SPAN < at < readings[-1][0]:
            return  # begun before the last one, and come after it
        if readings and (done < readings[-1][1] or at < readings[-1][0]):
            readings.clear()  # something is sent again, or the clock was turned back
        if readings and at == readings[-1][0]:
            readings.pop()
        readings.append((at, done))
        while len(readings) > 2 and at - readings[1][0] >= SPAN:
            readings.popleft()

    def forget(self) -> None:
        self._readings.clear()

    @property
    def a_second(self) -> float:
        """How much is done in a second; 0.0 while it is not known, or nothing is."""
        if len(self._readings) < 2:
            return 0.0
        (began, before), (now, done) = self._readings[0], self._readings[-1]
        return (done - before) / (now - began).total_seconds() if now - began >= LEAST else 0.0

    def left(self, count: int) -> timedelta | None:
        """How long so many more take at this pace; None while it is not known."""
        return timedelta(seconds=ceil(count / self.a_second)) if self.a_second else None


def words(a_second: float) -> str:
    """ "38 a second", "12 a minute"; empty for none."""
    if a_second >= 1:
        return f"{a_second:,.0f} a second"
    return f"{max(1, round(a_second * 60))} a minute" if a_second else ""


def remaining(span: timedelta) -> str:
    """A countdown: "42 s", "9:30", "1:05:00"."""
    seconds = max(0, -(-int(span.total_seconds() * 1000) // 1000))
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
