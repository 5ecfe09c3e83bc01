"""Whom a message reaches, in words; what waits for a channel that sends nothing is not promised (N13)."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from msgcenter_tui.center import pauses
from msgcenter_tui.cli.output import count
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Channel, Reach
from msgcenter_tui.errors import Ask, MessageCenterError
from msgcenter_tui.rules import waiting


def reach_words(session: Session, reach: Reach) -> str:
    """What a send does, or did: "398 people notified (390 by e-mail, 18 by SMS), 12 in the portal only"."""
    if not (reach.people or reach.portal_only or reach.unreachable):
        return "nobody is notified"
    waits = _waits(session, waiting.channels(reach))
    people = count(reach.people, "person", "people")
    words = f"{people} {'to notify' if waits else 'notified'} ({reach.email:,} by e-mail, {reach.sms:,} by SMS)"
    if reach.portal_only:
        words += f", {reach.portal_only:,} in the portal only"
    if reach.unreachable:
        words += f", {reach.unreachable:,} reached by nothing"
    return f"{words}; it waits: {waits}" if waits else words


def asked(session: Session, question: Ask) -> Ask:
    """The question before a send, which says of what waits that it does."""
    waits = _waits(session, question.channels)
    return Ask(f"{question.what} It waits: {waits}.", question.why, question.cure) if waits else question


def _waits(session: Session, channels: Collection[Channel]) -> str:
    """What those who are notified by these channels wait for, see waiting.waits_for; empty where nobody knows."""
    with suppress(MessageCenterError):  # it may be sent already: a store that is lost now is no failure of that
        return waiting.waits_for(session.run(pauses.stopped, _accounts(session)), channels)
    return ""


def _accounts(session: Session) -> Collection[Channel] | None:
    """The channels that a notifier would serve here; None where none can be, or it needs no account."""
    if not session.notifies or session.demonstration is not None:
        return None
    accounts = {Channel.EMAIL: session.config.smtp, Channel.SMS: session.config.sms}
    return [channel for channel, account in accounts.items() if account is not None]
