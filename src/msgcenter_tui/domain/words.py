"""The closed sets, the ids and what every room shares."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, NewType, TypeVar

T = TypeVar("T")
PersonId = NewType("PersonId", str)
WorkspaceId = NewType("WorkspaceId", str)
ThreadId = NewType("ThreadId", str)
MessageId = NewType("MessageId", str)
DraftId = NewType("DraftId", str)
TemplateId = NewType("TemplateId", str)
RunId = NewType("RunId", str)
DeliveryId = NewType("DeliveryId", str)


class PersonKind(enum.StrEnum):
    STAFF = "staff"
    CLIENT = "client"


class LoginKind(enum.StrEnum):
    """As what somebody signs in to a database server with a role that has walls around it."""

    STAFF = "staff"
    PORTAL = "portal"
    NOTIFIER = "notifier"


class WorkspaceKind(enum.StrEnum):
    PERSONAL = "personal"
    TEAM = "team"


class Role(enum.StrEnum):
    OWNER = "owner"
    CONTRIBUTOR = "contributor"
    PARTICIPANT = "participant"

    @property
    def called(self) -> str:
        """ "Owner"."""
        return self.value.capitalize()


class Status(enum.StrEnum):
    LEAD = "lead"
    ACTIVE = "active"
    INACTIVE = "inactive"
    COMPLETE = "complete"

    @property
    def current(self) -> bool:
        """Lead and Active clients are current: the audience of All Clients (A1)."""
        return self in CURRENT

    @property
    def called(self) -> str:
        """ "Lead"."""
        return self.value.capitalize()


CURRENT = frozenset({Status.LEAD, Status.ACTIVE})


class Consent(enum.StrEnum):
    """A client's word on SMS (N3)."""

    NOT_ASKED = "not-asked"
    PENDING = "pending"
    ACTIVE = "active"
    DECLINED = "declined"


class ThreadKind(enum.StrEnum):
    ALL_CLIENTS = "all-clients"
    ALL_TEAM = "all-team"
    DIRECT = "direct"

    @property
    def broadcast(self) -> bool:
        return self is not ThreadKind.DIRECT

    @property
    def called(self) -> str:
        """Whom a broadcast is to, "All Clients" or "All Team Members"; else "Direct"."""
        return _KINDS_CALLED[self]


_KINDS_CALLED = {
    ThreadKind.ALL_CLIENTS: "All Clients",
    ThreadKind.ALL_TEAM: "All Team Members",
    ThreadKind.DIRECT: "Direct",
}

NO_SUBJECT = "(No Subject)"
"""What stands in the place of a subject (M1)."""


class ThreadState(enum.StrEnum):
    LIVE = "live"
    DELETED = "deleted"
    UNDONE = "undone"
    """Its only message was taken back (N5): the thread is in no list, its ledger rows remain."""


class RunKind(enum.StrEnum):
    """What the messages of a run have in common; a message may belong to runs of two kinds."""

    BROADCAST = "broadcast"
    """The owner's messages to All Clients (N1, N5)."""
    REPLY = "reply"
    """Replies in an unlocked broadcast, gathered, to its audience (N9)."""
    OWNER = "owner"
    """A client's reply in a broadcast, to the thread's owners (N10)."""
    OTHER = "other"
    """Direct threads and threads to All Team Members (N10)."""
    CATCH_UP = "catch-up"
    """The owner's messages to All Clients once more, to those whom no notification of it has reached (N11)."""

    @property
    def announces(self) -> bool:
        """It carries what the owner wrote to All Clients."""
        return self in (RunKind.BROADCAST, RunKind.CATCH_UP)

    @property
    def answers(self) -> bool:
        """It carries what others wrote in a broadcast: it notifies nobody of the broadcast itself (N11)."""
        return self in ANSWERS


ANSWERS = (RunKind.REPLY, RunKind.OWNER)
"""The kinds that `answers` is true of."""

WRITTEN = (RunKind.BROADCAST, RunKind.REPLY, RunKind.OWNER, RunKind.OTHER)
"""What a message can be when it is written; no message is written for a catch-up."""


class Channel(enum.StrEnum):
    EMAIL = "email"
    SMS = "sms"


class DeliveryState(enum.StrEnum):
    """The one state a delivery is in (N8)."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    READ_FIRST = "read-first"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration decides about notifying (N5, N9, N2)."""

    quiet_period: timedelta = timedelta(seconds=60)
    reply_gather: timedelta = timedelta(hours=1)
    portal_url: str = ""


class Show(enum.StrEnum):
    """Which threads a list shows."""

    ALL = "all"
    UNREAD = "unread"
    BROADCASTS = "broadcasts"
    DIRECT = "direct"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One keyset page; `next` is the cursor of the following page, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


class PieceKind(enum.StrEnum):
    TEXT = "text"
    FIELD = "field"
    """A merge field as staff see it: `text` is its name in words, "first name"."""
    BLANK = "blank"
    ERROR = "error"


class AuditGroup(enum.StrEnum):
    """Acts of one kind, by which a list of records is narrowed."""

    THREADS = "threads"
    CLIENTS = "clients"
    DELIVERIES = "deliveries"
    TEMPLATES = "templates"
    STAFF = "staff"
    STORE = "store"


class Among(enum.StrEnum):
    """Whom a list of the audience of a thread shows."""

    ALL = "all"
    SEES = "sees"
    HIDDEN = "does-not-see"
    NOTIFIED = "notified"
    UNDER_WAY = "under-way"
    NOT_NOTIFIED = "not-notified"
    READ = "read"
    """Of those who see it: they have read up to its newest message by the owner (R4)."""
    NOT_READ = "not-read"
    NOT_REACHED = "not-reached"
    """In the audience, not notified and not about to be, and it is in no portal of theirs."""
    TO_CATCH_UP = "to-catch-up"
    """Whom a catch-up would notify now (N11)."""


class Ahead(enum.StrEnum):
    """Whom a list of who gets a message shows, before it is sent (N4)."""

    ALL = "all"
    NOTIFIED = "notified"
    PORTAL_ONLY = "portal-only"
    NOT_REACHED = "not-reached"
    EXCLUDED = "excluded"
    """Not in the audience."""
