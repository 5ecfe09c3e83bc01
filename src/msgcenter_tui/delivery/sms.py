"""SMS: a letter as a short text, and the way to a provider. The ledger treats it like mail (N2, N8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgcenter_tui.delivery.compose import portal_line
from msgcenter_tui.delivery.segments import fitted
from msgcenter_tui.delivery.transport import Line, Reply
from msgcenter_tui.domain import Channel
from msgcenter_tui.store.leaving import Letter
from msgcenter_tui.text import clean, clean_line

Hand = Callable[[str, str, str], Awaitable[Reply]]
"""Hands (number, text, a key that is the same for the same text) to a provider and says what came of it."""


def words(letter: Letter) -> str:
    """The text of an SMS: whose practice, then as much of the messages as fits, and a link only where it works (N2)."""
    sender = clean_line(letter.sender)
    if len(letter.parts) == 1:
        text = f"{sender}: {clean(letter.parts[0].text).strip()}"
    else:
        told = (f"{clean_line(part.author)}: {clean(part.text).strip()}" for part in letter.parts)
        text = f"{sender}: {len(letter.parts)} messages\n" + "\n".join(told)
    return fitted(text, portal_line(letter))


class SmsLine:
    """A provider takes a text in one call: there is nothing to offer before."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    @property
    def alive(self) -> bool:
        return True

    async def offer(self, letter: Letter) -> Reply | None:
        return None

    async def hand_over(self, letter: Letter) -> Reply:
        return await self._hand(letter.address, words(letter), letter.message_id)

    async def take_back(self) -> None:
        return None

    async def close(self) -> None:
        return None

    def abort(self) -> None:
        return None


class SmsTransport:
    """The SMS channel by whatever hands a text over: a provider, or the demonstration's catcher."""

    channel = Channel.SMS
    domain = "sms.invalid"

    def __init__(self, hand: Hand, lines: int = 1) -> None:
        self._hand = hand
        self.lines = lines

    async def open(self) -> Line:
        return SmsLine(self._hand)
