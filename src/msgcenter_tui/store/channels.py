"""Channels that send nothing: paused, for a while or until somebody mends the account, or not configured (N13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from msgcenter_tui.domain import Channel
from msgcenter_tui.rules.waiting import NOT_CONFIGURED
from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import channels
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.types import microseconds

# Longer than any pause of a while: one that ends later is left from before the clock was turned back.
_LONGEST = timedelta(hours=2)
_UNTIL = type_coerce(channels.c.until, BigInteger)
_ONCE_MORE = timedelta(hours=1)
"""So long after an account was refused a notifier that starts tries it again, though nothing of it has changed."""

Accounts = Mapping[Channel, Callable[[str], str]]
"""The channels that a notifier serves, each with a fingerprint of its account, made with a salt."""


def configure(tx: Tx, accounts: Accounts, *, alone: bool = True) -> None:
    """A notifier that serves these channels starts: their pauses end, the others get their notice (N13).

    Not where it is not alone: another one may have an account for them, and what it serves has lost its notice then.

    A pause until somebody mends the account does not end while it is the same account as refused: else a service that
    starts again and again would be locked out. After a while it is tried once more.
    """
    lately = refused(tx)
    for channel in Channel:
        if channel in accounts:
            if channel not in lately or not same(lately[channel], accounts[channel]):
                tx.conn.execute(delete(channels).where(channels.c.channel == channel))
        elif alone:
            values = {"channel": channel, "why": NOT_CONFIGURED[channel]}
            tx.conn.execute(upsert(tx, channels).values(values).on_conflict_do_nothing())


@look
def refused(tx: Tx) -> Mapping[Channel, str]:
    """The accounts that are not tried again yet: each as a salt, and the fingerprint made with it."""
    rows = tx.conn.execute(
        select(channels.c.channel, channels.c.account).where(
            channels.c.until.is_(None),
            channels.c.account.is_not(None),
            channels.c.paused_at > tx.now - _ONCE_MORE,
            channels.c.paused_at <= tx.now,
        )
    )
    return {row.channel: row.account for row in rows}


def same(account: str, fingerprint: Callable[[str], str]) -> bool:
    """Whether an account that was refused is the one with these fingerprints."""
    salt, _, made = account.partition(".")
    return fingerprint(salt) == made


@act
def pause(tx: Tx, channel: Channel, why: str, span: timedelta | None, account: str = "") -> None:
    """Stop a channel for every notifier: for this long, or until the account is mended or somebody resumes it.

    `account` is a salt and the account's fingerprint made with it. A pause until somebody mends the account is not
    shortened by one for a while.
    """
    until = None if span is None else tx.now + min(span, _LONGEST)
    values = {"paused_at": tx.now, "until": until, "why": why, "account": account or None}
    lasting = and_(channels.c.paused_at.is_not(None), channels.c.until.is_(None))
    tx.conn.execute(
        upsert(tx, channels)
        .values(channel=channel, **values)
        .on_conflict_do_update(
            index_elements=[channels.c.channel], set_=values, where=None if span is None else ~lasting
        )
    )


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
