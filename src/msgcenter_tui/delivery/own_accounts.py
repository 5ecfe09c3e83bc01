"""The accounts that a notifier sends by, and which of them a server has refused: those it leaves alone (N13).

A pause until somebody mends the account stops the channel for every notifier, as most often all have the same account.
One that has another takes the channel up again. Whoever has the refused one stays out of it then, until somebody
resumes the channel or it starts with another: nobody is locked out, and nobody's old password stops the others.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from functools import cache

from msgcenter_tui.delivery.transport import Transport
from msgcenter_tui.domain import Channel
from msgcenter_tui.rules.waiting import CHANNEL_WORDS
from msgcenter_tui.store import channels
from msgcenter_tui.store.front import Front

log = logging.getLogger(__name__)


class OwnAccounts:
    """Of one notifier. A fingerprint takes its time: it is made in a thread, and nobody who writes waits for it."""

    def __init__(self, front: Front, transports: Mapping[Channel, Transport]) -> None:
        self._front = front
        self._prints: channels.Accounts = {
            channel: cache(transport.fingerprint) for channel, transport in transports.items()
        }
        self._refused: dict[Channel, str] = {}
        """Why each of those was that are."""
        self._unkept: set[Channel] = set()
        """Those of them of which the store does not know yet: it failed."""
        self._changing = asyncio.Lock()
        self._stopped: frozenset[Channel] = frozenset()
        """The channels that are so for everybody, when they were last looked at."""

    @property
    def serving(self) -> list[Channel]:
        """The channels whose account is not refused."""
        return [channel for channel in self._prints if channel not in self._refused]

    @property
    def any_refused(self) -> bool:
        return bool(self._refused)

    @property
    def trouble(self) -> str:
        """What is refused here while others may send, a sentence for people."""
        here = ((channel, why) for channel, why in self._refused.items() if channel not in self._stopped)
        return "; ".join(f"{CHANNEL_WORDS[channel]} by the account here is refused: {why}" for channel, why in here)

    async def begin(self) -> channels.Accounts:
        """Look which of them were refused lately. Gives them all, for `notifiers.begin`."""
        stops = await self._stops()
        own = {channel: stop for channel, stop in stops.items() if await self._is_own(channel, stop)}
        self._refused = {channel: stop.why for channel, stop in own.items() if stop.lately}
        if self.trouble:
            log.warning("%s", self.trouble)
        return self._prints

    async def pause(self, channel: Channel, why: str) -> None:
        """The account was refused: nothing is sent by it until somebody mends it, even if the store cannot be told."""
        async with self._changing:
            self._refused[channel] = why
            self._unkept.add(channel)
            await self._keep(channel)

    async def _keep(self, channel: Channel) -> None:
        salt = secrets.token_hex(8)
        account = f"{salt}.{await asyncio.to_thread(self._prints[channel], salt)}"
        await self._front.run(channels.pause, channel, self._refused[channel], None, account)
        self._unkept.discard(channel)
        self._stopped |= {channel}

    async def look(self) -> None:
        """Try again what somebody resumed; take up what is stopped for the account of another, or for want of one."""
        async with self._changing:
            for channel in sorted(self._unkept):
                await self._keep(channel)
            await self._look()

    async def _look(self) -> None:
        stops = await self._stops()
        for channel in self._prints:
            stop = stops.get(channel)
            if stop is None:
                self._refused.pop(channel, None)
            elif stop.lasts and channel not in self._refused:
                if await self._is_own(channel, stop):
                    self._refused[channel] = stop.why
                else:
                    await self._front.run(channels.take_up, channel, stop.account)

    async def _stops(self) -> Mapping[Channel, channels.Stop]:
        stops = await self._front.run(channels.stops)
        self._stopped = frozenset(channel for channel, stop in stops.items() if stop.lasts)
        return stops

    async def _is_own(self, channel: Channel, stop: channels.Stop) -> bool:
        own = self._prints.get(channel)
        if own is None or stop.account is None:
            return False
        return await asyncio.to_thread(channels.same, stop.account, own)
