"""Channels that send nothing, and what waits for them, in few words (N13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from msgcenter_tui.domain import Channel

if TYPE_CHECKING:  # the first frame waits for no types that are shown later
    from msgcenter_tui.domain import Reach

CHANNEL_WORDS = {Channel.EMAIL: "e-mail", Channel.SMS: "SMS"}

NOT_CONFIGURED = {
    Channel.EMAIL: "e-mail is not configured: set [smtp] in the configuration, then start again",
    Channel.SMS: "SMS is not configured: set [sms] in the configuration, then start again",
}
"""Why a channel sends nothing that no notifier has an account for; any other reason is one of a pause."""


def channels(reach: Reach) -> Collection[Channel]:
    """By which channels somebody is notified."""
    return [channel for channel, count in ((Channel.EMAIL, reach.email), (Channel.SMS, reach.sms)) if count]


def stopped_words(channel: Channel, why: str) -> str:
    """That a channel sends nothing, in few words: "e-mail not configured"."""
    return f"{CHANNEL_WORDS[channel]} {_how(channel, why)}"


def waits_for(stopped: Mapping[Channel, str], channels: Collection[Channel]) -> str:
    """ "e-mail is not configured", of the channels named that send nothing; empty where all do."""
    those = [(channel, why) for channel, why in stopped.items() if channel in channels]
    return ", ".join(f"{CHANNEL_WORDS[channel]} is {_how(channel, why)}" for channel, why in those)


def all_waits_for(stopped: Mapping[Channel, str], channels: Collection[Channel]) -> str:
    """The same of what goes by these channels, where every one of them sends nothing; empty where some of it leaves."""
    return waits_for(stopped, channels) if all(channel in stopped for channel in channels) else ""


def not_configured(channel: Channel, why: str) -> bool:
    """Whether a channel that sends nothing has no account. The reason of a pause may hold a server's words."""
    return why == NOT_CONFIGURED[channel]


def _how(channel: Channel, why: str) -> str:
    return "not configured" if not_configured(channel, why) else "paused"
