"""`msgcenter drafts`: what whoever acts has not sent yet."""

from __future__ import annotations

from msgcenter_tui.center import drafts
from msgcenter_tui.cli.messages import AUDIENCES
from msgcenter_tui.cli.naming import place_names
from msgcenter_tui.cli.output import Answer, Paper, done, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Draft, DraftId
from msgcenter_tui.text import preview


def show_all(session: Session) -> Answer:
    mine = session.run(drafts.list_drafts)
    rows = [(one.id, _where(one), one.subject, local(one.at), preview(one.body, 80)) for one in mine]
    return Answer(
        [_json(one) for one in mine],
        lambda paper: paper.table(("ID", "TO", "SUBJECT", "AT", ""), rows, empty="no drafts"),
    )


def show(session: Session) -> Answer:
    one = session.run(drafts.get, DraftId(session.args.id))
    place = place_names(session).get(one.workspace, "") if one.workspace else ""

    def text(paper: Paper) -> None:
        paper.facts(
            (("draft", one.id), ("to", _where(one)), ("from", place), ("subject", one.subject), ("at", local(one.at)))
        )
        paper.say()
        paper.body(one.body, indent="")

    return Answer(_json(one), text)


def discard(session: Session) -> Answer:
    session.run(drafts.discard, DraftId(session.args.id), None)
    return done(f"discarded {session.args.id}")


def _to(one: Draft) -> list[str]:
    """As --to takes it: an audience's word, or ids."""
    if one.recipients is None:
        return []
    words = [word for word, kind in AUDIENCES.items() if kind is one.recipients.kind]
    return words or list(one.recipients.people)


def _where(one: Draft) -> str:
    if one.thread is not None:
        return f"reply in {one.thread}"
    return ", ".join(person.name for person in one.people) or ", ".join(_to(one))


def _json(one: Draft) -> dict[str, object]:
    return {
        "id": one.id,
        "thread": one.thread,
        "to": _to(one),
        "subject": one.subject,
        "body": one.body,
        "at": iso(one.at),
        "from": one.workspace,
        "locked": one.locked,
    }
