"""What a message would do before it is sent: the figures behind every question (S3, L3, N4, A6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from msgcenter_tui.domain import Actor, Outlook, PersonId, Reach, ThreadKind, Unreached, WorkspaceId
from msgcenter_tui.rules import asking, consent
from msgcenter_tui.store import audience, places
from msgcenter_tui.store.tx import Tx

FIRST_UNREACHED = 100


def outlook(
    tx: Tx,
    actor: Actor,
    *,
    kind: ThreadKind,
    workspace: WorkspaceId,
    workspace_name: str,
    people: Sequence[PersonId],
    locked: bool,
    follow_up: bool = False,
) -> Outlook:
    """The figures for a message to a thread of this kind; `people` are those named in a direct one."""
    if kind is ThreadKind.ALL_CLIENTS:
        which: ColumnElement[bool] = audience.all_clients(workspace)
    else:
        which = audience.named(people)
    figures = audience.figures(tx, which, kind)
    if kind is ThreadKind.ALL_CLIENTS:
        colleagues = 0
    else:
        members = {row.person for row in places.members_of(tx, workspace)} - {actor.person}
        colleagues = len(members if kind is ThreadKind.ALL_TEAM else members & set(people))
    reach = Reach(
        people=figures.reach.people + colleagues,
        email=figures.reach.email + colleagues,
        sms=figures.reach.sms,
        portal_only=figures.reach.portal_only,
        unreachable=figures.reach.unreachable,
    )
    rows = audience.unreached(tx, which, FIRST_UNREACHED) if reach.portal_only or reach.unreachable else ()
    exposed = _exposed(kind, figures, locked)
    return Outlook(
        workspace_name=workspace_name,
        kind=kind,
        locked=locked,
        audience=figures.total + colleagues,
        reach=reach,
        first_unreached=tuple(_unreached(row, kind) for row in rows),
        by_status=figures.by_status,
        exposed=exposed,
        question=asking.to_send(kind, workspace_name, reach, locked=locked, exposed=exposed, follow_up=follow_up),
    )


def _exposed(kind: ThreadKind, figures: audience.Figures, locked: bool) -> int:
    """How many clients learn each other's names (L3): of a direct thread all in it, if there is more than one."""
    if kind is ThreadKind.ALL_CLIENTS:
        return 0 if locked else figures.exposed
    return figures.total if kind is ThreadKind.DIRECT and figures.total > 1 else 0


def _unreached(row: Row[Any], kind: ThreadKind) -> Unreached:
    in_portal = row.portal and (kind is ThreadKind.DIRECT or row.status.current)
    reason = consent.reason(row.email_key, row.email_muted, row.phone_number, row.consent, in_portal)
    return Unreached(row.person_id, row.name, reason)


def nothing(kind: ThreadKind, workspace_name: str, locked: bool) -> Outlook:
    """The outlook that a client is given: no figures (V5)."""
    return Outlook(workspace_name, kind, locked, 0, Reach(), (), {}, 0, None)
