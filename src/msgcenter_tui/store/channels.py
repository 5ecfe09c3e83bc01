"""Channels that send nothing: paused, for a while or until somebody mends the account, or not configured (N13)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select

from msgcenter_tui.domain import Channel
from msgcenter_tui.store.posting import upsert
from msgcenter_tui.store.tables import channels
from msgcenter_tui.store.tx import Tx, act, look

# Longer than any pause of a while: one that ends later is left from before the clock was turned back.
_LONGEST = timedelta(hours=2)

NOT_CONFIGURED = {
    Channel.EMAIL: "e-mail is not configured: set [smtp] in the configuration, then start again",
    Channel.SMS: "SMS is not configured: set [sms] in the configuration, then start again",
}


def configure(tx: Tx, working: Collection[Channel]) -> None:
    """A notifier that serves these channels starts: their pauses end, the others get their notice (N13)."""
    tx.conn.execute(delete(channels).where(channels.c.channel.in_(list(working))))
    for channel in Channel:
        if channel not in working:
            values = {"channel": channel, "why": NOT_CONFIGURED[channel]}
            tx.conn.execute(upsert(tx, channels).values(values).on_conflict_do_nothing())


@act
def pause(tx: Tx, channel: Channel, why: str, span: timedelta | None) -> None:
    """Stop a channel for every notifier: for this long, or until one starts again or somebody resumes it.

    A pause until somebody mends the account is not shortened by one for a while.
    """
    until = None if span is None else tx.now + min(span, _LONGEST)
    values = {"paused_at": tx.now, "until": until, "why": why}
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
    """The channels that send nothing now, each with the reason, for a banner (N13)."""
    rows = tx.conn.execute(
        select(channels.c.channel, channels.c.why)
        .where(or_(channels.c.paused_at.is_(None), _paused(tx)))
        .order_by(channels.c.channel)
    )
    return tuple((row.channel, row.why) for row in rows)


def resting(tx: Tx) -> dict[Channel, datetime]:
    """The channels that are paused for a while only, each with its end."""
    return {channel: until for channel, until in paused(tx).items() if until is not None}


@look
def not_configured(tx: Tx) -> tuple[Channel, ...]:
    """The channels that the last notifier to start has no account for: their runs stay open (N13)."""
    return tuple(tx.conn.scalars(select(channels.c.channel).where(channels.c.paused_at.is_(None))))


def paused(tx: Tx) -> dict[Channel, datetime | None]:
    """The channels that nothing may be claimed for now, with the end of the pause."""
    rows = tx.conn.execute(select(channels.c.channel, channels.c.until).where(_paused(tx)))
    return {row.channel: row.until for row in rows}


def _paused(tx: Tx) -> ColumnElement[bool]:
    for_a_while = and_(channels.c.until > tx.now, channels.c.until <= tx.now + _LONGEST)
    return and_(channels.c.paused_at.is_not(None), or_(channels.c.until.is_(None), for_a_while))
