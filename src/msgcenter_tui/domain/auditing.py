"""The audit log in words: its records, what they are about, and how far its chain of hashes was walked."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from msgcenter_tui.domain.words import PersonId, ThreadId


class ThingKind(enum.StrEnum):
    """Of what kind a thing is that a record names by its id."""

    THREAD = "thread"
    MESSAGE = "message"
    CLIENT = "client"
    STAFF = "member of staff"
    WORKSPACE = "workspace"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Thing:
    """What an id in a record stands for, of which its reader sees the name (S4)."""

    kind: ThingKind
    name: str | None
    """Of a thread, and of a message in one, the subject; None: it has none."""
    thread: ThreadId | None = None
    """Of those the thread, where it can be opened."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what, when, on what, touching which fields (S2)."""

    at: datetime
    name: str
    act: str
    what: str
    fields: tuple[str, ...]
    id: str = ""
    number: int = 0
    """Its place in the chain, from 1 without gaps: the order in which they were committed."""
    hash: str = ""
    """Over the hash of the record before it and all that it says (store/chain.py)."""
    who_id: PersonId | None = None
    """None: the program itself."""
    by: str = ""
    """Who of the staff was signed in as them (P3)."""

    @property
    def who(self) -> str:
        return f"{self.name} (signed in by {self.by})" if self.by else self.name


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a time: a number and a hash. Noted elsewhere, it vouches for all up to there."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Noted:
    """A head that was noted earlier and is looked for in the chain; `number` None: by its hash alone."""

    number: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the chain was walked, record by record from the first, and what did not fit."""

    last: Head = Head(0, "")
    """The last record that fits; its number is how many do."""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    """The times of the first and of the last of them."""
    total: int = 0
    """How many there are, as far as the log's head knows."""
    met: bool = False
    """The noted head is among them."""
    flaw: str = ""
    """Which record is the first that does not fit, and how: a clause for people. Empty: none so far."""
    over: bool = False
    """The end was reached, or a flaw."""

    @property
    def whole(self) -> bool:
        return self.over and not self.flaw
