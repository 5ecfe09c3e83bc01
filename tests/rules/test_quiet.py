"""When a run leaves (N5, N9)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from msgcenter_tui.rules.quiet import gather, leaves_at

START = datetime(2026, 3, 1, 9, 31, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
spans = st.timedeltas(timedelta(), timedelta(days=2))


def test_a_run_leaves_when_its_thread_has_been_quiet() -> None:  # N5
    assert leaves_at(START, START, MINUTE) == START + MINUTE
    assert leaves_at(START, START + timedelta(seconds=30), MINUTE) == START + timedelta(seconds=90)


def test_a_thread_that_is_never_quiet_is_notified_after_ten_times_that() -> None:  # N5
    assert leaves_at(START, START + timedelta(seconds=599), MINUTE) == START + 10 * MINUTE
    assert leaves_at(START, START + 9 * MINUTE, MINUTE) == START + 10 * MINUTE


def test_no_quiet_period_is_allowed() -> None:  # N5
    assert leaves_at(START, START, timedelta()) == START


@given(spans, spans, spans)
def test_another_message_never_hastens_a_run_nor_holds_it_beyond_its_end(
    first: timedelta, second: timedelta, quiet: timedelta
) -> None:  # N5
    earlier, later = sorted((START + first, START + second))
    assert leaves_at(START, earlier, quiet) <= leaves_at(START, later, quiet) <= START + 10 * quiet
    assert leaves_at(START, START, quiet) == START + quiet


def test_replies_are_gathered_from_the_first_on() -> None:  # N9
    assert gather(START, timedelta(hours=1)) == START + timedelta(hours=1)


@given(st.lists(spans, min_size=1).map(sorted), st.timedeltas(timedelta(seconds=1), timedelta(hours=2)))
def test_runs_of_replies_leave_at_most_once_in_their_period(replies: list[timedelta], period: timedelta) -> None:  # N9
    leaving: list[datetime] = []
    for reply in replies:
        if not leaving or START + reply >= leaving[-1]:  # the one before has closed: a new run opens
            leaving.append(gather(START + reply, period))
    assert all(later - earlier >= period for earlier, later in itertools.pairwise(leaving))
