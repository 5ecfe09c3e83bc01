"""Who is in an audience, who sees what, and what is unread: each set rule once, as SQL (A1, A2, V, R1, N1, N3).

Every list, count, opening, reply, search and snapshot is built from these expressions, judged at the moment of
looking; nothing is kept per client. They are written for one reader, whose id is a value, or for the set of clients
or staff of the surrounding statement.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from msgcenter_tui.domain import (
    CURRENT,
    NOBODY,
    Actor,
    Channel,
    Consent,
    Eyes,
    PersonId,
    Role,
    RunKind,
    ThreadId,
    ThreadKind,
    ThreadState,
    WorkspaceId,
)
from msgcenter_tui.store import past
from msgcenter_tui.store.tables import (
    assignments,
    client_history,
    clients,
    marks,
    members,
    messages,
    participants,
    people,
    reads,
    threads,
)

Condition = ColumnElement[bool]


# -- audiences --------------------------------------------------------------------------------------------------------


def in_audience(workspace: Any) -> Condition:
    """Of `clients`: the audience of All Clients from this workspace, its current clients (A1)."""
    # Literals, here and below: by those SQLite finds the index of an audience (tables.py).
    current = [literal_column(f"'{status.value}'", clients.c.status.type) for status in sorted(CURRENT)]
    return and_(clients.c.workspace_id == workspace, clients.c.status.in_(current))


def reached_by(channel: Channel) -> Condition:
    """Of `clients`: whom this channel reaches (N3)."""
    if channel is Channel.EMAIL:
        return and_(clients.c.email_key.is_not(None), clients.c.email_muted.is_(False))
    consented = literal_column(f"'{Consent.ACTIVE.value}'", clients.c.consent.type)
    return and_(clients.c.phone_number.is_not(None), clients.c.consent == consented)


def unmailed() -> Condition:
    """Of `clients`: whom no e-mail reaches (N3), in the words of their index."""
    return or_(clients.c.email_key.is_(None), clients.c.email_muted.is_(True))


def finds_in_portal() -> Condition:
    """Of `clients`: those who see a broadcast of their workspace while that is shown at all (V1)."""
    return and_(clients.c.status.in_(CURRENT), clients.c.portal.is_(True))


def run_audience(kind: RunKind, channel: Channel, thread: FromClause) -> Select[Any] | CompoundSelect[Any]:
    """The people whom a message of this run kind, written now in the thread, concerns and this channel reaches.

    Rows of one column, `person_id`; the author is among them (N1, N9, N10). `thread` is a FROM of one row.
    """
    if kind in (RunKind.BROADCAST, RunKind.REPLY):
        return select(clients.c.person_id).join_from(
            thread, clients, and_(in_audience(thread.c.workspace_id), reached_by(channel))
        )
    staff_members = (
        select(members.c.person_id)
        .select_from(thread)
        .join(members, members.c.workspace_id == thread.c.workspace_id)
        .where(true() if channel is Channel.EMAIL else false())
    )
    if kind is RunKind.OWNER:
        return staff_members.where(members.c.role == Role.OWNER)
    clients_in_it = (
        select(clients.c.person_id)
        .select_from(thread)
        .join(participants, participants.c.thread_id == thread.c.id)
        .join(clients, clients.c.person_id == participants.c.person_id)
        .where(clients.c.workspace_id == thread.c.workspace_id, reached_by(channel))
    )
    if channel is Channel.SMS:
        return clients_in_it
    staff_in_it = staff_members.where(
        or_(thread.c.kind == ThreadKind.ALL_TEAM, _participates(thread.c.id, members.c.person_id))
    )
    return staff_in_it.union_all(clients_in_it)


def nameable_by(actor: Actor, workspace: WorkspaceId, role: Role | None) -> Condition:
    """Of `people`: those of the workspace whom the actor, with this role there, may name in a direct thread (A4)."""
    member = (
        exists()
        .where(members.c.workspace_id == workspace, members.c.person_id == people.c.id)
        .correlate_except(members)
    )
    if actor.is_client:
        owner = member.where(members.c.role == Role.OWNER)
        return or_(owner, and_(member, _assigned(actor.person, people.c.id)))
    client = (
        exists()
        .where(clients.c.person_id == people.c.id, clients.c.workspace_id == workspace)
        .correlate_except(clients)
    )
    if role is Role.PARTICIPANT:
        client = client.where(_assigned(clients.c.person_id, actor.person))
    return and_(people.c.id != actor.person, or_(member, client))


def _assigned(client: Any, staff: Any) -> Condition:
    return (
        exists().where(assignments.c.client_id == client, assignments.c.staff_id == staff).correlate_except(assignments)
    )


# -- who sees a thread ------------------------------------------------------------------------------------------------


def shown(state: ThreadState) -> Condition:
    """Whether whoever would see a thread sees it in this state: of one that is deleted or taken back nobody (V1, V4).

    For statements about one thread that is known; of `threads` see `visible`.
    """
    return true() if state is ThreadState.LIVE else false()


def _participates(thread: Any, person: Any) -> Condition:
    them = participants.c.thread_id == thread, participants.c.person_id == person
    # By its OFFSET PostgreSQL asks it of each row, by the key; else it would first make a table of all participations,
    # a hundred thousand for a page of fifty.
    return exists(select(participants.c.person_id).where(*them).offset(0).correlate_except(participants))


def in_thread(thread: ThreadId) -> Condition:
    """Of `people`: those in this direct thread."""
    return _participates(thread, people.c.id)


def role_in(workspace: Any, person: PersonId) -> ColumnElement[Role]:
    """The person's role in the workspace, NULL where they are no member."""
    return (
        select(members.c.role)
        .where(members.c.workspace_id == workspace, members.c.person_id == person)
        .correlate_except(members)
        .scalar_subquery()
    )


def _workspaces_of(person: PersonId) -> Select[Any]:
    return select(members.c.workspace_id).where(members.c.person_id == person)


def visible_to_staff(person: PersonId) -> Condition:
    """Of `threads`: what a member of staff sees, live or deleted alike (V6, V9)."""
    return and_(
        threads.c.workspace_id.in_(_workspaces_of(person)),
        or_(threads.c.kind != ThreadKind.DIRECT, _participates(threads.c.id, person)),
    )


def standing(person: PersonId, eyes: Eyes | None) -> Select[Any]:
    """What decides about a client's portal: one row of person_id, workspace_id, status and portal.

    It is as it is now, as it was at a time, or as it would be; no row where there was no such client then. For an
    imagined client everything is given.
    """
    eyes = eyes or Eyes()
    given = (
        (clients.c.workspace_id, eyes.workspace),
        (clients.c.status, eyes.status),
        (clients.c.portal, eyes.portal),
    )
    facts: FromClause | None = None
    if person != NOBODY:
        facts = clients if eyes.at is None else _last_change(person, eyes.at)
    columns = [
        (literal(value, column.type) if value is not None or facts is None else facts.c[column.name]).label(column.name)
        for column, value in given
    ]
    whose = literal(person, clients.c.person_id.type).label("person_id")
    found = select(whose, *columns)
    return found if facts is None else found.select_from(facts).where(facts.c.person_id == person)


def _last_change(person: PersonId, at: datetime) -> FromClause:
    """The state of a client from their last change until `at` on."""
    return (
        select(
            client_history.c.client_id.label("person_id"),
            client_history.c.workspace_id,
            client_history.c.status,
            client_history.c.portal,
        )
        .where(client_history.c.client_id == person, client_history.c.at <= at)
        .order_by(client_history.c.id.desc())
        .limit(1)
        .subquery()
    )


def visible_to_client(person: PersonId, eyes: Eyes | None = None) -> Condition:
    """Of `threads`: what a client sees in the portal, live or deleted alike (V1, V2, V3, V8).

    With eyes it is the same rule over other facts.
    """
    facts: FromClause = clients if eyes is None else standing(person, eyes).subquery()
    return and_(
        exists(facts.c.person_id)
        .where(
            facts.c.person_id == person,
            facts.c.workspace_id == threads.c.workspace_id,
            facts.c.portal.is_(True),
            or_(threads.c.kind == ThreadKind.DIRECT, facts.c.status.in_(CURRENT)),
        )
        .correlate_except(facts),
        or_(
            threads.c.kind == ThreadKind.ALL_CLIENTS,
            and_(threads.c.kind == ThreadKind.DIRECT, _was_in(person, None if eyes is None else eyes.at)),
        ),
    )


def _was_in(person: PersonId, at: datetime | None) -> Condition:
    """Of `threads`: the direct ones that a client is in, or was in at a time."""
    return _participates(threads.c.id, person) if at is None else past.participated(person, at)


def visible(reader: Actor) -> Condition:
    """Of `threads`: what this reader sees, now or when their eyes look."""
    theirs = visible_to_client(reader.person, reader.eyes) if reader.is_client else visible_to_staff(reader.person)
    return and_(past.live(reader.at), theirs)


def may_be_visible(reader: Actor) -> Select[Any]:
    """The ids of all threads that this reader can see, live or deleted, and of some that they cannot: by indexes."""
    theirs = participants.alias()
    direct = select(theirs.c.thread_id).where(theirs.c.person_id == reader.person)
    here: Select[Any] = _workspaces_of(reader.person)
    if reader.is_client:
        here = select(standing(reader.person, reader.eyes).subquery().c.workspace_id)
    sent = threads.alias()
    broadcasts = select(sent.c.id).where(
        sent.c.workspace_id.in_(here), sent.c.kind.in_([ThreadKind.ALL_CLIENTS, ThreadKind.ALL_TEAM])
    )
    return select(direct.union_all(broadcasts).subquery().c.thread_id)


def owned_by(person: PersonId) -> Condition:
    """Of `threads`: those whose owner this member of staff is (rules.md, Words).

    A direct thread whose owner is no member any more belongs to the Owners of its workspace.
    """
    role = role_in(threads.c.workspace_id, person)
    owner_stays = (
        exists()
        .where(members.c.workspace_id == threads.c.workspace_id, members.c.person_id == threads.c.owner_id)
        .correlate_except(members)
    )
    return and_(
        role.is_not(None),
        case(
            (threads.c.kind != ThreadKind.DIRECT, role == Role.OWNER),
            (owner_stays, threads.c.owner_id == person),
            else_=role == Role.OWNER,
        ),
    )


def found_deleted(reader: Actor) -> Condition:
    """Of `threads`: the deleted ones that this reader, their owner, may restore (V4)."""
    if reader.is_client:
        return threads.c.id.is_(None)
    return and_(threads.c.state == ThreadState.DELETED, visible_to_staff(reader.person), owned_by(reader.person))


# -- what is unread ---------------------------------------------------------------------------------------------------


def unread_messages(reader: Actor, thread: Any) -> Condition:
    """Of `messages`: those of the thread that are unread for this reader (R1, R2).

    A client's are computed from how far they have read, so that a client of tomorrow finds today's broadcast unread
    (V2). A member of staff has a mark from the message on that came while they were there (V6). Scalar subqueries,
    not joins: a LEFT JOIN makes SQLite build a filter over all read facts. Of a time in the past nothing counts as
    unread: how far somebody had read then is not kept.
    """
    if reader.at is not None:
        return false()
    if reader.is_client:
        mine = reads.c.person_id == reader.person, reads.c.thread_id == thread
        up_to = select(reads.c.up_to).where(*mine).correlate_except(reads).scalar_subquery()
        unread_from = select(reads.c.unread_from).where(*mine).correlate_except(reads).scalar_subquery()
        is_unread = or_(messages.c.number > func.coalesce(up_to, 0), messages.c.number >= unread_from)
    else:
        mark = (
            select(marks.c.from_number)
            .where(marks.c.person_id == reader.person, marks.c.thread_id == thread)
            .correlate_except(marks)
            .scalar_subquery()
        )
        is_unread = messages.c.number >= mark
    return and_(
        messages.c.thread_id == thread,
        messages.c.author_id != reader.person,
        messages.c.deleted_at.is_(None),
        is_unread,
    )


def unread_count(reader: Actor, thread: Any) -> ColumnElement[int]:
    """How many messages of the thread are unread for this reader (R1), as a scalar."""
    return (
        select(func.count())
        .select_from(messages)
        .where(unread_messages(reader, thread))
        .correlate_except(messages)
        .scalar_subquery()
    )


def has_unread(reader: Actor, thread: Any) -> Condition:
    return exists().select_from(messages).where(unread_messages(reader, thread)).correlate_except(messages)


def may_have_unread(reader: Actor) -> Condition:
    """Of `threads`: a superset of those with unread messages that an index can find; True for a client."""
    if reader.is_client:
        return threads.c.id.is_not(None)
    return threads.c.id.in_(select(marks.c.thread_id).where(marks.c.person_id == reader.person))
