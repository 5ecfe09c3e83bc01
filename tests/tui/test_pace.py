"""The pace of a send: from the last readings, steady, and silent while it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgcenter_tui.tui.pace import Pace, words

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(pace: Pace, *readings: tuple[float, int]) -> Pace:
    for seconds, done in readings:
        pace.note(BEGIN + timedelta(seconds=seconds), done)
    return pace


def test_it_is_known_after_a_second() -> None:
    pace = read(Pace(), (0, 100), (0.5, 120))
    assert (pace.a_second, pace.left(10)) == (0.0, None)
    read(pace, (2, 180))
    assert pace.a_second == 40
    assert pace.left(400) == timedelta(seconds=10)


def test_it_is_that_of_the_last_seconds() -> None:
    pace = read(Pace(), *((second, 100 * second) for second in range(20)))
    read(pace, *((20 + second, 2000) for second in range(11)))
    assert pace.a_second == 0  # it stands still


def test_a_late_reading_changes_nothing() -> None:
    pace = read(Pace(), (0, 0), (4, 40), (3, 20))
    assert pace.a_second == 10


def test_it_begins_anew_with_what_is_sent_again_or_another_time() -> None:
    assert read(Pace(), (0, 0), (4, 40), (5, 10)).a_second == 0
    assert read(Pace(), (5000, 0), (5004, 40), (0, 50), (2, 52)).a_second == 1


def test_its_words() -> None:
    assert [words(a_second) for a_second in (0.0, 0.01, 0.2, 1, 1234.5)] == [
        "", "1 a minute", "12 a minute", "1 a second", "1,234 a second",
    ]  # fmt: skip
