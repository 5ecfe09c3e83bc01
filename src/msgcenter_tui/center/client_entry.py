"""A client as they are about to be: fields read, and the rules that the whole has to keep (P2, S5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import addresses
from msgcenter_tui.domain import WorkspaceId
from msgcenter_tui.errors import BadInput, Conflict, Refused
from msgcenter_tui.store import clientele
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.text import LONGEST_BODY, clean, clean_line


def note_of(text: str) -> str:
    """A note as it is kept. Raises BadInput where it is too long."""
    note = clean(text).strip()
    if len(note) > LONGEST_BODY:
        what = f"it has {len(note):,} characters, the most is {LONGEST_BODY:,}"
        raise BadInput("the note is too long", what, "shorten it")
    return note


@dataclass
class Entry:
    """A client as they will be: what is there, what is changed, and whether that may be."""

    tx: Tx
    home: WorkspaceId
    name: str
    row: Row[Any] | None = None
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

    def changed(self) -> list[str]:
        """The names of the fields that differ from what is there."""
        row = self.row
        if row is None:
            return list(self.values)
        names = [column for column, value in self.values.items() if value != getattr(row, column)]
        return (["name"] if self.name != row.name else []) + names

    def check(self) -> None:
        """Raise Refused for a portal without an address (P2), Conflict for an address that is taken (S5)."""
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
        holder = key and clientele.holder_of(self.tx, self.values["workspace_id"], key)
        if holder and (self.row is None or holder.id != self.row.id):
            raise Conflict(
                f"{self.will_be('email')} is taken",
                f"it is the address of {holder.name} ({holder.id}) in {holder.workspace_name}",
                "give another one, or change that client",
            )
