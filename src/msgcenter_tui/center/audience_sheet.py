"""An audience as spreadsheets read it (CSV, RFC 4180): one line a person, and no cell that would be run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgcenter_tui.domain import AudienceRow, Channel, Notice, Prospect

_BY_CHANNEL = [f"{channel.value}_{what}" for channel in Channel for what in ("state", "at", "why")]

AUDIENCE = ["id", "name", "status", "sees", "why", "notified", "not_notified_because", *_BY_CHANNEL]
AUDIENCE += ["read", "read_up_to", "read_at", "last_read_at"]
PROSPECTS = ["id", "name", "status", "notified_by", "in_portal", "excluded", "why"]

_RUN = (*"=+-@＝＋－＠", "\t", "\r", "\n")


def head(headings: Sequence[str]) -> str:
    """The first line."""
    return _lines([headings])


def audience_lines(rows: Iterable[AudienceRow]) -> str:
    """Lines under AUDIENCE; of each channel the newest delivery."""
    return _lines(_audience_cells(row) for row in rows)


def prospect_lines(rows: Iterable[Prospect]) -> str:
    """Lines under PROSPECTS."""
    return _lines(
        [
            row.person.id,
            row.person.name,
            row.status.value if row.status else row.person.kind.value,
            " ".join(channel.value for channel in row.channels),
            _yes(row.in_portal),
            _yes(row.excluded),
            row.why,
        ]
        for row in rows
    )


def _audience_cells(row: AudienceRow) -> Sequence[str]:
    newest: Mapping[Channel, Notice] = {notice.channel: notice for notice in reversed(row.told)}
    cells = [
        row.person.id,
        row.person.name,
        row.status.value if row.status else row.person.kind.value,
        _yes(row.sees),
        row.why,
        row.notified.value,
        row.why_not,
    ]
    for channel in Channel:
        notice = newest.get(channel)
        cells += [notice.state.value, _time(notice.at), notice.why] if notice else ["", "", ""]
    return [*cells, _yes(row.read), str(row.read_up_to), _time(row.read_at), _time(row.last_read_at)]


def _yes(so: bool) -> str:
    return "yes" if so else "no"


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _lines(rows: Iterable[Sequence[str]]) -> str:
    paper = io.StringIO()
    csv.writer(paper).writerows([_harmless(cell) for cell in row] for row in rows)
    return paper.getvalue()


def _harmless(cell: str) -> str:
    """A text that a spreadsheet would take for a formula is quoted as one (OWASP, CSV injection)."""
    begins = cell.startswith(_RUN) or cell.lstrip().startswith(_RUN)
    return f"'{cell}" if begins else cell
