"""The notifier: finds what is due in the ledger and sends it, in the app while it is open or headless (N5..N14).

Any number of notifiers may work on one store, each for the channels it has an account for.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random as chance
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from time import monotonic
from types import MappingProxyType

from msgcenter_tui.delivery.marks import Marks
from msgcenter_tui.delivery.own_accounts import OwnAccounts
from msgcenter_tui.delivery.passage import Means
from msgcenter_tui.delivery.post import Post
from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.delivery.transport import Transport
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.errors import MessageCenterError, StoreUnavailable
from msgcenter_tui.origin import Origin
from msgcenter_tui.rules.waiting import CHANNEL_WORDS
from msgcenter_tui.store import channels, claims, identity, ledger, notifiers, paces
from msgcenter_tui.store.front import Front

log = logging.getLogger(__name__)

_HEARTBEAT = notifiers.LEASE.total_seconds() / 3
_CERTAIN = notifiers.LEASE.total_seconds() - 1  # it takes a moment to leave
_POLL = 0.5
"""Seconds between looks whether anybody changed the store."""
_LOOK = 20.0
"""At the latest after so many the ledger is looked at again, whatever the clock did."""
_AFTER_TROUBLE = 2.0
_CONTENDED = 0.02
_PATIENCE = 5.0
"""Seconds that stopping waits for answers of servers."""
_MARKS_PATIENCE = 3.0
_AT_ONCE = 128
"""Letters that are claimed and read at a time where the ledger is kept apart: meanwhile nothing is fenced there."""
_BETWEEN = 0.5
"""Seconds until the ledger is asked again, while letters are in hand: for more, where it gave fewer than there was room
for, and for runs to close, where it gave plenty."""


class Notifier:
    """Sends what is due by these transports, one for each channel that is configured; of those that are `missing` it
    says why.

    `ids` gives unique words, `random` numbers from 0 to 1; `listen` hears the tally whenever it has grown; `at` hears
    the names of the points where a crash would hurt.
    """

    def __init__(
        self,
        front: Front,
        transports: Mapping[Channel, Transport],
        *,
        missing: Mapping[Channel, str] = MappingProxyType({}),
        connections: int = 4,
        ids: Callable[[], str] | None = None,
        random: Callable[[], float] = chance.random,
        listen: Callable[[Tally], None] | None = None,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        ids = ids or _unique()
        self.id = ids()[:32]
        self._front = front
        self._accounts = OwnAccounts(front, transports)
        self._missing = dict(missing)
        self.tally = Tally()
        """What became of deliveries since it was made."""
        self._listen = listen
        self._at = at
        self._marks = Marks(front, self.id, self._settled, self._lines)
        means = Means(self._marks, ids, random, at, self._in_time)
        self._posts = {
            channel: Post(transport, means, connections, self._pause, self._progress, self._places)
            for channel, transport in transports.items()
        }
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._troubles: dict[str, str] = {}
        """What keeps each kind of its work from being done, while it does."""
        self._plenty = False
        """The last claim found all that there was room for."""
        self._astray = False
        """Something may be claimed that is not in hand: the store failed in between."""
        self._renewed = 0.0
        """When the lease was renewed last, or before."""
        self._closes_at = 0.0
        self._rests_until = 0.0
        """The ledger gave all it had: while letters are in hand it is not asked before."""

    # -- for whoever runs it ------------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """What keeps it from working, one sentence for people; empty when all is well."""
        return next(iter(self._troubles.values()), self._marks.trouble or self._accounts.trouble)

    def start(self) -> Notifier:
        """Run on the present event loop until `stop`."""
        self._task = asyncio.create_task(self.run(), name="notifier")
        return self

    async def stop(self, patience: float = _PATIENCE) -> None:
        """Finish what has been handed over, give back the rest, and end; what gets no answer in time is unknown."""
        self._patience = patience
        self._stopping = True
        self._front.give_up()
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def run(self) -> None:
        """Send what is due, whenever something is, until stopped. Goes on whatever happens to store and servers."""
        while not self._stopping and not await self._tried("begin", self._begin):
            await self._sleep(_AFTER_TROUBLE)
        heart = asyncio.create_task(self._beat(), name="notifier-heartbeat")
        try:
            while not self._stopping:
                if not await self._tried("round", self._round):
                    await self._sleep(_AFTER_TROUBLE)
        finally:
            await asyncio.shield(self._end(heart))

    async def once(self, now: bool = False) -> Tally:
        """Send what is due, with `now` also what waits for its quiet period, and end when nothing is left to do.

        Raises StoreUnavailable where the store cannot be used.
        """
        await self._begin()
        heart = asyncio.create_task(self._beat(), name="notifier-heartbeat")
        try:
            while not self._stopping:
                self._wake.clear()
                if not await self._went_on(now):
                    if not self._in_hand:
                        break
                    await self._wake.wait()
        finally:
            await asyncio.shield(self._end(heart))
        return self.tally

    # -- its life -----------------------------------------------------------------------------------------------------

    _patience = _PATIENCE

    async def _begin(self) -> None:
        moved = await asyncio.to_thread(identity.moved, self._front.store)
        accounts = await self._accounts.begin()
        asked = monotonic()
        held = await self._front.run(notifiers.begin, self.id, accounts, moved, self._missing)
        self._renewed = asked
        if moved is not None:
            log.warning("%d deliveries are held: %s", held, moved)
            await asyncio.to_thread(identity.settle_here, self._front.store)
        self._count({DeliveryState.HELD: held})

    async def _end(self, heart: asyncio.Task[None]) -> None:
        """Close the lines, then end the lease. Nothing that goes wrong by now hides what became of deliveries."""
        closing = (post.close(self._patience) for post in self._posts.values())
        closed = await asyncio.gather(*closing, return_exceptions=True)
        await self._marks.close(_MARKS_PATIENCE)
        heart.cancel()
        await asyncio.gather(heart, return_exceptions=True)
        retired = await asyncio.gather(self._front.ledger.run(notifiers.retire, self.id), return_exceptions=True)
        for trouble in (*closed, *retired):
            if isinstance(trouble, Exception) and not isinstance(trouble, MessageCenterError):
                _log(trouble)  # of the store nothing is to be said: the lease ends by itself

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT)
            await self._tried("heartbeat", self._renew)

    async def _renew(self) -> None:
        asked = monotonic()
        await self._front.ledger.run(notifiers.heartbeat, self.id)
        self._renewed = asked

    def _in_time(self) -> bool:
        """Whether the lease certainly holds: it does not once this process was stopped for longer."""
        return monotonic() < self._renewed + _CERTAIN

    async def _round(self) -> None:
        """Claim what fits; when nothing is due and nothing under way, wait until something may be."""
        self._wake.clear()
        if await self._advance():
            return
        if self._in_hand:
            self._only_waits()
            await self._sleep(_BETWEEN if self._room() else _LOOK)
            return
        token = await self._front.changed(seconds_old=_POLL)  # an older one than due: at worst it looks again
        due = await self._due()
        self._only_waits()
        if not due.now:
            await self._watch(token, _LOOK if due.wait is None else min(_LOOK, due.wait.total_seconds()))

    def _only_waits(self) -> None:
        """What kept earlier rounds from their work is over. A pause that was not kept is made anew if needed."""
        self._troubles.pop("round", None)
        self._troubles.pop("pause", None)
        if not self._in_hand:
            self._troubles.pop("pace", None)

    async def _advance(self, everything: bool = False) -> bool:
        """Take what is due and there is room for; whether there may be more to take at once."""
        if self._astray:
            if self._in_hand:  # what is in hand is claimed rightly
                return False
            await self._front.ledger.run(notifiers.let_go, self.id)
            self._astray = False
        if not self._room() or (self._in_hand and monotonic() < self._rests_until):
            return False
        # Where the last claim found all that there was room for, there is more: nobody has to look.
        if not self._plenty and not (await self._due(everything)).now:
            self._rests_until = monotonic() + _BETWEEN
            return False
        if not await self._claim(everything):
            await asyncio.sleep(_CONTENDED)  # another notifier has it in its hands
        return True

    async def _due(self, everything: bool = False) -> claims.Due:
        """What there is to do; first the accounts are looked at, where a channel is stopped, here or for everybody.

        Of the channels that there is room for: else one that is full keeps those asking again and again that are not.
        """
        found = await self._front.ledger.run(claims.due, self._roomy, everything)
        if found.stopped or self._accounts.any_refused:
            await self._accounts.look()
            found = await self._front.ledger.run(claims.due, self._roomy, everything)
        return found

    async def _went_on(self, everything: bool) -> bool:
        """The same; whoever kept the ledger apart may be lost meanwhile, and then it is kept here."""
        apart = self._front.kept_apart
        try:
            return await self._advance(everything)
        except StoreUnavailable:
            if apart and not self._front.kept_apart:
                return True
            raise

    async def _watch(self, token: int | str, seconds: float) -> None:
        """Until somebody changed the store, so many seconds at most."""
        until = monotonic() + seconds
        while not self._stopping and (left := until - monotonic()) > 0:
            await self._sleep(min(_POLL, left))
            if self._wake.is_set() or await self._front.changed(seconds_old=_POLL) != token:
                return

    async def _claim(self, everything: bool = False) -> int:
        """Close runs that are due, claim and hand to the posts what there is room for; returns how much was found."""
        closed = 0
        if not self._plenty or monotonic() >= self._closes_at:  # while there is plenty to send, it has a moment
            closed = await self._front.ledger.run(notifiers.close_due, self._channels, everything)
            self._closes_at = monotonic() + _BETWEEN
        roomy = self._roomy
        limit = sum(self._posts[channel].room for channel in roomy)
        if self._front.kept_apart:
            limit = min(limit, _AT_ONCE)
        if not roomy:
            return closed
        self._astray = True
        found = await self._front.ledger.run(claims.take, self.id, roomy, limit)
        self._plenty = found.number == limit
        self._at("after_claim")
        if found.doubtful:
            self._count(await self._front.ledger.run(ledger.decide, self.id, found.doubtful))
        for channel in roomy:
            letters = [letter for letter in found.letters if letter.edition.channel is channel]
            if letters:
                await self._posts[channel].put(letters)
        self._astray = False
        return closed + found.number

    # -- small things -------------------------------------------------------------------------------------------------

    @property
    def _channels(self) -> list[Channel]:
        return self._accounts.serving

    @property
    def _roomy(self) -> list[Channel]:
        return [channel for channel in self._channels if self._posts[channel].room]

    @property
    def _in_hand(self) -> int:
        """Letters that are claimed and of which nothing durable is known yet."""
        return sum(post.in_hand for post in self._posts.values()) + self._marks.pending

    def _lines(self) -> int:
        return sum(post.lines for post in self._posts.values())

    def _room(self) -> bool:
        return bool(self._roomy)

    def _progress(self) -> None:
        """Letters are out of hand: once there is room for more, or none is left, the ledger is asked again."""
        if not self._wake.is_set() and (self._room() or not self._in_hand):
            self._wake.set()

    def _settled(self, settled: Mapping[DeliveryState, int]) -> None:
        self._count(settled)
        self._progress()

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _pause(self, channel: Channel, why: str, span: timedelta | None) -> None:
        log.warning("%s %s: %s", CHANNEL_WORDS[channel], _rests(span), why)
        if span is None:
            await self._tried("pause", lambda: self._accounts.pause(channel, why))
        else:
            await self._tried("pause", lambda: self._front.run(channels.pause, channel, why, span))

    async def _places(self, transport: Transport, number: int) -> paces.Places:
        given = paces.Places(0, timedelta(seconds=_AFTER_TROUBLE))

        async def ask() -> None:
            nonlocal given
            assert transport.per_minute is not None
            given = await self._front.ledger.run(paces.take, transport.known_as, transport.per_minute, number)

        await self._tried("pace", ask)
        return given

    def _count(self, settled: Mapping[DeliveryState, int]) -> None:
        tally = self.tally.grown_by(settled)
        if tally != self.tally:
            self.tally = tally
            if self._listen is not None:
                self._listen(tally)

    async def _tried(self, kind: str, work: Callable[[], Awaitable[object]]) -> bool:
        """Do it, and say whether it went well; what went wrong is logged and shown, and the notifier goes on.

        It is shown until work of that kind goes well: a lease that is renewed mends no round.
        """
        try:
            await work()
        except MessageCenterError as error:
            self._troubles[kind] = str(error)
            log.warning("the notifier waits: %s", error)
        except Exception as error:  # noqa: BLE001  a notifier that ends sends nothing any more
            self._troubles[kind] = f"the notifier met an error of its own ({type(error).__name__}); see the log"
            _log(error)
        else:
            self._troubles.pop(kind, None)
            return True
        return False


def _log(error: Exception) -> None:
    """An error of the notifier's own: where it comes from, without its words."""
    log.error("something went wrong inside: %s", Origin.of(error))


def _unique() -> Callable[[], str]:
    """Words that nobody else has: this notifier's own, and a number."""
    own, numbers = uuid.uuid4().hex[:16], itertools.count()
    return lambda: f"{own}{next(numbers):x}"


def _rests(span: timedelta | None) -> str:
    if span is None:
        return "rests until its account is mended"
    seconds = round(span.total_seconds())
    return f"rests for {seconds // 60} minutes" if seconds >= 120 else f"rests for {seconds} seconds"
