"""`msgcenter audit`: who changed what."""

from __future__ import annotations

from msgcenter_tui.center import audit
from msgcenter_tui.cli.output import Answer, Paper, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.rules.times import instant


def show_all(session: Session) -> Answer:
    args = session.args
    page = session.run(
        audit.list_records,
        since=None if args.since is None else instant(args.since),
        limit=args.limit,
        after=args.after,
    )

    def text(paper: Paper) -> None:
        rows = [(local(one.at), one.who, one.act, one.what, ", ".join(one.fields)) for one in page.items]
        paper.table(("AT", "WHO", "ACT", "WHAT", "FIELDS"), rows, empty="nothing was changed")
        paper.more(page.next)

    records = [
        {"at": iso(one.at), "who": one.who, "act": one.act, "what": one.what, "fields": list(one.fields), "id": one.id}
        for one in page.items
    ]
    return Answer({"records": records, "next": page.next}, text)
