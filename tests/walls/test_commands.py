"""The command line behind walls: the same words, by whoever signed in."""

from __future__ import annotations

import pytest
from tests.center.practice import Practice
from tests.cli.conftest import Shell
from tests.walls.conftest import Walled, url_of

from msgcenter_tui.center import teams
from msgcenter_tui.cli import serve
from msgcenter_tui.cli.parser import parsed
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import LoginKind, PersonId
from msgcenter_tui.errors import Conflict
from msgcenter_tui.store.front import Front


def shell(store: Walled, person: PersonId | None, kind: LoginKind, capsys: pytest.CaptureFixture[str]) -> Shell:
    store.tell()
    login = store.login(person, kind).login
    assert login is not None
    return Shell(url_of(store.url, login.role), capsys)


def test_a_client_reads_searches_and_writes(
    store: Walled, practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = practice.client("Ana")
    thread = practice.broadcast("We close at noon", locked=False)
    as_ana = shell(store, ana.id, LoginKind.PORTAL, capsys)
    assert [row["id"] for row in as_ana.ask("threads", "--search", "noon")["threads"]] == [thread]
    assert as_ana.ask("unread")["messages"] == 1
    assert as_ana.ask("show", thread)["messages"][0]["body"] == "We close at noon"
    assert as_ana.ask("unread")["messages"] == 0
    as_ana.say("reply", thread, "--body", "Thank you")
    sent = as_ana.ask("send", "--to", practice.maya.email, "--body", "A question")
    assert practice.bodies(practice.maya, sent["thread"]) == ["A question"]
    assert "that is Ana" in as_ana.fail(1, "--as", practice.maya.email, "threads")
    assert "administrator" in as_ana.fail(1, "audit")
    assert as_ana.ask("doctor", "--offline")["findings"]


def test_staff_do_their_day(store: Walled, practice: Practice, capsys: pytest.CaptureFixture[str]) -> None:
    maya = shell(store, practice.maya.id, LoginKind.STAFF, capsys)
    ana = maya.ask(
        "clients", "add", "Ana Flores", "--in", practice.team.name, "--email", "ana@mail.example", "--portal"
    )
    maya.say("clients", "set", ana["id"], "--status", "active")
    sent = maya.ask("send", "--to", "all-clients", "--from", practice.team.name, "--body", "Hello all", "--yes")
    assert sent["notified"]["people"] == 1
    assert [row["id"] for row in maya.ask("clients", "list", "--search", "flor")["clients"]] == [ana["id"]]
    assert maya.ask("show", sent["thread"])["audience"] == {"clients": 1, "see": 1, "read": 0}
    assert maya.ask("deliver", "--status")["waiting"] == 1
    assert maya.ask("audit")["records"][0]["act"] == "thread.start"
    maya.say("thread", "delete", sent["thread"], "--yes")
    assert "does not own the tables" in maya.fail(1, "walls", "down")
    lee = shell(store, practice.lee.id, LoginKind.STAFF, capsys)
    assert "administrator" in lee.fail(1, "audit")


async def test_with_a_persons_login_no_notifier_is_begun(
    store: Walled, practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    for person, carries_out in ((practice.maya.id, False), (None, True)):
        login = store.login(person, LoginKind.STAFF).login if person else None
        url = url_of(store.url, login.role) if login else store.url
        session = Session(parsed(["--db", url, "--as", practice.maya.email, "serve"]))
        front = Front(session.store)
        try:
            assert session.notifies is carries_out
            notifier = await serve._notifier(session, front)
            assert (notifier is not None) is carries_out
            if notifier is not None:
                await notifier.stop()
            assert ("with a notifier's login" in capsys.readouterr().err) is not carries_out
        finally:
            await front.close()
            session.close()


def test_a_name_is_one_teams_also_of_one_that_is_not_seen(store: Walled, practice: Practice) -> None:  # S1
    mine = practice.world.team("Ours", owner=practice.lee)
    practice.world.team("Theirs", owner=practice.world.staff("Olga"))
    with pytest.raises(Conflict, match="a team called 'Theirs' exists already"):
        store.run(teams.change, practice.who(practice.lee), mine.id, name="Theirs")


def test_an_administrator_sees_who_signs_in(
    store: Walled, practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    store.login(practice.lee.id, LoginKind.STAFF)
    owner = Shell(store.url, capsys)
    assert owner.ask("--as", practice.maya.email, "walls", "status") == {"up": True, "as_planned": True}
    listed = owner.ask("--as", practice.maya.email, "logins", "list")["logins"]
    assert ("staff", practice.lee.id, "Lee Park") in [(one["kind"], one["id"], one["name"]) for one in listed]
    assert "whose login" in owner.fail(2, "--as", practice.maya.email, "logins", "add")


def test_a_notifier_delivers_and_does_nothing_else(
    store: Walled, practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    practice.client("Ana")
    practice.broadcast()
    notifier = shell(store, None, LoginKind.NOTIFIER, capsys)
    assert notifier.ask("deliver", "--once")["sent"] == 0  # no account is configured
    assert "signed in as a notifier" in notifier.fail(1, "threads")
