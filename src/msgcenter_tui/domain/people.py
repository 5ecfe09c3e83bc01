"""Who acts, and the people and places there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgcenter_tui.domain.words import (
    Consent,
    LoginKind,
    PersonId,
    PersonKind,
    Role,
    Status,
    WorkspaceId,
    WorkspaceKind,
)

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
class Login:
    """A role of a database server that has walls around it, and who signs in with it; `person` None: a notifier."""

    role: str
    kind: LoginKind
    person: PersonId | None


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
    """A workspace as one member of staff knows it: `role` is theirs."""

    id: WorkspaceId
    kind: WorkspaceKind
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class CountedWorkspace(Workspace):
    """With its numbers, which take a while where there are many: `current` counts the audience (A1)."""

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

    @property
    def sees_broadcasts(self) -> bool:
        """V1: those to All Clients of the workspace, while they are not deleted."""
        return self.status.current and self.portal


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
class Erased:
    """A client of whom nothing is stored any more but that they were there."""

    client: PersonId
    at: datetime
    messages: int
    """How many of theirs were replaced."""
    suppressed: int
    """How many notifications to them will not leave (N12)."""
    new: bool
    """False: they had been erased before, and nothing was changed."""
