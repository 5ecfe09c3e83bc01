"""`msgcenter teams`: workspaces and their members."""

from __future__ import annotations

from msgcenter_tui.center import teams
from msgcenter_tui.cli.naming import PERSONAL
from msgcenter_tui.cli.output import Answer, done, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import CountedWorkspace, Role, WorkspaceKind
from msgcenter_tui.errors import BadInput


def add(session: Session) -> Answer:
    args = session.args
    team = session.run(teams.add, args.name, args.owner, region=args.region)
    return done(f"added the team {team.name} ({team.id})", **_json(team))


def show_all(session: Session) -> Answer:
    mine = session.run(teams.counted_workspaces)
    rows = [(one.id, _called(one), one.role.value, one.clients, one.current, one.members) for one in mine]
    headings = ("ID", "WORKSPACE", "YOU ARE", "CLIENTS", "CURRENT", "MEMBERS")
    return Answer({"teams": [_json(one) for one in mine], "next": None}, lambda paper: paper.table(headings, rows))


def member(session: Session) -> Answer:
    args = session.args
    if args.who is None:
        return _members(session)
    if args.role is None:
        raise BadInput("it is not said in which role", "", "give --role owner, contributor or participant")
    changed = session.run(teams.set_member, args.team, args.who, Role(args.role))
    return done(f"{changed.name} is {changed.role.value} of {args.team}")


def _members(session: Session) -> Answer:
    everybody = session.run(teams.members, session.workspace(session.args.team).id)
    documents = [
        {"id": one.person, "name": one.name, "email": one.email, "role": one.role.value, "since": iso(one.since)}
        for one in everybody
    ]
    rows = [(one.person, one.name, one.email, one.role.value, local(one.since)) for one in everybody]
    return Answer(
        {"members": documents, "next": None},
        lambda paper: paper.table(("ID", "NAME", "E-MAIL", "ROLE", "SINCE"), rows),
    )


def remove(session: Session) -> Answer:
    session.run(teams.remove_member, session.args.team, session.args.who)
    return done(f"{session.args.who} is no member of {session.args.team} any more")


def _called(one: CountedWorkspace) -> str:
    """The words by which a command finds it."""
    return PERSONAL if one.kind is WorkspaceKind.PERSONAL else one.name


def _json(one: CountedWorkspace) -> dict[str, object]:
    return {
        "id": one.id,
        "name": _called(one),
        "kind": one.kind.value,
        "role": one.role.value,
        "clients": one.clients,
        "current": one.current,
        "members": one.members,
    }
