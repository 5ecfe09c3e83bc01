"""Whom a message reaches, in words; what waits for a channel that sends nothing is not promised (N13)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from msgcenter_tui.cli.output import count
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Channel, Reach
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.rules import waiting
from msgcenter_tui.store import channels, notifiers


def reach_words(session: Session, reach: Reach) -> str:
    """What a send does, or did: "398 people notified (390 by e-mail, 18 by SMS), 12 in the portal only"."""
    if not (reach.people or reach.portal_only or reach.unreachable):
        return "nobody is notified"
    waits = ""
    with suppress(MessageCenterError):  # it may be sent already: a store that is lost now is no failure of that
        waits = waiting.waits_for(_stopped(session), waiting.channels(reach))
    people = count(reach.people, "person", "people")
    words = f"{people} {'to notify' if waits else 'notified'} ({reach.email:,} by e-mail, {reach.sms:,} by SMS)"
    if reach.portal_only:
        words += f", {reach.portal_only:,} in the portal only"
    if reach.unreachable:
        words += f", {reach.unreachable:,} reached by nothing"
    return f"{words}; it waits: {waits}" if waits else words


def _stopped(session: Session) -> Mapping[Channel, str]:
    """The channels that send nothing now: those of which a notifier has said so, and where none is at work those for
    which one would find no account here, if one can be here.
    """
    store, unset = session.store, {}
    if session.notifies and session.demonstration is None and not store.run(notifiers.at_work):
        accounts = {Channel.EMAIL: session.config.smtp, Channel.SMS: session.config.sms}
        unset = {channel: waiting.NOT_CONFIGURED[channel] for channel, account in accounts.items() if account is None}
    stopped = store.run(channels.stopped)
    return {**unset, **dict(stopped)}
