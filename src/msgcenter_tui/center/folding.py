"""Retention: what is kept of settled deliveries of old broadcasts (S4). How it is kept is said in store/folding.py."""

from __future__ import annotations

from datetime import datetime

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, Folded, RunId
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import folding
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look

STEP = 5_000
"""Deliveries of one transaction: others wait for a twentieth of a second."""


@look
def weigh(tx: Tx, actor: Actor, before: datetime) -> Folded:
    """What would be folded: of broadcasts whose every delivery was settled before. For administrators (S4)."""
    finding.require_all_of_it(tx, actor)
    _check(tx, before)
    count, states = folding.weigh(tx, before)
    return Folded(runs=count, deliveries=sum(states.values()), by_state=states)


@act
def fold_some(tx: Tx, actor: Actor, before: datetime, after: RunId | None = None) -> tuple[RunId, int] | None:
    """Fold a bounded number of deliveries of the first such run from `after` on: which run, and how many.

    None where nothing is left; to be called again until then. Whoever stops before that has folded what they have.
    """
    finding.require_all_of_it(tx, actor)
    _check(tx, before)
    done = folding.fold(tx, before, after, STEP)
    if done is not None:
        run, count = done
        record(tx, actor, "deliveries.fold", run, f"count={count}")
    return done


def _check(tx: Tx, before: datetime) -> None:
    if before > tx.now:
        raise Refused("nothing was folded", "this time is still to come", "name an earlier one")
