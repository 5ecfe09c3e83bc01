"""The quiet period as the sender sees it: until when a message can be taken back, and why not (N5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.domain import Actor, Countdown, MessageId, ThreadId
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import posting, runs
from msgcenter_tui.store.tx import Tx

_BEGUN = "it has begun to leave"


def countdown(tx: Tx, actor: Actor, thread: ThreadId) -> Countdown | None:
    """What is still waiting of the thread's newest message, where the actor wrote it; None where nothing is."""
    newest = posting.newest_row(tx, thread)
    if newest is None or newest.author_id != actor.person or newest.deleted_at is not None:
        return None
    open_runs = runs.unsettled(tx, thread, newest.number)
    leaves_at = max((run.leaves_at for run in open_runs), default=newest.at + tx.policy.quiet_period)
    if not open_runs and leaves_at <= tx.now:
        return None
    return Countdown(
        leaves_at=leaves_at,
        can_undo=not _why_not(tx, thread, newest, open_runs),
        message=MessageId(newest.id),
        channels=tuple(dict.fromkeys(run.channel for run in open_runs)),
    )


def to_take_back(tx: Tx, actor: Actor, thread: ThreadId) -> Row[Any]:
    """The newest message, which its author may still take back; Refused with the reason otherwise (N5)."""
    newest = posting.newest_row(tx, thread)
    if newest is None:
        raise Refused("you cannot take a message back", "there is none")
    if newest.author_id != actor.person:
        if posting.has_written(tx, thread, actor.person):
            raise Refused("you cannot take the message back", "somebody has answered since", "you can delete it")
        raise Refused("you cannot take the message back", "somebody else wrote it", "only its author can")
    if newest.deleted_at is not None:
        raise Refused("you cannot take the message back", "it is deleted")
    why = _why_not(tx, thread, newest, runs.unsettled(tx, thread, newest.number))
    if not why:
        runs.hold_back(tx, thread, newest.number)
        if runs.anything_left(tx, thread, newest.number):
            why = _BEGUN
    if why:
        raise Refused("you cannot take the message back", why, "you can edit or delete it in the portal")
    return newest


def _why_not(tx: Tx, thread: ThreadId, message: Row[Any], unsettled: Sequence[Row[Any]]) -> str:
    if runs.anything_left(tx, thread, message.number):
        return _BEGUN
    if not unsettled and message.at + tx.policy.quiet_period <= tx.now:
        return "its quiet period is over"
    return ""
