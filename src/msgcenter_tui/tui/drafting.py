"""Keeping a draft while it is written: saves in their order, never two at once, a conflict is told (M4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgcenter_tui.domain import Draft
from msgcenter_tui.tui import acts

if TYPE_CHECKING:
    from msgcenter_tui.tui.screen import CenterScreen


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

    async def store(self, **words: Any) -> None:
        """Keep these words; of several calls that wait for each other only the last is stored."""
        self._newest += 1
        mine = self._newest
        async with self._lock:
            if self._closed or mine != self._newest or not self._worth_keeping(words):
                return
            before = self.draft
            saved = await self.screen.perform(
                acts.drafts.save,
                self.actor,
                id=before.id if before else None,
                version=before.version if before else 0,
                **self.place,
                **words,
            )
            self.draft = saved
            if before is not None and saved.id != before.id:
                self.screen.center.say("Another terminal changed this draft; yours is kept as a second one")

    def _worth_keeping(self, words: dict[str, Any]) -> bool:
        """Nothing has been written yet: no draft of it is made."""
        return self.draft is not None or any(str(words.get(name, "")).strip() for name in ("body", "subject"))

    async def discard(self) -> None:
        """Throw it away; nothing is stored by this keeper any more."""
        async with self._lock:
            self._closed = True
            if self.draft is not None:
                await self.screen.perform(acts.drafts.discard, self.actor, self.draft.id)

    async def used(self, send: Callable[[], Any]) -> Any:
        """Run what sends the draft while nothing is stored; when it gives something, the keeper is done."""
        async with self._lock:
            sent = await send()
            self._closed = sent is not None
            return sent
