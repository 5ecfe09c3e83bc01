"""Two processes that write to one store at once, for two seconds among the tests and for a minute in the soak."""

from __future__ import annotations

import pytest
from tests.soak import two_writers


def test_two_processes_for_two_seconds(store_url: str) -> None:
    result = two_writers.run(store_url, 2)
    assert result.wrong == ()
    assert result.acts > 0


@pytest.mark.soak
def test_two_processes_for_a_minute(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    result = two_writers.run(sqlite_url, 60)
    with capsys.disabled():
        print(f"\ntwo writers: {result}")
    assert result.wrong == ()
