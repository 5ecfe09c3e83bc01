"""A client as they are about to be: fields read, and the rules that the whole has to keep (P2, S5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import addresses
from msgcenter_tui.domain import WorkspaceId
from msgcenter_tui.errors import BadInput, Conflict, Refused
from msgcenter_tui.text import LONGEST_BODY, clean, clean_line

_KEPT = frozenset({"status", "portal", "workspace_id", "consent"})
"""What a client's history keeps each change of (N3)."""

_DERIVED = frozenset({"email_key", "phone_number", "email_problem"})
_FIELDS = {"workspace_id": "workspace", "email_muted": "mute_email"}
"""What the audit calls columns (S2); derived ones it does not name."""


def note_of(text: str) -> str:
    """A note as it is kept. Raises BadInput where it is too long."""
    note = clean(text).strip()
    if len(note) > LONGEST_BODY:
        what = f"it has {len(note):,} characters, the most is {LONGEST_BODY:,}"
        raise BadInput("the note is too long", what, "shorten it")
    return note


def how_of(text: str) -> str:
    """How a consent was given, as it is kept. Raises BadInput where it is too long."""
    how = clean_line(text)
    if len(how) > 500:
        raise BadInput("how consent was given is too long", f"{len(how)} characters, the most is 500", "shorten it")
    return how


@dataclass
class Entry:
    """A client as they will be: what is there, what is changed, and whether that may be."""

    home: WorkspaceId
    name: str
    row: Row[Any] | None = None
    how: str = ""
    """How the consent was given (N3)."""
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values["workspace_id"] = self.home

    def set(self, **values: Any) -> None:
        self.values.update(values)

    def set_email(self, email: str) -> None:
        shown, key = addresses.email_address(email) if clean_line(email) else (None, None)
        self.values.update(email=shown, email_key=key)
        if self.row is not None and key != self.row.email_key:
            self.values["email_problem"] = None

    def set_phone(self, phone: str, region: str) -> None:
        shown = clean_line(phone) or None
        self.values.update(phone=shown, phone_number=shown and addresses.phone_number(shown, region))

    def set_note(self, note: str) -> None:
        self.values["note"] = note_of(note)

    def will_be(self, column: str) -> Any:
        return self.values[column] if column in self.values else getattr(self.row, column, None)

    @property
    def changed(self) -> dict[str, Any]:
        """The columns that differ from what is there; of a new client, all that is given."""
        row = self.row
        return {column: value for column, value in self.values.items() if row is None or value != getattr(row, column)}

    @property
    def renamed(self) -> bool:
        return self.row is not None and self.name != self.row.name

    @property
    def answered(self) -> bool:
        """It is said how the consent was given: asked again, answered alike, that is worth keeping, too."""
        return self.how != "" and "consent" in self.values

    @property
    def kept(self) -> bool:
        """The client's history keeps it (N3)."""
        return self.answered or not _KEPT.isdisjoint(self.changed)

    @property
    def fields(self) -> list[str]:
        """What the audit says that was given or changed, by its names."""
        if self.row is None:
            given = [name for name in ("email", "phone", "portal", "note") if self.values[name]]
            return ["name", "status", "consent", *given, f"workspace={self.values['workspace_id']}"]
        changed = [_FIELDS.get(column, column) for column in self.changed if column not in _DERIVED]
        return [*(["name"] if self.renamed else []), *changed, *(["how"] if self.answered else [])]

    def check(self, holder: Row[Any] | None) -> None:
        """Raise Refused for a portal without an address (P2), Conflict where the address is another `holder`'s (S5)."""
        key = self.will_be("email_key")
        if self.will_be("portal") and key is None:
            if self.row is not None and self.row.portal:
                raise Refused(
                    f"the e-mail address of {self.name} cannot be taken away",
                    "their client portal needs it",
                    "disable the portal first, or give another address",
                )
            raise Refused(
                f"the client portal of {self.name} cannot be enabled",
                "it needs a valid e-mail address",
                "give one with it",
            )
        if holder is not None and (self.row is None or holder.id != self.row.id):
            raise Conflict(
                f"{self.will_be('email')} is taken",
                f"it is the address of {holder.name} ({holder.id}) in {holder.workspace_name}",
                "give another one, or change that client",
            )
