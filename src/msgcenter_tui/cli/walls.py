"""`msgcenter walls` and `msgcenter logins`: who gets at what on a database server, below the program."""

from __future__ import annotations

from msgcenter_tui.center import walls
from msgcenter_tui.cli.output import Answer, Paper, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import LoginKind
from msgcenter_tui.errors import BadInput


def up(session: Session) -> Answer:
    session.run(walls.put_up)
    return done("the walls are up: each login gets what is its own")


def down(session: Session) -> Answer:
    session.run(walls.take_down)
    return done("the walls are down: logins get nothing, until they are up again")


def status(session: Session) -> Answer:
    state = session.run(walls.state)
    if not state.stand:
        words = "there are no walls: whoever may read the tables reads all of them"
    elif state.as_planned:
        words = "the walls are up"
    else:
        words = "the walls are up, but as another version of the program has them: put them up anew with `walls up`"
    return done(words, up=state.stand, as_planned=state.as_planned)


def show_logins(session: Session) -> Answer:
    found = session.run(walls.list_logins)
    rows = [(one.login.role, one.login.kind.value, one.login.person or "", one.name) for one in found]
    documents = [_json(one) for one in found]
    return Answer(
        {"logins": documents, "next": None},
        lambda paper: paper.table(("ROLE", "IS A", "ID", "NAME"), rows, empty="nobody has a login"),
    )


def add_login(session: Session) -> Answer:
    args = session.args
    if (args.who is None) is not args.notifier:
        raise BadInput("it is not said whose login it is", "", "name a person, or give --notifier")
    added = session.run(walls.add_login, args.who, role=args.role)

    def text(paper: Paper) -> None:
        whose = added.name or "a notifier"
        paper.say(f"{whose} signs in with the role {added.login.role}")
        if added.password is not None:
            paper.say(f"its password, which nobody is told again: {added.password}")

    return Answer(_json(added) | {"password": added.password}, text)


def remove_login(session: Session) -> Answer:
    gone = session.run(walls.remove_login, session.args.role)
    whose = "a notifier" if gone.kind is LoginKind.NOTIFIER else gone.person
    return done(f"{whose} signs in with the role {gone.role} no more; on the server the role is still there")


def _json(one: walls.Named | walls.Added) -> dict[str, object]:
    return {"role": one.login.role, "kind": one.login.kind.value, "id": one.login.person, "name": one.name or None}
