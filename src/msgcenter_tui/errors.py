"""The errors of the Message Center: each says what was refused or failed, why, and what would work (S1).

MessageCenterError
|-- Refused             a rule forbids the act                          (exit status 1)
|   |-- NotFound        not there, or not theirs to see: one answer (S4)
|   |-- Ask             allowed once the question is answered (S3, L3, A5, P3)
|   `-- Conflict        somebody else was first: a draft, a name, an address (M4, S5)
|-- BadInput            the words themselves cannot be used             (exit status 2)
|   `-- BadConfig       a file, variable or option of the configuration
`-- Unavailable         the store or a server cannot be used            (exit status 3)
    |-- StoreUnavailable
    |   |-- StoreDamaged    its file is damaged: it is only read
    |   `-- StoreInDoubt    the answer to a commit was lost: it may be done, or not
    `-- ServerUnavailable
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msgcenter_tui.domain import Channel


class MessageCenterError(Exception):
    """What was refused or failed, `why`, and the `cure`: what would work instead.

    All three are single sentences or clauses for people, without a closing full stop.
    """

    exit_status = 3

    def __init__(self, what: str, why: str = "", cure: str = "") -> None:
        super().__init__(what, why, cure)
        self.what = what
        self.why = why
        self.cure = cure

    def __str__(self) -> str:
        line = self.what
        if self.why:
            line += f": {self.why}"
        if self.cure:
            line += f"; {self.cure}"
        return line


class Refused(MessageCenterError):
    """A rule forbids the act; nothing was written."""

    exit_status = 1


class NotFound(Refused):
    """There is no such thing for whoever asks: absent and hidden answer alike (S4)."""


class Ask(Refused):
    """The act is allowed, but must be confirmed first: call again with `yes=True`.

    `what` is the question, `why` the figures behind it; `channels` are those by which it notifies.
    """

    def __init__(self, what: str, why: str = "", cure: str = "", *, channels: Collection[Channel] = ()) -> None:
        super().__init__(what, why, cure)
        self.channels = channels


class Conflict(Refused):
    """Somebody else was first; nothing was overwritten."""


class BadInput(MessageCenterError):
    """The words given cannot be used: an address, a number, a name, an option."""

    exit_status = 2


class BadConfig(BadInput):
    """A key or value of the configuration; `what` names the file (or variable) and the key."""


class Unavailable(MessageCenterError):
    """The store or a server cannot be used now."""

    exit_status = 3


class StoreUnavailable(Unavailable):
    """The store cannot be opened, read or written."""


class StoreDamaged(StoreUnavailable):
    """The store's file is damaged: nothing is written to it any more, and what was asked for cannot be read."""


class StoreInDoubt(StoreUnavailable):
    """The store was lost while an act was being committed, and has not come back: nobody knows whether it was done."""


class ServerUnavailable(Unavailable):
    """A mail or SMS server cannot be reached or refuses the account."""


_FOUND_IN = {
    "thread": "the list of threads", "draft": "the list of drafts", "template": "the list of templates",
    "delivery": "the list of deliveries", "client": "the list of clients", "member of staff": "the list of staff",
    "person": "the lists of clients and staff", "workspace": "the list of workspaces",
    "message": "the thread for its id",
}  # fmt: skip
"""Where whoever may see such a thing finds it."""


def not_found(noun: str, named: str, cure: str = "") -> NotFound:
    """The one answer for what is absent, what is hidden, and what could not exist (S4)."""
    if not cure and noun in _FOUND_IN:
        cure = f"look in {_FOUND_IN[noun]}"
    return NotFound(f"there is no {noun} {named[:80]!r}", "", cure)


def reason(error: OSError) -> str:
    """Why the system did not do it, a clause in its own words."""
    return (error.strerror or type(error).__name__).lower()
