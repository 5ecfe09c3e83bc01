"""What the notifier asks of a way to send: lines to a server, what a letter is offered as, and what came of it.

A line takes one letter after the other, and tells a `Hearer` what the server says:

    line.offer(line.envelope(letter))        # name sender and recipient
        hearer.taken() or hearer.refused()   # nothing has left yet
    line.hand_over(line.written(fenced))     # from here on it may have arrived
        hearer.answered()

The fence is committed before `hand_over`. On a line that `pipelines` the next letter is offered right after one was
handed over, before its answer is heard; its fence is asked for before that, since such an offer is not taken back
without losing the line. What is said goes out with `flush`, or after what was just heard, in one piece.
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
    own: bool = False
    """No server said it: an error of the program's own, which several in a row show to be about more than a letter."""
    rest: timedelta | None = None
    """With LINE: the server asks to be left alone so long."""


Envelope = tuple[bytes, bytes]
"""How a line names sender and recipient; empty where it names none."""


class Trouble(Exception):
    """A line cannot be opened: `reply.verdict` is LINE or ACCOUNT."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.why)
        self.reply = reply


class CannotCompose(Exception):
    """A letter cannot be put into the form that the channel needs; says why, without any address."""


def own_error(error: Exception) -> str:
    """What people are told of an error of the program's own, without its words, which may be a client's."""
    return f"an error of the program's own ({type(error).__name__}); see the log"


class Hearer(Protocol):
    """Whoever sends over a line hears what the server says, each at most once for what it answers."""

    def taken(self) -> None:
        """The server takes the oldest offer."""

    def refused(self, reply: Reply) -> None:
        """It does not take it, or the line was lost over it. Nothing of it has left, whatever the reply says."""

    def answered(self, reply: Reply) -> None:
        """What the server says to what was handed over; unknown where it says nothing."""

    def broken(self, error: Exception) -> None:
        """The program itself failed over something that was heard."""


class Line(Protocol):
    """A kept connection. At most one letter is handed over without an answer, and one more offered."""

    hearer: Hearer

    @property
    def alive(self) -> bool:
        """Whether another letter may be offered on it."""

    @property
    def pipelines(self) -> bool:
        """A letter may be offered together with the one before it: then it is fenced first."""

    @property
    def ahead(self) -> int:
        """How many letters of the line may be fenced and have no result: as many a crash leaves unknown."""

    def envelope(self, letter: Letter) -> Envelope:
        """Sender and recipient as they are named. Raises CannotCompose where they cannot be."""

    def offer(self, envelope: Envelope) -> bool:
        """Name sender and recipient. Whether it is known at once that they are taken: then nothing is heard of it."""

    def written(self, fenced: Fenced) -> bytes:
        """The letter in the channel's form, as it was fixed at the fence. Raises CannotCompose."""

    def hand_over(self, written: bytes) -> None:
        """Send what the server was offered and took."""

    def flush(self) -> None:
        """Say what was collected."""

    def take_back(self) -> None:
        """Forget an offer that the server took; the line may be dead afterwards."""

    async def close(self) -> None:
        """Say goodbye, and do not wait long for the answer."""

    def abort(self) -> None:
        """Drop the connection at once, with whatever has not left this machine. Nothing more is heard."""


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
    def known_as(self) -> str:
        """A word for its account, the same for whoever sends by it: they share what it takes a minute."""

    @property
    def domain(self) -> str:
        """The right side of Message-IDs."""

    def fingerprint(self, salt: str) -> str:
        """The same for the same account and password, and tells neither. Takes its time: they are not to be guessed."""

    async def open(self) -> Line:
        """A new line, ready for an offer. Raises Trouble."""
