"""When a run leaves: the quiet period of N5 and the gathering of N9."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST_QUIETS = 10
"""A thread that is never quiet is notified after this many quiet periods (N5)."""


def leaves_at(opened: datetime, newest: datetime, quiet: timedelta) -> datetime:
    """When a run leaves whose first message is of `opened` and whose newest is of `newest` (N5)."""
    return min(newest + quiet, opened + LONGEST_QUIETS * quiet)


def gather(opened: datetime, period: timedelta) -> datetime:
    """When a run of replies leaves whose first is of `opened` (N9).

    The next run opens only after this one closed, so that two never leave within one period.
    """
    return opened + period
