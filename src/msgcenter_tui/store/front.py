"""The async front of the store: acts run in threads, and what has begun ends, whoever stops waiting for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from msgcenter_tui.errors import MessageCenterError, StoreUnavailable
from msgcenter_tui.origin import Origin
from msgcenter_tui.store.commits import Commits
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Act

if TYPE_CHECKING:
    from msgcenter_tui.store.clerk import Clerk
    from msgcenter_tui.store.rescue import Rescued
    from msgcenter_tui.store.sweeping import Swept

P = ParamSpec("P")
T = TypeVar("T")

_READERS = 3

log = logging.getLogger(__name__)


class Ledger(Protocol):
    """Does the acts of a notifier."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`Store.run`, awaited: gives what the act returns, raises what it raises."""

    def begun(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """The same, on its way before it is waited for."""


class Front:
    """A store for coroutines: one thread that writes, in the order of the calls, and a few that read.

    An act that was handed over is done even when the caller is cancelled (a screen that closes); a look that has not
    begun yet is dropped then. The store stays its opener's to close, after the front.

    `clerk` does a notifier's acts in a process of its own, and ends with the front.
    """

    def __init__(self, store: Store, clerk: Clerk | None = None) -> None:
        self.store = store
        self._clerk = clerk
        store.certain = inf  # whoever waits here sees that the store is away, and can leave
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")
        self._closing = False
        self._told: tuple[float, int | str] | None = None
        """When `changed` was asked last, and its answer."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`Store.run`, awaited: gives what the act returns, raises what it raises."""
        threads = self._writer if act.writes else self._readers
        return await self._in(threads, act.writes, lambda: self.store.run(act, *args, **kwargs))

    def begun(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """The same, on its way before it is waited for."""
        return asyncio.ensure_future(self.run(act, *args, **kwargs))

    @property
    def ledger(self) -> Ledger:
        """Where a notifier's acts are done: all of one by the same hands, which know what it has in hand."""
        return self if self._clerk is None or not self._clerk.alive else self._clerk

    @property
    def kept_apart(self) -> bool:
        """Whether the ledger is kept in another process than this one."""
        return self._clerk is not None and self._clerk.alive

    async def changed(self, *, seconds_old: float = 0.0) -> int | str:
        """`Store.changed`, awaited; an answer that somebody got so short a time ago will do."""
        if self.store.listens and not self._closing:
            return self.store.changed()
        if self._told is not None and monotonic() - self._told[0] <= seconds_old:
            return self._told[1]
        asked_at = monotonic()
        token = await self._in(self._readers, False, self.store.changed)
        self._told = asked_at, token
        return token

    async def notice(self) -> None:
        """`Store.notice`, awaited; by the writer, which nobody writes beside."""
        await self._in(self._writer, False, self.store.notice)

    @property
    def commits(self) -> Commits:
        """`Store.commits`: a look at two numbers."""
        return self.store.commits

    @property
    def damaged(self) -> bool:
        """`Store.damaged`."""
        return self.store.damaged

    @property
    def place(self) -> str:
        """`Store.name`: of SQLite the path of its file."""
        return self.store.name

    async def rescue(self, target: str) -> Rescued:
        """`rescue.rescue` of this store into the new file `target`, in a thread of its own."""
        from msgcenter_tui.store.rescue import rescue

        return await asyncio.to_thread(rescue, self.store.name, target)

    async def apart(self, work: Callable[[Store], T]) -> T:
        """What is more than a transaction, such as a copy of the store, in a thread of its own."""
        return await asyncio.to_thread(work, self.store)

    async def sweep(self) -> Swept | None:
        """`sweeping.sweep` of this store, in a thread of its own."""
        from msgcenter_tui.store.sweeping import sweep

        return await asyncio.to_thread(sweep, self.store)

    def give_up(self) -> None:
        """`Store.wait_no_more`."""
        self.store.wait_no_more()

    async def close(self) -> None:
        """Take no more work, and wait for what was handed over, but not for a server that was lost to come back."""
        self._closing = True
        self.store.wait_no_more()
        if self._clerk is not None:
            await asyncio.shield(asyncio.create_task(self._clerk.close()))
        ended = asyncio.get_running_loop().run_in_executor(None, self._shut)
        await asyncio.shield(ended)

    def _shut(self) -> None:
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)

    async def _in(self, threads: ThreadPoolExecutor, writes: bool, work: Callable[[], T]) -> T:
        if self._closing:
            raise StoreUnavailable("the store is closed", "the program is ending", "start it again")
        future = threads.submit(work)  # the executor holds it until it is done
        result = asyncio.wrap_future(future)
        try:
            await asyncio.wait([result])  # not shielded: asyncio would log the words of what fails once nobody waits
        except asyncio.CancelledError:
            if writes or not future.cancel():
                result.add_done_callback(_report)
            raise
        return result.result()


def _report(result: asyncio.Future[T]) -> None:
    """Nobody waits for this work any more: if it failed, the log is the one to know (ids only, nobody's words)."""
    error = None if result.cancelled() else result.exception()
    if isinstance(error, StoreUnavailable):
        log.error("work that nobody waits for any more failed: %s", error)
    elif error is not None and not isinstance(error, MessageCenterError):  # a refusal is no fault
        log.error("work that nobody waits for any more failed: %s", Origin.of(error))
