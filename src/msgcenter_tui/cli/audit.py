"""`msgcenter audit`: who changed what, and whether the log of it is whole."""

from __future__ import annotations

from datetime import UTC, datetime

from msgcenter_tui.center import audit
from msgcenter_tui.cli import long_work
from msgcenter_tui.cli.output import Answer, Paper, count, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import AuditGroup, AuditRecord
from msgcenter_tui.rules.times import moment


def show_all(session: Session) -> Answer:
    args = session.args
    page = session.run(
        audit.list_records,
        group=None if args.group is None else AuditGroup(args.group),
        person=args.by,
        since=None if args.since is None else moment(args.since, datetime.now(UTC)),
        limit=args.limit,
        after=args.after,
    )

    def text(paper: Paper) -> None:
        rows = [(local(one.at), one.who, one.act, one.what, ", ".join(one.fields)) for one in page.items]
        paper.table(("AT", "WHO", "ACT", "WHAT", "FIELDS"), rows, empty="nothing was changed", whole=True)
        paper.more(page.next)

    return Answer({"records": [_document(one) for one in page.items], "next": page.next}, text)


def verify(session: Session) -> Answer:
    noted = None if session.args.head is None else audit.noted_head(session.args.head)
    walk = session.run(audit.verify, noted=noted)
    with long_work.bar(quiet=session.json) as told:
        while not walk.over:
            told("verifying the records", walk.last.number, walk.total)
            walk = session.run(audit.verify, walk, noted=noted)
    audit.require_whole(walk)
    head = str(walk.last) if walk.last.number else None

    def text(paper: Paper) -> None:
        span = f", from {local(walk.began_at)} to {local(walk.ended_at)}" if head else ""
        paper.say(f"the audit log is whole: {count(walk.last.number, 'record')}{span}", "good")
        if noted is not None:
            paper.say("what was noted is in it")
        if head is not None:
            paper.say(f"its head: {head}")
            paper.say("note it where nobody who may write the store may write; --head takes it next time", "dim")

    document = {"records": walk.last.number, "from": iso(walk.began_at), "to": iso(walk.ended_at), "head": head}
    return Answer({**document, "noted": walk.met if noted is not None else None}, text)


def _document(one: AuditRecord) -> dict[str, object]:
    said = {"at": iso(one.at), "who": one.who, "act": one.act, "what": one.what, "fields": list(one.fields)}
    return {**said, "id": one.id, "number": one.number, "hash": one.hash}
