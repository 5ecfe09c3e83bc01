"""Times in words: ISO 8601, and what a person types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules.times import instant, moment

NOW = datetime(2026, 3, 2, 9, 36, tzinfo=UTC)
EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("", None),
        (" now ", None),
        ("Yesterday", "2026-03-01T11:36+02:00"),
        ("yesterday 09:00", "2026-03-01T09:00+02:00"),
        ("today 09:00", "2026-03-02T09:00+02:00"),
        ("9:05", "2026-03-02T09:05+02:00"),
        ("2025-11-12 09:00", "2025-11-12T09:00+02:00"),
        ("2025-11-12", "2025-11-12T00:00+02:00"),
        ("2025-11-12T09:00Z", "2025-11-12T09:00+00:00"),
        ("2025-11-12T09:00-05:00", "2025-11-12T14:00+00:00"),
    ],
)
def test_what_a_person_types(words: str, at: str | None) -> None:
    assert moment(words, NOW, EAST) == (None if at is None else datetime.fromisoformat(at))


@pytest.mark.parametrize("words", ["tomorrow", "last week", "2026-13-01", "yesterday noon", "25:00"])
def test_what_is_no_time_is_said_with_what_would_be(words: str) -> None:  # S1
    with pytest.raises(BadInput, match="is no time; write it as 2026-03-01 09:00, yesterday"):
        moment(words, NOW, EAST)


def test_a_time_without_an_offset_is_of_the_zone() -> None:
    assert instant("2026-03-01T09:00", EAST) == datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    assert instant("2026-03-01T09:00").utcoffset() is not None
