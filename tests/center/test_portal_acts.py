"""Signing in as a client, looking at a portal, and the audit that names both (P1..P3, S2)."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select
from tests.world import World

from msgcenter_tui.center import audit, clients, drafts, identity, portal, staff, teams, templates
from msgcenter_tui.domain import Consent, PersonKind, Role, Staff, Workspace
from msgcenter_tui.errors import Ask, NotFound, Refused
from msgcenter_tui.store import demonstration
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tables import audit as log
from msgcenter_tui.store.tx import Act

T = TypeVar("T")

SIGNING_IN: tuple[Act[..., Any], ...] = (portal.sign_in, portal.view_as)


def test_signing_in_as_a_client_asks_first_and_is_audited_with_both(
    world: World, maya: Staff, team: Workspace
) -> None:  # P3
    ana = world.client("Ana", team, portal=True)
    with pytest.raises(Ask, match="sign in as Ana"):
        world.run(portal.sign_in, world.actor(maya), ana.id)
    signed_in = world.run(portal.sign_in, world.actor(maya), ana.id, yes=True)
    assert (signed_in.person, signed_in.kind, signed_in.by) == (ana.id, PersonKind.CLIENT, maya.id)
    assert not signed_in.viewing
    newest = world.run(audit.list_records, world.actor(maya)).items[0]
    assert (newest.act, newest.what, newest.who) == ("portal.sign_in", ana.id, "Ana (signed in by Maya)")


def test_a_demonstration_asks_nothing(world: World, maya: Staff, team: Workspace) -> None:  # P3
    world.run(demonstration.mark)
    ana = world.client("Ana", team, portal=True)
    assert world.run(portal.sign_in, world.actor(maya), ana.id).person == ana.id


def test_a_disabled_portal_says_why_nobody_signs_in(world: World, maya: Staff, team: Workspace) -> None:  # P2
    ana, ben = world.client("Ana", team), world.client("Ben", team, email=None)
    for client, why in ((ana, "can enable it"), (ben, "it needs a valid e-mail address first")):
        assert why in (world.run(portal.why_not, world.actor(maya), client.id) or "")
        for act in SIGNING_IN:
            with pytest.raises(Refused, match=f"{client.name} cannot sign in: .*not enabled; .*{why}"):
                world.run(act, world.actor(maya), client.id)
    world.change(ana, portal=True, status="complete")
    assert world.run(portal.why_not, world.actor(maya), ana.id) is None  # V8: whatever their status


def test_those_who_see_a_client_see_the_portal(world: World, maya: Staff, team: Workspace) -> None:  # P3, S4
    lee, kim = world.staff("Lee"), world.staff("Kim")
    world.member(team, lee, Role.PARTICIPANT)
    ana = world.client("Ana", team, portal=True)
    for person in (lee, kim):
        for act in (*SIGNING_IN, portal.why_not):
            with pytest.raises(NotFound):
                world.run(act, world.actor(person), ana.id)
    world.run(clients.assign, world.actor(maya), ana.id, lee.id)
    assert world.run(portal.view_as, world.actor(lee), ana.id).by == lee.id
    with pytest.raises(NotFound):
        world.run(portal.view_as, world.portal(ana), ana.id)


def test_who_looks_at_a_portal_writes_nothing_and_sees_no_drafts(world: World, maya: Staff, team: Workspace) -> None:
    # P3, M4
    ana = world.client("Ana", team, portal=True)
    kept = world.run(drafts.save, world.portal(ana), id=None, version=0, workspace=team.id, body="Dear Maya")
    looking = world.run(portal.view_as, world.actor(maya), ana.id)
    assert looking.viewing
    with pytest.raises(Refused, match="you only look at this portal"):
        world.run(drafts.save, looking, id=None, version=0, body="x")
    assert world.run(drafts.list_drafts, looking) == ()
    with pytest.raises(NotFound):
        world.run(drafts.get, looking, kept.id)
    assert world.run(drafts.list_drafts, world.portal(ana)) == (kept,)


# -- the audit --------------------------------------------------------------------------------------------------------


def test_words_do_not_come_into_the_audit(world: World, maya: Staff) -> None:  # S2
    for words in ("Ana de Souza", "ana@mail.example", "", "note\n", "Наталья", "a" * 65):
        with world.store.write() as tx, pytest.raises(ValueError, match="ids and names of fields only"):
            record(tx, world.actor(maya), "client.change", "p1", words)
    with world.store.write() as tx, pytest.raises(ValueError, match="ids and names of fields only"):
        record(tx, world.actor(maya), "client.change", "Ana de Souza")
    with world.store.write() as tx, pytest.raises(ValueError, match="ids and names of fields only"):
        record(tx, world.actor(maya), "did something", "p1")


def test_a_record_says_who_when_which_act_on_what_and_which_fields(world: World, maya: Staff, team: Workspace) -> None:
    # S2
    ana = world.client("Ana", team)
    world.clock.advance(hours=1)
    world.change(ana, name="Secret", email="secret@mail.example", note="secret", portal=True)
    newest = world.run(audit.list_records, world.actor(maya)).items[0]
    assert (newest.at, newest.who, newest.act, newest.what) == (world.clock.now, "Maya", "client.change", ana.id)
    assert set(newest.fields) == {"name", "email", "note", "portal"}


def test_the_program_itself_is_named(world: World, maya: Staff) -> None:  # S2
    with world.store.write() as tx:
        record(tx, None, "client.change", "p1", "consent")
    assert world.run(audit.list_records, world.actor(maya)).items[0].who == "the program"


def test_administrators_alone_read_the_audit(world: World, maya: Staff, team: Workspace) -> None:  # S4
    lee = world.staff("Lee")
    with pytest.raises(Refused, match="ask Maya"):
        world.run(audit.list_records, world.actor(lee))
    ana = world.client("Ana", team, portal=True)
    with pytest.raises(Refused):
        world.run(audit.list_records, world.portal(ana))


def test_records_come_in_pages_the_newest_first(world: World, maya: Staff) -> None:
    for name in ["Lee", "Kim", "Jo"]:
        world.clock.advance(minutes=1)
        world.staff(name)
    whole = world.run(audit.list_records, world.actor(maya)).items
    assert [one.act for one in whole] == ["staff.add"] * 4
    assert [one.at for one in whole] == sorted((one.at for one in whole), reverse=True)
    paged, after = list[str](), None
    while True:
        page = world.run(audit.list_records, world.actor(maya), limit=1, after=after)
        paged += [one.id for one in page.items]
        after = page.next
        if after is None:
            break
    assert paged == [one.id for one in whole]
    since = world.run(audit.list_records, world.actor(maya), since=whole[1].at).items
    assert since == whole[:2]


SECRET = "Zebulon Quux"
EMAIL = "zebulon.quux@mail.example"
UNAUDITED = {"drafts.save", "drafts.discard", "templates.used"}  # S2; what somebody uses is like what they read


def test_every_act_on_people_and_templates_leaves_one_record_without_words(world: World, maya: Staff) -> None:  # S2
    me = world.actor(maya)
    lee = world.staff("Lee")
    there = world.personal(maya).id
    seen: set[str] = set()

    def done(act: Act[..., T], *args: Any, **kwargs: Any) -> T:
        with world.store.read() as tx:
            before = tx.conn.scalar(select(func.max(log.c.id)))
        result = world.run(act, me, *args, **kwargs)
        with world.store.read() as tx:
            (row,) = tx.conn.execute(select(log).where(log.c.id > before)).all()
        assert (row.who_id, row.at) == ((maya.id, world.clock.now) if act is not portal.sign_in else (row.what, row.at))
        assert row.what
        kept = json.dumps([row.act, row.what, row.fields], ensure_ascii=False).casefold()
        assert not [word for word in ("zebulon", "quux", "mail.example", "555", "hello") if word in kept]
        seen.add(f"{act.function.__module__.rpartition('.')[2]}.{act.function.__name__}")
        return result

    kim = done(staff.add, SECRET, EMAIL)
    done(staff.appoint, kim.id)
    team = done(teams.add, SECRET, maya.id)
    done(teams.change, team.id, name=f"{SECRET} team", region="DE")
    done(teams.set_member, team.id, lee.id, Role.PARTICIPANT)
    ana = done(clients.add, SECRET, team.id, email=EMAIL, phone="+1 212 555 0188", note=SECRET, how=SECRET)
    done(clients.change, ana.id, name=f"{SECRET}!", note="Hello", consent=Consent.ACTIVE, how=SECRET, portal=True)
    done(clients.assign, ana.id, lee.id)
    done(clients.unassign, ana.id, lee.id)
    done(clients.change, ana.id, move_to=there)
    done(portal.sign_in, ana.id, yes=True)
    done(teams.remove_member, team.id, lee.id)
    template = done(templates.add, SECRET, "Hello", shortcut="zebulon", team=team.id)
    done(templates.edit, template.id, body="Hello Quux")
    done(templates.remove, template.id)
    writing = {
        f"{room.__name__.rpartition('.')[2]}.{name}"
        for room in (audit, clients, drafts, identity, portal, staff, teams, templates)
        for name, act in vars(room).items()
        if isinstance(act, Act) and act.writes and act.function.__module__ == room.__name__
    }
    assert writing - UNAUDITED == seen


def test_an_act_that_changes_nothing_leaves_no_record(world: World, maya: Staff, team: Workspace) -> None:  # S2
    me, ana = world.actor(maya), world.client("Ana", team)
    template = world.run(templates.add, me, "Welcome", "Hello")
    before = world.run(audit.list_records, me)
    world.run(clients.change, me, ana.id, name="Ana", status=ana.status, portal=False)
    world.run(teams.set_member, me, team.id, maya.id, Role.OWNER)
    world.run(teams.change, me, team.id, name=team.name, region="US")
    world.run(templates.edit, me, template.id, name="Welcome")
    world.run(staff.appoint, me, maya.id)
    world.run(drafts.save, me, id=None, version=0, body="x")
    assert world.run(audit.list_records, me) == before
