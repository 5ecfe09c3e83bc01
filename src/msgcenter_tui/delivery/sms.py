"""SMS: a letter as a short text, and the way to a provider. The ledger treats it like mail (N2, N8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgcenter_tui.delivery.parts import parts, portal_line
from msgcenter_tui.delivery.segments import fitted
from msgcenter_tui.delivery.transport import Line, Reply
from msgcenter_tui.domain import Channel
from msgcenter_tui.store.letters import Fenced, Letter
from msgcenter_tui.text import clean_line

Hand = Callable[[str, str, str], Awaitable[Reply]]
"""Hands (number, text, a key that is the same for the same text) to a provider and says what came of it."""


def words(letter: Letter) -> str:
    """The text of an SMS: whose practice, then as much of the messages as fits, and a link only where it works (N2).

    Raises CannotCompose.
    """
    sender, told = clean_line(letter.edition.sender), parts(letter)
    if len(told) == 1:
        text = f"{sender}: {told[0].text.strip()}"
    else:
        each = (f"{clean_line(part.author)}: {part.text.strip()}" for part in told)
        text = f"{sender}: {len(told)} messages\n" + "\n".join(each)
    return fitted(text, portal_line(letter))


class SmsLine:
    """A provider takes a text in one call: there is nothing to offer before."""

    pipelines = False

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._letter: tuple[str, str] = "", ""
        self._words = ""

    @property
    def alive(self) -> bool:
        return True

    def offer(self, letter: Letter) -> None:
        return None

    async def offered(self) -> Reply | None:
        return None

    def written(self, fenced: Fenced) -> bytes:
        self._letter = fenced.letter.address, fenced.message_id
        return words(fenced.letter).encode()

    def hand_over(self, written: bytes) -> None:
        self._words = written.decode()

    async def answer(self) -> Reply:
        number, key = self._letter
        return await self._hand(number, self._words, key)

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
    per_minute: int | None = None

    def __init__(self, hand: Hand, lines: int = 1) -> None:
        self._hand = hand
        self.lines = lines

    def fingerprint(self, salt: str) -> str:
        return salt

    async def open(self) -> Line:
        return SmsLine(self._hand)
