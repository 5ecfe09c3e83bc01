"""Staff, teams and members: who is who, and who may change that."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from tests.world import World

from msgcenter_tui.center import audit, clients, identity, staff, teams
from msgcenter_tui.domain import Actor, PersonKind, Role, Staff, ThreadKind, ThreadState, Workspace, WorkspaceKind
from msgcenter_tui.errors import BadInput, Conflict, NotFound, Refused
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import assignments, marks, threads

# -- staff ------------------------------------------------------------------------------------------------------------


def test_the_first_of_the_staff_needs_nobody_and_administers(store: Store) -> None:  # S4
    maya = store.run(staff.add, None, "Maya", "maya@practice.example")
    assert maya.administrator
    with pytest.raises(Refused, match="ask Maya"):
        store.run(staff.add, None, "Lee", "lee@practice.example")
    assert [one.name for one in store.run(identity.accounts)] == ["Maya"]


def test_an_administrator_adds_staff_each_with_a_personal_workspace(world: World) -> None:  # S4
    maya = world.staff("Maya")
    lee = world.staff("Lee")
    assert not lee.administrator
    (personal,) = world.run(teams.counted_workspaces, world.actor(lee))
    assert (personal.kind, personal.role, personal.members) == (WorkspaceKind.PERSONAL, Role.OWNER, 1)
    with pytest.raises(Refused, match="that is for an administrator; ask Maya"):
        world.run(staff.add, world.actor(lee), "Kim", "kim@practice.example")
    with pytest.raises(Refused):
        world.run(teams.add, world.actor(lee), "Mine", lee.id)
    assert [one.name for one in world.run(staff.list_staff, world.actor(lee))] == ["Lee", "Maya"]
    assert world.run(staff.list_staff, world.actor(maya)) == world.run(staff.list_staff, world.actor(lee))


@pytest.mark.parametrize("same", ["maya@practice.example", "MAYA@Practice.Example"])
def test_an_address_is_unique_among_staff(world: World, same: str) -> None:  # S5
    world.staff("Maya", "Maya@practice.example")
    with pytest.raises(Conflict, match="it is the address of Maya"):
        world.staff("Maja", same)


@pytest.mark.parametrize(("name", "email"), [("", "a@b.example"), (" \n", "a@b.example"), ("Ann", "no address")])
def test_what_cannot_be_used_makes_no_staff(store: Store, name: str, email: str) -> None:
    with pytest.raises(BadInput):
        store.run(staff.add, None, name, email)
    assert store.run(identity.accounts) == ()


def test_administrators_appoint_others_and_the_last_one_stays(world: World) -> None:  # S4
    maya, lee = world.staff("Maya"), world.staff("Lee")
    with pytest.raises(Refused):
        world.run(staff.appoint, world.actor(lee), lee.id)
    with pytest.raises(Refused, match="there is no other"):
        world.run(staff.appoint, world.actor(maya), maya.id, administrator=False)
    assert world.run(staff.appoint, world.actor(maya), "LEE@practice.example").administrator
    assert not world.run(staff.appoint, world.actor(lee), maya.id, administrator=False).administrator
    told = world.run(audit.list_records, world.actor(lee), limit=2).items  # A record says which way it went.
    assert [(one.what, one.fields) for one in told] == [
        (maya.id, ("administrator=false",)),
        (lee.id, ("administrator=true",)),
    ]
    with pytest.raises(Refused, match="ask Lee"):
        world.run(staff.add, world.actor(maya), "Kim", "kim@practice.example")


# -- who acts ---------------------------------------------------------------------------------------------------------


def test_without_a_name_the_only_member_of_staff_acts(world: World) -> None:  # S5
    with pytest.raises(NotFound, match="no staff yet"):
        world.run(identity.who, None)
    maya = world.staff("Maya")
    assert world.run(identity.who, None) == Actor(maya.id, PersonKind.STAFF, "Maya")
    world.staff("Lee")
    with pytest.raises(Refused, match=r"Lee <lee@practice.example>, Maya <maya@practice.example>.*--as"):
        world.run(identity.who, None)


def test_who_acts_is_found_by_address_or_id_of_staff_and_clients(world: World) -> None:  # S5
    maya = world.staff("Maya")
    ana = world.client("Ana", world.personal(maya), portal=True, email="Ana@mail.example")
    assert world.run(identity.who, "MAYA@practice.example").person == maya.id
    assert world.run(identity.who, maya.id).kind is PersonKind.STAFF
    assert world.run(identity.who, "ana@mail.example") == Actor(ana.id, PersonKind.CLIENT, "Ana")
    assert world.run(identity.who, ana.id).person == ana.id
    for nobody in ("", "nobody", "nobody@mail.example", "p999", "p" + "9" * 30, "\x00@\ud800"):
        with pytest.raises(NotFound):
            world.run(identity.who, nobody)


def test_a_client_whose_portal_is_off_does_not_act(world: World) -> None:  # P2
    maya = world.staff("Maya")
    world.client("Ana", world.personal(maya), email="ana@mail.example")
    with pytest.raises(Refused, match="Ana cannot sign in: their client portal is not enabled"):
        world.run(identity.who, "ana@mail.example")


def test_who_could_be_meant_is_listed(world: World) -> None:  # S5
    maya, lee = world.staff("Maya"), world.staff("Lee")
    one = world.client("Ana", world.personal(maya), portal=True, email="ana@mail.example")
    two = world.client("Ana Maria", world.personal(lee), portal=True, email="ana@mail.example")
    with pytest.raises(Refused) as refused:
        world.run(identity.who, "ana@mail.example")
    assert one.id in str(refused.value)
    assert two.id in str(refused.value)
    staff_too = world.client("Lee", world.personal(maya), portal=True, email="lee@practice.example")
    with pytest.raises(Refused, match=rf"Lee, staff \({lee.id}\), Lee, client of Maya \({staff_too.id}\)"):
        world.run(identity.who, "lee@practice.example")


# -- teams ------------------------------------------------------------------------------------------------------------


def test_a_workspace_is_found_by_its_members_only(world: World, maya: Staff, team: Workspace) -> None:  # S4
    lee = world.staff("Lee")
    for name in (team.id, "Bright Beginnings", " bright  BEGINNINGS"):
        assert world.run(teams.find_workspace, world.actor(maya), name).id == team.id
    hidden, absent = [], []
    for name in (team.id, team.name):
        with pytest.raises(NotFound) as error:
            world.run(teams.find_workspace, world.actor(lee), name)
        hidden.append(str(error.value).replace(name, "?"))
    for name in ("w999", "No Such Team"):
        with pytest.raises(NotFound) as error:
            world.run(teams.find_workspace, world.actor(lee), name)
        absent.append(str(error.value).replace(name, "?"))
    assert hidden == absent
    assert [one.name for one in world.run(teams.workspaces, world.actor(lee))] == ["Lee"]
    with pytest.raises(NotFound):
        world.run(teams.members, world.actor(lee), team.id)


def test_the_personal_workspace_comes_first_and_teams_by_name(world: World, maya: Staff) -> None:
    for name in ("zebra", "Alpha", "Émile"):
        world.team(name, maya)
    assert [one.name for one in world.run(teams.workspaces, world.actor(maya))] == ["Maya", "Alpha", "zebra", "Émile"]
    assert world.run(teams.find_workspace, world.actor(maya), "Personal").kind is WorkspaceKind.PERSONAL


def test_a_workspace_counts_its_clients_and_its_audience(world: World, maya: Staff, team: Workspace) -> None:  # A1
    for name, status in (("A", "lead"), ("B", "active"), ("C", "inactive"), ("D", "complete")):
        world.client(name, team, status)
    world.client("E", world.personal(maya))
    seen = next(one for one in world.run(teams.counted_workspaces, world.actor(maya)) if one.id == team.id)
    assert (seen.clients, seen.current, seen.members) == (4, 2, 1)


@pytest.mark.parametrize("name", ["Bright beginnings", "personal", "PERSONAL", "w1", "", "x" * 201])
def test_names_that_no_team_can_have(world: World, team: Workspace, name: str) -> None:
    with pytest.raises((Conflict, BadInput)):
        world.team(name, world.owner(team))


def test_a_team_is_renamed_and_told_its_country(world: World, maya: Staff, team: Workspace) -> None:
    lee = world.staff("Lee")
    world.member(team, lee, Role.CONTRIBUTOR)
    changed = world.run(teams.change, world.actor(maya), team.id, name="bright beginnings", region="de")
    assert changed.name == "bright beginnings"
    assert world.run(teams.region, world.actor(lee), team.id) == "DE"
    with pytest.raises(Refused, match="ask Maya"):
        world.run(teams.change, world.actor(lee), team.id, name="Mine")  # S4
    with pytest.raises(BadInput):
        world.run(teams.change, world.actor(maya), team.id, region="Germany")
    world.run(teams.change, world.actor(maya), "personal", region="FR")
    with pytest.raises(Refused):
        world.run(teams.change, world.actor(maya), "personal", name="Mine")


# -- members ----------------------------------------------------------------------------------------------------------


def test_owners_alone_change_members_and_roles(world: World, maya: Staff, team: Workspace) -> None:  # S4
    lee, kim = world.staff("Lee"), world.staff("Kim")
    for role in (Role.CONTRIBUTOR, Role.PARTICIPANT):
        world.member(team, lee, role)
        with pytest.raises(Refused, match=rf"that is for Owners, and you are a {role.value.capitalize()}; ask Maya"):
            world.run(teams.set_member, world.actor(lee), team.id, kim.id, Role.CONTRIBUTOR)
        with pytest.raises(Refused):
            world.run(teams.remove_member, world.actor(lee), team.id, lee.id)
    with pytest.raises(NotFound):
        world.run(teams.set_member, world.actor(kim), team.id, kim.id, Role.OWNER)
    world.run(teams.set_member, world.actor(maya), "bright beginnings", "kim@practice.example", Role.OWNER)
    world.run(teams.remove_member, world.actor(kim), team.id, maya.id)
    found = world.run(teams.members, world.actor(kim), team.id)
    assert [(one.name, one.role) for one in found] == [("Kim", Role.OWNER), ("Lee", Role.PARTICIPANT)]
    with pytest.raises(NotFound, match="there is no member of staff 'nobody'"):
        world.run(teams.set_member, world.actor(kim), team.id, "nobody", Role.OWNER)


def test_the_last_owner_of_a_team_stays(world: World, maya: Staff, team: Workspace) -> None:
    world.member(team, world.staff("Lee"), Role.CONTRIBUTOR)
    with pytest.raises(Refused, match="make somebody else Owner first"):
        world.run(teams.remove_member, world.actor(maya), team.id, maya.id)
    with pytest.raises(Refused, match="make somebody else Owner first"):
        world.run(teams.set_member, world.actor(maya), team.id, maya.id, Role.PARTICIPANT)
    world.run(teams.set_member, world.actor(maya), team.id, maya.id, Role.OWNER)  # nothing changes


def test_a_personal_workspace_has_one_member(world: World, maya: Staff) -> None:
    lee = world.staff("Lee")
    with pytest.raises(Refused, match="name a team"):
        world.run(teams.set_member, world.actor(maya), "personal", lee.id, Role.CONTRIBUTOR)


def test_a_removed_member_keeps_nothing_unread_of_the_team(world: World, maya: Staff, team: Workspace) -> None:  # V6
    lee = world.staff("Lee")
    world.member(team, lee, Role.PARTICIPANT)
    ana = world.client("Ana", team)
    world.run(clients.assign, world.actor(maya), ana.id, lee.id)
    broadcast, direct = marked_threads(world, team, lee)
    world.run(teams.remove_member, world.actor(maya), team.id, lee.id)
    assert marked(world, lee) == [direct]
    assert world.run(clients.get, world.actor(maya), ana.id).assigned == ()
    assert broadcast != direct


def test_a_new_member_finds_earlier_broadcasts_read(world: World, maya: Staff, team: Workspace) -> None:  # V6
    lee = world.staff("Lee")
    _, direct = marked_threads(world, team, lee)  # as a message that came while Lee was being removed leaves it
    world.member(team, lee)
    assert marked(world, lee) == [direct]


def marked_threads(world: World, team: Workspace, person: Staff) -> list[str]:
    """A broadcast and a direct thread of the team, in each of which the person has something unread."""
    made = []
    with world.store.write() as tx:
        for kind in (ThreadKind.ALL_TEAM, ThreadKind.DIRECT):
            values = {
                "workspace_id": team.id,
                "kind": kind,
                "state": ThreadState.LIVE,
                "locked": False,
                "owner_id": world.owner(team).id if kind is ThreadKind.DIRECT else None,
                "created_by": world.owner(team).id,
                "created_at": tx.now,
                "last_at": tx.now,
            }
            thread = tx.conn.execute(insert(threads).values(values).returning(threads.c.id)).scalar_one()
            tx.conn.execute(insert(marks).values(person_id=person.id, thread_id=thread, from_number=1))
            made.append(thread)
    return made


def marked(world: World, person: Staff) -> list[str]:
    with world.store.read() as tx:
        return list(tx.conn.scalars(select(marks.c.thread_id).where(marks.c.person_id == person.id)))


def test_assignments_of_other_workspaces_outlive_a_removal(world: World, maya: Staff, team: Workspace) -> None:
    lee = world.staff("Lee")
    other = world.team("Other", maya, participant=lee)
    world.member(team, lee, Role.PARTICIPANT)
    ana = world.client("Ana", other)
    world.run(clients.assign, world.actor(maya), ana.id, lee.id)
    world.run(teams.remove_member, world.actor(maya), team.id, lee.id)
    with world.store.read() as tx:
        assert tx.conn.scalars(select(assignments.c.client_id)).all() == [ana.id]
