"""The words of the Message Center as types: what crosses from room to room, frozen, without behaviour of its own.

Ids are opaque strings (`ThreadId("t42")`); times are aware `datetime`s in UTC; counts are numbers of people,
threads or messages as their names say.

A module of it is read when one of its types is first asked for: the command line and the first frame need few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgcenter_tui.domain.auditing import AuditRecord, Head, Noted, Thing, ThingKind, Walk
    from msgcenter_tui.domain.caught import CaughtMail, CaughtText
    from msgcenter_tui.domain.health import Finding, Health
    from msgcenter_tui.domain.ledger import (
        AudienceRow,
        Delivery,
        Folded,
        LedgerStatus,
        Notice,
        Notified,
        Progress,
        Reason,
        Withdrawn,
    )
    from msgcenter_tui.domain.people import (
        NOBODY,
        Actor,
        Client,
        ClientChange,
        CountedWorkspace,
        Erased,
        Eyes,
        Login,
        Member,
        Person,
        Staff,
        Workspace,
    )
    from msgcenter_tui.domain.sending import (
        Difference,
        MailForm,
        Notable,
        NotableKind,
        Outlook,
        PortalForm,
        Prospect,
        Reach,
        Scanned,
        Segments,
        Sent,
        Unreached,
        Unsent,
    )
    from msgcenter_tui.domain.threads import (
        Badge,
        Conversation,
        Countdown,
        Draft,
        Message,
        MessageVersion,
        Piece,
        Readers,
        Recipients,
        Template,
        Thread,
        ThreadRow,
    )
    from msgcenter_tui.domain.words import (
        ANSWERS,
        CURRENT,
        NO_SUBJECT,
        WRITTEN,
        Ahead,
        Among,
        AuditGroup,
        Channel,
        Consent,
        DeliveryId,
        DeliveryState,
        DraftId,
        LoginKind,
        MessageId,
        Page,
        PersonId,
        PersonKind,
        PieceKind,
        Policy,
        Role,
        RunId,
        RunKind,
        Show,
        Status,
        TemplateId,
        ThreadId,
        ThreadKind,
        ThreadState,
        WorkspaceId,
        WorkspaceKind,
    )

__all__ = [
    "ANSWERS",
    "CURRENT",
    "NOBODY",
    "NO_SUBJECT",
    "WRITTEN",
    "Actor",
    "Ahead",
    "Among",
    "AudienceRow",
    "AuditGroup",
    "AuditRecord",
    "Badge",
    "CaughtMail",
    "CaughtText",
    "Channel",
    "Client",
    "ClientChange",
    "Consent",
    "Conversation",
    "Countdown",
    "CountedWorkspace",
    "Delivery",
    "DeliveryId",
    "DeliveryState",
    "Difference",
    "Draft",
    "DraftId",
    "Erased",
    "Eyes",
    "Finding",
    "Folded",
    "Head",
    "Health",
    "LedgerStatus",
    "Login",
    "LoginKind",
    "MailForm",
    "Member",
    "Message",
    "MessageId",
    "MessageVersion",
    "Notable",
    "NotableKind",
    "Noted",
    "Notice",
    "Notified",
    "Outlook",
    "Page",
    "Person",
    "PersonId",
    "PersonKind",
    "Piece",
    "PieceKind",
    "Policy",
    "PortalForm",
    "Progress",
    "Prospect",
    "Reach",
    "Readers",
    "Reason",
    "Recipients",
    "Role",
    "RunId",
    "RunKind",
    "Scanned",
    "Segments",
    "Sent",
    "Show",
    "Staff",
    "Status",
    "Template",
    "TemplateId",
    "Thing",
    "ThingKind",
    "Thread",
    "ThreadId",
    "ThreadKind",
    "ThreadRow",
    "ThreadState",
    "Unreached",
    "Unsent",
    "Walk",
    "Withdrawn",
    "Workspace",
    "WorkspaceId",
    "WorkspaceKind",
]

_MODULES = ("words", "people", "threads", "ledger", "sending", "health", "auditing", "caught")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            found = importlib.import_module(f"msgcenter_tui.domain.{module}")
            if name in found.__dict__:
                value = globals()[name] = found.__dict__[name]
                return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
