"""What others commit, as a PostgreSQL server tells it: one connection that listens, kept by a thread of its own.

Each act notifies in its transaction, so that what is heard has happened and what happened is heard. A ledger act does
not: the server lets one notifying transaction commit at a time, which would end the group commits of busy notifiers.
Their process tells it after them, a few times a second.

What was said while nobody listened is lost. So it listens first and counts that as a change, after every gap; now and
then it looks whether there was anything that nobody told of.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import select
import threading
from time import monotonic
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store.faults import explanation
from msgcenter_tui.store.server import Connection as Listening

log = logging.getLogger(__name__)

_LEDGER, _ANY = "ledger", "any"
_PING, _ANSWER = 5.0, 5.0
"""Seconds of silence after which the server is asked whether it is there, and those that its answer may take."""
_LOOK = 30.0
"""Seconds after which it is asked whether anything was committed that nobody told of."""
_BETWEEN = 0.25
"""Seconds between two notifications of ledger acts."""
_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_FIRST = 12.0
"""Seconds that the first to ask waits until it listens."""
_GOODBYE = 2.0


class Heard(NamedTuple):
    """How many commits are known of, of any process: of ledger acts alone, and others."""

    of_ledger: int
    others: int


class Feed:
    """Counts commits: this process's when it is told of them, those of others as the server tells."""

    CHANNEL: Final = "msgcenter"

    def __init__(self, engine: Engine, store: str) -> None:
        self._engine = engine
        self._store = store
        self.name = secrets.token_hex(4)
        """In a notification: whose commit it was. One's own is known already."""
        self._of_ledger = 0
        self._others = 0
        self._counting = threading.Lock()
        self._owed = ""
        """Ledger acts of this process of which the others have not been told: what to tell of them."""
        self._told_at = 0.0
        self._trouble: StoreUnavailable | None = None
        self._tried = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None
        self._woken, self._waker = -1, -1
        self._committed_until = ""

    @property
    def heard(self) -> Heard:
        return Heard(self._of_ledger, self._others)

    @property
    def listens(self) -> bool:
        """Whether `changed` answers at once."""
        return self._tried.is_set()

    def changed(self) -> str:
        """A token that differs when anybody has committed since. The first time it waits until it listens.

        Raises StoreUnavailable while the server cannot be heard.
        """
        self._start()
        self._tried.wait(_FIRST)
        trouble = self._trouble
        if trouble is not None:
            raise StoreUnavailable(trouble.what, trouble.why, trouble.cure)
        return "{}.{}".format(*self.heard)

    def committed(self, *, told: bool, of_ledger: bool) -> None:
        """This process has. Where its transaction has not told the others, they are told soon.

        `of_ledger`: nothing but where deliveries stand was changed.
        """
        self._count(of_ledger=of_ledger)
        if told:
            return
        with self._counting:
            waits = self._owed
            self._owed = waits or _LEDGER if of_ledger else _ANY
        if not waits:
            self._start()
            self._wake()

    def close(self) -> None:
        """Tell what is still to be told, and end."""
        with self._counting:
            thread, self._ending = self._thread, True
        self._wake()
        if thread is not None:
            thread.join(_GOODBYE)

    def _count(self, *, of_ledger: bool) -> None:
        with self._counting:
            if of_ledger:
                self._of_ledger += 1
            else:
                self._others += 1

    # -- the thread ---------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        with self._counting:
            if self._thread is not None or self._ending:
                return
            self._woken, self._waker = os.pipe()
            os.set_blocking(self._waker, False)
            self._thread = threading.Thread(target=self._run, name="store-feed", daemon=True)
            self._thread.start()

    def _wake(self) -> None:
        with self._counting, contextlib.suppress(BlockingIOError):  # full: it will wake
            if self._waker >= 0:
                os.write(self._waker, b".")

    def _run(self) -> None:
        pause = 0.0  # a connection that was lost is made again at once
        try:
            while True:
                try:
                    with self._engine.connect() as conn:
                        try:
                            self._listen(conn)
                            pause = 0.0
                            self._follow(conn)
                        finally:
                            conn.invalidate()  # it is fit for nothing else
                except Exception as error:  # noqa: BLE001  a thread that ends would hear of nothing any more
                    if pause:
                        self._fail(error)
                if self._ending:
                    return
                self._sleep(pause)
                pause = min(max(2 * pause, _PAUSE), _LONGEST_PAUSE)
        finally:
            with self._counting:
                self._ending = True
                os.close(self._woken)
                os.close(self._waker)
                self._waker = -1

    def _fail(self, error: Exception) -> None:
        reason = explanation(error) if isinstance(error, DBAPIError) else None
        why = reason or ("the connection was lost", "see that the server runs and can be reached; it is tried again")
        if self._trouble is None:
            log.warning("the store's server is not heard: %s", why[0])
        self._trouble = StoreUnavailable(f"the store {self._store} cannot be used", *why)
        self._tried.set()

    def _listen(self, conn: Connection) -> None:
        raw = conn.connection.driver_connection
        assert isinstance(raw, Listening)
        raw.patience = _ANSWER
        conn.exec_driver_sql(f"LISTEN {self.CHANNEL}")
        self._committed_until = self._snapshot(conn)
        self._count(of_ledger=False)  # whatever was committed while it did not listen
        self._trouble = None
        self._tried.set()

    def _follow(self, conn: Connection) -> None:
        raw = conn.connection.driver_connection
        assert isinstance(raw, Listening)
        looked = heard = monotonic()
        of_others = self.heard
        while not self._ending or self._owed:
            now = monotonic()
            if self._owed and (now >= self._told_at + _BETWEEN or self._ending):
                with self._counting:  # before: what is committed meanwhile is told the next time
                    what, self._owed = self._owed, ""
                conn.exec_driver_sql(f"NOTIFY {self.CHANNEL}, '{self.name}.{what}'")
                self._told_at = heard = now
                if self._ending:
                    continue  # it was woken for its end already
            elif now >= heard + _PING:
                until = self._snapshot(conn)
                heard = now
                if now >= looked + _LOOK:
                    if until != self._committed_until and self.heard == of_others:
                        self._count(of_ledger=False)
                    looked, self._committed_until, of_others = now, until, self.heard
            next_ = heard + _PING
            if self._owed:
                next_ = min(next_, self._told_at + _BETWEEN)
            self._sleep(max(0.0, next_ - monotonic()), raw.fileno())
            for said in raw.notifies(timeout=0):
                heard = monotonic()
                self._hear(said.payload)

    def _hear(self, said: str) -> None:
        who, _, what = said.partition(".")
        if who != self.name:
            self._count(of_ledger=what == _LEDGER)

    def _snapshot(self, conn: Connection) -> str:
        # Every transaction that wrote is either running or not begun in one snapshot, and past in a later one: no
        # commit is missed, whatever the order in which they end.
        return str(conn.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one())

    def _sleep(self, seconds: float, *files: int) -> None:
        """So many seconds, or until it is woken or the server says something."""
        ready, _, _ = select.select([self._woken, *files], [], [], seconds)
        if self._woken in ready:
            os.read(self._woken, 1024)
