"""Threads, messages and drafts, as one reader sees them; templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgcenter_tui.domain.ledger import Progress
from msgcenter_tui.domain.people import Person
from msgcenter_tui.domain.words import (
    Channel,
    DraftId,
    MessageId,
    PersonId,
    PieceKind,
    Role,
    TemplateId,
    ThreadId,
    ThreadKind,
    ThreadState,
    WorkspaceId,
)


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
class Countdown:
    """The quiet period as its sender sees it (N5): what leaves when, and whether it can still be taken back."""

    leaves_at: datetime
    can_undo: bool
    message: MessageId | None
    """The newest message of the reader that an undo would take back."""
    channels: tuple[Channel, ...] = ()
    """Channels of its runs that have not left; one that is not configured keeps its run open (N13)."""


class Readers(NamedTuple):
    """Of a broadcast, for staff: how many clients (for All Team, members) see it now, and have read it (V1, R4)."""

    sees: int
    read: int
    """Have read up to the newest message by the owner."""
    clients: int | None
    """The audience now (A1)."""


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
    readers: Readers | None = None
    """Broadcast, staff; None, too, where they were not counted."""
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
    """False until it is counted, and for a time in the past: how far somebody had read then is not kept."""


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
