"""What the notifier asks of a way to send: lines to a server, an offer, a hand-over, and what came of it.

line = await transport.open()
reply = await line.offer(letter)         # MAIL and RCPT: None where the server takes the recipient
... the fence is committed ...
reply = await line.hand_over(letter)     # from here on it may have arrived
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from msgcenter_tui.domain import Channel
from msgcenter_tui.store.leaving import Letter


class Verdict(enum.Enum):
    """What a server's answer, or its silence, means for the letter and for the line."""

    ACCEPTED = "accepted"
    LATER = "later"
    """Not now for this recipient."""
    REFUSED = "refused"
    """Never for this recipient, or this letter."""
    LINE = "line"
    """Nothing about the recipient: the connection or the server cannot go on now."""
    ACCOUNT = "account"
    """The account may not send: somebody has to mend it."""
    UNKNOWN = "unknown"
    """Handed over, and no answer heard."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A verdict with its reason, a clause for people without any address in it."""

    verdict: Verdict
    why: str = ""
    bad_address: bool = False
    """The server knows no such recipient."""
    policy: bool = False
    """The refusal is about who sends rather than who receives; several in a row are about the account."""
    once: bool = False
    """Worth one retry only: a mailbox that is full may stay so."""
    ends_line: bool = False
    """The line is of no use any more."""
    declined: bool = False
    """The recipient has told the provider that they want no more (N3)."""
    uncharged: bool = False
    """Nothing was sent, and it says nothing about the recipient: though it was fenced, it is no attempt of theirs."""
    rest: timedelta | None = None
    """With LINE: the server asks to be left alone so long."""


class Trouble(Exception):
    """A line cannot be opened: `reply.verdict` is LINE or ACCOUNT."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.why)
        self.reply = reply


class CannotCompose(Exception):
    """A letter cannot be put into the form that the channel needs; says why, without any address."""


class Line(Protocol):
    """A kept connection. Only one letter is on it at a time."""

    @property
    def alive(self) -> bool:
        """Whether another letter may be offered on it."""

    async def offer(self, letter: Letter) -> Reply | None:
        """Name sender and recipient. None: the server takes them. Nothing has left yet, whatever it says.

        Raises CannotCompose.
        """

    async def hand_over(self, letter: Letter) -> Reply:
        """Send the letter as it was fixed at the fence. Cancelled, or without an answer, it may have arrived.

        Raises CannotCompose before anything has left.
        """

    async def take_back(self) -> None:
        """Forget the offer; the line may be dead afterwards."""

    async def close(self) -> None:
        """Say goodbye, and do not wait long for the answer."""

    def abort(self) -> None:
        """Drop the connection at once, with whatever has not left this machine."""


class Transport(Protocol):
    """A configured channel."""

    @property
    def channel(self) -> Channel: ...

    @property
    def lines(self) -> int:
        """How many lines may be open at a time."""

    @property
    def domain(self) -> str:
        """The right side of Message-IDs."""

    async def open(self) -> Line:
        """A new line, ready for an offer. Raises Trouble."""
