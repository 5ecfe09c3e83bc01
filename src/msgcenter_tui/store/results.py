"""What became of letters, written to the ledger: many results in few statements (N8)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    Text,
    Update,
    and_,
    bindparam,
    case,
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
from msgcenter_tui.store import given, notifiers, texting
from msgcenter_tui.store.keys import Numbers, key_of, numbers_of
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.recipients import pending
from msgcenter_tui.store.tables import clients, deliveries, people
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.types import microseconds

_S = DeliveryState

ERASED = "erased"
"""Why nothing leaves for an erased client (rules/consent.py), and in place of what a server said of them (N12)."""

# Not the bare column: SQLite would go through all that the notifier has claimed, for each of the rows given.
MINE = func.coalesce(deliveries.c.claimed_by, "") == bindparam("notifier", "")


class Result(NamedTuple):
    """What became of one letter. `state` waiting gives it back as it was: it did not leave, and nothing is charged."""

    id: DeliveryId
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
    address: str = ""
    """Where it went, or would have gone; of what was not sent."""
    kept: bool = False
    """It was sent again as it was (`Letter.kept`)."""

    @staticmethod
    def of(letter: Letter, fenced: bool, state: DeliveryState, reason: str = "", **more: Any) -> Result:
        """What became of this letter."""
        return Result(letter.id, fenced, state, reason, **more, address=letter.address, kept=letter.kept)


class _Outcome(NamedTuple):
    """What is the same for many results: one statement writes it to all of their deliveries."""

    run: int
    state: str
    fenced: bool = True
    why: str = ""
    charged: int = 1
    due: int | None = None
    at: int | None = None
    keeps: int = 0
    """The letter is kept: only what may have arrived has to be repeated word for word."""
    address: str = ""
    """Of what is refused before the fence; after it, the fence has fixed it."""
    about: str = ""
    """Whom it says something of beyond this delivery, by its id: then it is not like any other; else empty."""


def settle(
    tx: Tx, notifier: str, results: Sequence[Result], plainly_sent: Sequence[Numbers] = ()
) -> Counter[DeliveryState]:
    alike: dict[_Outcome, list[int]] = defaultdict(list)
    # Of what goes back it may not be known whether it was fenced: its line was lost meanwhile.
    give_back(tx, notifier, [one.id for one in results if one.state is _S.WAITING])
    now = microseconds(tx.now)
    erased = _erased(tx, [numbers_of(one.id)[1] for one in results if one.reason])
    sent: dict[int, list[int]] = defaultdict(list)
    for run, person in chain(plainly_sent, (numbers_of(one.id) for one in results if one.state is _S.SENT)):
        sent[run].append(person)
    for result in results:
        if result.state is _S.SENT:
            continue
        if result.state is not _S.WAITING or result.fenced:
            outcome, person = _outcome(now, result)
            if person in erased:  # what a server says likes to quote an address
                outcome = outcome._replace(why=ERASED)
            alike[outcome].append(person)
    for run, to in sent.items():
        alike[_Outcome(run, _S.SENT.value, at=now)] = to
    again = {outcome.run for outcome in alike if outcome.state in PENDING}
    if again:
        notifiers.reopen(tx, [RunId(f"r{run}") for run in again])
    settled: Counter[DeliveryState] = Counter()
    for outcome, to in alike.items():
        values = outcome._asdict() | {"people": json.dumps(sorted(to)), "notifier": notifier}
        changed = _results.count(tx, values, fenced=values.pop("fenced"))
        if outcome.state != _S.WAITING:
            settled[_S(outcome.state)] += changed
        if changed and outcome.about:
            _about_recipient(tx, next(one for one in results if one.id == outcome.about))
    return settled


def _erased(tx: Tx, told_of: Sequence[int]) -> set[int]:
    """Those of these people who were erased while their letter was on its way."""
    if not told_of:
        return set()
    number = type_coerce(people.c.id, BigInteger)
    return set(tx.conn.scalars(select(number).where(number.in_(told_of), people.c.erased_at.is_not(None))))


def _outcome(now: int, result: Result) -> tuple[_Outcome, int]:
    """Of one that was not sent. `now` in microseconds since 1970."""
    id, fenced, state, reason, after, bad_address, charged, declined, address, kept = result
    fenced = fenced or state is _S.UNKNOWN  # nothing may have arrived that did not pass the fence
    run, person = numbers_of(id)
    due = now + (after or timedelta()) // timedelta(microseconds=1) if state is _S.RETRYING else None
    at = now if state is _S.FAILED else None
    keeps = state is _S.UNKNOWN or kept
    charges = int(charged and state is not _S.WAITING)
    about = id if bad_address or declined else ""
    address = "" if fenced else address
    return _Outcome(run, state.value, fenced, reason, charges, due, at, int(keeps), address, about), person


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
        .where(type_coerce(deliveries.c.person_id, BigInteger).in_(given.numbers(sqlite, "people")), MINE, came_from)
        .values(values)
    )


def _about_recipient(tx: Tx, result: Result) -> None:
    """What the server said is true beyond this delivery, of the address that it was said of."""
    _, person = key_of(result.id)
    if result.declined:
        texting.decline(tx, person, result.address)
        tx.touched()
    if result.bad_address:
        same = clients.c.person_id == person, clients.c.email == result.address
        tx.conn.execute(update(clients).where(*same).values(email_problem=result.reason))


def give_back(tx: Tx, notifier: str, ids: Iterable[DeliveryId]) -> None:
    """End the claims of what has not left."""
    for places, keys in given.batches(tx.sqlite, "keys", sorted(numbers_of(id) for id in ids)):
        _give_back.count(tx, keys | {"notifier": notifier}, places=places)


@Prepared
def _give_back(sqlite: bool, *, places: int) -> Update:
    keys = given.keys(places)
    return (
        update(deliveries)
        .where(deliveries.c.run_id == keys.c.run, deliveries.c.person_id == keys.c.person)
        .where(MINE, pending())
        .values(claimed_by=None)
    )
