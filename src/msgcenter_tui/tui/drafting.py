"""Keeping a draft while it is written: saves in their order, never two at once, a conflict is told (M4)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from msgcenter_tui.domain import Draft
from msgcenter_tui.errors import Conflict, NotFound, StoreUnavailable
from msgcenter_tui.origin import Origin
from msgcenter_tui.tui import acts

if TYPE_CHECKING:
    from msgcenter_tui.tui.screen import CenterScreen

log = logging.getLogger(__name__)

AGAIN = 2.0
"""Seconds after which a store that could not keep a draft is asked again."""


class DraftKeeper:
    """One draft of one composer.

    keeper = DraftKeeper(self, opened.draft, thread=thread.id)       # or recipients=..., workspace=... at each store()
    await keeper.store(body=text, cursor=at)                         # after Composer.Rested, and in settle()
    """

    def __init__(self, screen: CenterScreen[Any], draft: Draft | None = None, **place: Any) -> None:
        self.screen = screen
        self.actor = screen.actor
        self.draft = draft
        self.place = place
        self._lock = asyncio.Lock()
        self._newest = 0
        self._closed = False
        self._again: Timer | None = None
        """While the store could not keep the newest words."""

    @property
    def behind(self) -> bool:
        """The newest words are not stored."""
        return self._again is not None

    async def store(self, **words: Any) -> None:
        """Keep these words; of several calls that wait for each other only the last is stored.

        It is done even when the caller is cancelled: the words are stored then as well, and the next save has to know
        as what, or it would take them for another terminal's.
        """
        self._newest += 1
        storing = asyncio.ensure_future(self._store(self._newest, words))
        try:
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            storing.add_done_callback(_report)
            raise

    async def _store(self, mine: int, words: dict[str, Any]) -> None:
        async with self._lock:
            if self._closed or mine != self._newest or not self._worth_keeping(words):
                return
            before = self.draft
            self._stop()
            try:
                saved = await self.screen.perform(
                    acts.drafts.save,
                    self.actor,
                    id=before.id if before else None,
                    version=before.version if before else 0,
                    **self.place,
                    **words,
                )
            except StoreUnavailable:
                self._try_again(words)
                raise
            self.draft = saved
            if before is not None and saved.id != before.id:
                self.screen.center.say("Another terminal changed this draft; yours is kept as a second one")

    def _try_again(self, words: dict[str, Any]) -> None:
        """As soon as the store is free (M4), whether or not more is typed; that it was not is said already."""

        async def try_again() -> None:
            if mine == self._newest:
                with suppress(StoreUnavailable):
                    await self.store(**words)

        mine = self._newest
        if self.screen.is_attached:
            self._again = self.screen.set_timer(AGAIN, lambda: self.screen.do(try_again(), group="draft"))

    def _stop(self) -> None:
        if self._again is not None:
            self._again.stop()
            self._again = None

    def _worth_keeping(self, words: dict[str, Any]) -> bool:
        """Nothing has been written yet: no draft of it is made."""
        return self.draft is not None or any(str(words.get(name, "")).strip() for name in ("body", "subject"))

    async def discard(self) -> None:
        """Throw it away; nothing is stored by this keeper any more.

        Raises Conflict where another terminal has changed it: `draft` is then what that made of it, to be shown in
        place of the words that are thrown away here (M4). One that is gone already is no refusal.
        """
        async with self._lock:
            if self.draft is not None:
                with suppress(NotFound):
                    await self._throw_away(self.draft)
            self._closed = True

    async def _throw_away(self, seen: Draft) -> None:
        try:
            await self.screen.perform(acts.drafts.discard, self.actor, seen.id, seen.version)
        except Conflict:
            self.draft = await self.screen.perform(acts.drafts.get, self.actor, seen.id)
            self._newest += 1  # what still waits to be stored is thrown away, and must not come over it
            self._stop()
            raise

    async def used(self, send: Callable[[], Any]) -> Any:
        """Run what sends the draft while nothing is stored; when it gives something, the keeper is done."""
        async with self._lock:
            sent = await send()
            self._closed = sent is not None
            return sent


def _report(storing: asyncio.Future[None]) -> None:
    """Nobody waits for this save any more: if it failed, the log is the one to know."""
    error = None if storing.cancelled() else storing.exception()
    if error is not None:
        log.error("a draft that nobody waited for was not kept: %s", Origin.of(error))
