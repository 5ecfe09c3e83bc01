"""The store: opens, migrates and closes a database, and gives every act its one transaction."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from msgcenter_tui.domain import Actor, Login, Policy
from msgcenter_tui.errors import Refused, StoreDamaged, StoreInDoubt, StoreUnavailable
from msgcenter_tui.store import audit, damage, doubt, identity, logins, migrations, upgrade
from msgcenter_tui.store.commits import CommitCount, Commits, FileWatch
from msgcenter_tui.store.engine import (
    PATIENCE,
    Engines,
    described,
    flush,
    place,
    postgresql_engines,
    sqlite_engines,
    sqlite_salvage,
)
from msgcenter_tui.store.faults import RESCUE, explained, lost, repeatable
from msgcenter_tui.store.files import StoreFile
from msgcenter_tui.store.tx import PROOF, TOUCHED, Act, Tx

if TYPE_CHECKING:
    from msgcenter_tui.store.feed import Feed

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_TRIES = 4
_STUMBLES = (InvalidRequestError, ValueError, TypeError, LookupError, AttributeError, AssertionError)
"""What an act stumbles over where a damaged file has not what it should have."""
_CERTAIN = 60.0
_STILL = -1
"""What `Store.changed` says of a damaged file: nobody writes to it."""


class Store:
    """A database of the Message Center. Its methods may be called from any thread.

    `url` is the path of a SQLite file or the URL of a PostgreSQL database; `patience` is how many seconds a
    transaction waits for a lock. Nothing is opened before it is used: `open_store` makes and upgrades what has to be.
    """

    def __init__(
        self,
        url: str,
        *,
        policy: Policy = Policy(),  # noqa: B008  frozen
        clock: Callable[[], datetime] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        where = place(url)
        self.policy = policy
        self.name = described(where)
        """The store in messages for people, without user and password."""
        self.file: StoreFile | None = None
        self._clock = clock
        self._patience = patience
        self._count = CommitCount()
        self._watch: FileWatch | None = None
        self._damaged = False
        self._finding_damage = threading.Lock()
        """A lock: one thread at a time makes it a store that is only read."""
        self.login: Login | None = None
        """Who is signed in to a server with walls, once the store is migrated; None: nothing is kept from them."""
        self.certain = _CERTAIN
        """Seconds that an act whose commit was lost with its server waits to learn what became of it."""
        self.notes_later = False
        """Whoever uses it has `note_fences` done after each transaction, and answers for that one before."""
        self._fences: int | None = None
        """The count of fences that is to be noted."""
        self._ending = threading.Event()
        self._in_hand: dict[str, dict[Any, Any]] = {}
        self._feed: Feed | None = None
        self._engines: Engines
        if isinstance(where, Path):
            self.file = StoreFile(where)
            self._watch = FileWatch(where, patience)
            self._engines = sqlite_engines(where, patience)
        else:
            self._engines = postgresql_engines(where, patience)
            from msgcenter_tui.store.feed import Feed

            assert self._engines.glance is not None
            self._feed = Feed(self._engines.glance, self.name)

    def migrate(self, upgrading: Callable[[], None] = lambda: None, *, new: bool = True) -> str:
        """Make the store where there is none, upgrade an older one; gives the version of its schema.

        `upgrading` hears that an older one is about to be upgraded, which may take minutes; a file is made where it
        may be `new`.

        A store that is made is at home where it lies (identity.py). Raises StoreUnavailable for a database that is
        something else, or that a newer version of the program made; StoreDamaged where its file is damaged and it
        would have to be upgraded, or its version cannot be read.
        """
        with explained(self.name), self._noticing():
            if self.file is None:
                made, revision = upgrade.postgresql(self._engines.write, upgrading)
                self.sign_in()
            else:
                self.file.create(new=new)
                if damage.found(self.file):
                    self._only_read()
                    return self._revision_of_damaged()
                made, revision = upgrade.sqlite(self.file.path, self._patience, upgrading)
            if made:
                identity.settle_here(self)
        return revision

    def sign_in(self) -> None:
        """Learn as whom this store is opened, where a server has walls; `migrate` does it."""
        with explained(self.name), self._engines.write.connect() as conn:
            self.login = logins.signed_in(conn)

    @property
    def damaged(self) -> bool:
        """Its file is damaged (damage.py): what can be read is read, and nothing is written any more."""
        return self._damaged

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def write(self, *, of_ledger: bool = False, lasts: bool = True) -> Iterator[Tx]:
        """One transaction that may change the store: committed at the end, rolled back whole on any error.

        `of_ledger`: it does what a ledger act may, `lasts`: its commit waits for the disk (tx.py). Raises
        StoreUnavailable where the store cannot be used, StoreDamaged where its file is damaged; then nothing was
        written. Raises StoreInDoubt where a server was lost at the commit, and does not come back within `certain`
        seconds.
        """
        with explained(self.name), self._noticing(writing=True):
            if not of_ledger:  # by the hundred a second: once, before the commit, is enough
                self._check_writable()
            seal = None if self._feed is None or of_ledger else doubt.seal()
            with self._connected(self._engines.write, seal, lasts) as (conn, now):
                for left in (identity.FENCES, TOUCHED, PROOF):
                    conn.info.pop(left, None)
                self._count.begun(of_ledger=of_ledger)
                tx = Tx(conn, now, self.policy, seen=self._seen(conn), in_hand=self._in_hand, login=self.login)
                yield tx
                touched = conn.info.pop(TOUCHED, 0)
                self._count.ends(of_ledger=of_ledger, touched=touched)
                self._check_writable()
                audit.append(tx)  # last: whoever else writes waits for it from here to the commit
                fences = conn.info.pop(identity.FENCES, None)
                self._commit(conn, seal)
            audit.tell(tx.records)
            if self._feed is not None:
                self._feed.committed(told=seal is not None, of_ledger=of_ledger and not touched)
            if fences is not None:
                self._fences = fences
                if not self.notes_later:
                    self.note_fences()

    def note_fences(self) -> None:
        """Have the file beside the store count the fences that were committed last (identity.py)."""
        fences, self._fences = self._fences, None
        if fences is not None:
            identity.note(self, fences)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One transaction that sees one state of the store and cannot change it.

        Raises StoreUnavailable where the store cannot be used, StoreDamaged where what is asked for cannot be read.
        """
        with explained(self.name, reading=True), self._noticing():
            self._check_file()
            with self._connected(self._engines.read) as (conn, now):
                yield Tx(conn, now, self.policy, writes=False, in_hand=self._in_hand, login=self.login)
                conn.commit()

    def _glanced(self, engine: Engine, act: Callable[[Tx], T]) -> T:
        """Have one statement done outside of any transaction. It changes nothing, so it may be done again.

        The server may have restarted since the connection was last used: as in `_connected`, that is not noticed.
        """
        clock = None if self._clock is None else self._clock()
        with explained(self.name, reading=True):
            for again in (True, False):
                try:
                    with engine.connect() as conn:
                        return act(Tx(conn, clock, self.policy, writes=False, login=self.login))
                except DBAPIError as error:
                    if not (again and error.connection_invalidated):
                        raise
        raise AssertionError("unreachable")

    def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one act in a transaction of its own: what it returns is committed, what it raises left nothing behind.

        P3: who only looks at a portal changes nothing, whichever act it is.
        """
        if act.glances and self._engines.glance is not None:
            return self._glanced(self._engines.glance, lambda tx: act(tx, *args, **kwargs))
        if not act.writes:
            return self._looked(lambda tx: act(tx, *args, **kwargs))
        for given in (*args, *kwargs.values()):
            if isinstance(given, Actor) and given.viewing:
                raise Refused(
                    "nothing was changed", "you only look at this portal", "sign in as the client, or go back to staff"
                )
        losses = 0
        for left in reversed(range(_TRIES)):
            try:
                with self.write(of_ledger=act.of_ledger, lasts=act.lasts) as tx:
                    return act(tx, *args, **kwargs)
            except (DBAPIError, StoreUnavailable) as error:
                cause = error if isinstance(error, DBAPIError) else error.__cause__
                if not left or not isinstance(cause, DBAPIError):
                    raise
                if not repeatable(cause):
                    # The connection was lost, and nothing was done: there may be another. A ledger act is in doubt, but
                    # for its notifier to repeat.
                    losses += 1
                    if act.of_ledger or losses > 1 or not _lost(error):
                        raise
        raise AssertionError("unreachable")

    def _looked(self, act: Callable[[Tx], T]) -> T:
        known = self._damaged
        try:
            with self.read() as tx:
                return act(tx)
        except StoreUnavailable as error:
            found_now = isinstance(error, StoreDamaged) and self._damaged and not known
            if not found_now and not _lost(error):
                raise
        # Now that the file is known to be damaged, what is still there is enough; to a server there may be another
        # connection.
        with self.read() as tx:
            return act(tx)

    def changed(self) -> int | str:
        """A token that differs from the last one when anybody, in this process or another, committed since.

        Cheap enough to ask several times a second. On PostgreSQL it is the server that tells, a moment after a commit
        of another process (feed.py); the token may also differ when nothing here changed.
        """
        if self._feed is not None:
            return self._feed.changed()
        assert self._watch is not None
        with explained(self.name):
            self._check_file()
            return _STILL if self._damaged else self._watch.version()

    def notice(self) -> None:
        """Have `commits` count what another process has committed since this one wrote last. (SQLite tells it.)"""
        if self.file is None or self._damaged:
            return
        with explained(self.name), self._engines.write.connect() as conn:
            self._seen(conn)

    @property
    def commits(self) -> Commits:
        """Of which kind the commits so far were."""
        if self._feed is not None:
            return Commits(*self._feed.heard)
        return self._count.commits

    @property
    def listens(self) -> bool:
        """Whether `changed` answers without asking anybody."""
        return self._feed is not None and self._feed.listens

    def wait_no_more(self) -> None:
        """The program ends: an act whose commit was lost with its server is given up, as one in doubt."""
        self._ending.set()

    def close(self) -> None:
        """Close every connection; the file is complete without its -wal then, unless it is damaged."""
        if self._feed is not None:
            self._feed.close()
        if self.file is not None and damage.marked(self.file.path):
            self._only_read()
        if self._damaged:
            self._engines.dispose()
        if self._watch is not None:
            self._watch.close()
        self._engines.dispose()

    # -- within -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _connected(
        self, engine: Engine, seal: int | None = None, lasts: bool = True
    ) -> Iterator[tuple[Connection, datetime]]:
        """A connection with a transaction that has begun, and the time; rolled back unless it is committed.

        The server may have restarted since it was last used: that is noticed before anything is done by it, and
        costs no question of its own.
        """
        conn = engine.connect()
        try:
            try:
                now = self._began(conn, seal, lasts)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                conn.close()
                conn = engine.connect()
                now = self._began(conn, seal, lasts)
            yield conn, now
        finally:
            conn.close()

    def _began(self, conn: Connection, seal: int | None, lasts: bool) -> datetime:
        if self.file is not None:
            flush(conn, lasts)
        conn.begin()
        now = datetime.now(UTC)
        if self._feed is not None:
            asked: tuple[object, ...] = ()
            statement = "SELECT clock_timestamp()"
            if seal is not None:  # in one question
                statement += ", pg_advisory_xact_lock(%s), pg_notify(%s, %s)"
                asked = (seal, self._feed.CHANNEL, self._feed.name)
            now = conn.exec_driver_sql(statement, asked).one()[0].astimezone(UTC)
        return now if self._clock is None else self._clock()

    def _commit(self, conn: Connection, seal: int | None) -> None:
        """Commit. Where the answer is lost with the server, find out what became of it: it was done, or it raises."""
        proof = conn.info.pop(PROOF, None)
        try:
            conn.commit()
        except DBAPIError as error:
            if seal is None or not lost(error):
                raise
            log.warning("a connection was lost while an act was being committed")
            until = monotonic() + self.certain
            done = doubt.happened(self._engines.write, seal, proof, until, self._ending)
            if done is None:
                raise StoreInDoubt(
                    f"nobody knows whether this was done in the store {self.name}",
                    "the server was lost at the last moment, and has not come back",
                    "look whether it is there before you do it again",
                ) from error
            if not done:
                raise

    def _seen(self, conn: Connection) -> object:
        return None if self.file is None else self._count.seen(conn)

    def _check_file(self) -> None:
        if self.file is not None:
            self.file.check()

    def _check_writable(self) -> None:
        if self.file is None:
            return
        self.file.check()
        if not self._damaged and damage.marked(self.file.path):
            self._only_read()
        if self._damaged:
            raise damage.refusal(self.name)

    # -- damage -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _noticing(self, *, writing: bool = False) -> Iterator[None]:
        """A driver that meets damage makes the store one that is only read. What then cannot be read is said so."""
        try:
            yield
        except (DBAPIError, sqlite3.Error, *_STUMBLES) as error:
            if self.file is not None and damage.is_damage(error, self.file):
                self._only_read()
            if self._damaged:
                raise (damage.refusal if writing else damage.unreadable)(self.name) from error
            raise

    def _only_read(self) -> None:
        """From now on; for every other process, too."""
        assert self.file is not None
        assert self._watch is not None
        with self._finding_damage:
            if self._damaged:
                return
            self._watch.outlast()
            self._damaged, former = True, self._engines
            salvage = sqlite_salvage(self.file.path, self._patience)
            self._engines = Engines(salvage, salvage)
            damage.mark(self.file.path)
            former.dispose()
        log.info("the store %s is damaged, and is only read from now on", self.name)

    def _revision_of_damaged(self) -> str:
        with self.read() as tx:
            revision = migrations.revision(tx.conn)
        if migrations.due(revision, migrations.LINE):
            raise StoreDamaged(f"the store {self.name} cannot be upgraded", "its file is damaged", RESCUE)
        return migrations.LINE.newest


def _lost(error: BaseException) -> bool:
    """Whether a connection to the server was lost, and it is certain that nothing was done."""
    cause = error if isinstance(error, DBAPIError) else error.__cause__
    return isinstance(cause, DBAPIError) and not isinstance(error, StoreInDoubt) and lost(cause)


def open_store(
    url: str,
    *,
    policy: Policy = Policy(),  # noqa: B008  frozen
    clock: Callable[[], datetime] | None = None,
    patience: float = PATIENCE,
    upgrading: Callable[[], None] = lambda: None,
    new: bool = True,
) -> Store:
    """Open the store that `url` names, made or upgraded first where that is due; `upgrading` hears of the latter.

    Raises StoreUnavailable where it cannot be used, or is a file that is not there and must not be `new`; BadInput
    where `url` names none.
    """
    store = Store(url, policy=policy, clock=clock, patience=patience)
    try:
        store.migrate(upgrading, new=new)
    except BaseException:
        store.close()
        raise
    return store
