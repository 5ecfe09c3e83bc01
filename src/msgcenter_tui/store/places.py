"""Workspaces and their members in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, delete, exists, func, insert, literal, select, update

from msgcenter_tui.domain import CURRENT, PersonId, Role, ThreadId, ThreadKind, WorkspaceId, WorkspaceKind
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import (
    WORKSPACE,
    assignments,
    clients,
    marks,
    members,
    people,
    staff,
    threads,
    workspaces,
)
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.walls.plan import WALLS
from msgcenter_tui.text import fold


def add_workspace(tx: Tx, kind: WorkspaceKind, name: str, owner: PersonId, region: str | None) -> WorkspaceId:
    """A new workspace with its first Owner; `owner` is also whose it is where it is personal."""
    personal = kind is WorkspaceKind.PERSONAL
    values = {
        "kind": kind,
        "name": name,
        "name_key": None if personal else fold(name),
        "owner_id": owner if personal else None,
        "created_at": tx.now,
    }
    if region is not None:
        values["region"] = region
    workspace = WorkspaceId(tx.conn.execute(insert(workspaces).values(values).returning(workspaces.c.id)).scalar_one())
    add_member(tx, workspace, owner, Role.OWNER)
    return workspace


def rename_team(tx: Tx, workspace: WorkspaceId, name: str) -> None:
    tx.conn.execute(update(workspaces).where(workspaces.c.id == workspace).values(name=name, name_key=fold(name)))


def set_region(tx: Tx, workspace: WorkspaceId, region: str) -> None:
    tx.conn.execute(update(workspaces).where(workspaces.c.id == workspace).values(region=region))


def team_named(tx: Tx, name: str) -> WorkspaceId | None:
    if tx.login is not None:  # also one that they do not see: a name is one team's
        return tx.conn.scalar(select(getattr(func, WALLS).team_named(fold(name), type_=WORKSPACE)))
    return tx.conn.scalar(select(workspaces.c.id).where(workspaces.c.name_key == fold(name)))


# -- as a member sees them --------------------------------------------------------------------------------------------


class Counts(NamedTuple):
    """How many clients a workspace has, how many of them are its audience (A1), and how many members."""

    clients: int = 0
    current: int = 0
    members: int = 0


def counts_of(tx: Tx, which: Sequence[WorkspaceId]) -> dict[WorkspaceId, Counts]:
    """The counts of these workspaces, each from one walk along an index."""
    of_clients = (
        select(clients.c.workspace_id, func.count(), func.count().filter(clients.c.status.in_(CURRENT)))
        .where(clients.c.workspace_id.in_(which))
        .group_by(clients.c.workspace_id)
    )
    of_members = (
        select(members.c.workspace_id, func.count())
        .where(members.c.workspace_id.in_(which))
        .group_by(members.c.workspace_id)
    )
    by_members = {workspace: Counts(members=number) for workspace, number in tx.conn.execute(of_members)}
    for workspace, everybody, current in tx.conn.execute(of_clients):
        by_members[workspace] = Counts(everybody, current, by_members[workspace].members)
    return by_members


def _seen_by(person: PersonId) -> Select[Any]:
    """Rows of id, kind, name, region and the person's role."""
    mine = members.alias("mine")
    return (
        select(workspaces.c.id, workspaces.c.kind, workspaces.c.name, workspaces.c.region, mine.c.role)
        .join(mine, mine.c.workspace_id == workspaces.c.id)
        .where(mine.c.person_id == person)
    )


def workspaces_of(tx: Tx, person: PersonId) -> Sequence[Row[Any]]:
    """The person's workspaces with their role, the personal one first, then teams by name."""
    order = workspaces.c.name_key.is_not(None), workspaces.c.name_key, workspaces.c.id
    return tx.conn.execute(_seen_by(person).order_by(*order)).all()


def workspace_of(tx: Tx, person: PersonId, which: str) -> Row[Any] | None:
    """The one of the person's workspaces that `which` names: an id, a team's name, or "personal"."""
    if is_id(WORKSPACE, which):
        named = workspaces.c.id == which
    elif fold(which) == WorkspaceKind.PERSONAL:
        named = workspaces.c.owner_id == person
    else:
        named = workspaces.c.name_key == fold(which)
    return tx.conn.execute(_seen_by(person).where(named)).one_or_none()


def region_of(tx: Tx, workspace: WorkspaceId) -> str:
    region: str = tx.conn.execute(select(workspaces.c.region).where(workspaces.c.id == workspace)).scalar_one()
    return region


# -- members ----------------------------------------------------------------------------------------------------------


def lock_members(tx: Tx, workspace: WorkspaceId, *, shared: bool = False) -> None:
    """Nobody else changes the members of the workspace before this act ends; `shared`: nor does this act."""
    row = select(workspaces.c.id).where(workspaces.c.id == workspace)
    tx.conn.execute(row.with_for_update(read=True) if shared else row.with_for_update(key_share=True))


def role_of(tx: Tx, workspace: WorkspaceId, person: PersonId) -> Role | None:
    return tx.conn.scalar(
        select(members.c.role).where(members.c.workspace_id == workspace, members.c.person_id == person)
    )


def owns_a_team(tx: Tx, person: PersonId) -> bool:
    """Whether they are an Owner of any team; a personal workspace is everybody's own."""
    owned = (
        select(members.c.workspace_id)
        .join(workspaces, workspaces.c.id == members.c.workspace_id)
        .where(members.c.person_id == person, members.c.role == Role.OWNER, workspaces.c.kind == WorkspaceKind.TEAM)
    )
    return tx.conn.execute(owned.limit(1)).first() is not None


def members_of(tx: Tx, workspace: WorkspaceId, *roles: Role) -> Sequence[Row[Any]]:
    """Rows of person, name, email, role, since, by name; only of these roles where any are given."""
    found: Select[Any] = (
        select(people.c.id.label("person"), people.c.name, staff.c.email, members.c.role, members.c.since)
        .join(members, members.c.person_id == people.c.id)
        .join(staff, staff.c.person_id == people.c.id)
        .where(members.c.workspace_id == workspace)
        .order_by(people.c.name_key, people.c.id)
    )
    if roles:
        found = found.where(members.c.role.in_(roles))
    return tx.conn.execute(found).all()


def add_member(tx: Tx, workspace: WorkspaceId, person: PersonId, role: Role) -> None:
    """A new member finds the team's earlier broadcasts as read: none of them has a mark (V6)."""
    _unmark_broadcasts(tx, workspace, person)
    tx.conn.execute(insert(members).values(workspace_id=workspace, person_id=person, role=role, since=tx.now))


def set_role(tx: Tx, workspace: WorkspaceId, person: PersonId, role: Role) -> None:
    mine = members.c.workspace_id == workspace, members.c.person_id == person
    tx.conn.execute(update(members).where(*mine).values(role=role))


def hold_member(tx: Tx, person: PersonId, *, thread: ThreadId | None = None, workspace: str | None = None) -> None:
    """Hold the membership by which somebody acts in a thread, or in a workspace, or is written to: until the act is
    done it is neither taken away nor changed. Taken before the thread's row, as who removes a member does. (On SQLite
    a writer is alone; of a portal behind walls its gate does it.)
    """
    if tx.sqlite or tx.gated:
        return
    place: Any = workspace
    if thread is not None:
        place = select(threads.c.workspace_id).where(threads.c.id == thread).scalar_subquery()
    mine = members.c.person_id == person, members.c.workspace_id == place
    tx.conn.execute(select(literal(1)).select_from(members).where(*mine).with_for_update(read=True))


def lock_member(tx: Tx, workspace: WorkspaceId, person: PersonId) -> None:
    """Before the membership is taken away: who acts by it is waited for, or waits and is none any more (hold_member).

    What they have begun until then is there to be seen. (On SQLite a writer is alone.)
    """
    mine = members.c.workspace_id == workspace, members.c.person_id == person
    if not tx.sqlite:
        tx.conn.execute(select(literal(1)).select_from(members).where(*mine).with_for_update())


def remove_member(tx: Tx, workspace: WorkspaceId, person: PersonId) -> None:
    """Take away the membership, what was unread of the team's broadcasts, and the clients assigned there (V6)."""
    mine = members.c.workspace_id == workspace, members.c.person_id == person
    _unmark_broadcasts(tx, workspace, person)
    here = select(clients.c.person_id).where(clients.c.workspace_id == workspace)
    tx.conn.execute(delete(assignments).where(assignments.c.staff_id == person, assignments.c.client_id.in_(here)))
    tx.conn.execute(delete(members).where(*mine))  # last: who leaves by themselves sees nothing of it from here on


def _unmark_broadcasts(tx: Tx, workspace: WorkspaceId, person: PersonId) -> None:
    broadcasts = exists().where(
        and_(
            threads.c.id == marks.c.thread_id,
            threads.c.workspace_id == workspace,
            threads.c.kind != ThreadKind.DIRECT,
        )
    )
    tx.conn.execute(delete(marks).where(marks.c.person_id == person, broadcasts))
