"""A practice at work, on both stores; or its administrator and her team alone."""

from __future__ import annotations

import pytest
from tests.center.practice import Practice
from tests.world import World

from msgcenter_tui.domain import Staff, Workspace


@pytest.fixture
def practice(world: World) -> Practice:
    return Practice(world)


@pytest.fixture
def maya(world: World) -> Staff:
    """The first of the staff: the administrator."""
    return world.staff("Maya")


@pytest.fixture
def team(world: World, maya: Staff) -> Workspace:
    return world.team("Bright Beginnings", maya)
