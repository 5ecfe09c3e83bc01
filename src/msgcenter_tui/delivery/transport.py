"""What the notifier asks of a way to send: lines to a server, what a letter is offered as, and what came of it.

A line takes one letter after the other:

    line.offer(letter)                       # name sender and recipient
    reply = await line.offered()             # None: the server takes them
    line.hand_over(line.written(fenced))     # from here on it may have arrived
    reply = await line.answer()

The fence is committed before `hand_over`. On a line that `pipelines` the next letter is offered right after one was
handed over, before its answer is heard; it is fenced before that, since such an offer is not taken back without losing
the line. What is said goes out at the next wait for an answer, in one piece.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from msgcenter_tui.domain import Channel
from msgcenter_tui.store.letters import Fenced, Letter


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
    slower: bool = False
    """The server finds that too much comes at once: for this recipient's domain; where it ends the line, at all."""
    once: bool = False
    """Worth one retry only: a mailbox that is full may stay so."""
    over_it: bool = False
    """The line was lost over this letter, which may be what the server cannot stand: it counts, and waits longer."""
    ends_line: bool = False
    """The line is of no use any more."""
    declined: bool = False
    """The recipient has told the provider that they want no more (N3)."""
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
    """A kept connection. At most one letter is handed over without an answer, and one more offered."""

    @property
    def alive(self) -> bool:
        """Whether another letter may be offered on it."""

    @property
    def pipelines(self) -> bool:
        """A letter may be offered together with the one before it: then it is fenced first."""

    def offer(self, letter: Letter) -> None:
        """Name sender and recipient. Raises CannotCompose where they cannot be named; then nothing was said."""

    def taken(self) -> bool:
        """Whether it is known already that the server takes the oldest offer; then `offered` is not to be asked."""

    async def offered(self) -> Reply | None:
        """What the server says to the oldest offer. None: it takes it. Nothing has left yet, whatever it says."""

    def written(self, fenced: Fenced) -> bytes:
        """The letter in the channel's form, as it was fixed at the fence. Raises CannotCompose."""

    def hand_over(self, written: bytes) -> None:
        """Send what the server was offered and took."""

    async def answer(self) -> Reply:
        """What the server says to what was handed over. Cancelled, or without an answer, it may have arrived."""

    async def take_back(self) -> None:
        """Forget an offer that the server took; the line may be dead afterwards."""

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
    def per_minute(self) -> int | None:
        """How many letters it takes a minute at most, None: as many as it takes."""

    @property
    def domain(self) -> str:
        """The right side of Message-IDs."""

    def fingerprint(self, salt: str) -> str:
        """The same for the same account and password, and tells neither. Takes its time: they are not to be guessed."""

    async def open(self) -> Line:
        """A new line, ready for an offer. Raises Trouble."""
