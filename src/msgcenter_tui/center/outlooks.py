"""What a message would do before it is sent: the figures behind every question (S3, L3, N4, A6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from msgcenter_tui import text
from msgcenter_tui.center import rendering
from msgcenter_tui.domain import Actor, Outlook, PersonId, Reach, Segments, ThreadKind, Unreached, WorkspaceId
from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules import asking, consent, fields, sms
from msgcenter_tui.store import audience, places
from msgcenter_tui.store.tx import Tx

FIRST_UNREACHED = 100
_SAMPLES = 200
"""Of a text that is another for each recipient, so many are counted."""


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
    body: str | None = None,
) -> Outlook:
    """The figures for a message to a thread of this kind; `people` are those named in a direct one.

    With the body, what its SMS take.
    """
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
    rows = audience.unreached(tx, which, kind, FIRST_UNREACHED) if reach.portal_only or reach.unreachable else ()
    exposed = _exposed(kind, figures, locked)
    segments = None
    if body is not None and reach.sms:
        segments = _segments(tx, actor, which, kind, workspace_name, locked, body, reach.sms)
    question = asking.to_send(
        kind, workspace_name, reach, locked=locked, exposed=exposed, follow_up=follow_up, segments=segments
    )
    return Outlook(
        workspace_name=workspace_name,
        kind=kind,
        locked=locked,
        audience=figures.total + colleagues,
        reach=reach,
        first_unreached=tuple(_unreached(row) for row in rows),
        by_status=figures.by_status,
        exposed=exposed,
        question=question,
        segments=segments,
    )


def _segments(
    tx: Tx,
    actor: Actor,
    which: ColumnElement[bool],
    kind: ThreadKind,
    workspace_name: str,
    locked: bool,
    body: str,
    recipients: int,
) -> Segments | None:
    """What the SMS of this message take; None while the text cannot be sent (T4, T7)."""
    link = sms.read_on(tx.policy.portal_url, locked=locked)
    body = text.clean(body)
    facts = rendering.facts_for(tx, actor, body, workspace_name)
    samples = []
    try:
        for row in audience.texted(tx, which, kind, None if facts is None else _SAMPLES):
            told = body
            if facts is not None:  # everybody's is another text
                told = fields.fill(body, {**facts, **fields.client_values(row.name, row.email, row.phone)})
            parts = workspace_name, told, link if row.in_portal else "", sms.REPLY_STOP if row.first else ""
            samples.append(sms.Sample(sms.text(*parts), row.recipients, cut=not sms.uncut(*parts)))
    except BadInput:
        return None
    return sms.counted(samples, recipients, body, workspace_name)


def _exposed(kind: ThreadKind, figures: audience.Figures, locked: bool) -> int:
    """How many clients learn each other's names (L3): of a direct thread all in it, if there is more than one."""
    if kind is ThreadKind.ALL_CLIENTS:
        return 0 if locked else figures.exposed
    return figures.total if kind is ThreadKind.DIRECT and figures.total > 1 else 0


def _unreached(row: Row[Any]) -> Unreached:
    reason = consent.reason(row.email_key, row.email_muted, row.phone_number, row.consent, bool(row.in_portal))
    return Unreached(row.person_id, row.name, reason)


def nothing(kind: ThreadKind, workspace_name: str, locked: bool) -> Outlook:
    """The outlook that a client is given: no figures (V5)."""
    return Outlook(workspace_name, kind, locked, 0, Reach(), (), {}, 0, None)
