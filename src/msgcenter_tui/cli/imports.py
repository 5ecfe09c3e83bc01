"""`msgcenter clients import`: a spreadsheet's list of clients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgcenter_tui.center.client_rows import read_clients
from msgcenter_tui.center.importing import Change, import_clients
from msgcenter_tui.center.spreadsheet import Finding
from msgcenter_tui.cli import files, long_work
from msgcenter_tui.cli.output import Answer, Paper, count
from msgcenter_tui.cli.session import Session
from msgcenter_tui.errors import BadInput

_TOLD = 50
"""So many clients who were updated are told by name."""


def load(session: Session) -> Answer:
    args = session.args
    workspace = session.workspace(args.workspace)
    with long_work.bar(quiet=session.json) as told:
        listed = read_clients(files.read(args.file), encoding=args.encoding, mapping=_mapping(args.map), told=told)
        report = session.run(
            import_clients,
            workspace.id,
            listed,
            source="standard input" if args.file == "-" else Path(args.file).name,
            region=args.region,
            strict=args.strict,
            dry_run=args.dry_run,
            told=told,
        )

    def text(paper: Paper) -> None:
        paper.say(
            f"{'would add' if args.dry_run else 'added'} {count(report.added, 'client')}, "
            f"{'update' if args.dry_run else 'updated'} {report.updated:,}, {report.unchanged:,} unchanged, "
            f"{count(len(report.rejected), 'row')} rejected",
            "bold",
        )
        _list(paper, "rejected", report.rejected, "bad")
        _list_changes(paper, report.changes)
        _list(paper, "warnings", report.warnings, "warn")

    return Answer(
        {
            "added": report.added,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "changes": [
                {"line": one.line, "client": one.client, "name": one.name, "fields": list(one.fields)}
                for one in report.changes
            ],
            "rejected": _json(report.rejected),
            "warnings": _json(report.warnings),
        },
        text,
    )


def _mapping(pairs: Iterable[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        heading, equals, fact = pair.rpartition("=")
        if not equals:
            raise BadInput(f"--map {pair[:60]!r} says nothing", "", "write it as --map HEADING=FIELD")
        mapping[heading] = fact
    return mapping


def _list(paper: Paper, title: str, findings: Sequence[Finding], style: str) -> None:
    if not findings:
        return
    paper.say()
    paper.say(title, style)
    paper.table(("LINE", "COLUMN", ""), [(one.line, one.column, one.why) for one in findings], whole=True)


def _list_changes(paper: Paper, changes: Sequence[Change]) -> None:
    if not changes:
        return
    paper.say()
    paper.say("updated", "good")
    rows = [(one.line, one.name, ", ".join(one.fields)) for one in changes[:_TOLD]]
    paper.table(("LINE", "CLIENT", "FIELDS"), rows, whole=True)
    if len(changes) > _TOLD:
        paper.say(f"and {len(changes) - _TOLD:,} more, which --json names", "dim")


def _json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [{"line": one.line, "column": one.column, "why": one.why} for one in findings]
