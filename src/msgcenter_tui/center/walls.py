"""Walls on a database server, and who signs in with which role: acts of an administrator who owns the tables (S4)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, Login, LoginKind, PersonId
from msgcenter_tui.errors import Conflict, NotFound, Refused
from msgcenter_tui.store import logins
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.logins import Roles
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.walls import building
from msgcenter_tui.store.walls.plan import GROUPS

_ROLE = re.compile(r"[^\x00-\x1f\x7f\"]{1,63}")


@dataclass(frozen=True, slots=True)
class State:
    """Whether there are walls, and whether they are those of this version of the program."""

    stand: bool
    as_planned: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A login with the name of whose it is; "" for a notifier."""

    login: Login
    name: str


@dataclass(frozen=True, slots=True)
class Added:
    """A login that was added, and the password of a role that was made for it; nobody is told it again."""

    login: Login
    name: str
    password: str | None


@look
def state(tx: Tx, actor: Actor) -> State:
    """How the walls stand, for administrators."""
    _require(tx, actor, "see the walls")
    stand = building.stand(tx.conn)
    return State(stand, stand and building.as_planned(tx.conn))


@act
def put_up(tx: Tx, actor: Actor) -> None:
    """Put up the walls, anew where they stand: from then on each login has what is its own.

    Raises Refused where the connection is not the tables' owner's, where the groups are missing and it may not make
    them, and where the schema is open to everybody.
    """
    _require(tx, actor, "put up walls")
    roles = Roles(tx.conn)
    missing = roles.missing_groups()
    if missing and not roles.may_make():
        wanted = "; ".join(f"CREATE ROLE {name} NOLOGIN" for name in missing)
        raise Refused("the walls were not put up", "your role may not make others", f"have a superuser say: {wanted}")
    for name in missing:
        roles.make_group(name)
    building.put_up(tx.conn)
    if schema := building.gap(tx.conn):
        why = f"everybody may make tables and functions in the schema {schema}, and so stand before the store's"
        cure = f"have its owner say: REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
        raise Refused("the walls were not put up", why, cure)
    record(tx, actor, "walls.up", "")


@act
def take_down(tx: Tx, actor: Actor) -> None:
    """Take the walls away. Who is who is kept until they are put up again; meanwhile those logins get nothing."""
    _require(tx, actor, "take down walls")
    if not building.stand(tx.conn):
        raise Refused("there is nothing to take down", "no walls stand")
    building.take_down(tx.conn)
    record(tx, actor, "walls.down", "")


@look
def list_logins(tx: Tx, actor: Actor) -> tuple[Named, ...]:
    """Every login by its role, for administrators."""
    finding.require_administrator(tx, actor)
    rows = logins.all_logins(tx)
    return tuple(Named(Login(row.role, row.kind, row.person_id), row.name or "") for row in rows)


@act
def add_login(tx: Tx, actor: Actor, who: str | None, *, role: str | None = None) -> Added:
    """Have somebody sign in with a role of the server: staff or a client, None: a notifier.

    A role that is not there is made, with a password. Its name says nothing of anybody unless one is given: every
    login of a server can list the names of all. Raises Conflict where the role is somebody's already.
    """
    _require(tx, actor, "give anybody a login")
    if not building.stand(tx.conn):
        raise Refused("no login was added", "there are no walls", "put them up first with `walls up`")
    login, name = _login(tx, who, role)
    if any(row.role == login.role for row in logins.all_logins(tx)):
        raise Conflict(f"the role {login.role} is taken", "somebody signs in with it already", "give another one")
    roles, password = Roles(tx.conn), None
    if roles.there(login.role):
        if roles.passes_walls(login.role):
            raise Refused(
                f"{login.role} cannot be a login",
                "it is a superuser, or as good as the owner of the tables: a wall around it would be none",
                "take another role",
            )
    elif not roles.may_make():
        raise Refused(f"there is no role {login.role}", "yours may not make it", "have a superuser make it first")
    else:
        password = secrets.token_urlsafe(18)
        roles.make_login(login.role, password)
    roles.let_in(login)
    logins.add_login(tx, login)
    record(tx, actor, "logins.add", login.person or "", f"kind={login.kind.value}")
    return Added(login, name, password)


@act
def remove_login(tx: Tx, actor: Actor, role: str) -> Login:
    """Nobody signs in to the store with this role any more; the role itself stays the server's affair."""
    _require(tx, actor, "take away a login")
    gone = logins.remove_login(tx, role)
    if gone is None:
        raise NotFound(f"there is no login {role[:80]!r}", "", "see `logins list`")
    Roles(tx.conn).put_out(gone)
    record(tx, actor, "logins.remove", gone.person or "", f"kind={gone.kind.value}")
    return gone


def _login(tx: Tx, who: str | None, role: str | None) -> tuple[Login, str]:
    """Who that would be, with the name."""
    if role is not None and not _ROLE.fullmatch(role):
        raise Refused(f"{role[:80]!r} is no name of a role", "it has 1 to 63 characters, none of them a quote")
    if who is None:
        return Login(role or f"{GROUPS[LoginKind.NOTIFIER]}_1", LoginKind.NOTIFIER, None), ""
    found, kind = finding.staff_named(tx, who), LoginKind.STAFF
    if found is None:
        found, kind = finding.any_client(tx, who), LoginKind.PORTAL
    person = PersonId(found.id)
    return Login(role or f"msgcenter_{person}", kind, person), found.name


def _require(tx: Tx, actor: Actor, deed: str) -> None:
    finding.require_administrator(tx, actor)
    if tx.sqlite:
        raise Refused(
            f"you cannot {deed}",
            "a store in a file has no logins: whoever can read the file can read all of it",
            "keep the store on a PostgreSQL server",
        )
    if not logins.owns_tables(tx.conn):
        raise Refused(f"you cannot {deed}", "your role does not own the tables", "sign in with the role that does")
