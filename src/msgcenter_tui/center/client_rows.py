"""What the rows of a client list mean: headings to facts, words to statuses and consent, repeats to one (docs/cli.md).

Nothing is guessed silently: what is not known is rejected with its place, what is taken to mean something else than
it says is a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from msgcenter_tui.center.addresses import email_address
from msgcenter_tui.center.client_entry import note_of
from msgcenter_tui.center.client_words import (
    CONSENTS,
    INTERPRETED,
    MEANING,
    PORTALS,
    STATUSES,
    Fact,
    heading_key,
    more_rows,
    named_fact,
)
from msgcenter_tui.center.spreadsheet import Finding, Record, Table, read_table
from msgcenter_tui.domain import Consent, Status
from msgcenter_tui.errors import BadInput
from msgcenter_tui.text import clean_line, clean_name, fold

_W = TypeVar("_W")
Told = Callable[[str, int, int], object]
"""Hears what is being done, of how many rows so far, and how many there are. What it raises ends the work."""

_NAMED = 5
"""So many other lines of the same address are named."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as one row of a file has them. None, and an empty note: the row does not say."""

    line: int
    name: str
    email: str | None
    email_key: str | None
    phone: str | None
    status: Status | None
    portal: bool | None
    consent: Consent | None
    note: str


@dataclass(frozen=True, slots=True)
class ClientList:
    """A file's good rows, and what was found about the others; `columns` are the file's own headings."""

    rows: tuple[ClientRow, ...]
    columns: Mapping[Fact, str]
    rejected: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def read_clients(
    data: bytes, *, encoding: str | None = None, mapping: Mapping[str, str] | None = None, told: Told | None = None
) -> ClientList:
    """The clients in a spreadsheet's text file. `mapping` says what headings mean (a Fact, or LEFT_OUT).

    Raises BadInput for a file without a column of names, and for a mapping that does not fit it.
    """
    said = {heading_key(heading): named_fact(heading, fact) for heading, fact in (mapping or {}).items()}
    table = read_table(data, lambda cell: heading_key(cell) in said or heading_key(cell) in MEANING, encoding=encoding)
    columns, unknown = _columns(table, said)
    reader = _Reader({fact: table.headings[index] for fact, index in columns.items()})
    rows = [reader.row(record, columns) for record in telling("reading rows", table.records, told)]
    good = _once(rows, reader)
    warnings = (*table.warnings, *unknown, *reader.warnings, *reader.interpreted())
    return ClientList(
        tuple(good), reader.columns, _sorted((*table.rejected, *reader.rejected.values())), _sorted(warnings)
    )


def telling(doing: str, rows: Sequence[_W], told: Told | None) -> Iterator[_W]:
    """The rows, one after the other; `told` hears of each when the next one is asked for."""
    for number, row in enumerate(rows, 1):
        yield row
        if told is not None:
            told(doing, number, len(rows))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.line))


# -- headings ---------------------------------------------------------------------------------------------------------


def _columns(table: Table, said: Mapping[str, Fact | None]) -> tuple[dict[Fact, int], list[Finding]]:
    """Which column holds which fact, and a warning for each heading that is not known."""
    columns: dict[Fact, int] = {}
    unknown: list[Finding] = []
    keys = [heading_key(heading) for heading in table.headings]
    if strangers := [heading for heading in said if heading not in keys]:
        there = ", ".join(filter(None, table.headings))
        raise BadInput(
            f"--map names a heading that the file does not have: {strangers[0]}", f"it has {there}", "name one of them"
        )
    for index, (key, heading) in enumerate(zip(keys, table.headings, strict=True)):
        fact = said[key] if key in said else MEANING.get(key)
        if fact is None:
            if key not in said and (heading or any(_cell(record, index).strip() for record in table.records)):
                unknown.append(Finding(table.line, heading or None, _unknown(heading, index)))
        elif fact in columns:
            both = f"{table.headings[columns[fact]]!r} and {heading!r}"
            raise BadInput(f"two headings mean {fact}", both, f"say --map {heading!r}=- to leave one out")
        else:
            columns[fact] = index
    if Fact.NAME not in columns:
        there = ", ".join(filter(None, table.headings)) or "none"
        raise BadInput(
            "no column holds the names of the clients",
            f"the headings are {there}",
            "name one so, or say --map HEADING=name on the command line",
        )
    return columns, unknown


def _unknown(heading: str, index: int) -> str:
    if not heading:
        return f"column {index + 1} has no heading and was left out"
    what = "the heading is not known and its column was left out"
    return f"{what}; on the command line --map {heading!r}=FIELD says what it is"


def _cell(record: Record, index: int) -> str:
    return record.cells[index]


# -- rows -------------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads rows one after the other, and collects what was found about them."""

    def __init__(self, columns: Mapping[Fact, str]) -> None:
        self.columns = columns
        self.rejected: dict[int, Finding] = {}
        self.warnings: list[Finding] = []
        self._interpreted: dict[tuple[Fact, str], tuple[int, str]] = {}
        self._times: Counter[tuple[Fact, str]] = Counter()

    def row(self, record: Record, columns: Mapping[Fact, int]) -> ClientRow:
        """The row; where something of it cannot be used it is among `rejected` too, with its first fault."""
        cells = {fact: record.cells[index] for fact, index in columns.items()}
        line = record.line
        for fact, text in cells.items():
            self._warn_of_controls(line, fact, text)
        email, email_key = self._email(line, cells.get(Fact.EMAIL, ""))
        row = ClientRow(
            line=line,
            name=self._try(line, Fact.NAME, clean_name, cells[Fact.NAME]) or clean_line(cells[Fact.NAME]),
            email=email,
            email_key=email_key,
            phone=clean_line(cells.get(Fact.PHONE, "")) or None,
            status=self._word(line, Fact.STATUS, cells, STATUSES),
            portal=self._word(line, Fact.PORTAL, cells, PORTALS),
            consent=self._word(line, Fact.SMS, cells, CONSENTS),
            note=self._try(line, Fact.NOTE, note_of, cells.get(Fact.NOTE, "")) or "",
        )
        if row.portal and not email_key:
            self.reject(line, Fact.PORTAL, "a portal needs a valid e-mail address, and the row has none")  # P2
        return row

    def reject(self, line: int, fact: Fact, why: str) -> None:
        self.rejected.setdefault(line, Finding(line, self.columns.get(fact), why))

    def warn(self, line: int, fact: Fact, why: str) -> None:
        self.warnings.append(Finding(line, self.columns.get(fact), why))

    def interpreted(self) -> list[Finding]:
        """A warning for each word that was taken to mean something else, at its first place."""
        return [
            Finding(line, self.columns[key[0]], f"{word!r} {INTERPRETED[key]}{more_rows(self._times[key])}")
            for key, (line, word) in self._interpreted.items()
        ]

    def _try(self, line: int, fact: Fact, read: Callable[[str], str], text: str) -> str | None:
        try:
            return read(text)
        except BadInput as error:
            self.reject(line, fact, str(error))
            return None

    def _email(self, line: int, text: str) -> tuple[str | None, str | None]:
        if not clean_line(text):
            return None, None
        try:
            return email_address(text)
        except BadInput as error:
            self.reject(line, Fact.EMAIL, str(error))
            return clean_line(text), None

    def _word(self, line: int, fact: Fact, cells: Mapping[Fact, str], known: Mapping[str, _W]) -> _W | None:
        text = clean_line(cells.get(fact, ""))
        if not text:
            return None
        word = fold(text)
        if word not in known:
            self.reject(line, fact, f"{text[:40]!r} is not known; it is one of {', '.join(known)}")
            return None
        if (fact, word) in INTERPRETED:
            self._interpreted.setdefault((fact, word), (line, text))
            self._times[fact, word] += 1
        return known[word]

    def _warn_of_controls(self, line: int, fact: Fact, text: str) -> None:
        if _CONTROLS.search(text):
            self.warn(line, fact, "it holds control characters, which were taken out")
        elif fact is not Fact.NOTE and re.search(r"[\r\n]", text.strip()):
            self.warn(line, fact, "it holds line breaks, which became spaces")


# -- repeats ----------------------------------------------------------------------------------------------------------


def _once(rows: Iterable[ClientRow], reader: _Reader) -> list[ClientRow]:
    """The good rows, each person once: rows that say the same count once, differing ones for an address not at all."""
    by_address: dict[str, list[ClientRow]] = defaultdict(list)
    alike: dict[tuple[object, ...], int] = {}
    for row in rows:
        if row.email_key:
            by_address[row.email_key].append(row)
    faults = {line: finding.why for line, finding in reader.rejected.items()}
    for same in by_address.values():
        if len({(_says(row), faults.get(row.line)) for row in same}) > 1:
            for row in same:
                reader.reject(row.line, Fact.EMAIL, f"{_others(row, same)} something else of the same address")
    good: list[ClientRow] = []
    for row in rows:
        if row.line in reader.rejected:
            continue
        first = alike.setdefault(_says(row), row.line)
        if first == row.line:
            good.append(row)
        else:
            reader.warn(row.line, Fact.EMAIL if row.email else Fact.NAME, f"the same as line {first}; it counts once")
    return good


def _others(row: ClientRow, same: Sequence[ClientRow]) -> str:
    """ "line 3 says": the first few only, since each of thousands would name thousands."""
    lines = [str(other.line) for other in islice((one for one in same if one is not row), _NAMED)]
    more = len(same) - 1 - len(lines)
    named = ", ".join(lines) + (f" and {more:,} more" if more else "")
    return f"line {named} says" if len(same) == 2 else f"lines {named} say"


def _says(row: ClientRow) -> tuple[object, ...]:
    """What a row says, whatever its spelling: of case in an address and of gaps in a number nothing follows."""
    name = unicodedata.normalize("NFC", row.name)
    phone = re.sub(r"[^+\w]", "", row.phone or "")
    return row.email_key or row.email, name, phone, row.status, row.portal, row.consent, row.note
