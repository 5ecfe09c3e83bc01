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
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    BigInteger,
    FromClause,
    Select,
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
from msgcenter_tui.store.keys import Numbers, id_from, numbers_of
from msgcenter_tui.store.leaving import Source, decided, kept_of, out_of_hand, unchanged
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.notifiers import sources
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.recipients import pending
from msgcenter_tui.store.results import MINE, Result, give_back, settle
from msgcenter_tui.store.tables import deliveries
from msgcenter_tui.store.tx import Tx, ledger_act
from msgcenter_tui.store.types import EPOCH, microseconds

_S = DeliveryState


# Plain tuples: they go by the thousand to the process that keeps the ledger, and back (clerk.py).
Fence: TypeAlias = tuple[DeliveryId, int, str, str]
"""A letter that is to leave now, and its reading; the fresh part of a Message-ID, should it need a new one, and the
domain of it."""

Fixed: TypeAlias = tuple[str, datetime]
"""What the fence has fixed of a letter: its Message-ID and its Date (N14)."""


def fence(letter: Letter, unique: str, domain: str) -> Fence:
    """For this letter."""
    return letter.id, letter.reading, unique, domain


@dataclass(frozen=True, slots=True)
class Marked:
    """What a group of marks did: the letters that may leave, and what was settled, by state."""

    fenced: Mapping[DeliveryId, Fixed]
    settled: Mapping[DeliveryState, int]


@ledger_act
def mark(
    tx: Tx,
    notifier: str,
    fences: Sequence[Fence],
    results: Sequence[Result],
    sent: Sequence[DeliveryId] = (),
) -> Marked:
    """Results and fences of several connections in one commit; of `sent` nothing is to be said but that.

    A letter that is not among the fenced ones may not leave as it is: its claim was lost, or something of what it
    carries has changed; a claim that is still held is given back, and read anew. Where a commit may have gone through
    without anybody hearing of it, its fences are not to be asked for again, but settled as not handed over.
    """
    out_of_hand(tx, notifier, [result.id for result in results])
    settled = settle(tx, notifier, results, out_of_hand(tx, notifier, sent))
    if not fences or not notifiers.alive(tx, notifier):
        return Marked({}, settled)
    sources = unchanged(tx, notifier, [(id, reading) for id, reading, _, _ in fences])
    fenced = _fence(tx, notifier, sources, {id: (unique, domain) for id, _, unique, domain in fences})
    if len(fenced) < len(fences):
        denied = [id for id, _, _, _ in fences if id not in fenced]
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


def _fence(
    tx: Tx, notifier: str, sources: Sequence[Source], names: Mapping[DeliveryId, tuple[str, str]]
) -> dict[DeliveryId, Fixed]:
    """Those of which the notifier has the claim, marked as sending. `names`: the fresh parts of Message-IDs.

    N14: text, address, Date and Message-ID are fixed. The same text to the same address keeps its former ones.
    """
    now, at = tx.now, microseconds(tx.now)
    fixed: dict[DeliveryId, Fixed] = {}
    rows: list[given.Row] = []
    for source in sources:
        key, letter, row, _, _ = source
        record, digest = kept_of(source)
        message_id, fenced_at, date = row.message_id, row.fenced_at, now
        if message_id and fenced_at and (letter.kept or message_id.startswith(f"<{digest}.")):
            date = EPOCH + timedelta(microseconds=fenced_at)
        else:
            unique, domain = names[letter.id]
            message_id, fenced_at = f"<{digest}.{unique}@{domain}>", at
        fixed[letter.id] = message_id, date
        rows.append((*key, letter.address, message_id, fenced_at, record))
    batches = [(places, values | {"notifier": notifier}) for places, values in given.batches(tx.sqlite, "fences", rows)]
    marked = sum(_fences.count(tx, wanted, places=places) for places, wanted in batches)
    identity.fences(tx, marked)
    if marked == len(sources):
        return fixed
    kept = {  # of some the claim was lost
        id_from(*key) for places, wanted in batches for key in _fenced_among.rows(tx, wanted, places=places)
    }
    return {id: as_it_leaves for id, as_it_leaves in fixed.items() if id in kept}


def _given_fences(places: int) -> FromClause:
    return given.table(
        "fences", places, run=BigInteger, person=BigInteger, address=Text, id=Text, date=BigInteger, record=Text
    )


@Prepared
def _fences(sqlite: bool, *, places: int) -> Update:
    fence = _given_fences(places)
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
def _fenced_among(sqlite: bool, *, places: int) -> Select[Any]:
    fence = _given_fences(places)
    return (
        select(fence.c.run, fence.c.person)
        .join(deliveries, and_(deliveries.c.run_id == fence.c.run, deliveries.c.person_id == fence.c.person))
        .where(MINE, deliveries.c.state == _S.SENDING, deliveries.c.message_id == fence.c.id)
    )
