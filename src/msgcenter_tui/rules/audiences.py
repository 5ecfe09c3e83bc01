"""Why somebody sees a thread or does not, and why they were not notified of it, in words (V1, V3, V8, N1, N3, N4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from msgcenter_tui.domain import DeliveryState, Notice, Notified, Status, WorkspaceId
from msgcenter_tui.rules.states import UNDER_WAY

_S = DeliveryState

LATER = "joined later"
NO_CHANNEL = "no channel reached them when it was sent"
ITS_AUTHOR = "wrote it"
FOLDED = "long ago: when, where to and why is not kept"
"""Of a delivery that was folded: what became of it is known, and nothing else."""

_BECAME = {
    _S.FAILED: "failed",
    _S.CANCELLED: "cancelled",
    _S.READ_FIRST: "read first",
    _S.SUPPRESSED: "suppressed",
}


class Past(NamedTuple):
    """A client from a moment on."""

    at: datetime
    status: Status
    workspace: WorkspaceId


def why_client_sees(*, live: bool, here: bool, status: Status, portal: bool, of_all: bool) -> str:
    """Why a client sees a thread to All Clients (`of_all`), or a direct one they are in; or what keeps it from them."""
    if not live:
        return "the thread is deleted"
    if not here:
        return "moved to another workspace"
    if of_all and not status.current:
        return status.called
    if not portal:
        return "the portal is off"
    return f"{status.called}, portal on" if of_all else "in it, portal on"


def standing(states: Iterable[DeliveryState]) -> Notified:
    """Whether somebody with deliveries in these states was notified."""
    found = set(states)
    if _S.SENT in found:
        return Notified.YES
    return Notified.UNDER_WAY if found & UNDER_WAY else Notified.NO


def became(notices: Sequence[Notice]) -> str:
    """What became of deliveries that did not reach anybody, the newest of each channel; empty where there are none."""
    newest = {notice.channel: notice for notice in reversed(notices)}
    words = (": ".join(filter(None, (_BECAME.get(one.state, ""), one.why))) for _, one in sorted(newest.items()))
    return ", ".join(dict.fromkeys(filter(None, words)))


def was_in_audience(history: Sequence[Past], workspace: WorkspaceId, sendings: Iterable[datetime]) -> bool:
    """Whether a client was in the audience of All Clients at the sending of any of these messages (A1, N1)."""
    for at in sendings:
        then = next((past for past in reversed(history) if past.at <= at), None)
        if then is not None and then.status.current and then.workspace == workspace:
            return True
    return False
