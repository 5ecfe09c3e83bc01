"""Which channels send nothing, and ending the pause of one, once its account is mended (N13, S4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn

from msgcenter_tui.center.finding import require_staff
from msgcenter_tui.domain import Actor, Channel, Role
from msgcenter_tui.errors import Refused
from msgcenter_tui.rules import roles, waiting
from msgcenter_tui.store import channels, notifiers, places, staff
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look


@look
def stopped(tx: Tx, actor: Actor, accounts: Collection[Channel] | None = None) -> Mapping[Channel, str]:
    """The channels that send nothing now, with the reason: those of which a notifier has said so.

    With `accounts`, by which one could be at work where somebody asks, those, too, that it would have none for, while
    none is at work anywhere.
    """
    require_staff(tx, actor)
    unset = [] if accounts is None or notifiers.at_work(tx) else [one for one in Channel if one not in accounts]
    return {**{channel: waiting.NOT_CONFIGURED[channel] for channel in unset}, **dict(channels.stopped(tx))}


@act
def resume(tx: Tx, actor: Actor, *, channel: Channel | None = None) -> tuple[Channel, ...]:
    """Let a paused channel, or all of them, send again; what waits leaves with a notifier's next look. Says which.

    For administrators, and for whoever decides about a team's deliveries as its Owner.
    """
    require_staff(tx, actor)
    those = staff.administrators(tx)
    if not any(row.id == actor.person for row in those):
        role = Role.OWNER if places.owns_a_team(tx, actor.person) else None
        roles.require(role, roles.Deed.RESUME, who_could=[row.name for row in those])
    paused = channels.paused(tx)
    wanted = tuple(one for one in Channel if one in paused and channel in (None, one))
    if not wanted:
        _refuse(tx, channel)
    for one in wanted:
        channels.resume(tx, one)
        record(tx, actor, "channels.resume", one.value)
    return wanted


def _refuse(tx: Tx, channel: Channel | None) -> NoReturn:
    if channel is None:
        raise Refused("there is nothing to resume", "no channel is paused")
    what = f"{waiting.CHANNEL_WORDS[channel]} cannot be resumed"
    if channel in channels.not_configured(tx):
        why, _, cure = waiting.NOT_CONFIGURED[channel].partition(": ")
        raise Refused(what, why, cure)
    raise Refused(what, "it is not paused")
