"""Keys are done in the order in which they were pressed, however fast they come.

Textual gives a letter to the focused field at once, but a key that is bound (an arrow, backspace, enter) only when it
has bubbled through every ancestor's queue: of keys that come in one write the letters would overtake the others, and
what follows a key that moves the focus would go to the old place. So the next key waits until the one before has come
to its end: its own way up, that of the messages it caused, and of the screen it may have opened.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from time import monotonic

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.widget import Widget

PATIENCE = 0.5
"""Seconds after which a key no longer waits for the one before: what that one is about may be gone."""
SOON = 0.02
"""Seconds until it is looked again whether a screen stands."""
COMING = 3.0
"""Seconds for which a key, and all after it, waits for what it is about to be read from the store."""


class InOrder(App[None], inherit_bindings=False):
    """An app whose keys and pastes wait for each other."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed: deque[events.Event] = deque()
        self._turn: asyncio.TimerHandle | None = None
        """Set while a key is on its way; runs out when that takes too long."""
        self._turns = 0
        self.last_key = 0.0
        """When a key came, by the monotonic clock."""
        self._again: events.Key | None = None
        self._again_until = 0.0

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        else:
            self.last_key = monotonic()
            self._pressed.append(event)
            if self._turn is None:
                await self._next()

    @property
    def _made(self) -> bool:
        """Whether the screen is made: before, none of its keys can be done."""
        return not self.screen_stack or self.screen.is_mounted

    def comes_too_soon(self, event: events.Key) -> bool:
        """Whether a key at the end of its way has met a screen that was opened meanwhile; it is then given again."""
        if self._made:
            return False
        self._give_again(event)
        return True

    def again(self, event: events.Key) -> bool:
        """Give a key again, soon, before all others: what it is about comes. False: it has waited long enough."""
        now = monotonic()
        if event is not self._again:
            self._again_until = now + COMING
        if now > self._again_until:
            return False
        self._again = self._give_again(event)
        return True

    def _give_again(self, event: events.Key) -> events.Key:
        again = events.Key(event.key, event.character)
        self._pressed.appendleft(again)
        self._begin_turn(SOON)
        return again

    async def _next(self) -> None:
        """Give the next key, to a screen that stands."""
        if not self._made:
            self._begin_turn(SOON)
        elif self._pressed:
            await self._give(self._pressed.popleft())

    def _begin_turn(self, seconds: float) -> int:
        self._turns += 1
        self._turn = asyncio.get_running_loop().call_later(seconds, self._give_up, self._turns)
        return self._turns

    async def _give(self, event: events.Event) -> None:
        target = self._target()
        turn = self._begin_turn(PATIENCE)
        await super().on_event(event)
        # Twice along the key's way: behind itself, then behind what was posted on the way; then where the focus is now.
        self._follow(self._ways(target), turn)

    def _target(self) -> Widget:
        return self.focused or self.screen

    def _ways(self, target: Widget) -> Iterator[MessagePump]:
        for _ in range(2):
            yield from target.ancestors_with_self
        yield from self._target().ancestors_with_self

    def _follow(self, ways: Iterator[MessagePump], turn: int) -> None:
        def step() -> None:
            for pump in ways:
                # One callback for the whole way: Textual looks at the signature of each that it has not seen before.
                if pump.is_running and pump.post_message(events.Callback(callback=step)):
                    return
            self.call_later(self._done, turn)

        step()

    def _give_up(self, turn: int) -> None:
        self.call_later(self._done, turn)

    async def _done(self, turn: int) -> None:
        if turn != self._turns or self._turn is None:
            return
        self._turn.cancel()
        self._turn = None
        await self._next()
