"""Bringing a list of clients into a workspace: the good rows in one transaction, every other one named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import addresses, clients, finding
from msgcenter_tui.center.client_rows import ClientList, ClientRow, read_clients
from msgcenter_tui.center.client_words import Fact, more_rows
from msgcenter_tui.center.spreadsheet import Finding
from msgcenter_tui.domain import Actor, Consent, PersonId, Status, WorkspaceId
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.files import content
from msgcenter_tui.rules.roles import Deed
from msgcenter_tui.store import clientele, places
from msgcenter_tui.store.tx import Tx, act


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes of a client who was there: the fields, as `clients set` calls them."""

    line: int
    client: PersonId
    name: str
    """As it was."""
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: numbers of clients, and the rest in the order of their lines."""

    added: int
    changes: tuple[Change, ...]
    unchanged: int
    rejected: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def updated(self) -> int:
        return len(self.changes)


def listed_in(path: str) -> ClientList:
    """The clients in the file at `path`, which a spreadsheet wrote. Raises BadInput where it cannot be read as such."""
    return read_clients(content(Path(path).expanduser()))


@act
def import_clients(
    tx: Tx,
    actor: Actor,
    workspace: WorkspaceId,
    listed: ClientList,
    *,
    source: str = "a file",
    region: str | None = None,
    strict: bool = False,
    dry_run: bool = False,
    told: Callable[[str, int, int], object] | None = None,
) -> ImportReport:
    """Add the listed clients to the workspace, or update those whose address it knows (S5).

    What a row does not say stays as it is; of a new client it is Lead, without portal and not asked about SMS.
    `region` is the country of numbers without its code, else the workspace's. A consent is recorded as of the
    import of `source` (N3). With `strict` any bad row refuses all. A dry run does everything, and takes it back.
    `told` hears what is being done, of how many rows so far, and how many there are.
    """
    finding.require(tx, actor, workspace, Deed.CLIENTS)
    there = places.region_of(tx, workspace)
    work = _Import(
        tx,
        actor,
        workspace,
        columns=listed.columns,
        how=f"import of {source}",
        region=addresses.region_code(region) if region else there,
        region_there=there,
    )
    with tx.attempt(keep=not dry_run):
        for number, row in enumerate(listed.rows, 1):
            work.take(row)
            if told is not None:
                told("importing clients", number, len(listed.rows))
    rejected = sorted((*listed.rejected, *work.rejected), key=_by_line)
    if strict and rejected:
        raise _refusal(rejected)
    warnings = sorted((*listed.warnings, *work.warnings, *work.said_once()), key=_by_line)
    return ImportReport(work.added, tuple(work.changes), work.unchanged, tuple(rejected), tuple(warnings))


def _by_line(finding: Finding) -> int:
    return finding.line


def _refusal(rejected: list[Finding]) -> Refused:
    first = rejected[0]
    where = f"line {first.line}, {first.column}" if first.column else f"line {first.line}"
    number = f"{len(rejected)} rows are bad, the first on" if len(rejected) > 1 else "one row is bad, on"
    return Refused(
        "nothing was imported",
        f"{number} {where}: {first.why}",
        "mend it, or leave --strict out to import the good rows; with --dry-run that names every bad one",
    )


class _Import:
    """One import at work: takes row after row, counts, and collects what it finds."""

    def __init__(
        self,
        tx: Tx,
        actor: Actor,
        workspace: WorkspaceId,
        *,
        columns: Mapping[Fact, str],
        how: str,
        region: str,
        region_there: str,
    ) -> None:
        self.tx = tx
        self.actor = actor
        self.workspace = workspace
        self.columns = columns
        self.how = how
        self.region = region
        self.region_there = region_there
        self.added = self.unchanged = 0
        self.changes: list[Change] = []
        self.rejected: list[Finding] = []
        self.warnings: list[Finding] = []
        self._without_status: list[int] = []

    def take(self, row: ClientRow) -> None:
        """Add or update the client of this row, or reject it."""
        known = row.email_key and clientele.holder_of(self.tx, self.workspace, row.email_key)
        try:
            if known:
                self._update(row, known)
            else:
                self._add(row)
        except (BadInput, Refused) as error:
            self.rejected.append(Finding(row.line, None, str(error)))

    def said_once(self) -> list[Finding]:
        """What is true of many rows, at the first of them."""
        if not self._without_status:
            return []
        why = f"no status is given: the client is taken as Lead{more_rows(len(self._without_status))}"
        return [Finding(self._without_status[0], self.columns.get(Fact.STATUS), why)]

    def _add(self, row: ClientRow) -> None:
        clients.enter(
            self.tx,
            self.actor,
            self.workspace,
            row.name,
            region=self.region_there,
            email=row.email,
            phone=self._phone(row),
            status=row.status or Status.LEAD,
            portal=bool(row.portal),
            note=row.note,
            consent=row.consent or Consent.NOT_ASKED,
            how=self.how if row.consent else "",
        )
        self.added += 1
        if row.status is None:
            self._without_status.append(row.line)
        if row.email is None:
            self._warn(row, Fact.EMAIL, "there is no e-mail address to know the client by: each import adds them anew")

    def _update(self, row: ClientRow, known: Row[Any]) -> None:
        said: dict[str, Any] = {
            "name": row.name,
            "phone": self._phone(row, known),
            "status": row.status,
            "portal": row.portal,
            "consent": self._consent(row, known),
            "note": row.note or None,
        }
        changes = {fact: value for fact, value in said.items() if value not in (None, getattr(known, fact))}
        if not changes:
            self.unchanged += 1
            return
        how = self.how if "consent" in changes else ""
        clients.change(self.tx, self.actor, PersonId(known.id), **changes, how=how)
        fields = tuple("sms" if fact == "consent" else fact for fact in changes)
        self.changes.append(Change(row.line, PersonId(known.id), known.name, fields))

    def _phone(self, row: ClientRow, known: Row[Any] | None = None) -> str | None:
        """The number to keep, as entered where the workspace's region reads it alike; None: keep what is there."""
        if row.phone is None:
            return None
        try:
            number = addresses.phone_number(row.phone, self.region)
        except BadInput as error:
            self._warn(row, Fact.PHONE, f"{error}; the client comes in without it")
            return None
        if known is not None and number == known.phone_number:
            return None
        if self.region == self.region_there:
            return row.phone
        try:
            alike = addresses.phone_number(row.phone, self.region_there) == number
        except BadInput:
            alike = False
        return row.phone if alike else number

    def _consent(self, row: ClientRow, known: Row[Any]) -> Consent | None:
        if known.consent is Consent.DECLINED and row.consent not in (None, Consent.DECLINED):
            self._warn(row, Fact.SMS, "the client has declined SMS, which a file cannot take back; it stays declined")
            return None
        return row.consent

    def _warn(self, row: ClientRow, fact: Fact, why: str) -> None:
        self.warnings.append(Finding(row.line, self.columns.get(fact), why))
