"""Who gets it and who got it: the audience of a thread, and of a message before it is sent (V, R4, N1, N4, N11, S4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding, messages
from msgcenter_tui.center.standing import the_thread
from msgcenter_tui.domain import (
    Actor,
    Ahead,
    Among,
    AudienceRow,
    Channel,
    Notice,
    Notified,
    Page,
    Person,
    PersonId,
    PersonKind,
    Prospect,
    Recipients,
    Role,
    ThreadId,
    ThreadKind,
    ThreadState,
    WorkspaceId,
)
from msgcenter_tui.errors import BadInput, not_found
from msgcenter_tui.rules import audiences, consent
from msgcenter_tui.rules.states import LEFT
from msgcenter_tui.store import audience_list, cursors, folding
from msgcenter_tui.store.audience import newest_by_owner
from msgcenter_tui.store.audience_list import AMONG, Circle
from msgcenter_tui.store.clientele import reached_by_staff
from msgcenter_tui.store.keys import id_of
from msgcenter_tui.store.tables import PERSON
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.text import clean_line

_AHEAD: Mapping[Ahead, Sequence[Mapping[str, bool]]] = {
    Ahead.ALL: ({},),
    Ahead.NOTIFIED: ({"meant": True, "by_email": True}, {"meant": True, "by_email": False, "by_sms": True}),
    Ahead.PORTAL_ONLY: ({"meant": True, "by_email": False, "by_sms": False, "in_portal": True},),
    Ahead.NOT_REACHED: ({"meant": True, "by_email": False, "by_sms": False, "in_portal": False},),
    Ahead.EXCLUDED: ({"meant": False},),
}
"""Each in parts that have nobody in common."""


# -- after the send ---------------------------------------------------------------------------------------------------


@look
def list_audience(
    tx: Tx,
    actor: Actor,
    thread: ThreadId,
    *,
    among: Among = Among.ALL,
    search: str = "",
    limit: int = 50,
    after: str | None = None,
) -> Page[AudienceRow]:
    """A page, by name, of everybody whose thread it is, and of those who have left and had deliveries of it.

    For staff who see the thread; to others than Owners only the clients whom they reach (A4, S4).
    """
    row = _the_thread(tx, actor, thread)
    circle = circle_of(tx, actor, row)
    rows = audience_list.page_of(
        tx, circle, [AMONG[among]], clean_line(search), cursors.checked_limit(limit) + 1, _after(after)
    )
    return cursors.page(_rows(tx, row, rows), _keys(rows), limit)


@look
def audience_counts(tx: Tx, actor: Actor, thread: ThreadId, *, search: str = "") -> dict[Among, int]:
    """How many each filter of `list_audience` shows; the whole audience is gone through."""
    circle = circle_of(tx, actor, _the_thread(tx, actor, thread))
    found = audience_list.counts(tx, circle, clean_line(search))
    return {among: _total(found, [which]) for among, which in AMONG.items()}


def circle_of(tx: Tx, actor: Actor, row: Row[Any]) -> Circle:
    """Of a thread as the actor sees it."""
    newest = _newest(tx, row)
    return audience_list.of_thread(
        row.id,
        row.workspace_id,
        row.kind,
        state=row.state,
        newest=newest.number if newest else None,
        author=newest.author_id if newest else None,
        known=None if _knows_all(row.kind, row.role) else reached_by_staff(actor.person),
    )


def _newest(tx: Tx, row: Row[Any]) -> Row[Any] | None:
    """The message up to which somebody has read it: a broadcast's newest by an owner (R4), else the newest."""
    if row.kind.broadcast:
        return newest_by_owner(tx, row.id, row.workspace_id, row.kind)
    return next(iter(audience_list.sendings(tx, row.id, row.kind)), None)


def _knows_all(kind: ThreadKind, role: Role | None) -> bool:
    return kind is not ThreadKind.ALL_CLIENTS or role is Role.OWNER


def _the_thread(tx: Tx, actor: Actor, thread: ThreadId) -> Row[Any]:
    """For staff alone: to a client nobody's audience is there (V5, S4)."""
    if actor.is_client:
        raise not_found("thread", thread)
    return the_thread(tx, actor, thread, deleted_too=True)


def _after(cursor: str | None) -> tuple[str, str] | None:
    return None if cursor is None else cursors.text_key(cursor, PERSON)


def _keys(rows: Sequence[Row[Any]]) -> list[tuple[str | int, str]]:
    return [(row.name_key, row.id) for row in rows]


def _total(found: Sequence[tuple[Mapping[str, bool], int]], parts: Sequence[Mapping[str, bool]]) -> int:
    return sum(
        count for flags, count in found if any(all(flags[name] is so for name, so in which.items()) for which in parts)
    )


def _rows(tx: Tx, thread: Row[Any], rows: Sequence[Row[Any]]) -> list[AudienceRow]:
    ids = [row.id for row in rows]
    notices = _notices(tx, thread.id, ids)
    told = {id: tuple(notice for notice in notices[id] if not notice.kind.answers) for id in ids}
    history: dict[PersonId, list[audiences.Past]] = defaultdict(list)
    for past in audience_list.histories(tx, [id for id in ids if not told[id]]):
        history[past.client_id].append(audiences.Past(past.at, past.status, past.workspace_id))
    written = audience_list.sendings(tx, thread.id, thread.kind, deleted_too=True)  # who was there then stays so
    sendings = [(one.at, one.author_id) for one in written]
    return [_row(thread, row, notices[row.id], told[row.id], history[row.id], sendings) for row in rows]


def _notices(tx: Tx, thread: ThreadId, ids: Sequence[PersonId]) -> dict[PersonId, list[Notice]]:
    """Of each their deliveries of the thread, the newest run first; of folded ones what is left."""
    found: list[tuple[int, PersonId, Notice]] = []
    for one in audience_list.deliveries_to(tx, thread, ids):
        at = one.fenced_at if one.state in LEFT else one.settled_at
        id = id_of(one.run_id, one.person_id)
        notice = Notice(id, one.kind, one.channel, one.state, at, one.reason)
        found.append((int(one.run_id[1:]), one.person_id, notice))
    for one in folding.of_people(tx, thread, ids):
        id = id_of(one.run_id, one.person_id)
        notice = Notice(id, one.kind, one.channel, one.state, None, audiences.FOLDED)
        found.append((int(one.run_id[1:]), one.person_id, notice))
    notices: dict[PersonId, list[Notice]] = defaultdict(list)
    for _, person, notice in sorted(found, key=lambda one: one[0], reverse=True):
        notices[person].append(notice)
    return notices


def _row(
    thread: Row[Any],
    row: Row[Any],
    notices: Sequence[Notice],
    told: tuple[Notice, ...],
    history: Sequence[audiences.Past],
    sendings: Sequence[tuple[Any, PersonId]],
) -> AudienceRow:
    notified = audiences.standing(notice.state for notice in told)
    why_not = ""
    if notified is Notified.NO:
        why_not = audiences.became(told) or _why_none(thread, row, history, sendings)
    return AudienceRow(
        person=_person(row),
        status=row.status,
        sees=bool(row.sees),
        why=_why(thread, row),
        notified=notified,
        why_not=why_not,
        notices=tuple(notices),
        told=told,
        read=bool(row.read) and not row.wrote,
        read_up_to=row.up_to or 0,
        read_at=row.first_at,
        last_read_at=row.last_at,
    )


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.kind)


def _why(thread: Row[Any], row: Row[Any]) -> str:
    of_all = thread.kind is ThreadKind.ALL_CLIENTS
    live = thread.state is ThreadState.LIVE
    if row.erased_at is not None:
        return "erased"
    if row.kind is PersonKind.CLIENT:
        if not of_all and row.since is None and live:
            return "not in it any more"
        here = row.workspace_id == thread.workspace_id
        return audiences.why_client_sees(live=live, here=here, status=row.status, portal=row.portal, of_all=of_all)
    if not live:
        return "the thread is deleted"
    if row.sees:
        return "member of the team" if thread.kind is ThreadKind.ALL_TEAM else "in it"
    return "not in it any more" if thread.kind is ThreadKind.DIRECT and row.since is None else "left the team"


def _why_none(
    thread: Row[Any],
    row: Row[Any],
    history: Sequence[audiences.Past],
    sendings: Sequence[tuple[Any, PersonId]],
) -> str:
    """Why somebody has no delivery of it at all."""
    times = [at for at, author in sendings if author != row.id]
    if sendings and not times:
        return audiences.ITS_AUTHOR
    if thread.kind is ThreadKind.ALL_CLIENTS:
        if not audiences.was_in_audience(history, thread.workspace_id, times):
            return audiences.LATER if row.status.current else f"not in the audience: {row.status.called}"
    elif row.since is not None and all(at < row.since for at in times):
        return audiences.LATER
    if row.kind is PersonKind.STAFF:
        return audiences.LATER
    return consent.why_none(row.email_key, row.email_muted, row.phone_number, row.consent) or audiences.NO_CHANNEL


# -- before the send --------------------------------------------------------------------------------------------------


@look
def list_prospects(
    tx: Tx,
    actor: Actor,
    *,
    thread: ThreadId | None = None,
    recipients: Recipients | None = None,
    workspace: WorkspaceId | None = None,
    ahead: Ahead = Ahead.ALL,
    search: str = "",
    limit: int = 50,
    after: str | None = None,
) -> Page[Prospect]:
    """A page, by name, of what a message would be to each: in a thread, or to these recipients from this workspace.

    Of a broadcast everybody of the workspace or team, those who are not in the audience, too.
    """
    circle = _circle_ahead(tx, actor, thread, recipients, workspace)
    rows = audience_list.page_of(
        tx, circle, _AHEAD[ahead], clean_line(search), cursors.checked_limit(limit) + 1, _after(after)
    )
    return cursors.page([_prospect(actor, circle, row) for row in rows], _keys(rows), limit)


@look
def prospect_counts(
    tx: Tx,
    actor: Actor,
    *,
    thread: ThreadId | None = None,
    recipients: Recipients | None = None,
    workspace: WorkspaceId | None = None,
    search: str = "",
) -> dict[Ahead, int]:
    """How many each filter of `list_prospects` shows; everybody is gone through."""
    circle = _circle_ahead(tx, actor, thread, recipients, workspace)
    found = audience_list.counts(tx, circle, clean_line(search))
    return {ahead: _total(found, parts) for ahead, parts in _AHEAD.items()}


def _circle_ahead(
    tx: Tx, actor: Actor, thread: ThreadId | None, recipients: Recipients | None, workspace: WorkspaceId | None
) -> Circle:
    named: Sequence[PersonId] = ()
    if thread is not None:
        row = _the_thread(tx, actor, thread)
        kind, where, all_known = row.kind, row.workspace_id, _knows_all(row.kind, row.role)
    elif recipients is None or workspace is None:
        raise BadInput("it is not said to whom", "", "name a thread, or recipients and a workspace")
    else:
        finding.require_staff(tx, actor)
        to = messages.address_of(tx, actor, recipients, workspace)
        kind, where, all_known = to.kind, to.workspace, True
        named = [person.id for person in to.people]
    return audience_list.of_message(
        where,
        kind,
        author=actor.person,
        thread=thread,
        named=named,
        known=None if all_known else reached_by_staff(actor.person),
    )


def _prospect(actor: Actor, circle: Circle, row: Row[Any]) -> Prospect:
    client = row.kind is PersonKind.CLIENT
    by = {Channel.EMAIL: row.by_email, Channel.SMS: row.by_sms}
    channels = tuple(channel for channel in Channel if row.meant and by[channel])
    why = ""
    if not row.meant:
        why = "you write it" if row.id == actor.person else _why_excluded(circle, row)
    elif not channels and client:
        why = consent.reason(row.email_key, row.email_muted, row.phone_number, row.consent, bool(row.in_portal))
    return Prospect(_person(row), row.status, channels, bool(row.in_portal), not row.meant, why)


def _why_excluded(circle: Circle, row: Row[Any]) -> str:
    if row.erased_at is not None:
        return "erased"
    if row.kind is PersonKind.STAFF:
        return "left the team"
    return str(row.status.called) if row.workspace_id == circle.workspace else "moved to another workspace"
