"""Keys are done in the order in which they were pressed, however fast they come, and to what they were meant for.

Textual gives a letter to the focused field at once, but a key that is bound (an arrow, backspace, enter) only when it
has bubbled through every ancestor's queue: of keys that come in one write the letters would overtake the others, and
what follows a key that moves the focus would go to the old place. So the next key waits until the one before has come
to its end: its own way up, that of the messages it caused, and of the screen it may have opened.

And a key that is about a list which is still being read waits for it (`Listing`): who types a name and presses enter
means the one whom that name finds, and never whoever stands there from the search before. It waits, too, for an act
that was begun (`goes_first`), until that is done or asks: the answer to a question is no letter of a text.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from textual import events
from textual.binding import Binding
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from msgcenter_tui.tui.drawing import Drawing

PATIENCE = 0.5
"""Seconds after which a key no longer waits for the one before, where what that one was about is gone."""
LONGEST_WAY = 6
"""Times that patience, where it is there, and busy: a machine that is, too, takes its time."""
SOON = 0.02
"""Seconds until it is looked again whether a screen stands."""
AT_ONCE = 0.004
"""Seconds until it is looked again whether an act is done, a list read."""
COMING = 3.0
"""Seconds for which a key, and all after it, waits for what it is about, or for what was begun before it."""


class Listing:
    """Mixed into a widget or screen with a list that follows what is typed: its keys wait until it does."""

    def is_behind(self, event: events.Key) -> bool:
        """Whether this key is about a list that is still being read for what was typed or narrowed before."""
        raise NotImplementedError


_EDITING = frozenset(
    key
    for binding in Input.BINDINGS
    if isinstance(binding, Binding) and binding.action != "submit"
    for key in binding.key.split(",")
)


def writes(focused: Widget | None, event: events.Key) -> bool:
    """Whether a key only changes what stands in the text field that has the focus."""
    return isinstance(focused, Input) and (event.is_printable or event.key in _EDITING)


class InOrder(Drawing, inherit_bindings=False):
    """An app whose keys and pastes wait for each other, and for the lists that they are about."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed: deque[events.Event] = deque()
        self._turn: asyncio.TimerHandle | None = None
        """Set while a key is on its way, or waits; runs out when that takes too long."""
        self._turns = 0
        self._at: MessagePump | None = None
        """Where the end of the way of the key that was given is awaited."""
        self.last_key = 0.0
        """When a key came, by the monotonic clock."""
        self._again: events.Key | None = None
        self._again_since = 0.0
        self._works: list[tuple[Worker[None], Screen[Any]]] = []
        """The acts that were begun, each with the screen that it acts for."""
        self._waits_since: float | None = None
        """Since when the next key waits for an act, or its list; None: it does not."""

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        else:
            self.last_key = monotonic()
            self._pressed.append(event)
            if self._turn is None:
                await self._next()

    @property
    def acting(self) -> Screen[Any]:
        """The screen that has the keys."""
        return self.screen

    @property
    def _made(self) -> bool:
        """Whether the screen is made: before, none of its keys can be done."""
        return not self.screen_stack or self.acting.is_mounted

    def comes_too_soon(self, event: events.Key) -> bool:
        """Whether a key at the end of its way has met a screen that was opened meanwhile; it is then given again."""
        if self._made:
            return False
        self._give_again(event)
        return True

    def again(self, event: events.Key) -> bool:
        """Give a key again, soon, before all others: what it is about comes. False: it has waited long enough."""
        if event is not self._again:
            self._again_since = monotonic()
        if monotonic() - self._again_since > COMING:
            self._forget_typed()
            return False
        self._again = self._give_again(event)
        return True

    def _give_again(self, event: events.Key) -> events.Key:
        again = events.Key(event.key, event.character)
        self._pressed.appendleft(again)
        self._rest(SOON)
        return again

    def too_late(self) -> None:
        """What a key is about has not come: it was not done, nor was anything that was typed after it."""

    async def _next(self) -> None:
        """Give the next key, to a screen that stands and a list that is the one meant."""
        if not self._made:
            self._rest(SOON)
        elif self._pressed and not self._waits(self._pressed[0]):
            await self._give(self._pressed.popleft())

    def goes_first(self, act: Worker[None], screen: Screen[Any]) -> None:
        """The keys for this screen wait until its act is done, or takes too long; those for its questions do not."""
        self._works.append((act, screen))

    def _waits(self, event: events.Event) -> bool:
        """Whether the next key does not go its way now: it is looked again soon, but not for ever."""
        if self._act_has_ended():
            self._rest(0)  # behind what it posted last: where the hand is to go
            return True
        acts, behind = self._act_goes_on, self._is_behind(event)
        if not acts and not behind:
            self._waits_since = None
            return False
        if self._waits_since is None:
            self._waits_since = monotonic()
        if monotonic() - self._waits_since <= COMING:
            self._rest(AT_ONCE)
            return True
        self._waits_since = None
        self._works.clear()
        if behind:
            self._forget_typed()
            self.too_late()
        return behind

    def _forget_typed(self) -> None:
        """What was typed behind a key that was not done was meant for where that leads; here it might do harm."""
        self._pressed.clear()

    @property
    def _act_goes_on(self) -> bool:
        """An act of the screen that has the keys: it asks nothing, else its question would have them."""
        return any(screen is self.acting for _, screen in self._works)

    def _act_has_ended(self) -> bool:
        """Whether one has since this was asked last."""
        before, self._works = self._works, [work for work in self._works if not work[0].is_finished]
        return len(self._works) < len(before)

    def _is_behind(self, event: events.Event) -> bool:
        if not isinstance(event, events.Key) or not self.screen_stack:
            return False
        around = self._target().ancestors_with_self
        return any(one.is_behind(event) for one in around if isinstance(one, Listing))

    def _rest(self, seconds: float) -> None:
        self._turns += 1
        self._turn = asyncio.get_running_loop().call_later(seconds, self._end, self._turns)

    async def _give(self, event: events.Event) -> None:
        target = self._target()
        self._turns += 1
        turn, ways = self._turns, self._ways(target)

        def step() -> None:
            # One callback for the whole way: Textual looks at the signature of each that it has not seen before.
            if turn == self._turns:
                self._at = next((one for one in ways if one.is_running and one.post_message(passing())), None)
                if self._at is None:
                    self._end(turn)

        def passing() -> events.Callback:
            return events.Callback(callback=step)

        self._be_patient(turn, step, LONGEST_WAY)
        await super().on_event(event)
        step()

    def _be_patient(self, turn: int, step: Callable[[], None], times: int) -> None:
        self._turn = asyncio.get_running_loop().call_later(PATIENCE, self._give_up, turn, step, times - 1)

    def _give_up(self, turn: int, step: Callable[[], None], times: int) -> None:
        if turn != self._turns:
            return
        if times <= 0:
            self._end(turn)
            return
        self._be_patient(turn, step, times)
        if self._at is not None and not self._at.is_running:
            step()  # it went away with all that had been posted to it

    def _target(self) -> Widget:
        return self.focused or self.acting

    def _ways(self, target: Widget) -> Iterator[MessagePump]:
        """Twice along the key's way: behind itself, then behind what was posted on the way; then where the focus is."""
        for _ in range(2):
            yield from target.ancestors_with_self
        yield from self._target().ancestors_with_self

    def _end(self, turn: int) -> None:
        self.call_later(self._done, turn)

    async def _done(self, turn: int) -> None:
        if turn != self._turns or self._turn is None:
            return
        self._turn.cancel()
        self._turn = None
        await self._next()
