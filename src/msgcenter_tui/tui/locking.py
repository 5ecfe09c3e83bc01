"""The lock of the screen: nothing is seen and nothing is done here until the passphrase is typed; all else goes on.

A `Locked` screen lies over whatever there is, and stays on top: what opens meanwhile (a question of an act that was
begun) opens below it, a change of place waits, what is said is noted and not shown. What lies below keeps what was
being written, as under any dialog.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import AwaitMount

from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.telling import Telling

if TYPE_CHECKING:
    from msgcenter_tui.domain import Actor
    from msgcenter_tui.tui.screens.locked import Locked

NO_PASSPHRASE = "There is no passphrase to open a locked screen: set one first (Passphrase, in the palette)"
FOR_STAFF = "Only staff have a passphrase, and lock their screens"


class Locking(Telling, inherit_bindings=False):
    """An app whose screen can be locked."""

    def __init__(self) -> None:
        super().__init__()
        self._cover: Locked | None = None
        self._opened = asyncio.Event()
        self._opened.set()
        self._touched = monotonic()
        """When a key was pressed or the mouse moved last, by the monotonic clock."""
        self._can_open = False
        """There was a passphrase when it was last asked; it is locked also where the store cannot be asked now."""

    def _fit_again(self) -> None:
        """See to what the terminal's size asks for; while it was locked nobody did."""
        raise NotImplementedError

    # -- when ----------------------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste | events.MouseEvent):
            self._touched = monotonic()
        await super().on_event(event)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        with super().suspend():
            yield
        self._touched = monotonic()  # somebody was at the keys, in their editor

    @property
    def is_idle(self) -> bool:
        """Nobody has touched it for as long as the configuration says."""
        after = self.services.lock_after
        return after is not None and not self.is_locked and monotonic() - self._touched >= after.total_seconds()

    @property
    def _staff(self) -> Actor | None:
        """Who works here; None of a client's portal, and before the set-up."""
        actor = self.services.actor
        return None if actor is None or actor.is_client else actor

    async def begin_to_lock(self) -> None:
        """Where it is to lock itself, say so now if it cannot."""
        if self.services.lock_after is not None and self._staff and not await self._learn(self._staff):
            self.warn(NO_PASSPHRASE)

    async def _learn(self, own: Actor) -> bool:
        """Whether there is a passphrase that opens it."""
        try:
            self._can_open = await self.services.front.run(acts.passphrases.is_set, own)
        except MessageCenterError:
            if not self._can_open:
                raise
        return self._can_open

    async def lock(self, *, by_hand: bool) -> None:
        """Lock the screen, if there is a passphrase that opens it."""
        own, self._touched = self._staff, monotonic()
        if self.is_locked:
            return
        if own is None or not await self._learn(own):
            if by_hand:
                self.warn(FOR_STAFF if own is None else NO_PASSPHRASE)
            return
        from msgcenter_tui.tui.screens.locked import Locked

        self._opened.clear()
        self.clear_notifications()
        self._cover = Locked(own)
        await self.push_screen(self._cover)

    # -- while it is locked --------------------------------------------------------------------------------------------

    @property
    def is_locked(self) -> bool:
        return self._cover is not None

    async def when_open(self) -> None:
        """Returns when the screen is not locked."""
        await self._opened.wait()

    def open_again(self) -> None:
        """The passphrase was the right one."""
        self._cover = None
        self.pop_screen()
        self._opened.set()
        self._fit_again()

    def push_screen(  # type: ignore[override]  # Textual has one signature for each way to wait
        self,
        screen: Screen[Any] | str,
        callback: Callable[[Any], object] | None = None,
        wait_for_dismiss: bool = False,
        **more: Any,
    ) -> AwaitMount | asyncio.Future[Any]:
        pushed = super().push_screen(screen, callback, wait_for_dismiss, **more)  # type: ignore[call-overload]
        cover, stack = self._cover, self._screen_stack
        if cover is not None and cover in stack and stack[-1] is not cover:
            # Nothing has been drawn since: what came lies below it from the first moment on.
            stack[-1].post_message(events.ScreenSuspend())
            stack.remove(cover)
            stack.append(cover)
            cover.post_message(events.ScreenResume())
        return pushed  # type: ignore[no-any-return]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        if self.is_locked:
            self.note(message, severity)
        else:
            super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return False if self.is_locked else super().check_action(action, parameters)
