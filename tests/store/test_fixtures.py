"""The stores that tests get: fresh each time, and nobody's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Clock
from tests.store import rows

from msgcenter_tui.store.store import Store


def test_each_renewal_gives_an_empty_store_with_its_own_time(renewed_store: Callable[[Clock], Store]) -> None:
    for _ in range(3):
        clock = Clock()
        store = renewed_store(clock)
        store.run(rows.put, "key", "value")
        with store.write() as tx:
            assert rows.person(tx) == "p1"
            assert tx.now == clock.now
            rows.message(tx, rows.thread(tx, rows.team(tx), "p1"), 1, "p1")
        clock.advance(hours=1)
        with store.read() as tx:
            assert tx.now == clock.now


def test_a_store_is_fresh_for_each_test(store: Store) -> None:
    with store.write() as tx:
        assert rows.person(tx) == "p1"


def test_a_store_is_fresh_for_each_test_again(store: Store) -> None:
    test_a_store_is_fresh_for_each_test(store)


def test_tests_have_a_home_of_their_own(private_home: Path) -> None:
    assert Path.home() == private_home
    assert not [name for name in os.environ if name.startswith("MSGCENTER_")]
    assert all(value.startswith(str(private_home)) for name, value in os.environ.items() if name.startswith("XDG_"))
