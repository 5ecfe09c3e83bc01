"""People of a thread, or of one to come, by name: pages of them, and how many there are of each sort (R4, N4, N11).

A list is a `Circle`: whose it is, and flags, each one SQL expression, that are shown, filtered by and counted alike. A
page is found by walking along the index of names, however many clients there are; what has happened to each is looked
up for the page alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Row,
    Select,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union,
)

from msgcenter_tui.domain import (
    ANSWERS,
    Among,
    Channel,
    DeliveryState,
    PersonId,
    RunKind,
    ThreadId,
    ThreadKind,
    ThreadState,
    WorkspaceId,
)
from msgcenter_tui.rules.sought import sought
from msgcenter_tui.rules.states import SETTLED, UNDER_WAY
from msgcenter_tui.store import folding, searching
from msgcenter_tui.store.folding import state_in
from msgcenter_tui.store.searching import are_few
from msgcenter_tui.store.tables import (
    KEY,
    PERSON,
    client_history,
    clients,
    deliveries,
    members,
    messages,
    participants,
    people,
    reads,
    runs,
)
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import finds_in_portal, in_audience, reached_by, shown

Condition = ColumnElement[bool]

_SENT = frozenset({DeliveryState.SENT})

AMONG: Mapping[Among, Mapping[str, bool]] = {
    Among.ALL: {},
    Among.SEES: {"sees": True},
    Among.HIDDEN: {"sees": False},
    Among.NOTIFIED: {"sent": True},
    Among.UNDER_WAY: {"sent": False, "pending": True},
    Among.NOT_NOTIFIED: {"sent": False, "pending": False},
    Among.READ: {"sees": True, "wrote": False, "read": True},
    Among.NOT_READ: {"sees": True, "wrote": False, "read": False},
    Among.NOT_REACHED: {"meant": True, "wrote": False, "sees": False, "sent": False, "pending": False},
    Among.TO_CATCH_UP: {"sees": True, "read": False, "sent": False, "pending": False, "reached": True},
}

_MESSAGES = 1000


@dataclass(frozen=True, slots=True)
class Circle:
    """Of whom a list is, and what is told of each."""

    kind: ThreadKind
    workspace: WorkspaceId
    within: Select[Any]
    """The ids of those whose thread it is or would be."""
    flags: Mapping[str, Condition]
    """Of `people` and `clients`; NULL counts as no."""
    thread: ThreadId | None = None
    known: Condition | None = None
    """Of `clients`: whom who looks may know; None: everybody (A4)."""
    sets: Mapping[str, Condition] = field(default_factory=dict)
    """Some of the flags as sets that are made once: for everybody quicker than to look somebody up."""

    @property
    def of_clients(self) -> bool:
        return self.kind is ThreadKind.ALL_CLIENTS


# -- circles ----------------------------------------------------------------------------------------------------------


def of_thread(
    thread: ThreadId,
    workspace: WorkspaceId,
    kind: ThreadKind,
    *,
    state: ThreadState,
    newest: int | None,
    author: PersonId | None,
    known: Condition | None,
) -> Circle:
    """Everybody of a thread, and whoever has deliveries of it; `newest` and `author` are of its newest message (R4).

    Flags: sees (V1, V8, V9), sent and pending (N11), read (R4), meant (A1), reached (N3, of All Clients), wrote.
    """
    within, sees, meant = _of_kind(workspace, kind, _in_thread(thread))
    flags = {
        "sees": and_(shown(state), sees),
        "sent": _has(thread, _SENT),
        "pending": _has(thread, UNDER_WAY),
        "read": false() if newest is None else _has_read(thread, newest),
        "meant": meant,
        "reached": or_(*(reached_by(channel) for channel in Channel)) if kind is ThreadKind.ALL_CLIENTS else false(),
        "wrote": false() if author is None else people.c.id == author,
    }
    of_it = runs_of_it(thread)
    sets = {"sent": people.c.id.in_(_having(of_it, _SENT)), "pending": people.c.id.in_(_having(of_it, UNDER_WAY))}
    if newest is not None:
        sets["read"] = people.c.id.in_(_readers(thread, newest))
    return Circle(kind, workspace, within, flags, thread, known, sets)


def of_message(
    workspace: WorkspaceId,
    kind: ThreadKind,
    *,
    author: PersonId,
    thread: ThreadId | None,
    named: Sequence[PersonId],
    known: Condition | None,
) -> Circle:
    """Everybody whom a message to come could concern: of its thread, or of one to come with the people named.

    Flags: meant (A1, A2, A4), by_email and by_sms (N3), in_portal (V1, V8).
    """
    in_it = people.c.id.in_(named) if thread is None else _in_thread(thread)
    within, sees, meant = _of_kind(workspace, kind, in_it)
    client = clients.c.person_id.is_not(None)
    flags = {
        "meant": and_(meant, people.c.id != author),
        "by_email": or_(not_(client), reached_by(Channel.EMAIL)),
        "by_sms": and_(client, reached_by(Channel.SMS)),
        "in_portal": and_(client, sees),
    }
    return Circle(kind, workspace, within, flags, known=known)


def _of_kind(workspace: WorkspaceId, kind: ThreadKind, in_it: Condition) -> tuple[Select[Any], Condition, Condition]:
    """Who belongs to it; of `people` and `clients`: who sees it, and who is in its audience."""
    here = clients.c.workspace_id == workspace
    if kind is ThreadKind.ALL_CLIENTS:
        within = select(clients.c.person_id).where(here)
        return within, and_(here, finds_in_portal()), in_audience(workspace)
    member = _exists(members, members.c.workspace_id == workspace, members.c.person_id == people.c.id)
    if kind is ThreadKind.ALL_TEAM:
        return select(members.c.person_id).where(members.c.workspace_id == workspace), member, member
    within = select(people.c.id).where(in_it)
    return within, and_(in_it, or_(and_(here, clients.c.portal.is_(True)), member)), and_(in_it, or_(here, member))


def _in_thread(thread: ThreadId) -> Condition:
    return _exists(participants, participants.c.thread_id == thread, participants.c.person_id == people.c.id)


def _exists(table: FromClause, *which: Condition) -> Condition:
    """Not EXISTS: PostgreSQL may answer that for everybody at once, for a page of a hundred (see notifiers.has)."""
    return select(literal(1)).where(*which).limit(1).correlate_except(table).scalar_subquery().is_not(None)


def _runs_of(thread: ThreadId) -> Select[Any]:
    return select(runs.c.id).where(runs.c.thread_id == thread)


def _of_it(thread: ThreadId) -> Condition:
    """Of `runs`: those by which people are notified of the thread itself; of a broadcast not its replies' (N11)."""
    return and_(runs.c.thread_id == thread, runs.c.kind.not_in(ANSWERS))


def runs_of_it(thread: ThreadId) -> Select[Any]:
    return select(runs.c.id).where(_of_it(thread))


def _has(thread: ThreadId, states: frozenset[DeliveryState]) -> Condition:
    """Of `people`: those with a delivery of the thread itself in one of these states."""
    mine = deliveries.c.run_id.in_(runs_of_it(thread)), deliveries.c.person_id == people.c.id
    standing = _exists(deliveries, *mine, deliveries.c.state.in_(sorted(states)))
    ended = sorted(states & SETTLED)
    if not ended:
        return standing
    return or_(standing, _exists(runs, _of_it(thread), state_in(runs.c.id, people.c.id).in_(ended)))


def _having(which: Select[Any], states: frozenset[DeliveryState] | None = None) -> Select[Any]:
    """Whoever has a delivery of these runs, in one of these states."""
    found: Select[Any] = select(deliveries.c.person_id).where(deliveries.c.run_id.in_(which))
    if states is not None:
        found = found.where(deliveries.c.state.in_(sorted(states)))
        if not states & SETTLED:
            return found
    return select(found.union_all(folding.having(which, states)).subquery().c.person_id)


def _has_read(thread: ThreadId, newest: int) -> Condition:
    return _exists(reads, reads.c.thread_id == thread, reads.c.person_id == people.c.id, reads.c.up_to >= newest)


def _readers(thread: ThreadId, newest: int) -> Select[Any]:
    return select(reads.c.person_id).where(reads.c.thread_id == thread, reads.c.up_to >= newest)


def where(circle: Circle, flags: Mapping[str, bool]) -> Condition:
    """Of `people` and `clients`: those of whom these flags are so."""
    plain = {name: func.coalesce(circle.flags[name], false()) for name in flags}
    return and_(true(), *(plain[name] if so else not_(plain[name]) for name, so in flags.items()))


# -- pages ------------------------------------------------------------------------------------------------------------


def page_of(
    tx: Tx,
    circle: Circle,
    parts: Sequence[Mapping[str, bool]],
    search: str,
    limit: int,
    after: tuple[str, str] | None,
) -> Sequence[Row[Any]]:
    """People of the circle by name, with their flags, and how far they have read: those of whom one part is so.

    `after` is the key of the last one had.
    Few people are looked up and sorted; many are found by walking along their names until the page is full.
    """
    few = not circle.of_clients or _are_few(tx, circle)
    # A planner without statistics (SQLite) is told by the statement's form which of the two it is.
    named, found_few = _named(tx, search)
    key = people.c.name_key.concat("") if few or found_few else people.c.name_key
    wanted = or_(*(where(circle, part) for part in parts))
    found = _people(circle, select(people.c.id), few).where(wanted, *named)
    if after is not None:
        found = found.where(tuple_(key, people.c.id) > tuple_(literal(after[0], KEY), literal(after[1], PERSON)))
    page = found.order_by(key, people.c.id).limit(limit).subquery()
    return tx.conn.execute(_described(circle, page)).all()


def _people(circle: Circle, query: Select[Any], few: bool) -> Select[Any]:
    mine = clients.c.person_id == people.c.id
    query = query.join_from(people, clients, mine, isouter=not circle.of_clients)
    if circle.known is not None:
        query = query.where(circle.known)
    if few:
        return query.where(people.c.id.in_(_everybody(circle)))
    # Alternatives: SQLite would begin with an index of a condition that stands alone, and sort what it finds.
    had = people.c.id.is_(None) if circle.thread is None else _had(circle.thread)
    return query.where(or_(clients.c.workspace_id == circle.workspace, had))


def _everybody(circle: Circle) -> Select[Any] | CompoundSelect[Any]:
    if circle.thread is None:
        return circle.within
    return union(circle.within, _having(_runs_of(circle.thread)))


def _had(thread: ThreadId) -> Condition:
    mine = deliveries.c.person_id == people.c.id, deliveries.c.run_id.in_(_runs_of(thread))
    was_folded = _exists(runs, runs.c.thread_id == thread, state_in(runs.c.id, people.c.id).is_not(None))
    return or_(_exists(deliveries, *mine), was_folded)


def _are_few(tx: Tx, circle: Circle) -> bool:
    found = [circle.within]
    if circle.thread is not None:
        found.append(_having(_runs_of(circle.thread)))
    return all(are_few(tx, one) for one in found)


def _named(tx: Tx, search: str) -> tuple[list[Condition], bool]:
    """Of `people` those whom everything that is searched for finds; and whether it finds few."""
    wanted = sought(search)
    found: list[Condition] = [people.c.name_key.contains(text, autoescape=True) for text in wanted.texts]
    if not wanted.words:
        return found, False
    those = searching.clients_with(tx, wanted.words), searching.staff_with(tx, wanted.words)
    few = all(index.are_few() for index in those)
    # Of many it is asked, row by row: added to, it is no way to the rows.
    person = people.c.id if few or not tx.sqlite else people.c.id + 0
    return [*found, or_(*(person.in_(index.ids) for index in those))], few


def _described(circle: Circle, page: FromClause) -> Select[Any]:
    mine = reads.c.thread_id == circle.thread, reads.c.person_id == people.c.id
    up_to, first_at, last_at = (
        select(column).where(*mine).correlate_except(reads).scalar_subquery()
        for column in (reads.c.up_to, reads.c.first_at, reads.c.at)
    )
    facts: list[Any] = [func.coalesce(flag, false()).label(name) for name, flag in circle.flags.items()]
    if circle.thread is not None:
        facts += [up_to.label("up_to"), first_at.label("first_at"), last_at.label("last_at"), _since(circle)]
    return (
        select(people.c.id, people.c.name, people.c.name_key, people.c.kind, people.c.erased_at, clients, *facts)
        .join_from(page, people, people.c.id == page.c.id)
        .outerjoin(clients, clients.c.person_id == people.c.id)
        .order_by(people.c.name_key, people.c.id)
    )


def _since(circle: Circle) -> ColumnElement[Any]:
    """Since when somebody of a team, or of a direct thread, is in it."""
    if circle.kind is ThreadKind.DIRECT:
        which = participants.c.thread_id == circle.thread, participants.c.person_id == people.c.id
        return select(participants.c.added_at).where(*which).correlate_except(participants).label("since")
    of_team = members.c.workspace_id == circle.workspace, members.c.person_id == people.c.id
    return select(members.c.since).where(*of_team).correlate_except(members).label("since")


# -- counts -----------------------------------------------------------------------------------------------------------


def counts(tx: Tx, circle: Circle, search: str) -> Sequence[tuple[Mapping[str, bool], int]]:
    """How many of the circle have which flags: at most a few dozen combinations, each with its number."""
    flags = {**circle.flags, **circle.sets}
    plain: list[Any] = [func.coalesce(flag, false()).label(name) for name, flag in flags.items()]
    query: Select[Any] = select(*plain)
    each = _people(circle, query, few=True).where(*_named(tx, search)[0]).subquery()
    columns = [each.c[name] for name in circle.flags]
    rows = tx.conn.execute(select(*columns, func.count()).group_by(*columns))
    return [({name: bool(so) for name, so in zip(circle.flags, row, strict=False)}, int(row[-1])) for row in rows]


# -- what has happened to those of a page -----------------------------------------------------------------------------


def deliveries_to(tx: Tx, thread: ThreadId, persons: Sequence[PersonId]) -> Sequence[Row[Any]]:
    """Their deliveries of the thread, the newest runs first."""
    return tx.conn.execute(
        select(deliveries, runs.c.channel, runs.c.kind)
        .join(runs, runs.c.id == deliveries.c.run_id)
        .where(deliveries.c.person_id.in_(persons), deliveries.c.run_id.in_(_runs_of(thread)))
        .order_by(deliveries.c.run_id.desc())
    ).all()


def histories(tx: Tx, persons: Sequence[PersonId]) -> Sequence[Row[Any]]:
    """What was kept of these clients, the oldest first: id, from when on, status and workspace."""
    which = client_history.c.client_id.in_(persons)
    query: Select[Any] = select(client_history).where(which).order_by(client_history.c.id)
    return tx.conn.execute(query).all()


def sendings(tx: Tx, thread: ThreadId, kind: ThreadKind, *, deleted_too: bool = False) -> Sequence[Row[Any]]:
    """When each message was written that everybody of the thread is notified of, the newest begin; and its author."""
    which = [messages.c.thread_id == thread]
    if not deleted_too:
        which.append(messages.c.deleted_at.is_(None))
    if kind is ThreadKind.ALL_CLIENTS:
        which.append(messages.c.run_kind == RunKind.BROADCAST)
    newest: Select[Any] = select(messages.c.at, messages.c.author_id, messages.c.number)
    return tx.conn.execute(newest.where(*which).order_by(messages.c.number.desc()).limit(_MESSAGES)).all()
