"""The ledger's life for a notifier after the claim: fence and result (N8, N14).

    claim    waiting or retrying, and due: ours while our lease holds; the state stays (claims.py)
    fence    sending: durable before the last dot can leave; what leaves is read once more and fixed here
    result   sent, failed, retrying or unknown: durable before the connection is used again

Every change names in its WHERE the states it may come from and whose claim it is: who lost the claim changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, null, update

from msgcenter_tui.domain import DeliveryId, DeliveryState, PersonId
from msgcenter_tui.rules.states import PENDING
from msgcenter_tui.store import identity, notifiers
from msgcenter_tui.store.keys import Key, among, key_of
from msgcenter_tui.store.leaving import Decided, Leaving, Letter, prepare
from msgcenter_tui.store.notifiers import sources
from msgcenter_tui.store.tables import clients, deliveries
from msgcenter_tui.store.tx import Tx, act

_S = DeliveryState


@dataclass(frozen=True, slots=True)
class Fence:
    """A letter whose recipient the server took at the letter's address: it is to leave now."""

    letter: Letter
    unique: str
    """The fresh part of a Message-ID, should it need a new one."""
    domain: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one letter. `state` waiting gives the claim back, and charges no attempt."""

    letter: Letter
    fenced: bool
    state: DeliveryState
    reason: str = ""
    after: timedelta | None = None
    """When retrying: how long to wait."""
    bad_address: bool = False
    """The server knows no such address: the client is marked with it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a group of marks did: the letters as they leave, and what was settled, by state."""

    fenced: Mapping[DeliveryId, Letter]
    settled: Mapping[DeliveryState, int]


# -- marking ----------------------------------------------------------------------------------------------------------


@act
def mark(tx: Tx, notifier: str, fences: Sequence[Fence], results: Sequence[Result]) -> Marked:
    """Results and fences of several connections in one commit.

    A letter that is not among the fenced ones may not leave: its claim was lost, or what it carried is gone, or it
    was readdressed meanwhile. Where a commit went through and its answer was lost, doing the same again fences
    nothing; the letter is then settled as not handed over.
    """
    settled: Counter[DeliveryState] = Counter()
    for result in results:
        settled += _settle(tx, notifier, result)
    if not fences:
        return Marked({}, settled)
    fenced: dict[DeliveryId, Letter] = {}
    wanted = {key_of(fence.letter.id): fence for fence in fences}
    if notifiers.alive(tx, notifier):
        leaving, decided = prepare(tx, and_(among(wanted), mine(notifier, PENDING)))
        settled += settle_decided(tx, notifier, decided)
        for one in leaving:
            fence = wanted[one.run, one.person]
            if one.letter.address == fence.letter.address:
                fenced[one.letter.id] = _fence(tx, notifier, one, fence)
            else:
                give_back(tx, notifier, [(one.run, one.person)])
        identity.fences(tx, len(fenced))
    return Marked(fenced, settled)


def _fence(tx: Tx, notifier: str, leaving: Leaving, fence: Fence) -> Letter:
    """N14: text, address, Date and Message-ID are fixed. The same text to the same address keeps its former ones."""
    message_id, date = leaving.message_id, leaving.fenced_at
    same = message_id is not None and (leaving.letter.kept or message_id.startswith(f"<{leaving.digest}."))
    if not same or message_id is None or date is None:
        message_id, date = f"<{leaving.digest}.{fence.unique}@{fence.domain}>", tx.now
    changed = tx.conn.execute(
        update(deliveries)
        .where(among([(leaving.run, leaving.person)]), mine(notifier, PENDING))
        .values(
            state=_S.SENDING,
            fenced_at=date,
            address=leaving.letter.address,
            message_id=message_id,
            letter=leaving.record,
            reason="",
            next_at=None,
        )
    )
    if changed.rowcount != 1:
        raise AssertionError(f"{leaving.letter.id} was locked and is not ours")
    return replace(leaving.letter, message_id=message_id, date=date)


def _settle(tx: Tx, notifier: str, result: Result) -> Counter[DeliveryState]:
    key = key_of(result.letter.id)
    if result.state is _S.WAITING:
        give_back(tx, notifier, [key])
        return Counter()
    before = [_S.SENDING, _S.UNKNOWN] if result.fenced else list(PENDING)
    values: dict[str, Any] = {
        "state": result.state,
        "reason": result.reason,
        "attempts": result.letter.attempts + 1,
        "next_at": None,
        "settled_at": None,
        "claimed_by": None,
    }
    if result.state is _S.RETRYING:
        notifiers.reopen(tx, [key[0]])
        values["next_at"] = tx.now + (result.after or timedelta())
    if result.state in (_S.SENT, _S.FAILED):
        values["settled_at"] = tx.now
    if result.fenced and result.state is not _S.UNKNOWN and not (result.letter.kept and result.state is not _S.SENT):
        values["letter"] = null()  # only what may have arrived has to be repeated word for word
    if not result.fenced and not result.letter.kept:
        values["address"] = result.letter.address
    allowed = [state for state in before if state in sources(result.state)]
    changed = tx.conn.execute(update(deliveries).where(among([key]), mine(notifier, allowed)).values(values)).rowcount
    if changed and result.bad_address:
        _mark_address(tx, key[1], result)
    return Counter({result.state: changed})


def _mark_address(tx: Tx, person: PersonId, result: Result) -> None:
    same = clients.c.person_id == person, clients.c.email == result.letter.address
    tx.conn.execute(update(clients).where(*same).values(email_problem=result.reason))


def settle_decided(tx: Tx, notifier: str, decided: Sequence[Decided]) -> Counter[DeliveryState]:
    counted: Counter[DeliveryState] = Counter()
    for one in decided:
        changed = tx.conn.execute(
            update(deliveries)
            .where(among([(one.run, one.person)]), mine(notifier, PENDING), deliveries.c.state.in_(sources(one.state)))
            .values(state=one.state, reason=one.reason, settled_at=tx.now, claimed_by=None, next_at=None)
        )
        counted[one.state] += changed.rowcount
    return counted


def give_back(tx: Tx, notifier: str, keys: Sequence[Key]) -> None:
    if keys:
        tx.conn.execute(update(deliveries).where(among(keys), mine(notifier, PENDING)).values(claimed_by=None))


def mine(notifier: str, states: Iterable[DeliveryState]) -> ColumnElement[bool]:
    return and_(deliveries.c.claimed_by == notifier, deliveries.c.state.in_(list(states)))
