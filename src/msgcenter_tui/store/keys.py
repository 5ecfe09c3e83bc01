"""Ids of deliveries: a delivery is one recipient's part of a run, and its id says both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import ColumnElement, tuple_

from msgcenter_tui.domain import DeliveryId, PersonId, RunId
from msgcenter_tui.errors import not_found
from msgcenter_tui.store.tables import deliveries

Key = tuple[RunId, PersonId]
Numbers = tuple[int, int]
"""The same as the store's own numbers: what goes back and forth by the thousand."""

_ID = re.compile(r"(r[0-9]{1,18})(p[0-9]{1,18})", re.ASCII)


def id_of(run: RunId, person: PersonId) -> DeliveryId:
    return DeliveryId(f"{run}{person}")


def id_from(run: int, person: int) -> DeliveryId:
    return DeliveryId(f"r{run}p{person}")


def key_of(delivery: DeliveryId) -> Key:
    """Raises NotFound for what is no id of a delivery."""
    match = _ID.fullmatch(delivery)
    if match is None:
        raise not_found("delivery", delivery)
    return RunId(match[1]), PersonId(match[2])


@lru_cache(4096)  # each is asked for again at every step of what is in hand
def numbers_of(delivery: DeliveryId) -> Numbers:
    """Of an id that the store itself gave."""
    run, _, person = delivery[1:].partition("p")
    return int(run), int(person)


def among(keys: Iterable[Key]) -> ColumnElement[bool]:
    """Of `deliveries`: those with these keys."""
    return tuple_(deliveries.c.run_id, deliveries.c.person_id).in_(list(keys))
