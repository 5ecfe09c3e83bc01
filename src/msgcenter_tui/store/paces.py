"""The pace of accounts that take only so many letters a minute, kept for all notifiers that send by them.

A letter takes a place, a moment by the store's clock, and whoever sends by the account gets its places here: so it
does not matter how many they are, nor how often they start, or are killed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import paces
from msgcenter_tui.store.tx import Tx, ledger_act, passing
from msgcenter_tui.store.types import EPOCH

GOOD_FOR = timedelta(seconds=1)
"""Who comes later than that to a place has lost it. All of any minute and this have as many places as a minute may."""

_AHEAD = timedelta(seconds=0.5)
"""Nobody has a place that begins later than so: of one that is killed little is lost."""


class Places(NamedTuple):
    """So many, the first of them in so long; none: they are asked for again then."""

    number: int
    wait: timedelta


def between(per_minute: int) -> timedelta:
    """From one place to the next, whoever has it."""
    return (timedelta(minutes=1) + GOOD_FOR) / per_minute


@passing
@ledger_act
def take(tx: Tx, account: str, per_minute: int, number: int) -> Places:
    """Places for so many letters by the account, or for as many as go in a second."""
    each = between(per_minute)
    number = min(number, max(1, GOOD_FOR // each))
    tx.conn.execute(upsert(tx, paces).values(account=account, next_at=EPOCH).on_conflict_do_nothing())
    here = paces.c.account == account
    kept = tx.conn.scalars(select(paces.c.next_at).where(here).with_for_update()).one()
    first = max(kept, tx.now)
    furthest = tx.now + _AHEAD + max(each, GOOD_FOR)
    if first > furthest:  # the clock was turned back, or the pace was slower
        tx.conn.execute(update(paces).where(here).values(next_at=furthest))
        first = furthest
    if first > tx.now + _AHEAD:
        return Places(0, first - tx.now - _AHEAD)
    tx.conn.execute(update(paces).where(here).values(next_at=first + number * each))
    return Places(number, first - tx.now)
