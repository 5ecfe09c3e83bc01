"""A message before it is sent: what it would do, to whom, and how each would read it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from msgcenter_tui.domain.people import Person
from msgcenter_tui.domain.threads import Piece, Recipients
from msgcenter_tui.domain.words import Channel, MessageId, PersonId, Status, ThreadId, ThreadKind, WorkspaceId


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
    """Every recipient's was counted; else total, unicode and cut are estimates."""
    cut: int = 0
    """How many SMS have no room for all of the message (N2)."""


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
    people: tuple[Person, ...] = ()
    """Whom a new direct thread names."""


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
