"""`msgcenter audience` and `catch-up`: who gets it, who got it, and notifying those who were not there."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgcenter_tui.center import audience, audience_sheet, catching_up
from msgcenter_tui.cli.messages import notified_json, recipients
from msgcenter_tui.cli.output import Answer, Cell, Paper, count, done, iso, local
from msgcenter_tui.cli.reached import reach_words
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import (
    Ahead,
    Among,
    AudienceRow,
    Notice,
    Notified,
    Page,
    Prospect,
    Recipients,
    ThreadId,
    WorkspaceId,
)
from msgcenter_tui.errors import BadInput

_PAGE = 1000
_STYLES = {Notified.YES: "good", Notified.UNDER_WAY: "warn", Notified.NO: "dim"}

Row = TypeVar("Row")
Filter = TypeVar("Filter", bound=enum.StrEnum)


def show_all(session: Session) -> Answer | None:
    args = session.args
    if args.thread is None and not args.to:
        raise BadInput("it is not said of what", "", "name a thread, or --to and --from of a message to come")
    if args.csv and session.json:
        raise BadInput("--csv and --json are two answers", "", "ask for one of them")
    return _ahead(session) if args.to or args.ahead else _of_thread(session)


# -- after the send ---------------------------------------------------------------------------------------------------


def _of_thread(session: Session) -> Answer | None:
    args = session.args
    thread, among = ThreadId(args.thread), _filter(Among, args.filter)

    def page_of(limit: int, after: str | None) -> Page[AudienceRow]:
        return session.run(audience.list_audience, thread, among=among, search=args.search, limit=limit, after=after)

    if args.csv:
        _as_csv(audience_sheet.AUDIENCE, audience_sheet.audience_lines, page_of)
        return None
    page = page_of(args.limit, args.after)
    counts = None if args.after else session.run(audience.audience_counts, thread, search=args.search)

    def text(paper: Paper) -> None:
        if counts is not None:
            paper.say(_figures(counts), "dim")
        headings = ("ID", "NAME", "STATUS", "SEES IT", "NOTIFIED", "READ", "WHY NOT")
        paper.table(headings, [_row(row) for row in page.items], empty="nobody", whole=True)
        paper.more(page.next)

    data: dict[str, object] = {"clients": [_json(row) for row in page.items], "next": page.next}
    if counts is not None:
        data["counts"] = {among.value: number for among, number in counts.items()}
    return Answer(data, text)


def _filter(kind: type[Filter], word: str | None) -> Filter:
    known = {one.value: one for one in kind}
    if word is None:
        return known["all"]
    if word not in known:
        raise BadInput(f"{word[:40]!r} is no filter here", "", f"it is one of {', '.join(known)}")
    return known[word]


def _figures(counts: dict[Among, int]) -> str:
    people = count(counts[Among.ALL], "person", "people")
    see, have = count(counts[Among.SEES], "sees", "see"), count(counts[Among.READ], "has", "have")
    return (
        f"{people}: {see} it, {have} read it; "
        f"{counts[Among.NOTIFIED]:,} notified, {counts[Among.UNDER_WAY]:,} under way, "
        f"{counts[Among.NOT_NOTIFIED]:,} not; {counts[Among.NOT_REACHED]:,} reached by nothing, "
        f"{counts[Among.TO_CATCH_UP]:,} to catch up"
    )


def _row(row: AudienceRow) -> tuple[str | Cell | None, ...]:
    status = row.status.value if row.status else row.person.kind.value
    sees = Cell(f"yes: {row.why}" if row.sees else f"no: {row.why}", "" if row.sees else "dim")
    by = ", ".join(f"{notice.channel.value} {notice.state.value}" for notice in row.told)
    notified = Cell(by or row.notified.value.replace("-", " "), _STYLES[row.notified])
    read = local(row.read_at) or ("yes" if row.read else "")
    return row.person.id, row.person.name, status, sees, notified, read, row.why_not


def _json(row: AudienceRow) -> dict[str, object]:
    return {
        "client": row.person.id,
        "name": row.person.name,
        "kind": row.person.kind.value,
        "status": row.status.value if row.status else None,
        "sees": row.sees,
        "why": row.why,
        "notified": row.notified.value,
        "why_not": row.why_not,
        "deliveries": [_delivery_json(notice) for notice in row.notices],
        "read": row.read,
        "read_up_to": row.read_up_to,
        "read_at": iso(row.read_at),
        "last_read_at": iso(row.last_read_at),
    }


def _delivery_json(notice: Notice) -> dict[str, object]:
    return {
        "channel": notice.channel.value,
        "state": notice.state.value,
        "at": iso(notice.at),
        "why": notice.why,
        "id": notice.id,
        "kind": notice.kind.value,
    }


# -- before the send --------------------------------------------------------------------------------------------------


def _ahead(session: Session) -> Answer | None:
    args = session.args
    ahead = _filter(Ahead, args.filter)
    thread, to, workspace = _meant(session)

    def page_of(limit: int, after: str | None) -> Page[Prospect]:
        return session.run(
            audience.list_prospects,
            thread=thread,
            recipients=to,
            workspace=workspace,
            ahead=ahead,
            search=args.search,
            limit=limit,
            after=after,
        )

    if args.csv:
        _as_csv(audience_sheet.PROSPECTS, audience_sheet.prospect_lines, page_of)
        return None
    page = page_of(args.limit, args.after)

    def text(paper: Paper) -> None:
        headings = ("ID", "NAME", "STATUS", "NOTIFIED BY", "PORTAL", "WHY NOT")
        paper.table(headings, [_prospect_row(row) for row in page.items], empty="nobody", whole=True)
        paper.more(page.next)

    return Answer({"clients": [_prospect_json(row) for row in page.items], "next": page.next}, text)


def _meant(session: Session) -> tuple[ThreadId | None, Recipients | None, WorkspaceId | None]:
    """The thread of a message to come, or its recipients and where it is from."""
    args = session.args
    if args.thread is not None:
        if args.to:
            raise BadInput("a thread has its recipients", "", "leave out the thread, or --to")
        return ThreadId(args.thread), None, None
    if args.workspace is None:
        raise BadInput("it is not said from where", "", "name a workspace with --from")
    workspace = session.workspace(args.workspace).id
    return None, recipients(session, args.to, workspace), workspace


def _prospect_row(row: Prospect) -> tuple[str | Cell | None, ...]:
    status = row.status.value if row.status else row.person.kind.value
    by = " ".join(channel.value for channel in row.channels)
    why = f"excluded: {row.why}" if row.excluded else row.why
    return row.person.id, row.person.name, status, by, "yes" if row.in_portal else "", Cell(why, "dim")


def _prospect_json(row: Prospect) -> dict[str, object]:
    return {
        "client": row.person.id,
        "name": row.person.name,
        "kind": row.person.kind.value,
        "status": row.status.value if row.status else None,
        "channels": [channel.value for channel in row.channels],
        "in_portal": row.in_portal,
        "excluded": row.excluded,
        "why": row.why,
    }


# -- CSV --------------------------------------------------------------------------------------------------------------


def _as_csv(
    headings: Sequence[str],
    lines: Callable[[Sequence[Row]], str],
    page_of: Callable[[int, str | None], Page[Row]],
) -> None:
    """Everybody, page by page, to standard output; what is refused is so before a line is written."""
    pages = _pages(page_of)
    first = next(pages)
    sys.stdout.write(audience_sheet.head(headings))
    sys.stdout.write(lines(first.items))
    for page in pages:
        sys.stdout.write(lines(page.items))
    sys.stdout.flush()


def _pages(page_of: Callable[[int, str | None], Page[Row]]) -> Iterator[Page[Row]]:
    page = page_of(_PAGE, None)
    yield page
    while page.next is not None:
        page = page_of(_PAGE, page.next)
        yield page


# -- catching up ------------------------------------------------------------------------------------------------------


def catch_up(session: Session) -> Answer:
    args = session.args
    thread = ThreadId(args.thread)
    if args.undo:
        cancelled = session.run(catching_up.take_back, thread)
        return done(f"taken back: {count(cancelled, 'notification')}", cancelled=cancelled)
    reach = session.run(catching_up.catch_up, thread, yes=args.yes, dry_run=args.dry_run)
    words = reach_words(session, reach) if reach.people else "Nobody is left to notify."
    return Answer({"notified": notified_json(reach)}, lambda paper: paper.say(words))
