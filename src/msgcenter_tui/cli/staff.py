"""`msgcenter staff`: who works here."""

from __future__ import annotations

from msgcenter_tui.center import identity, staff
from msgcenter_tui.cli.output import Answer, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Staff


def add(session: Session) -> Answer:
    # The first one needs nobody to add them (S4).
    actor = session.actor if session.store.run(identity.accounts) else None
    added = session.store.run(staff.add, actor, session.args.name, session.args.email)
    what = "administrator" if added.administrator else "member of staff"
    return done(f"added {added.name} <{added.email}> as {what} ({added.id})", **_json(added))


def appoint(session: Session) -> Answer:
    one = session.run(staff.appoint, session.args.who)
    return done(f"{one.name} is an administrator", **_json(one))


def dismiss(session: Session) -> Answer:
    one = session.run(staff.appoint, session.args.who, administrator=False)
    return done(f"{one.name} is no administrator", **_json(one))


def show_all(session: Session) -> Answer:
    everybody = session.run(staff.list_staff)
    rows = [(one.id, one.name, one.email, "administrator" if one.administrator else "") for one in everybody]
    return Answer(
        {"staff": [_json(one) for one in everybody], "next": None},
        lambda paper: paper.table(("ID", "NAME", "E-MAIL", ""), rows),
    )


def _json(one: Staff) -> dict[str, object]:
    return {"id": one.id, "name": one.name, "email": one.email, "administrator": one.administrator}
