"""A database with walls, whose owner is no superuser, and a login for everybody who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, make_url
from tests.center.practice import Practice
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.domain import Actor, Login, LoginKind, PersonId
from msgcenter_tui.store import logins as signing_in
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Act
from msgcenter_tui.store.types import microseconds
from msgcenter_tui.store.walls import building
from msgcenter_tui.store.walls.plan import GROUPS

OWNER = "practice_owner"
ROLES = {LoginKind.STAFF: 6, LoginKind.PORTAL: 8, LoginKind.NOTIFIER: 1}
"""So many roles of each kind are there to be given to people."""

NOTIFYING = {"claims", "leaving", "ledger", "notifiers", "channels", "results"}
"""Modules of the store whose acts a notifier does."""

# A portal does not say what time it is; in tests the store's clock is told.
CLOCK = """CREATE OR REPLACE FUNCTION msgcenter_walls.clock() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT value::bigint FROM meta WHERE key = 'test.clock' $$"""


class Walled:
    """Looks like a Store; whoever acts does so by a login of their own, with walls around it."""

    def __init__(self, url: str, empty: Callable[[], None]) -> None:
        self.url = url
        self.empty = empty
        self.owner = open_store(url, patience=5)
        self._stores: dict[str, Store] = {}
        self._given: dict[PersonId | None, str] = {}
        self._told_at: datetime | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.owner, name)

    def begin(self, clock: Clock) -> None:
        self.empty()
        self.clock = clock
        self.owner._clock = clock
        self._given.clear()
        self._told_at = None

    def run(self, act: Act[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.tell()
        return self.of(act, *args).run(act, *args, **kwargs)

    def of(self, act: Act[..., Any], *args: Any) -> Store:
        actor = next((one for one in args if isinstance(one, Actor)), None)
        if actor is not None and actor.by is not None and not actor.viewing:
            return self.owner  # signed in as a client: nobody is, behind walls
        if actor is not None:
            person = actor.by or actor.person
            return self.login(
                person, LoginKind.PORTAL if person == actor.person and actor.is_client else LoginKind.STAFF
            )
        if act.function.__module__.removeprefix("msgcenter_tui.store.") in NOTIFYING:
            return self.login(None, LoginKind.NOTIFIER)
        return self.owner

    def login(self, person: PersonId | None, kind: LoginKind) -> Store:
        """The store as this person has it, who signs in with a role of this kind."""
        role = self._given.get(person)
        if role is None:
            taken = set(self._given.values())
            role = next(name for name in roles_of(kind) if name not in taken)
            self._given[person] = role
            with self.owner.write() as tx:
                signing_in.add_login(tx, Login(role, kind, person))
        store = self._stores.get(role)
        if store is None:
            store = self._stores[role] = open_store(url_of(self.url, role), patience=5)
        store._clock = self._told
        store.policy = self.owner.policy
        if store.login is None or store.login.person != person:
            store.sign_in()
        return store

    def _told(self) -> Any:
        return self.clock()

    def tell(self) -> None:
        """Tell the server what time it is."""
        if self._told_at != self.clock.now:
            self._told_at = self.clock.now
            with self.owner.write() as tx:
                told = insert(tables.meta).values(key="test.clock", value=str(microseconds(self.clock.now)))
                tx.conn.execute(delete(tables.meta).where(tables.meta.c.key == "test.clock"))
                tx.conn.execute(told)

    def rest(self) -> None:
        """Close what has a thread, by which a notifier tells others of its commits; it is opened anew where needed."""
        for role in roles_of(LoginKind.NOTIFIER):
            if role in self._stores:
                self._stores.pop(role).close()

    def close(self) -> None:
        for store in (*self._stores.values(), self.owner):
            store.close()


def roles_of(kind: LoginKind) -> list[str]:
    return [f"practice_{kind.value}_{number}" for number in range(ROLES[kind])]


def url_of(url: str, role: str) -> str:
    return make_url(url).set(username=role, password=role).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def walled_url(postgresql_server: str) -> Iterator[str]:
    """The owner's URL of a database with walls, and roles enough."""
    import psycopg

    every = [role for kind in LoginKind for role in roles_of(kind)]
    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        for role in (OWNER, *every):
            may = "CREATEROLE" if role == OWNER else ""
            admin.execute(f"CREATE ROLE {role} LOGIN {may} PASSWORD '{role}'")
        for group in GROUPS.values():
            admin.execute(f"CREATE ROLE {group} ADMIN {OWNER}")
        admin.execute(f"GRANT {', '.join(every)} TO {OWNER} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE")
        admin.execute(f"CREATE DATABASE msgcenter_walled OWNER {OWNER}")
    url = url_of(make_url(postgresql_server).set(database="msgcenter_walled").render_as_string(False), OWNER)
    store = open_store(url)
    with store.write() as tx:
        building.put_up(tx.conn)
        tx.conn.exec_driver_sql(CLOCK)
        for kind in LoginKind:
            for role in roles_of(kind):
                signing_in.Roles(tx.conn).let_in(Login(role, kind, None))
    store.close()
    yield url
    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        admin.execute("DROP DATABASE msgcenter_walled WITH (FORCE)")
        admin.execute(f"DROP ROLE {', '.join((*every, OWNER, *GROUPS.values()))}")


@pytest.fixture(scope="session")
def walled_store(walled_url: str, postgresql_server: str) -> Iterator[Walled]:
    import psycopg

    admin = psycopg.connect(
        make_url(postgresql_server).set(database="msgcenter_walled").render_as_string(False), autocommit=True
    )
    found = admin.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    names = [*tables.metadata.tables, "search_threads", "search_clients", "search_staff"]
    script = [*(f"DELETE FROM {name}" for name in names), *(f"ALTER SEQUENCE {name} RESTART" for (name,) in found)]
    admin.execute("SET session_replication_role = replica")
    everything = "; ".join(script).encode()

    def empty() -> None:
        admin.execute(everything)

    walled = Walled(walled_url, empty)
    yield walled
    walled.close()
    admin.close()


@pytest.fixture(autouse=True)
def _at_rest(walled_store: Walled) -> Iterator[None]:
    """The store is that of all tests here, and others are about the threads of their process."""
    yield
    walled_store.rest()


@pytest.fixture
def store(walled_store: Walled, clock: Clock) -> Walled:
    """An empty store with walls."""
    walled_store.begin(clock)
    return walled_store


@pytest.fixture
def practice(world: World) -> Practice:
    return Practice(world)
