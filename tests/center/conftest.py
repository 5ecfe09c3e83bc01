"""A practice at work, on both stores."""

from __future__ import annotations

import pytest
from tests.center.practice import Practice
from tests.world import World


@pytest.fixture
def practice(world: World) -> Practice:
    return Practice(world)
