"""`msgcenter clients`: adding, changing, listing and assigning clients."""

from __future__ import annotations

from msgcenter_tui.center import clients
from msgcenter_tui.cli.output import Answer, Cell, Paper, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Client, Consent, Status
from msgcenter_tui.errors import BadInput


def add(session: Session) -> Answer:
    args = session.args
    added = session.run(
        clients.add,
        args.name,
        session.workspace(args.workspace).id,
        email=args.email,
        phone=args.phone,
        status=Status(args.status),
        portal=args.portal,
        note=args.note or "",
        consent=Consent(args.sms) if args.sms else Consent.NOT_ASKED,
        how=args.how,
    )
    return Answer(_json(added), lambda paper: _say(paper, "added", added))


def change(session: Session) -> Answer:
    args = session.args
    given = (args.name, args.email, args.phone, args.status, args.portal, args.sms, args.mute_email, args.note)
    if args.move_to is None and all(value is None for value in given):
        raise BadInput("it is not said what to change", "", "give an option, as in --status active")
    changed = session.run(
        clients.change,
        args.client,
        name=args.name,
        email=args.email,
        phone=args.phone,
        status=Status(args.status) if args.status else None,
        portal=_switch(args.portal),
        consent=Consent(args.sms) if args.sms else None,
        how=args.how,
        mute_email=_switch(args.mute_email),
        note=args.note,
        move_to=None if args.move_to is None else session.workspace(args.move_to).id,
    )
    return Answer(_json(changed), lambda paper: _say(paper, "changed", changed))


def assign(session: Session) -> Answer:
    session.run(clients.assign, session.args.client, session.args.who)
    return done(f"{session.args.who} is assigned to {session.args.client}")


def unassign(session: Session) -> Answer:
    session.run(clients.unassign, session.args.client, session.args.who)
    return done(f"{session.args.who} is not assigned to {session.args.client} any more")


def show_all(session: Session) -> Answer:
    args = session.args
    page = session.run(
        clients.list_clients,
        workspace=None if args.workspace is None else session.workspace(args.workspace).id,
        status=Status(args.status) if args.status else None,
        search=args.search,
        limit=args.limit,
        after=args.after,
    )

    def text(paper: Paper) -> None:
        rows = [
            (one.id, one.name, _status(one), "portal" if one.portal else "", one.email, one.phone, one.workspace_name)
            for one in page.items
        ]
        headings = ("ID", "NAME", "STATUS", "PORTAL", "E-MAIL", "PHONE", "WORKSPACE")
        paper.table(headings, rows, empty="no clients")
        paper.more(page.next)

    return Answer({"clients": [_json(one) for one in page.items], "next": page.next}, text)


def _switch(word: str | None) -> bool | None:
    return None if word is None else word == "on"


def _status(one: Client) -> Cell:
    return Cell(one.status.value, "" if one.status.current else "dim")


def _say(paper: Paper, done: str, one: Client) -> None:
    paper.say(f"{done} {one.name} ({one.id})")
    paper.facts(
        (
            ("workspace", one.workspace_name),
            ("status", one.status.value),
            ("portal", "on" if one.portal else "off"),
            ("e-mail", f"{one.email} (muted)" if one.email and one.email_muted else one.email),
            ("phone", one.phone),
            ("SMS", one.consent.value),
            ("note", one.note),
            ("assigned", ", ".join(person.name for person in one.assigned)),
        )
    )


def _json(one: Client) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "phone_number": one.phone_number,
        "status": one.status.value,
        "portal": one.portal,
        "sms": one.consent.value,
        "note": one.note,
        "email_muted": one.email_muted,
        "email_problem": one.email_problem,
        "workspace": one.workspace_name,
        "workspace_id": one.workspace,
    }
