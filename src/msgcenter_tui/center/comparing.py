"""Whom a broadcast would notify that the last one did not, and the other way round: no surprise about who gets it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center.finding import require
from msgcenter_tui.domain import Actor, Difference, Person, Unreached, WorkspaceId
from msgcenter_tui.rules import consent, roles
from msgcenter_tui.store import comparison
from msgcenter_tui.store.tx import Tx, look

_FEW = 5


@look
def since_last_broadcast(tx: Tx, actor: Actor, workspace: WorkspaceId) -> Difference | None:
    """The difference that a message to All Clients of this workspace makes now; None where it is the first one.

    For whoever may send one (A3); refused to others as the send is.
    """
    require(tx, actor, workspace, roles.Deed.BROADCAST)
    last = comparison.last_broadcast(tx, workspace)
    if last is None:
        return None
    more, newcomers = comparison.more(tx, workspace, last, _FEW)
    fewer, gone = comparison.fewer(tx, workspace, last, _FEW)
    return Difference(
        subject=last.subject,
        at=last.at,
        more=more,
        first_more=tuple(Person(row.person_id, row.name, row.kind) for row in newcomers),
        fewer=fewer,
        first_fewer=tuple(Unreached(row.person_id, row.name, _why(row, workspace)) for row in gone),
    )


def _why(row: Row[Any], workspace: WorkspaceId) -> str:
    """Why somebody who was notified would not be now, in words."""
    if row.erased_at is not None:
        return "erased"
    if row.workspace_id != workspace:
        return "moved to another workspace"
    if not row.status.current:
        return f"is {row.status.called} now"
    return consent.reason(row.email_key, row.email_muted, row.phone_number, row.consent, row.portal)
