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

from msgcenter_tui.tui import acts
from msgcenter_tui.tui.telling import Telling

if TYPE_CHECKING:
    from msgcenter_tui.tui.screens.locked import Locked

NO_PASSPHRASE = "There is no passphrase to open it again: set one first (Passphrase, in the palette)"


class Locking(Telling, inherit_bindings=False):
    """An app whose screen can be locked."""

    def __init__(self) -> None:
        super().__init__()
        self._cover: Locked | None = None
        self._opened = asyncio.Event()
        self._opened.set()
        self._touched = monotonic()
        """When a key or the mouse was last moved, by the monotonic clock."""

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

    async def lock(self, *, by_hand: bool) -> None:
        """Lock the screen, if there is a passphrase that opens it. Idle without one, it is said at the next touch."""
        actor = self.services.actor
        if actor is None or self.is_locked:
            return
        if actor.is_client or not await self.services.front.run(acts.passphrases.is_set, actor):
            self._touched = monotonic()
            if by_hand or not actor.is_client:
                self.warn(NO_PASSPHRASE if not actor.is_client else "Only staff have a passphrase")
            return
        from msgcenter_tui.tui.screens.locked import Locked

        self._opened.clear()
        self.clear_notifications()
        self._cover = Locked(actor)
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
