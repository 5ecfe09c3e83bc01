"""Channels that send nothing: paused, for a while or until somebody mends the account, or not configured (N13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from msgcenter_tui.domain import Channel
from msgcenter_tui.rules.waiting import NOT_CONFIGURED
from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import channels
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.types import EPOCH, microseconds

# Longer than any pause of a while: one that ends later is left from before the clock was turned back.
_LONGEST = timedelta(hours=2)
_UNTIL = type_coerce(channels.c.until, BigInteger)
_LASTING = and_(channels.c.paused_at.is_not(None), channels.c.until.is_(None))
_ONCE_MORE = timedelta(hours=1)
"""So long after an account was refused a notifier that starts tries it again, though nothing of it has changed."""

_REMEMBERED = timedelta(days=1)
"""So long a channel that was taken up knows why it was stopped: by then the account may have been mended."""
_MOST = 8
"""So many refused accounts of a channel are remembered."""

_TAKEN_UP = EPOCH
"""When a pause ends that another account has taken up: whatever a clock says, that was long ago."""

_REFUSED = "the account was refused; set it right, then start again"
"""Where what the server said is gone: a rest that came after it had its own words."""

Accounts = Mapping[Channel, Callable[[str], str]]
"""The channels that a notifier serves, each with a fingerprint of its account, made with a salt."""


class Stop(NamedTuple):
    """Why a channel does not send, or did not until another account took it up."""

    why: str
    account: str | None
    """The account that was refused (`pause`)."""
    lasts: bool
    """Nothing is sent until somebody mends it, or has no account; else its pause is one for a while, or over."""
    lately: bool
    """Too short a time ago for the account to be tried again by a notifier that starts."""
    remembered: bool
    """Not so long ago that it means nothing any more, once the channel was taken up."""


def configure(
    tx: Tx, accounts: Accounts, missing: Mapping[Channel, str] = MappingProxyType({}), *, alone: bool = True
) -> None:
    """A notifier that serves these channels starts: their pauses end, the others get their notice (N13).

    That says that they are not configured, or why what they would be served by is `missing`. It is not given where the
    notifier is not alone: another one may have an account for them, and what it serves has lost its notice then.

    A pause until somebody mends the account does not end while it is the same account as refused: else a service that
    starts again and again would be locked out. After a while it is tried once more. By another account the channel is
    taken up, and the refused one is remembered.
    """
    known = stops(tx)
    for channel in Channel:
        if channel in accounts:
            stop = known.get(channel)
            if stop is None or stop.account is None or not same(stop.account, accounts[channel]):
                _take_up(tx, channel)
            elif not stop.lately:
                tx.conn.execute(delete(channels).where(channels.c.channel == channel))
            elif alone:
                _stop_again(tx, channel, stop)
        elif alone:
            why = missing.get(channel)
            values = {"why": why or NOT_CONFIGURED[channel], "paused_at": tx.now if why else None}
            values |= {"until": None, "account": None}
            tx.conn.execute(
                upsert(tx, channels)
                .values(channel=channel, **values)
                .on_conflict_do_update(index_elements=[channels.c.channel], set_=values, where=~_LASTING)
            )


def left(tx: Tx) -> None:
    """A notifier has ended while others are at work. What was taken up is stopped again: it may have been by that one.

    Who has another account than the refused one takes it up anew.
    """
    for channel, stop in stops(tx).items():
        if stop.account is not None and stop.remembered:
            _stop_again(tx, channel, stop)


def _stop_again(tx: Tx, channel: Channel, stop: Stop) -> None:
    if not stop.lasts:
        tx.conn.execute(update(channels).where(channels.c.channel == channel).values(until=None, why=stop.why))


def _take_up(tx: Tx, channel: Channel) -> None:
    """End its pause, but remember for a while which account was refused."""
    here = channels.c.channel == channel
    past = or_(channels.c.account.is_(None), channels.c.paused_at <= tx.now - _REMEMBERED)
    tx.conn.execute(delete(channels).where(here, past))
    tx.conn.execute(update(channels).where(here).values(until=_TAKEN_UP))


@look
def stops(tx: Tx) -> Mapping[Channel, Stop]:
    """What stops channels, or did, and their notices; nothing of what somebody resumed."""
    columns = channels.c.channel, channels.c.why, channels.c.account, channels.c.paused_at, channels.c.until
    return {row.channel: _stop(tx, *row[1:]) for row in tx.conn.execute(select(*columns))}


def _stop(tx: Tx, why: str, account: str | None, at: datetime | None, until: datetime | None) -> Stop:
    rested = account is not None and until not in (None, _TAKEN_UP)
    lately, remembered = (at is not None and tx.now - span < at <= tx.now for span in (_ONCE_MORE, _REMEMBERED))
    return Stop(_REFUSED if rested else why, account, lasts=until is None, lately=lately, remembered=remembered)


def same(account: str, fingerprint: Callable[[str], str]) -> bool:
    """Whether an account that was refused (or one of several) is the one with these fingerprints."""
    return any(fingerprint(salt) == made for salt, _, made in (one.partition(".") for one in account.split()))


@act
def pause(tx: Tx, channel: Channel, why: str, span: timedelta | None, account: str = "") -> None:
    """Stop a channel for every notifier: for this long, or until the account is mended or somebody resumes it.

    `account` is a salt and the account's fingerprint made with it; it is added to those refused before. A pause until
    somebody mends the account is not shortened by one for a while, nor is its account forgotten by that.
    """
    values: dict[str, Any] = {"paused_at": tx.now, "why": why}
    if span is None:
        known = stops(tx).get(channel)
        before = known.account.split() if known and known.account else []
        values |= {"until": None, "account": " ".join(list(dict.fromkeys((*before, account)))[-_MOST:]) or None}
    else:
        values["until"] = tx.now + min(span, _LONGEST)
    tx.conn.execute(
        upsert(tx, channels)
        .values(channel=channel, **values)
        .on_conflict_do_update(
            index_elements=[channels.c.channel], set_=values, where=None if span is None else ~_LASTING
        )
    )


@act
def take_up(tx: Tx, channel: Channel, account: str | None) -> None:
    """Send for the channel again, by another account than this one, for which it is stopped.

    None: it is stopped for want of any, by a notifier that knew of no other.
    """
    stop = stops(tx).get(channel)
    if stop is not None and stop.lasts and stop.account == account:
        _take_up(tx, channel)


def any_stopped(of: Select[tuple[str]]) -> ColumnElement[bool]:
    """Whether one of these channels is stopped until somebody mends its account, or has its notice."""
    return exists().where(channels.c.until.is_(None), channels.c.channel.in_(of))


@act
def resume(tx: Tx, channel: Channel) -> None:
    """End a pause."""
    tx.conn.execute(delete(channels).where(channels.c.channel == channel, channels.c.paused_at.is_not(None)))


@look
def stopped(tx: Tx) -> tuple[tuple[Channel, str], ...]:
    """The channels that send nothing now, each with the reason, for a banner (N13).

    That of a channel which is not configured is known by its words: so they are these, whoever wrote the row.
    """
    rows = tx.conn.execute(
        select(channels.c.channel, channels.c.why, channels.c.paused_at)
        .where(or_(channels.c.paused_at.is_(None), _paused(tx)))
        .order_by(channels.c.channel)
    )
    return tuple((row.channel, row.why if row.paused_at else NOT_CONFIGURED[row.channel]) for row in rows)


def resting(tx: Tx) -> dict[Channel, datetime]:
    """The channels that are paused for a while only, each with its end."""
    return {channel: until for channel, until in paused(tx).items() if until is not None}


@look
def not_configured(tx: Tx) -> tuple[Channel, ...]:
    """The channels that no notifier had an account for when it started alone: their runs stay open (N13)."""
    return tuple(tx.conn.scalars(select(channels.c.channel).where(channels.c.paused_at.is_(None))))


def paused(tx: Tx) -> dict[Channel, datetime | None]:
    """The channels that nothing may be claimed for now, with the end of the pause."""
    rows = tx.conn.execute(select(channels.c.channel, channels.c.until).where(_paused(tx)))
    return {row.channel: row.until for row in rows}


def paused_at(now: ColumnElement[int]) -> Select[tuple[Channel]]:
    """The same in a form that can be prepared, for an IN: `now` is in microseconds."""
    return select(channels.c.channel).where(_paused_at(now))


def first_end(now: ColumnElement[int], of: Select[tuple[str]]) -> ScalarSelect[Any]:
    """When the first pause of these channels ends, in microseconds."""
    return select(func.min(_UNTIL)).where(_paused_at(now), channels.c.channel.in_(of)).scalar_subquery()


def _paused(tx: Tx) -> ColumnElement[bool]:
    return _paused_at(literal(microseconds(tx.now), BigInteger))


def _paused_at(now: ColumnElement[int]) -> ColumnElement[bool]:
    for_a_while = _UNTIL.between(now + 1, now + _LONGEST // timedelta(microseconds=1))
    return and_(channels.c.paused_at.is_not(None), or_(channels.c.until.is_(None), for_a_while))
