"""The center against the model once more, everybody by a login of their own with walls around it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.center.test_model import _ALWAYS, Machine
from tests.conftest import Clock
from tests.walls.conftest import Walled

from msgcenter_tui.store.store import Store


class BehindWalls(Machine):
    walled: Walled

    @classmethod
    def fresh(cls) -> tuple[Store, Clock]:
        clock = Clock()
        cls.walled.begin(clock)
        return cast("Store", cls.walled), clock

    def teardown(self) -> None:
        """The stores are those of all examples."""


def test_behind_walls_the_center_does_what_the_model_says(walled_store: Walled, request: pytest.FixtureRequest) -> None:
    # A1..A5, V1..V9, R1..R4, L1, L4, N1..N3, N5, N6, N9, N10, N11, N12
    soaking = request.config.getoption("-m") == "soak"
    walk: dict[str, Any] = {"max_examples": 200, "stateful_step_count": 60} if soaking else {}
    walk = walk or {"max_examples": 1, "stateful_step_count": 60, "derandomize": True, "phases": [Phase.generate]}
    machine = type("Machine", (BehindWalls,), {"walled": walled_store})
    run_state_machine_as_test(machine, settings=settings(_ALWAYS, **walk))
