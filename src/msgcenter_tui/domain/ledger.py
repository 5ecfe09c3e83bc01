"""What became of notifications: the ledger, and the audience of a thread."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from msgcenter_tui.domain.people import Person
from msgcenter_tui.domain.words import Channel, DeliveryId, DeliveryState, RunKind, Status, ThreadId


@dataclass(frozen=True, slots=True)
class Reason:
    """What so many deliveries in one state have in common: what was said, without what differs by recipient."""

    state: DeliveryState
    words: str
    """Empty where nothing was said."""
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The deliveries of one thread, counted by state (N8)."""

    total: int
    by_state: dict[DeliveryState, int] = field(default_factory=dict)
    failed: tuple[Reason, ...] = ()
    """Why those that failed did, the most frequent first; of more than 200 the newest of them say it."""
    at: datetime | None = None
    """When it was counted, by the store's clock."""
    folded: dict[DeliveryState, int] = field(default_factory=dict)
    """How many of these are figures only: what became of them is known, no more when, where to and why."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Deliveries that became figures, or would: of how many runs, how many, and how they had ended."""

    runs: int
    deliveries: int
    by_state: dict[DeliveryState, int]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal stopped, and what it came too late for. Notifications are counted; `portals` are clients."""

    total: int
    """All notifications of the thread, whatever became of them."""
    left: int
    """Those past their fence (N14): sending, sent or unknown."""
    cancelled: int
    portals: int
    """From how many portals it is gone."""


class Notified(enum.StrEnum):
    """Whether somebody was notified of a thread at all, by whichever channel."""

    YES = "notified"
    """One of its deliveries was sent: a server accepted it."""
    UNDER_WAY = "under-way"
    """None was, and one is waiting, held, sending, retrying or unknown."""
    NO = "not-notified"


@dataclass(frozen=True, slots=True)
class Notice:
    """One delivery of a thread to somebody, as the audience lists it (N8)."""

    id: DeliveryId
    kind: RunKind
    channel: Channel
    state: DeliveryState
    at: datetime | None
    """When it left, or was settled without leaving; None while it waits."""
    why: str


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """What a thread is to one person: seen or not, notified or not, read or not, each with the reason."""

    person: Person
    status: Status | None
    """None for staff."""
    sees: bool
    why: str
    """Why they see it, or do not (V1, V3)."""
    notified: Notified
    why_not: str
    """Why they were not notified; empty where they were, or it is under way."""
    notices: tuple[Notice, ...]
    """Their deliveries of the thread, the newest run first."""
    told: tuple[Notice, ...]
    """Of these what decides whether they were notified: not those of others' replies in a broadcast (N9, N11)."""
    read: bool
    """They have read up to its newest message by the owner (R4)."""
    read_up_to: int
    read_at: datetime | None
    """When they first read in it."""
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification: one recipient's part of a run, as staff see it (N8)."""

    id: DeliveryId
    thread: ThreadId
    subject: str | None
    recipient: Person
    channel: Channel
    address: str | None
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    why: str
    messages: int
    """How many messages it carries."""
    settled_at: datetime | None = None
    decides: bool = False
    """Whether who looks may retry, settle or release it, as an Owner (S4)."""
    sees_thread: bool = True
    """Whether who looks sees its thread: an Owner decides about threads that they are not in, too (V9, S4)."""


@dataclass(frozen=True, slots=True)
class LedgerStatus:
    """`deliver --status`: deliveries by state; `due` are those that would leave now."""

    waiting: int
    due: int
    sending: int
    retrying: int
    unknown: int
    held: int
    failed: int
    paused: tuple[tuple[Channel, str], ...]
    """Channels that send nothing now, each with the reason (N13)."""
    next_at: datetime | None
    """When the next run leaves or the next retry is due."""
    until: dict[Channel, datetime] = field(default_factory=dict)
    """Of a channel that rests for a while only: when it is tried again."""
    apart: int = 0
    """How many of those that are unknown, held or failed are of threads that who looks decides about, but is not in."""
