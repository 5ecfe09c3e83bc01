"""`msgcenter templates import` and `export`: templates as Markdown files, to be shared."""

from __future__ import annotations

from collections.abc import Sequence

from msgcenter_tui.center import template_folder, template_set
from msgcenter_tui.center.template_set import Landed, Source
from msgcenter_tui.cli import files
from msgcenter_tui.cli.output import Answer, Paper, count
from msgcenter_tui.cli.session import Session

_STANDARD_INPUT = "-"


def load(session: Session) -> Answer:
    args = session.args
    sources: list[Source] = []
    for path in args.files:
        if path == _STANDARD_INPUT:
            sources.append(Source("standard input", files.read(path)))
        else:
            sources += template_folder.gather([path])
    report = session.run(
        template_set.import_templates,
        sources,
        team=None if args.team is None else session.workspace(args.team).id,
        dry_run=args.dry_run,
    )

    def text(paper: Paper) -> None:
        broken = len({one.file for one in report.rejected})
        paper.say(
            f"{'would add' if args.dry_run else 'added'} {count(len(report.added), 'template')}, "
            f"{'update' if args.dry_run else 'updated'} {len(report.updated):,}, {len(report.unchanged):,} unchanged, "
            f"{count(broken, 'file')} rejected",
            "bold",
        )
        _list(paper, "would be added" if args.dry_run else "added", report.added)
        _list(paper, "would be updated" if args.dry_run else "updated", report.updated)
        if report.rejected:
            paper.say()
            paper.say("rejected", "bad")
            rows = [(one.file, one.line, one.column, one.why) for one in report.rejected]
            paper.table(("FILE", "LINE", "COLUMN", ""), rows, whole=True)

    return Answer(
        {
            "added": len(report.added),
            "updated": len(report.updated),
            "unchanged": len(report.unchanged),
            "rejected": [one._asdict() for one in report.rejected],
        },
        text,
    )


def export(session: Session) -> Answer:
    args = session.args
    team = None if args.team is None else session.workspace(args.team).id
    chosen = session.run(template_set.to_export, args.names, team=team)
    planned = template_folder.plan(args.folder, chosen)
    template_folder.put(planned, force=args.force)

    def text(paper: Paper) -> None:
        overwritten = f", {len(planned.other):,} overwritten" if planned.other else ""
        paper.say(
            f"wrote {count(len(planned.new), 'new file')} to {planned.folder}{overwritten}, "
            f"{len(planned.same):,} unchanged"
        )

    return Answer(
        {
            "added": len(planned.new),
            "updated": len(planned.other),
            "unchanged": len(planned.same),
            "files": [str(planned.folder / page.file) for page in planned.pages],
        },
        text,
    )


def _list(paper: Paper, title: str, landed: Sequence[Landed]) -> None:
    if landed:
        paper.say()
        paper.say(title)
        paper.table(("FILE", "NAME"), [(one.file, one.name) for one in landed])
