"""Letters: what one recipient is owed by one delivery, as words, not yet in the form of a mail or an SMS (N1, N2, N7).

Letters that carry the same messages share an `Edition`, the same object for all of them: a broadcast to a hundred
thousand people is one edition, and what depends on it alone is made once.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from msgcenter_tui.domain import Channel, DeliveryId, RunKind, ThreadId


@dataclass(frozen=True, slots=True)
class Passage:
    """One message of an edition, in the version that counts."""

    author: str
    at: datetime
    body: str
    """As written: with the names of fields, where `facts` are given."""
    facts: Mapping[str, str] | None
    """What the sender's and the workspace's fields stand for (T5); None: nothing in it is a field (T8)."""


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """What letters share that carry the same messages of a thread, in the order of their numbers (M5)."""

    channel: Channel
    kind: RunKind
    thread: ThreadId
    direct: bool
    sender: str
    """The workspace it comes from: the team's name, or of a personal one its owner's."""
    subject: str | None
    passages: tuple[Passage, ...]
    follows: bool
    """It does not begin its thread."""
    locked: bool

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled so that one that comes again is the same object, for as long as it is sent."""
        return _edition, (pickle.dumps(tuple(getattr(self, one.name) for one in fields(self))),)


@lru_cache(16)
def _edition(pickled: bytes) -> Edition:
    return Edition(*pickle.loads(pickled))


class Letter(NamedTuple):
    """What is the recipient's own. A tuple: a hundred thousand of them are made in the time that matters."""

    edition: Edition
    id: DeliveryId
    address: str
    recipient: str
    """Their name."""
    values: Mapping[str, str] | None
    """What the client's fields stand for; None for staff, who read the names of the fields (T5)."""
    portal: str
    """Where to read on, for a client who sees the thread in a portal; else empty (N2)."""
    before: str
    """The Message-ID of the last mail that the recipient got of this thread; empty where there is none."""
    attempts: int
    """How many there were before."""
    kept: bool
    """It is sent again as it was, an unknown of before (N14)."""
    first_sms: bool = False
    """No SMS has reached them at this number before: it says how to stop (N3)."""
    reading: int = 0
    """By which reading of the store it was made: the same delivery may be claimed, and read, once more."""


class Fenced(NamedTuple):
    """A letter as it leaves: what the fence has fixed (N14)."""

    letter: Letter
    message_id: str
    date: datetime
