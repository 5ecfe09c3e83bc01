"""Two or more at once, made certain: one act is stopped at a statement until another one is done or waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, text
from tests.center.practice import Practice

from msgcenter_tui.domain import Client, Staff, ThreadId
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.store import Store

PATIENCE = 60.0
"""Seconds after which a test gives up; nothing waits that long."""

COMMIT = "COMMIT"
"""Stop an act when all is done but the commit."""
RECORD = "FROM audit_head"
"""Stop an act when all is done but its audit record, behind which the commits of others wait."""

Deed = Callable[[], Any]


def in_between(store: Store, statement: str, first: Deed, second: Deed, *, nth: int = 1) -> tuple[Any, Any]:
    """Do `first`; just before its nth statement that contains `statement`, do `second` in a thread of its own.

    `first` goes on when `second` is done or waits for what `first` holds. (On SQLite a second writer waits for the
    first one to end, whenever it looks.) Gives what each returned, or the exception that it raised.
    """
    engine = store._engines.write
    stopped = threading.get_ident()
    seen, other = 0, Future[Any]()
    with ThreadPoolExecutor(1) as pool:

        def stop() -> None:
            nonlocal seen, other
            seen += 1
            if seen == nth:
                other = pool.submit(second)
                _until_it_waits(store, other)

        def before_statement(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
            if threading.get_ident() == stopped and statement in sql:
                stop()

        def before_commit(_connection: Any) -> None:
            if threading.get_ident() == stopped and statement == COMMIT:
                stop()

        def prepared_statement(of: Prepared, *given: Any) -> Any:
            before_statement(None, None, of._given(*given)[0])
            return execute(of, *given)

        execute = Prepared._executed
        event.listen(engine, "before_cursor_execute", before_statement)
        event.listen(engine, "commit", before_commit)
        try:
            with patch.object(Prepared, "_executed", prepared_statement):
                one = outcome(first)
        finally:
            event.remove(engine, "before_cursor_execute", before_statement)
            event.remove(engine, "commit", before_commit)
        assert seen >= nth, f"{statement!r} was not seen {nth} times"
        two = other.exception(PATIENCE) or other.result()
    return one, two


def _until_it_waits(store: Store, other: Future[Any]) -> None:
    if store.file is not None:
        return
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + PATIENCE
    while not other.done():
        with store.read() as tx:
            if tx.conn.execute(waiting).scalar_one():
                return
        assert time.monotonic() < deadline, "it neither waits nor ends"
        threading.Event().wait(0.005)


def together(*deeds: Deed) -> list[Any]:
    """Do all of them, each in a thread of its own, begun at one moment; what each returned, or raised."""
    barrier = threading.Barrier(len(deeds))

    def begin(deed: Deed) -> Any:
        barrier.wait(PATIENCE)
        return outcome(deed)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(begin, deed) for deed in deeds]]


def outcome(deed: Deed) -> Any:
    """What it returned, or the exception that it raised."""
    try:
        return deed()
    except Exception as error:  # noqa: BLE001  the test looks at it
        return error


def errors(outcomes: Iterable[Any]) -> list[Exception]:
    return [one for one in outcomes if isinstance(one, Exception)]


def replying(practice: Practice, by: Staff | Client, thread: ThreadId, body: str = "Thanks") -> Deed:
    return lambda: practice.reply(by, thread, body)
