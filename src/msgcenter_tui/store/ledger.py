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
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, func, null, or_, update

from msgcenter_tui.domain import DeliveryId, DeliveryState, PersonId
from msgcenter_tui.rules.states import PENDING
from msgcenter_tui.store import identity, notifiers, texting
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
    declined: bool = False
    """The recipient wants no more by this channel: the client's consent becomes *declined* (N3)."""
    charged: bool = True
    """It was an attempt, and counts as one."""


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
        leaving, decided = prepare(tx, notifier, wanted)
        settled += settle_decided(tx, notifier, decided)
        for one in leaving:
            fence = wanted[one.run, one.person]
            if one.letter.address == fence.letter.address:
                fenced[one.letter.id] = _fixed(tx, one, fence)
            else:
                give_back(tx, notifier, [(one.run, one.person)])
        _fence(tx, [one for one in leaving if one.letter.id in fenced], fenced)
    return Marked(fenced, settled)


def _fixed(tx: Tx, leaving: Leaving, fence: Fence) -> Letter:
    """N14: text, address, Date and Message-ID are fixed. The same text to the same address keeps its former ones."""
    message_id, date = leaving.message_id, leaving.fenced_at
    same = message_id is not None and (leaving.letter.kept or message_id.startswith(f"<{leaving.digest}."))
    if not same or message_id is None or date is None:
        message_id, date = f"<{leaving.digest}.{fence.unique}@{fence.domain}>", tx.now
    return replace(leaving.letter, message_id=message_id, date=date)


_FENCE = (
    update(deliveries)
    .where(
        deliveries.c.run_id == bindparam("run"),
        deliveries.c.person_id == bindparam("person"),
        or_(*(deliveries.c.state == state for state in sorted(PENDING))),  # an IN is no part of an executemany
    )
    .values(
        state=_S.SENDING,
        reason="",
        next_at=None,
        fenced_at=bindparam("date"),
        address=bindparam("to"),
        message_id=bindparam("id"),
        letter=bindparam("record"),
    )
)


def _fence(tx: Tx, leaving: Sequence[Leaving], fenced: Mapping[DeliveryId, Letter]) -> None:
    """Their rows were just read as ours, and are locked."""
    if not leaving:
        return
    rows = []
    for one in leaving:
        letter = fenced[one.letter.id]
        row: dict[str, Any] = {"run": one.run, "person": one.person, "to": letter.address, "record": one.record}
        rows.append(row | {"date": letter.date, "id": letter.message_id})
    changed = tx.conn.execute(_FENCE, rows)
    if changed.rowcount != len(rows):
        raise AssertionError("what was locked for the fence was changed by somebody else")
    identity.fences(tx, len(rows))


def _settle(tx: Tx, notifier: str, result: Result) -> Counter[DeliveryState]:
    run, person = key = key_of(result.letter.id)
    state, letter = result.state, result.letter
    if state is _S.WAITING:
        give_back(tx, notifier, [key])
        return Counter()
    if state is _S.RETRYING:
        notifiers.reopen(tx, [run])
    # Only what may have arrived has to be repeated word for word; a definite refusal is not that.
    keeps_letter = state is _S.UNKNOWN or not result.fenced or (letter.kept and state is not _S.SENT)
    values = {
        "run": run,
        "person": person,
        "notifier": notifier,
        "why": result.reason,
        "tries": letter.attempts + result.charged,
        "due": tx.now + (result.after or timedelta()) if state is _S.RETRYING else None,
        "at": tx.now if state in (_S.SENT, _S.FAILED) else None,
        "to": letter.address,
    }
    changed = tx.conn.execute(_settling(state, result.fenced, keeps_letter), values).rowcount
    if changed and result.bad_address:
        _mark_address(tx, person, result)
    if changed and result.declined:
        texting.decline(tx, person, letter.address)
    return Counter({state: changed})


@cache
def _settling(state: DeliveryState, fenced: bool, keeps_letter: bool) -> Update:
    before = {_S.SENDING, _S.UNKNOWN} if fenced else PENDING
    values: dict[str, Any] = {
        "state": state,
        "reason": bindparam("why"),
        "attempts": bindparam("tries"),
        "next_at": bindparam("due"),
        "settled_at": bindparam("at"),
        "claimed_by": None,
        "address": func.coalesce(deliveries.c.address, bindparam("to")) if fenced else bindparam("to"),
    }
    if not keeps_letter:
        values["letter"] = null()
    return (
        update(deliveries)
        .where(
            deliveries.c.run_id == bindparam("run"),
            deliveries.c.person_id == bindparam("person"),
            deliveries.c.claimed_by == bindparam("notifier"),
            deliveries.c.state.in_(sorted(before & set(sources(state)))),
        )
        .values(values)
    )


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
