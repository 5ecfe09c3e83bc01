"""Ids of deliveries: a delivery is one recipient's part of a run, and its id says both."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, bindparam, tuple_

from msgcenter_tui.domain import DeliveryId, PersonId, RunId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.store.tables import deliveries

Key = tuple[RunId, PersonId]

_ID = re.compile(r"(r[0-9]{1,18})(p[0-9]{1,18})", re.ASCII)


def id_of(run: RunId, person: PersonId) -> DeliveryId:
    return DeliveryId(f"{run}{person}")


def key_of(delivery: DeliveryId) -> Key:
    """Raises NotFound for what is no id of a delivery."""
    match = _ID.fullmatch(delivery)
    if match is None:
        raise NotFound(f"there is no delivery {delivery[:40]!r}")
    return RunId(match[1]), PersonId(match[2])


def among(keys: Iterable[Key]) -> ColumnElement[bool]:
    """Of `deliveries`: those with these keys."""
    return tuple_(deliveries.c.run_id, deliveries.c.person_id).in_(list(keys))


AMONG_KEYS = tuple_(deliveries.c.run_id, deliveries.c.person_id).in_(bindparam("keys", expanding=True))
"""The same for statements that are built once: the keys are the parameter `keys`, a list."""
