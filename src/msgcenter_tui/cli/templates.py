"""`msgcenter templates`: text templates of one's own and of one's teams."""

from __future__ import annotations

from msgcenter_tui.center import templates
from msgcenter_tui.cli import files
from msgcenter_tui.cli.output import Answer, Cell, Paper, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Template
from msgcenter_tui.errors import BadInput
from msgcenter_tui.text import preview


def add(session: Session) -> Answer:
    args = session.args
    added = session.run(
        templates.add,
        args.name,
        files.body(args) or "",
        shortcut=args.shortcut or "",
        subject=args.subject or "",
        team=None if args.team is None else session.workspace(args.team).id,
    )
    return done(f"added the template {added.name} ({added.id})", **_json(added))


def show_all(session: Session) -> Answer:
    usable = session.run(templates.list_templates, session.args.search)

    def text(paper: Paper) -> None:
        rows = [
            (one.id, one.name, one.shortcut and f"/{one.shortcut}", one.team_name or "yours", _start(one.body))
            for one in usable
        ]
        paper.table(("ID", "NAME", "SHORTCUT", "OF", ""), rows, empty="no templates")

    return Answer({"templates": [_json(one) for one in usable], "next": None}, text)


def show(session: Session) -> Answer:
    one = session.run(templates.get, session.args.name)
    return Answer(_json(one), lambda paper: _say(paper, one, one.body))


def edit(session: Session) -> Answer:
    args = session.args
    body = files.body(args)
    if all(given is None for given in (args.new_name, body, args.shortcut, args.subject)):
        raise BadInput("it is not said what to change", "", "give an option, as in --shortcut S")
    changed = session.run(
        templates.edit,
        session.run(templates.get, args.name).id,
        name=args.new_name,
        body=body,
        shortcut=args.shortcut,
        subject=args.subject,
    )
    return done(f"changed the template {changed.name} ({changed.id})", **_json(changed))


def remove(session: Session) -> Answer:
    one = session.run(templates.get, session.args.name)
    session.run(templates.remove, one.id)
    return done(f"removed the template {one.name}")


def render(session: Session) -> Answer:
    args = session.args
    one = session.run(templates.get, args.name)
    body = "".join(piece.text for piece in session.run(templates.render, one.id, args.client))
    return Answer({**_json(one), "body": body}, lambda paper: _say(paper, one, body))


def _start(body: str) -> Cell:
    return Cell(preview(body, 60), "dim")


def _say(paper: Paper, one: Template, body: str) -> None:
    shortcut = one.shortcut and f"/{one.shortcut}"
    facts = ("template", f"{one.name} ({one.id})"), ("shortcut", shortcut), ("subject", one.subject)
    paper.facts((*facts, ("of", one.team_name)))
    paper.say()
    paper.body(body, indent="")


def _json(one: Template) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "shortcut": one.shortcut,
        "subject": one.subject,
        "body": one.body,
        "team": one.team_name,
    }
