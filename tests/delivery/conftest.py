"""The practice of the delivery's tests."""

from __future__ import annotations

import pytest
from tests.conftest import Clock
from tests.delivery.authority import Authority
from tests.delivery.office import Office
from tests.world import World

from msgcenter_tui.store.store import Store


@pytest.fixture
def office(world: World, clock: Clock) -> Office:
    """On both stores, one after the other."""
    return Office(world, clock)


@pytest.fixture
def sqlite_office(sqlite_store: Store, clock: Clock) -> Office:
    """On SQLite only, for what happens on the network."""
    return Office(World(sqlite_store, clock), clock)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs the certificates of servers, by openssl."""
    return Authority(tmp_path_factory.mktemp("authority"))
