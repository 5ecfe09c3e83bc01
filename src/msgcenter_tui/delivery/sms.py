"""SMS: a letter as a short text, and the way to a provider. The ledger treats it like mail (N2, N3, N8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgcenter_tui.delivery.parts import parts, portal_line
from msgcenter_tui.delivery.transport import Envelope, Hearer, Line, Reply
from msgcenter_tui.domain import Channel
from msgcenter_tui.rules import sms
from msgcenter_tui.store.letters import Fenced, Letter
from msgcenter_tui.text import clean_line

Hand = Callable[[str, str, str], Awaitable[Reply]]
"""Hands (number, text, a key that is the same for the same text) to a provider and says what came of it."""


def words(letter: Letter, how_to_stop: str = "") -> str:
    """The text of an SMS: whose practice, then as much of the messages as fits, and a link only where it works (N2).

    `how_to_stop` is for the first one to somebody, and always stands (N3). Raises CannotCompose.
    """
    told = parts(letter)
    if len(told) == 1:
        text = told[0].text
    else:
        each = (f"{clean_line(part.author)}: {part.text.strip()}" for part in told)
        text = f"{len(told)} messages\n" + "\n".join(each)
    return sms.text(clean_line(letter.edition.sender), text, portal_line(letter), how_to_stop)


class SmsLine:
    """A provider takes a text in one call: there is nothing to offer before, and one is sent at a time.

    A text is money: none is fenced before it is its turn.
    """

    hearer: Hearer
    pipelines = False
    ahead = 1

    def __init__(self, transport: SmsTransport) -> None:
        self._transport = transport
        self._open = True
        self._number = ""
        self._key = ""
        self._call: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self._open

    def envelope(self, letter: Letter) -> Envelope:
        return b"", b""

    def offer(self, envelope: Envelope) -> bool:
        return True

    def written(self, fenced: Fenced) -> bytes:
        letter = fenced.letter
        self._number, self._key = letter.address, fenced.message_id
        return words(letter, self._transport.how_to_stop if letter.first_sms else "").encode()

    def hand_over(self, written: bytes) -> None:
        self._call = asyncio.get_running_loop().create_task(self._hand(written.decode()), name="sms-text")

    async def _hand(self, text: str) -> None:
        try:
            reply = await self._transport.hand(self._number, text, self._key)
            self.hearer.answered(reply)
        except Exception as error:  # noqa: BLE001  whoever sends is told
            self.hearer.broken(error)

    def flush(self) -> None:
        return None

    def take_back(self) -> None:
        return None

    async def close(self) -> None:
        if self._open:
            self._open = False
            await self._transport.left()

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._transport.leave(self._call)


class SmsTransport:
    """The SMS channel by whatever hands a text over: a provider, or the demonstration's catcher.

    `end` is called when no line is open any more: what is kept for the next text may be closed. `fingerprint` is that
    of the account, where there is one.
    """

    channel = Channel.SMS
    domain = "sms.invalid"
    per_minute: int | None = None
    known_as = ""

    def __init__(
        self,
        hand: Hand,
        lines: int = 1,
        *,
        end: Callable[[], Awaitable[None]] | None = None,
        how_to_stop: str = sms.REPLY_STOP,
        fingerprint: Callable[[str], str] = str,
    ) -> None:
        self.hand = hand
        self.lines = lines
        self.how_to_stop = how_to_stop
        self.fingerprint = fingerprint
        self._end = end
        self._open = 0
        self._ending: set[asyncio.Task[None]] = set()

    async def open(self) -> Line:
        self._open += 1
        return SmsLine(self)

    async def left(self) -> None:
        """A line is closed."""
        self._open -= 1
        if not self._open and self._end is not None:
            await self._end()

    def leave(self, call: asyncio.Task[None] | None) -> None:
        """A line is dropped, from where nothing can be waited for, with the call that it makes."""
        task = asyncio.get_running_loop().create_task(self._left_after(call))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _left_after(self, call: asyncio.Task[None] | None) -> None:
        if call is not None:
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        await self.left()
