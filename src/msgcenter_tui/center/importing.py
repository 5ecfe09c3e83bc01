"""Bringing a list of clients into a workspace: the good rows in one transaction, every other one named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import addresses, clients, finding
from msgcenter_tui.center.client_entry import Entry, how_of
from msgcenter_tui.center.client_rows import ClientList, ClientRow, Told, read_clients, telling
from msgcenter_tui.center.client_words import Fact, more_rows
from msgcenter_tui.center.spreadsheet import Finding
from msgcenter_tui.domain import Actor, Consent, PersonId, Status, WorkspaceId
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.files import content
from msgcenter_tui.rules.roles import Deed
from msgcenter_tui.store import clientele, places
from msgcenter_tui.store.tx import Tx, act

AT_ONCE = 500
"""So many rows are looked up, and written, by a handful of statements."""

_FIELDS = {"name": "name", "phone": "phone", "status": "status", "portal": "portal", "consent": "sms", "note": "note"}
"""What a row may change of a client who is there, and what `clients set` calls it."""


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


def listed_in(path: str, told: Told | None = None) -> ClientList:
    """The clients in the file at `path`, which a spreadsheet wrote. Raises BadInput where it cannot be read as such."""
    return read_clients(content(Path(path).expanduser()), told=told)


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
    told: Told | None = None,
) -> ImportReport:
    """Add the listed clients to the workspace, or update those whose address it knows (S5).

    What a row does not say stays as it is; of a new client it is Lead, without portal and not asked about SMS.
    `region` is the country of numbers without its code, else the workspace's. A consent is recorded as of the
    import of `source` (N3). With `strict` any bad row refuses all. A dry run does everything, and takes it back;
    so does whatever `told` raises.
    """
    finding.require(tx, actor, workspace, Deed.CLIENTS)
    there = places.region_of(tx, workspace)
    work = _Import(
        tx,
        actor,
        workspace,
        columns=listed.columns,
        how=how_of(f"import of {source}"),
        region=addresses.region_code(region) if region else there,
        region_there=there,
    )
    with tx.attempt(keep=not dry_run):
        for rows in _chunks(telling("looking at clients" if dry_run else "importing clients", listed.rows, told)):
            work.take(rows)
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


def _chunks(rows: Iterable[ClientRow]) -> Iterator[Sequence[ClientRow]]:
    """The rows in their order; an address that comes again begins another chunk, since it is somebody's by then."""
    chunk: list[ClientRow] = []
    keys: set[str] = set()
    for row in rows:
        if len(chunk) == AT_ONCE or row.email_key in keys:
            yield chunk
            chunk, keys = [], set()
        chunk.append(row)
        keys.update(filter(None, [row.email_key]))
    if chunk:
        yield chunk


class _Import:
    """One import at work: takes rows after rows, counts, and collects what it finds."""

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

    def take(self, rows: Sequence[ClientRow]) -> None:
        """Add or update the clients of these rows, no two of which have one address, or reject them."""
        known = self._known({row.email_key: row for row in rows if row.email_key})
        entries = []
        for row in rows:
            there = known.get(row.email_key or "")
            try:
                entries.append(self._new(row) if there is None else self._changed(row, there))
            except (BadInput, Refused) as error:
                self.rejected.append(Finding(row.line, None, str(error)))
        clients.write(self.tx, self.actor, [entry for entry in entries if entry is not None])

    def said_once(self) -> list[Finding]:
        """What is true of many rows, at the first of them."""
        if not self._without_status:
            return []
        why = f"no status is given: the client is taken as Lead{more_rows(len(self._without_status))}"
        return [Finding(self._without_status[0], self.columns.get(Fact.STATUS), why)]

    def _known(self, rows: Mapping[str, ClientRow]) -> dict[str, Row[Any]]:
        """Whose the addresses of the rows are. Who is to be changed is locked first, and then read once more."""
        known = clientele.holders(self.tx, self.workspace, list(rows))
        others = [key for key, there in known.items() if self._differs(rows[key], there)]
        if others:
            clientele.lock_clients(self.tx, [known.pop(key).id for key in others])
            known |= clientele.holders(self.tx, self.workspace, others)
        return known

    def _differs(self, row: ClientRow, there: Row[Any]) -> bool:
        """Whether the row says anything that is not there letter by letter."""
        if row.phone is not None and self.region != self.region_there:
            return True
        return any(getattr(row, column) not in (None, "", getattr(there, column)) for column in _FIELDS)

    def _new(self, row: ClientRow) -> Entry:
        entry = Entry(self.workspace, row.name, how=self.how if row.consent else "")
        entry.set(
            status=row.status or Status.LEAD,
            portal=bool(row.portal),
            consent=row.consent or Consent.NOT_ASKED,
            email_muted=False,
            email=row.email,
            email_key=row.email_key,
            note=row.note,
        )
        phone, number = self._phone(row)
        entry.set(phone=phone, phone_number=number)
        entry.check(None)
        self.added += 1
        if row.status is None:
            self._without_status.append(row.line)
        if row.email is None:
            self._warn(row, Fact.EMAIL, "there is no e-mail address to know the client by: each import adds them anew")
        return entry

    def _changed(self, row: ClientRow, there: Row[Any]) -> Entry | None:
        """The client with what the row says, None where that is what is there."""
        entry = Entry(self.workspace, row.name, there)
        phone, number = self._phone(row, there)
        if phone not in (None, there.phone):
            entry.set(phone=phone, phone_number=number)
        consent = self._consent(row, there)
        said = {"note": row.note or None, "status": row.status, "portal": row.portal, "consent": consent}
        entry.set(**{column: value for column, value in said.items() if value is not None})
        changed = {*entry.changed, *(["name"] if entry.renamed else [])}
        if not changed:
            self.unchanged += 1
            return None
        entry.how = self.how if "consent" in changed else ""
        fields = tuple(field for column, field in _FIELDS.items() if column in changed)
        self.changes.append(Change(row.line, PersonId(there.id), there.name, fields))
        return entry

    def _phone(self, row: ClientRow, there: Row[Any] | None = None) -> tuple[str | None, str | None]:
        """The number to keep, as entered where the workspace's region reads it alike, and in normal form.

        None where there is none, or none but the one that is there.
        """
        plain = self.region == self.region_there
        if row.phone is None or (plain and there is not None and row.phone == there.phone):
            return None, None
        try:
            number = addresses.phone_number(row.phone, self.region)
        except BadInput as error:
            self._warn(row, Fact.PHONE, f"{error}; the client comes in without it")
            return None, None
        if there is not None and number == there.phone_number:
            return None, None
        return (row.phone if plain or self._read_there(row.phone) == number else number), number

    def _read_there(self, phone: str) -> str | None:
        """The number as the workspace's region has it."""
        try:
            return addresses.phone_number(phone, self.region_there)
        except BadInput:
            return None

    def _consent(self, row: ClientRow, known: Row[Any]) -> Consent | None:
        if known.consent is Consent.DECLINED and row.consent not in (None, Consent.DECLINED):
            self._warn(row, Fact.SMS, "the client has declined SMS, which a file cannot take back; it stays declined")
            return None
        return row.consent

    def _warn(self, row: ClientRow, fact: Fact, why: str) -> None:
        self.warnings.append(Finding(row.line, self.columns.get(fact), why))
