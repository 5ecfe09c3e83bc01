"""The ledger's life for a notifier after the claim: fence and result (N8, N14).

    claim    waiting or retrying, and due: ours while our lease holds; the state stays (claims.py)
    fence    sending: durable before the last dot can leave; what leaves is read once more and fixed here
    result   sent, failed, retrying, unknown, or waiting again: durable before the connection fences the next but one

Every change names in its WHERE the states it may come from and whose claim it is: who lost the claim changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Select,
    Subquery,
    Text,
    Update,
    and_,
    cast,
    select,
    type_coerce,
    update,
)

from msgcenter_tui.domain import DeliveryId, DeliveryState
from msgcenter_tui.store import given, identity, notifiers
from msgcenter_tui.store.keys import Numbers, numbers_of
from msgcenter_tui.store.leaving import Leaving, decided, out_of_hand, unchanged
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.notifiers import sources
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.recipients import pending
from msgcenter_tui.store.results import MINE, Result, give_back, settle
from msgcenter_tui.store.tables import deliveries
from msgcenter_tui.store.tx import Tx, ledger_act
from msgcenter_tui.store.types import EPOCH, microseconds

_S = DeliveryState


class Fence(NamedTuple):
    """A letter that is to leave now."""

    id: DeliveryId
    reading: int
    """Of the letter."""
    unique: str
    """The fresh part of a Message-ID, should it need a new one."""
    domain: str

    @staticmethod
    def of(letter: Letter, unique: str, domain: str) -> Fence:
        """For this letter."""
        return Fence(letter.id, letter.reading, unique, domain)


class Fixed(NamedTuple):
    """What the fence has fixed of a letter (N14)."""

    message_id: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """What a group of marks did: the letters that may leave, and what was settled, by state."""

    fenced: Mapping[DeliveryId, Fixed]
    settled: Mapping[DeliveryState, int]


@ledger_act
def mark(tx: Tx, notifier: str, fences: Sequence[Fence], results: Sequence[Result]) -> Marked:
    """Results and fences of several connections in one commit.

    A letter that is not among the fenced ones may not leave as it is: its claim was lost, or something of what it
    carries has changed; a claim that is still held is given back, and read anew. Where a commit went through and its
    answer was lost, doing the same again fences nothing; the letter is then settled as not handed over.
    """
    settled = settle(tx, notifier, results) if results else Counter()
    out_of_hand(tx, notifier, [result.id for result in results])
    if not fences or not notifiers.alive(tx, notifier):
        return Marked({}, settled)
    wanted = {fence.id: fence for fence in fences}
    leaving = unchanged(tx, notifier, {fence.id: fence.reading for fence in fences})
    fenced = _fence(tx, notifier, leaving, [_fixed(tx, one, wanted[one.letter.id]) for one in leaving])
    if denied := [id for id in wanted if id not in fenced]:
        give_back(tx, notifier, denied)
        out_of_hand(tx, notifier, denied)
    return Marked(fenced, settled)


@ledger_act
def decide(tx: Tx, notifier: str, doubtful: Collection[DeliveryId]) -> Mapping[DeliveryState, int]:
    """Settle those of these deliveries of which nothing may leave (N5, N6, N12, V4); the others' claims are given back.

    Returns how many were settled, by state.
    """
    found = decided(tx, notifier, doubtful)
    counted: Counter[DeliveryState] = Counter()
    for one in found:
        changed = tx.conn.execute(
            update(deliveries)
            .where(_is(one.key), deliveries.c.claimed_by == notifier, pending())
            .where(deliveries.c.state.in_(sources(one.state)))
            .values(state=one.state, reason=one.reason, settled_at=tx.now, claimed_by=None, next_at=None)
        )
        counted[one.state] += changed.rowcount
    settled = {one.key for one in found}
    give_back(tx, notifier, [id for id in doubtful if numbers_of(id) not in settled])
    return counted


def _is(key: Numbers) -> Any:
    run, person = key
    return and_(
        type_coerce(deliveries.c.run_id, BigInteger) == run, type_coerce(deliveries.c.person_id, BigInteger) == person
    )


# -- the fence --------------------------------------------------------------------------------------------------------


def _fixed(tx: Tx, leaving: Leaving, fence: Fence) -> Fixed:
    """N14: text, address, Date and Message-ID are fixed. The same text to the same address keeps its former ones."""
    message_id, date = leaving.message_id, leaving.fenced_at
    same = message_id is not None and (leaving.letter.kept or message_id.startswith(f"<{leaving.digest}."))
    if not same or message_id is None or date is None:
        return Fixed(f"<{leaving.digest}.{fence.unique}@{fence.domain}>", tx.now)
    return Fixed(message_id, EPOCH + timedelta(microseconds=date))


def _fence(tx: Tx, notifier: str, leaving: Sequence[Leaving], fixed: Sequence[Fixed]) -> dict[DeliveryId, Fixed]:
    """Those of which the notifier has the claim, marked as sending."""
    if not leaving:
        return {}
    now = microseconds(tx.now)
    rows = [
        (*one.key, one.letter.address, message_id, now if date is tx.now else microseconds(date), one.record)
        for one, (message_id, date) in zip(leaving, fixed, strict=True)
    ]
    wanted = {"fences": given.packed(rows), "notifier": notifier}
    marked = _fences.count(tx, wanted)
    identity.fences(tx, marked)
    both = zip(leaving, fixed, strict=True)
    if marked == len(rows):
        return {one.letter.id: as_it_leaves for one, as_it_leaves in both}
    kept = {(run, person) for run, person in _fenced_among.rows(tx, wanted)}  # of some the claim was lost
    return {one.letter.id: as_it_leaves for one, as_it_leaves in both if one.key in kept}


def _given_fences(sqlite: bool) -> Subquery:
    return given.rows(
        sqlite, "fences", run=BigInteger, person=BigInteger, address=Text, id=Text, date=BigInteger, record=Text
    )


@Prepared
def _fences(sqlite: bool) -> Update:
    fence = _given_fences(sqlite)
    return (
        update(deliveries)
        .where(deliveries.c.run_id == fence.c.run, deliveries.c.person_id == fence.c.person)
        .where(MINE, pending())
        .values(
            state=_S.SENDING,
            reason="",
            next_at=None,
            fenced_at=fence.c.date,
            address=fence.c.address,
            message_id=fence.c.id,
            letter=fence.c.record if sqlite else cast(fence.c.record, JSON),
        )
    )


@Prepared
def _fenced_among(sqlite: bool) -> Select[Any]:
    fence = _given_fences(sqlite)
    return (
        select(fence.c.run, fence.c.person)
        .join(deliveries, and_(deliveries.c.run_id == fence.c.run, deliveries.c.person_id == fence.c.person))
        .where(MINE, deliveries.c.state == _S.SENDING, deliveries.c.message_id == fence.c.id)
    )
