"""What a server's reply makes of a letter (N8): sent, failed, tried again and when, unknown, or waiting as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgcenter_tui.delivery import pace
from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.results import Result

_S = DeliveryState


def of(letter: Letter, reply: Reply, random: Callable[[], float], *, fenced: bool) -> Result:
    """The result for the ledger. What is about the line or the account costs the recipient no attempt."""
    attempt = letter.attempts + 1
    match reply.verdict:
        case Verdict.ACCEPTED:
            return Result(letter.id, fenced, _S.SENT)
        case Verdict.UNKNOWN:
            return Result.of(letter, fenced, _S.UNKNOWN, reply.why)
        case Verdict.LINE | Verdict.ACCOUNT if not reply.over_it:
            return as_before(letter, fenced=fenced)
        case Verdict.REFUSED if not (reply.once and attempt == 1):
            return Result.of(
                letter, fenced, _S.FAILED, reply.why, bad_address=reply.bad_address, declined=reply.declined
            )
    if attempt >= pace.MOST_ATTEMPTS:
        return Result.of(letter, fenced, _S.FAILED, f"{reply.why}; given up after {attempt} attempts")
    return Result.of(letter, fenced, _S.RETRYING, reply.why, after=pace.retry_after(attempt, random))


def as_before(letter: Letter, *, fenced: bool) -> Result:
    """It did not leave, through no fault of its own."""
    return Result.of(letter, fenced, _S.WAITING)


def put_off(letter: Letter, rest: timedelta, random: Callable[[], float]) -> Result:
    """Its domain rests; what rests together does not come back together."""
    domain = letter.address.rpartition("@")[2]
    why, after = f"{domain} asked to slow down", rest * (1 + random())
    return Result.of(letter, False, _S.RETRYING, why, after=after, charged=False)
