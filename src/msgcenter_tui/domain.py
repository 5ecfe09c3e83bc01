"""The words of the Message Center as types: what crosses from room to room, frozen, without behaviour of its own.

Ids are opaque strings (`ThreadId("t42")`); times are aware `datetime`s in UTC; counts are numbers of people,
threads or messages as their names say.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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


# -- closed sets ------------------------------------------------------------------------------------------------------


class PersonKind(enum.StrEnum):
    STAFF = "staff"
    CLIENT = "client"


class WorkspaceKind(enum.StrEnum):
    PERSONAL = "personal"
    TEAM = "team"


class Role(enum.StrEnum):
    OWNER = "owner"
    CONTRIBUTOR = "contributor"
    PARTICIPANT = "participant"


class Status(enum.StrEnum):
    LEAD = "lead"
    ACTIVE = "active"
    INACTIVE = "inactive"
    COMPLETE = "complete"

    @property
    def current(self) -> bool:
        """Lead and Active clients are current: the audience of All Clients (A1)."""
        return self in CURRENT


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


# -- who acts ---------------------------------------------------------------------------------------------------------


NOBODY = PersonId("p0")
"""The client of an imagined portal: no person has this id."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """How a portal is looked at: as it was at a time, or as it would be (P3). What is None is as the store has it."""

    at: datetime | None = None
    status: Status | None = None
    portal: bool | None = None
    workspace: WorkspaceId | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, or a client in their portal.

    `by` is the member of staff who signed in as the client, where one did (P3): the audit names both.
    """

    person: PersonId
    kind: PersonKind
    name: str
    by: PersonId | None = None
    viewing: bool = False
    """Staff look at a client's portal ("view as"): nothing may be written and nothing is marked read (P3)."""
    eyes: Eyes | None = None
    """Of a view: that it is of another time, or of other facts, than those of now."""

    @property
    def at(self) -> datetime | None:
        """The time in the past as of which everything is seen; None: now."""
        return None if self.eyes is None else self.eyes.at

    @property
    def is_client(self) -> bool:
        return self.kind is PersonKind.CLIENT


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration decides about notifying (N5, N9, N2)."""

    quiet_period: timedelta = timedelta(seconds=60)
    reply_gather: timedelta = timedelta(hours=1)
    portal_url: str = ""


# -- people and places ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str
    kind: PersonKind


@dataclass(frozen=True, slots=True)
class Staff:
    id: PersonId
    name: str
    email: str
    administrator: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as one member of staff sees it: `role` is theirs, `current` counts the audience (A1)."""

    id: WorkspaceId
    kind: WorkspaceKind
    name: str
    role: Role
    clients: int = 0
    current: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    person: PersonId
    name: str
    email: str
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True)
class Client:
    id: PersonId
    name: str
    workspace: WorkspaceId
    workspace_name: str
    status: Status
    portal: bool
    email: str | None
    email_muted: bool
    phone: str | None
    """As entered; `phone_number` is its E.164 form, None where it has none."""
    phone_number: str | None
    consent: Consent
    note: str
    assigned: tuple[Person, ...] = ()
    """Filled for one client, left empty in lists."""
    email_problem: str | None = None
    """Why mail to the address is known to fail, as the server said it."""


@dataclass(frozen=True, slots=True)
class ClientChange:
    """One entry of a client's history: the state from `at` on."""

    at: datetime
    by: str
    status: Status
    portal: bool
    consent: Consent
    workspace: WorkspaceId
    how: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One keyset page; `next` is the cursor of the following page, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


# -- threads and messages ---------------------------------------------------------------------------------------------


class PieceKind(enum.StrEnum):
    TEXT = "text"
    FIELD = "field"
    """A merge field as staff see it: `text` is its name in words, "first name"."""
    BLANK = "blank"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a body as one reader sees it (T5)."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread in a list, as one reader sees it."""

    id: ThreadId
    kind: ThreadKind
    workspace: WorkspaceId
    workspace_name: str
    subject: str | None
    locked: bool
    state: ThreadState
    unread: int
    """Unread messages for this reader (R1); 0 where it is not known, as of a time in the past."""
    last_at: datetime
    people: tuple[str, ...]
    """A direct thread: up to three others in it, by name; a broadcast: empty."""
    others: int
    """How many more there are beyond `people`."""
    last_author: str | None
    """The author of the newest message, None where it is the reader."""
    preview: str
    """The newest message that is not deleted, one line, cut at 200 characters."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as one reader sees it."""

    id: MessageId
    number: int
    author: Person
    author_role: Role | None
    """The author's role in the thread's workspace; None for clients, and for everybody in a portal."""
    at: datetime
    body: str
    """As written to staff and to its author; filled in for a client."""
    pieces: tuple[Piece, ...]
    edited_at: datetime | None
    deleted: bool
    mine: bool
    versions: int
    """How many texts it has had; 1 for one never edited."""


@dataclass(frozen=True, slots=True)
class MessageVersion:
    version: int
    at: datetime
    by: str
    body: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is reached: the figures of S3, N1 and N4, all numbers of people.

    `people` are notified at all, `email` and `sms` by each channel (somebody with both counts in both);
    `portal_only` find it in the portal and are not notified; `unreachable` are reached by nothing.
    """

    people: int = 0
    email: int = 0
    sms: int = 0
    portal_only: int = 0
    unreachable: int = 0


@dataclass(frozen=True, slots=True)
class Unreached:
    """One client whom no channel reaches, and why (N4)."""

    client: PersonId
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Countdown:
    """The quiet period as its sender sees it (N5): what leaves when, and whether it can still be taken back."""

    leaves_at: datetime
    can_undo: bool
    message: MessageId | None
    """The newest message of the reader that an undo would take back."""
    channels: tuple[Channel, ...] = ()
    """Channels of its runs that have not left; one that is not configured keeps its run open (N13)."""


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


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as one reader sees it. What only staff may know is None for a client (V5)."""

    id: ThreadId
    kind: ThreadKind
    workspace: WorkspaceId
    workspace_name: str
    subject: str | None
    locked: bool
    state: ThreadState
    unread: int
    first_unread: int | None
    """The number of the first unread message."""
    newest: int
    """The number of the newest message."""
    people: tuple[Person, ...]
    """A direct thread: everybody in it, the reader included; a broadcast: empty."""
    owners: tuple[Person, ...]
    is_owner: bool
    can_write: bool
    why_not: str
    """Why the reader cannot write, a sentence for them; empty where they can."""
    sees: int | None = None
    """Broadcast, staff: how many clients see it now (V1); for All Team its members."""
    read: int | None = None
    """Of those, how many have read up to the newest message by the owner (R4)."""
    clients: int | None = None
    """Broadcast, staff: the audience now (A1)."""
    countdown: Countdown | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread and one page of its messages, in the order of their numbers (M5)."""

    thread: Thread
    messages: tuple[Message, ...]
    more_before: bool
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Badge:
    """What is unread for a person: threads and messages (R1)."""

    threads: int
    messages: int
    known: bool = True
    """False for a time in the past: how far somebody had read then is not kept."""


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


@dataclass(frozen=True, slots=True)
class Segments:
    """What the SMS of a message take, one SMS a recipient, before it is sent (3GPP TS 23.038)."""

    sms: int
    least: int
    """Segments of the shortest SMS."""
    most: int
    total: int
    unicode: int
    """How many SMS are in UCS-2, in which less than half as much fits into a segment; the others are in GSM-7."""
    because: str
    """What turns them into UCS-2: the first character and its place, words for people."""
    exact: bool
    """Every recipient's was counted; else total and unicode are estimates."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What sending would do, before it is done (S3, N4, L3)."""

    workspace_name: str
    kind: ThreadKind
    locked: bool
    audience: int
    """People in the audience at this moment (A1, A2, A4)."""
    reach: Reach
    first_unreached: tuple[Unreached, ...]
    """The first hundred by name."""
    by_status: dict[Status, int]
    exposed: int
    """How many clients see each other's names and replies if it is sent as it is (L3); 0 where none do."""
    question: str | None
    """What is asked before the act (S3, L3); None where nothing is asked."""
    segments: Segments | None = None
    """What its SMS take; None where the text was not given, or nobody is reached by SMS."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Who would be notified now and was not of the last broadcast of the workspace, and who was and would not be."""

    subject: str | None
    """Of the thread in which that was sent."""
    at: datetime
    more: int
    first_more: tuple[Person, ...]
    """A few by name, as of those who are fewer."""
    fewer: int
    first_fewer: tuple[Unreached, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a send did. `message` may be None only in a dry run."""

    thread: ThreadId | None
    message: MessageId | None
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom a new thread goes: a broadcast of one kind, or the people named."""

    kind: ThreadKind
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of its writer (M4): `thread` is None for a new thread."""

    id: DraftId
    version: int
    """Counts saves: saving against an older one makes a second draft instead of overwriting."""
    thread: ThreadId | None
    recipients: Recipients | None
    people: tuple[Person, ...]
    """The named recipients, for display."""
    workspace: WorkspaceId | None
    subject: str
    body: str
    locked: bool
    cursor: int
    at: datetime


# -- the audience -----------------------------------------------------------------------------------------------------


class Notified(enum.StrEnum):
    """Whether somebody was notified of a thread at all, by whichever channel."""

    YES = "notified"
    """One of its deliveries was sent: a server accepted it."""
    UNDER_WAY = "under-way"
    """None was, and one is waiting, held, sending, retrying or unknown."""
    NO = "not-notified"


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
    """Their deliveries of it, the newest run first."""
    read: bool
    """They have read up to its newest message by the owner (R4)."""
    read_up_to: int
    read_at: datetime | None
    """When they first read in it."""
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a message would be to one person, before it is sent (N1, N4)."""

    person: Person
    status: Status | None
    channels: tuple[Channel, ...]
    """By which they would be notified (N1)."""
    in_portal: bool
    excluded: bool
    why: str
    """Why they are excluded, or not notified; empty where they would be."""


# -- a message before it is sent --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message before it is sent: in a thread, or else the first of a new one (T6)."""

    body: str
    thread: ThreadId | None = None
    recipients: Recipients | None = None
    workspace: WorkspaceId | None = None
    subject: str = ""
    locked: bool = True


@dataclass(frozen=True, slots=True)
class PortalForm:
    """A message as a client's portal would show it, or why the client does not see it."""

    why_not: str
    """Why they do not see it, a clause; empty where they do."""
    subject: str | None
    workspace_name: str
    kind: ThreadKind
    locked: bool
    author: str
    at: datetime
    pieces: tuple[Piece, ...]
    """What was filled in is a piece of its own; joined they are the text that the client reads."""
    notice: str
    """What stands above the reply box (V7)."""
    closed: str
    """What stands in place of the reply box (L1); empty where there is one."""


@dataclass(frozen=True, slots=True)
class MailForm:
    """A mail as its reader's program shows it; `html`: it also has that form of the same words."""

    subject: str
    sender: str
    to: str
    text: str
    html: bool


class NotableKind(enum.StrEnum):
    """What makes some clients worth a look before a send, in the order in which they are looked at (T6)."""

    FALLBACK = "fallback"
    """A field has no value: they read its fallback."""
    EMPTY = "empty"
    """A field has neither value nor fallback."""
    LONGEST = "longest"
    """Nobody's text is longer."""
    SMS_CUT = "sms-cut"
    """Their SMS holds the beginning of the message only."""
    SMS_MOST = "sms-most"
    """Of the SMS that hold all of it, nobody's takes more segments."""
    UNREACHABLE = "unreachable"
    """Neither a channel nor a portal reaches them."""
    PORTAL_ONLY = "portal-only"
    """No channel reaches them: they find it in the portal."""


@dataclass(frozen=True, slots=True)
class Notable:
    """So many clients are worth a look for the same reason."""

    kind: NotableKind
    field: str
    """Of a fallback, or of an empty field: which."""
    count: int
    first: tuple[Person, ...]
    """Some of them, to look at."""
    extent: int = 0
    """Characters of the longest text, segments of an SMS."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found among the clients looked at so far; `rules.notables` adds such up."""

    looked: int = 0
    texted: int = 0
    """How many of them an SMS reaches that holds all of the message."""
    notables: tuple[Notable, ...] = ()
    next: str | None = None
    """Where to go on; None at the end."""
    total: int | None = None
    """How many there are to look at; told with the first of them."""


# -- templates --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Template:
    """A text template (T1). `team` is None for a personal one."""

    id: TemplateId
    name: str
    shortcut: str
    subject: str
    body: str
    team: WorkspaceId | None
    team_name: str | None
    editable: bool


# -- the ledger -------------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class AuditRecord:
    at: datetime
    who: str
    act: str
    what: str
    fields: tuple[str, ...]
    id: str = ""
