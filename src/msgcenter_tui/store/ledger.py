"""The ledger's life for a notifier after the claim: fence and result (N8, N14).

    claim    waiting or retrying, and due: ours while our lease holds; the state stays (claims.py)
    fence    sending: durable before the last dot can leave; what leaves is read once more and fixed here
    result   sent, failed, retrying, unknown, or waiting again: durable before the connection fences another

Every change names in its WHERE the states it may come from and whose claim it is: who lost the claim changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Integer,
    Select,
    String,
    Subquery,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from msgcenter_tui.domain import DeliveryId, DeliveryState, RunId
from msgcenter_tui.rules.states import PENDING
from msgcenter_tui.store import given, identity, notifiers, texting
from msgcenter_tui.store.carried import pending
from msgcenter_tui.store.keys import Numbers, key_of, numbers_of
from msgcenter_tui.store.leaving import Leaving, decided, unchanged
from msgcenter_tui.store.letters import Fenced, Letter
from msgcenter_tui.store.notifiers import sources
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.tables import clients, deliveries
from msgcenter_tui.store.tx import Tx, ledger_act
from msgcenter_tui.store.types import EPOCH, microseconds

_S = DeliveryState


class Fence(NamedTuple):
    """A letter that is to leave now."""

    letter: Letter
    unique: str
    """The fresh part of a Message-ID, should it need a new one."""
    domain: str


class Result(NamedTuple):
    """What became of one letter. `state` waiting gives it back as it was: it did not leave, and nothing is charged."""

    letter: Letter
    fenced: bool
    state: DeliveryState
    reason: str = ""
    after: timedelta | None = None
    """When retrying: how long to wait."""
    bad_address: bool = False
    """The server knows no such address: the client is marked with it."""
    charged: bool = True
    """It counts as an attempt."""
    declined: bool = False
    """The recipient wants no more by this channel: the client's consent becomes *declined* (N3)."""


# Not the bare column: SQLite would go through all that the notifier has claimed, for each of the rows given.
_MINE = func.coalesce(deliveries.c.claimed_by, "") == bindparam("notifier", "")


@dataclass(frozen=True, slots=True)
class Marked:
    """What a group of marks did: the letters as they leave, and what was settled, by state."""

    fenced: Mapping[DeliveryId, Fenced]
    settled: Mapping[DeliveryState, int]


@ledger_act
def mark(tx: Tx, notifier: str, fences: Sequence[Fence], results: Sequence[Result]) -> Marked:
    """Results and fences of several connections in one commit.

    A letter that is not among the fenced ones may not leave as it is: its claim was lost, or something of what it
    carries has changed; a claim that is still held is given back, and read anew. Where a commit went through and its
    answer was lost, doing the same again fences nothing; the letter is then settled as not handed over.
    """
    settled = _settle(tx, notifier, results) if results else Counter()
    if not fences or not notifiers.alive(tx, notifier):
        return Marked({}, settled)
    wanted = {fence.letter.id: fence for fence in fences}
    leaving = unchanged(tx, notifier, [fence.letter for fence in fences])
    fenced = _fence(tx, notifier, leaving, [_fixed(tx, one, wanted[one.letter.id]) for one in leaving])
    give_back(tx, notifier, [id for id in wanted if id not in fenced])
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


def give_back(tx: Tx, notifier: str, ids: Iterable[DeliveryId]) -> None:
    """End the claims of what has not left."""
    if keys := sorted(numbers_of(id) for id in ids):
        _give_back.count(tx, {"keys": given.packed(keys), "notifier": notifier})


def _is(key: Numbers) -> Any:
    run, person = key
    return and_(
        type_coerce(deliveries.c.run_id, BigInteger) == run, type_coerce(deliveries.c.person_id, BigInteger) == person
    )


@Prepared
def _give_back(sqlite: bool) -> Update:
    keys = given.keys(sqlite)
    return (
        update(deliveries)
        .where(deliveries.c.run_id == keys.c.run, deliveries.c.person_id == keys.c.person)
        .where(_MINE, pending())
        .values(claimed_by=None)
    )


# -- the fence --------------------------------------------------------------------------------------------------------


def _fixed(tx: Tx, leaving: Leaving, fence: Fence) -> Fenced:
    """N14: text, address, Date and Message-ID are fixed. The same text to the same address keeps its former ones."""
    message_id, date = leaving.message_id, leaving.fenced_at
    same = message_id is not None and (leaving.letter.kept or message_id.startswith(f"<{leaving.digest}."))
    if not same or message_id is None or date is None:
        return Fenced(leaving.letter, f"<{leaving.digest}.{fence.unique}@{fence.domain}>", tx.now)
    return Fenced(leaving.letter, message_id, EPOCH + timedelta(microseconds=date))


def _fence(tx: Tx, notifier: str, leaving: Sequence[Leaving], fixed: Sequence[Fenced]) -> dict[DeliveryId, Fenced]:
    """Those of which the notifier has the claim, marked as sending."""
    if not leaving:
        return {}
    rows = [
        (*numbers_of(letter.id), letter.address, message_id, microseconds(date), one.record)
        for one, (letter, message_id, date) in zip(leaving, fixed, strict=True)
    ]
    wanted = {"fences": given.packed(rows), "notifier": notifier}
    marked = _fences.count(tx, wanted)
    identity.fences(tx, marked)
    if marked == len(rows):
        return {one.letter.id: one for one in fixed}
    kept = {(run, person) for run, person in _fenced_among.rows(tx, wanted)}  # of some the claim was lost
    return {one.letter.id: one for one in fixed if numbers_of(one.letter.id) in kept}


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
        .where(_MINE, pending())
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
        .where(_MINE, deliveries.c.state == _S.SENDING, deliveries.c.message_id == fence.c.id)
    )


# -- the result -------------------------------------------------------------------------------------------------------


class _Outcome(NamedTuple):
    """What is the same for many results: one statement writes it to all of their deliveries."""

    run: int
    fenced: bool
    state: str
    why: str
    charged: int
    due: int | None
    at: int | None
    keeps: int
    """The letter is kept: only what may have arrived has to be repeated word for word."""
    address: str
    """Of what is refused before the fence; after it, the fence has fixed it."""
    about: str
    """Whom it says something of beyond this delivery, by its id: then it is not like any other; else empty."""


def _settle(tx: Tx, notifier: str, results: Sequence[Result]) -> Counter[DeliveryState]:
    alike: dict[_Outcome, list[int]] = defaultdict(list)
    # Of what goes back it may not be known whether it was fenced: its line was lost meanwhile.
    give_back(tx, notifier, [one.letter.id for one in results if one.state is _S.WAITING])
    for result in results:
        if result.state is _S.WAITING and not result.fenced:
            continue
        outcome, person = _outcome(tx, result)
        alike[outcome].append(person)
    again = {outcome.run for outcome in alike if outcome.state in PENDING}
    if again:
        notifiers.reopen(tx, [RunId(f"r{run}") for run in again])
    settled: Counter[DeliveryState] = Counter()
    for outcome, people in alike.items():
        values = outcome._asdict() | {"people": json.dumps(sorted(people)), "notifier": notifier}
        changed = _results.count(tx, values, fenced=values.pop("fenced"))
        if outcome.state != _S.WAITING:
            settled[_S(outcome.state)] += changed
        if changed and outcome.about:
            _about_recipient(tx, next(one for one in results if one.letter.id == outcome.about))
    return settled


def _outcome(tx: Tx, result: Result) -> tuple[_Outcome, int]:
    letter, fenced, state, reason, after, bad_address, charged, declined = result
    run, person = numbers_of(letter.id)
    due = microseconds(tx.now + (after or timedelta())) if state is _S.RETRYING else None
    at = microseconds(tx.now) if state in (_S.SENT, _S.FAILED) else None
    keeps = state is _S.UNKNOWN or not fenced or (letter.kept and state is not _S.SENT)
    charges = int(charged and state is not _S.WAITING)
    address = "" if fenced else letter.address
    about = letter.id if bad_address or declined else ""
    return _Outcome(run, fenced, state.value, reason, charges, due, at, int(keeps), address, about), person


@Prepared
def _results(sqlite: bool, *, fenced: bool) -> Update:
    state, keeps = bindparam("state", "", String), bindparam("keeps", 0, Integer)
    # One that was already found to be unknown has its claim kept for the answer, if there is one.
    answered = and_(deliveries.c.state == _S.UNKNOWN, state != literal(_S.UNKNOWN.value))
    came_from = or_(deliveries.c.state == _S.SENDING, answered) if fenced else pending()
    given_back = state == literal(_S.WAITING.value)
    values: dict[str, Any] = {
        "state": state,
        "reason": bindparam("why", "", Text),
        "attempts": deliveries.c.attempts + bindparam("charged", 0, Integer),
        "next_at": bindparam("due", None, BigInteger),
        "settled_at": bindparam("at", None, BigInteger),
        "claimed_by": None,
    }
    if fenced:
        values["letter"] = case((keeps == 1, deliveries.c.letter), else_=null())
        # Given back before anything of it ever left: then nothing has (N5).
        never_left = and_(given_back, deliveries.c.attempts == 0, keeps == 0)
        for column in (deliveries.c.fenced_at, deliveries.c.message_id, deliveries.c.address):
            values[column.name] = case((never_left, null()), else_=column)
    else:
        values["address"] = bindparam("address", "", Text)
    return (
        update(deliveries)
        .where(type_coerce(deliveries.c.run_id, BigInteger) == bindparam("run", 0, BigInteger))
        .where(type_coerce(deliveries.c.person_id, BigInteger).in_(given.numbers(sqlite, "people")), _MINE, came_from)
        .values(values)
    )


def _about_recipient(tx: Tx, result: Result) -> None:
    """What the server said is true beyond this delivery, of the address that it was said of."""
    _, person = key_of(result.letter.id)
    if result.declined:
        texting.decline(tx, person, result.letter.address)
        tx.touched()
    if result.bad_address:
        same = clients.c.person_id == person, clients.c.email == result.letter.address
        tx.conn.execute(update(clients).where(*same).values(email_problem=result.reason))
