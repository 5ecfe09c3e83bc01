"""Clients: who may add, change and see them, and what is kept of each change."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import clients, teams
from msgcenter_tui.domain import Client, Consent, Role, Staff, Status, Workspace
from msgcenter_tui.errors import BadInput, Conflict, NotFound, Refused
from msgcenter_tui.store import client_search
from msgcenter_tui.store.tables import audit, client_history, people
from msgcenter_tui.store.tables import clients as client_table
from msgcenter_tui.store.tx import Act


def member(world: World, team: Workspace, role: Role) -> Staff:
    person = world.staff(role.value.capitalize())
    world.member(team, person, role)
    return person


# -- adding -----------------------------------------------------------------------------------------------------------


def test_a_client_is_kept_as_entered(world: World, maya: Staff, team: Workspace) -> None:
    added = world.run(
        clients.add,
        world.actor(maya),
        "  Ana\tde  Souza ",
        team.id,
        email=" Ana@Mail.example",
        phone="(212) 555-0188",
        portal=True,
        note="Twins;\r\nsecond visit",
    )
    assert added == Client(
        id=added.id,
        name="Ana de Souza",
        workspace=team.id,
        workspace_name="Bright Beginnings",
        status=Status.LEAD,
        portal=True,
        email="Ana@Mail.example",
        email_muted=False,
        phone="(212) 555-0188",
        phone_number="+12125550188",
        consent=Consent.NOT_ASKED,
        note="Twins;\nsecond visit",
    )
    assert world.run(clients.get, world.actor(maya), added.id) == added
    assert world.run(clients.get, world.actor(maya), "ana@mail.EXAMPLE") == added


def test_numbers_without_a_country_are_of_the_workspace(world: World, maya: Staff, team: Workspace) -> None:
    world.run(teams.change, world.actor(maya), team.id, region="DE")
    assert world.client("Ana", team, phone="030 3937993").phone_number == "+49303937993"


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "x" * 201}, {"email": "ana@"}, {"phone": "call me"}, {"note": "x" * 20_001}],
)
def test_what_cannot_be_used_adds_nobody(world: World, maya: Staff, team: Workspace, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        world.run(clients.add, world.actor(maya), **{"name": "Ana", "workspace": team.id, **wrong})
    assert world.run(clients.list_clients, world.actor(maya)).items == ()


def test_owners_and_contributors_add_and_change_clients(world: World, maya: Staff, team: Workspace) -> None:  # S4
    contributor, participant = member(world, team, Role.CONTRIBUTOR), member(world, team, Role.PARTICIPANT)
    ana = world.run(clients.add, world.actor(contributor), "Ana", team.id)
    assert world.run(clients.change, world.actor(contributor), ana.id, status=Status.ACTIVE).status is Status.ACTIVE
    world.run(clients.assign, world.actor(contributor), ana.id, participant.id)
    refused = r"that is for Owners and Contributors, and you are a Participant; ask Maya"
    with pytest.raises(Refused, match=refused):
        world.run(clients.add, world.actor(participant), "Ben", team.id)
    changes: tuple[dict[str, Any], ...] = (
        {"status": Status.COMPLETE},
        {"portal": False},
        {"consent": Consent.ACTIVE},
        {"name": "Anna"},
    )
    for fields in changes:
        with pytest.raises(Refused, match=refused):
            world.run(clients.change, world.actor(participant), ana.id, **fields)
    with pytest.raises(Refused, match=refused):
        world.run(clients.unassign, world.actor(participant), ana.id, participant.id)
    with pytest.raises(NotFound):
        world.run(clients.add, world.actor(world.staff("Stranger")), "Ben", team.id)


def test_an_address_is_unique_in_a_workspace(world: World, maya: Staff, team: Workspace) -> None:  # S5
    ana = world.client("Ana", team, email="ana@mail.example")
    ben = world.client("Ben", team, email="ben@mail.example")
    with pytest.raises(Conflict, match=rf"it is the address of Ana \({ana.id}\) in Bright Beginnings"):
        world.client("Other", team, email="ANA@mail.example")
    with pytest.raises(Conflict):
        world.change(ben, email="Ana@Mail.example")
    world.change(ana, email="ANA@mail.example")  # her own
    elsewhere = world.client("Ana", world.personal(maya), email="ana@mail.example")
    with pytest.raises(Refused) as refused:
        world.run(clients.get, world.actor(maya), "ana@mail.example")
    assert all(f"({one.id})" in str(refused.value) for one in (ana, elsewhere))
    for name in ("No", "Nobody"):
        world.client(name, team, email=None)


# -- seeing (A4, S4) --------------------------------------------------------------------------------------------------


def test_staff_see_the_clients_they_reach_and_no_other(world: World, maya: Staff, team: Workspace) -> None:  # A4, S4
    contributor, participant = member(world, team, Role.CONTRIBUTOR), member(world, team, Role.PARTICIPANT)
    stranger = world.staff("Stranger")
    ana, ben = world.client("Ana", team, email="ana@mail.example"), world.client("Ben", team)
    world.run(clients.assign, world.actor(maya), ana.id, participant.id)

    def sees(person: Staff) -> list[str]:
        return [one.name for one in world.run(clients.list_clients, world.actor(person)).items]

    assert [sees(one) for one in (maya, contributor, participant, stranger)] == [["Ana", "Ben"]] * 2 + [["Ana"], []]
    assert world.run(clients.get, world.actor(participant), "ana@mail.example").assigned[0].id == participant.id
    answers = set()
    looks: tuple[Act[..., Any], ...] = (clients.get, clients.history)
    for person, named in (
        (participant, ben.id),
        (stranger, ana.id),
        (stranger, "ana@mail.example"),
        (stranger, "p999"),
    ):
        for look in looks:
            with pytest.raises(NotFound) as error:
                world.run(look, world.actor(person), named)
            answers.add(str(error.value).replace(named, "?"))
        with pytest.raises(NotFound) as error:
            world.run(clients.change, world.actor(person), named, name="Mine")
        answers.add(str(error.value).replace(named, "?"))
    assert len(answers) == 1  # absent and hidden alike
    with pytest.raises(NotFound):
        world.run(clients.list_clients, world.actor(stranger), workspace=team.id)


def test_a_client_sees_no_client_not_even_themselves_as_staff_do(world: World, team: Workspace) -> None:  # P1, V5
    ana = world.client("Ana", team, portal=True)
    with pytest.raises(NotFound):
        world.run(clients.get, world.portal(ana), ana.id)
    with pytest.raises(Refused):
        world.run(clients.list_clients, world.portal(ana))
    with pytest.raises(NotFound):
        world.run(clients.change, world.portal(ana), ana.id, status=Status.ACTIVE)
    with pytest.raises(NotFound):
        world.run(clients.add, world.portal(ana), "Ben", team.id)


# -- changing ---------------------------------------------------------------------------------------------------------


def test_only_what_is_given_changes(world: World, team: Workspace) -> None:
    ana = world.client("Ana", team, phone="212 555 0188", note="Twins", portal=True)
    assert world.change(ana) == ana
    changed = world.change(ana, name="Anna", phone="", note="", mute_email=True)
    assert (changed.name, changed.phone, changed.phone_number, changed.note) == ("Anna", None, None, "")
    assert changed.email_muted
    assert (changed.email, changed.portal, changed.status) == (ana.email, True, ana.status)
    found = world.run(clients.list_clients, world.actor(world.owner(team)), search="anna")
    assert [one.id for one in found.items] == [ana.id]


def test_a_portal_needs_an_address(world: World, team: Workspace) -> None:  # P2
    with pytest.raises(Refused, match="it needs a valid e-mail address"):
        world.client("Ana", team, portal=True, email=None)
    ana = world.client("Ana", team, email=None)
    with pytest.raises(Refused, match="it needs a valid e-mail address"):
        world.change(ana, portal=True)
    assert world.change(ana, portal=True, email="ana@mail.example").portal
    with pytest.raises(Refused, match="disable the portal first"):
        world.change(ana, email="")
    with pytest.raises(BadInput):
        world.change(ana, email="ana@")
    gone = world.change(ana, portal=False, email="")
    assert (gone.portal, gone.email) == (False, None)


def test_each_change_of_status_portal_workspace_and_consent_is_kept(
    world: World, clock: Clock, maya: Staff, team: Workspace
) -> None:  # N3
    lee = member(world, team, Role.CONTRIBUTOR)
    ana = world.client("Ana", team, Status.LEAD)
    start = clock.now
    clock.advance(days=1)
    world.change(ana, note="Twins", name="Anna", mute_email=True)  # not of those four
    world.run(clients.change, world.actor(lee), ana.id, consent=Consent.ACTIVE, how="signed the form  of May")
    clock.advance(days=1)
    world.change(ana, status=Status.ACTIVE, portal=True)
    world.change(ana, status=Status.ACTIVE)  # no change
    world.change(ana, consent=Consent.ACTIVE, how="said so again by phone")
    kept = world.run(clients.history, world.actor(maya), ana.id)
    told = [(one.by, one.status, one.portal, one.consent, one.workspace, one.how, one.at - start) for one in kept]
    day = clock.now - start
    assert told == [
        ("Maya", Status.LEAD, False, Consent.NOT_ASKED, team.id, "", day * 0),
        ("Contributor", Status.LEAD, False, Consent.ACTIVE, team.id, "signed the form of May", day / 2),
        ("Maya", Status.ACTIVE, True, Consent.ACTIVE, team.id, "", day),
        ("Maya", Status.ACTIVE, True, Consent.ACTIVE, team.id, "said so again by phone", day),
    ]


def test_a_refused_change_changes_nothing(world: World, maya: Staff, team: Workspace) -> None:  # S1
    ana = world.client("Ana", team, email=None)
    before = world.run(clients.history, world.actor(maya), ana.id)
    with pytest.raises(Refused):
        world.change(ana, name="Anna", status=Status.COMPLETE, note="x", portal=True)
    assert world.run(clients.get, world.actor(maya), ana.id) == ana
    assert world.run(clients.history, world.actor(maya), ana.id) == before


# -- moving -----------------------------------------------------------------------------------------------------------


def test_a_client_moves_where_the_mover_may_add_clients(world: World, maya: Staff, team: Workspace) -> None:  # S4
    lee, kim = world.staff("Lee"), world.staff("Kim")
    theirs = world.team("Theirs", lee)
    ana = world.client("Ana", team)
    with pytest.raises(NotFound):
        world.change(ana, move_to=theirs.id)
    world.member(theirs, maya, Role.PARTICIPANT)
    with pytest.raises(Refused, match="ask Lee"):
        world.change(ana, move_to=theirs.id)
    world.member(theirs, maya, Role.CONTRIBUTOR)
    for person in (kim, lee):
        world.member(team, person, Role.PARTICIPANT)
        world.run(clients.assign, world.actor(maya), ana.id, person.id)
    with pytest.raises(Refused):
        world.run(clients.change, world.actor(lee), ana.id, move_to=theirs.id)
    moved = world.change(ana, move_to=theirs.id)
    assert (moved.workspace, moved.workspace_name) == (theirs.id, "Theirs")
    assert [one.name for one in moved.assigned] == ["Lee"]  # Kim is no member there
    last = world.run(clients.history, world.actor(maya), ana.id)[-1]
    assert last.workspace == theirs.id
    with pytest.raises(NotFound):
        world.run(clients.get, world.actor(kim), ana.id)


def test_an_address_is_unique_where_the_client_moves_to(world: World, maya: Staff, team: Workspace) -> None:  # S5
    there = world.personal(maya)
    ana = world.client("Ana", team, email="ana@mail.example")
    other = world.client("Other", there, email="Ana@mail.example")
    with pytest.raises(Conflict, match=f"Other \\({other.id}\\) in Maya"):
        world.change(ana, move_to=there.id)
    assert world.change(ana, move_to=there.id, email="ana2@mail.example").workspace == there.id


# -- assignments ------------------------------------------------------------------------------------------------------


def test_members_alone_are_assigned_once(world: World, maya: Staff, team: Workspace) -> None:  # A4
    kim = world.staff("Kim")
    ana = world.client("Ana", team)
    with pytest.raises(Refused, match="they are no member of Bright Beginnings"):
        world.run(clients.assign, world.actor(maya), ana.id, kim.id)
    with pytest.raises(NotFound, match="Kim is not assigned to Ana"):
        world.run(clients.unassign, world.actor(maya), ana.id, kim.id)
    world.member(team, kim, Role.PARTICIPANT)
    for _ in range(2):
        world.run(clients.assign, world.actor(maya), ana.id, "kim@practice.example")
    assert [one.id for one in world.run(clients.get, world.actor(maya), ana.id).assigned] == [kim.id]
    world.run(clients.unassign, world.actor(maya), ana.id, kim.id)
    assert world.run(clients.get, world.actor(maya), ana.id).assigned == ()


# -- lists ------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["few", "many"])
def plan(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to a page of clients: looking few up, and walking along the names of many."""
    monkeypatch.setattr(client_search, "are_few", lambda *_: request.param == "few")


NAMES = ["Zoë", "ana", "Ana", "Ąna", "Бен", "陈伟", "O'Brien", "100% Ana_B", "\u200fדנה"]


@pytest.mark.usefixtures("plan")
def test_pages_hold_everybody_once_in_the_order_of_names(world: World, maya: Staff, team: Workspace) -> None:
    for number, name in enumerate(NAMES):
        world.client(name, team, email=f"c{number}@mail.example")
    whole = [one.id for one in world.run(clients.list_clients, world.actor(maya)).items]
    assert len(whole) == len(NAMES)
    for limit in (1, 2, 4, 9):
        paged: list[str] = []
        after = None
        while True:
            page = world.run(clients.list_clients, world.actor(maya), limit=limit, after=after)
            paged += [one.id for one in page.items]
            after = page.next
            if after is None:
                break
        assert paged == whole
    assert [one.name for one in world.run(clients.list_clients, world.actor(maya), limit=3).items][:2] != ["Zoë", "ana"]


@pytest.mark.usefixtures("plan")
def test_letters_with_marks_stand_with_their_base_letters(world: World, maya: Staff, team: Workspace) -> None:
    names = ["Emil", "Émile", "Jose", "José", "Jose Maria", "Łucja", "Lucy", "Zoe"]
    for name in reversed(names):
        world.client(name, team)
    listed: list[str] = []
    after = None
    while after is not None or not listed:
        page = world.run(clients.list_clients, world.actor(maya), limit=2, after=after)
        listed += [one.name for one in page.items]
        after = page.next
    assert listed == names


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "p1", "!!!!", "é", "W10", "WyJhIiwgInAxIl", "bnVsbA", "WzEsMl0", "WyJhIiwieDEiXQ", "WzEsInAxIl0",
     "WyJcdWQ4MDAiLCJwMSJd", "W1sxXSwicDEiXQ", "A" * 5000],
)  # fmt: skip
def test_what_is_no_cursor_is_said_to_be_none(world: World, maya: Staff, cursor: str) -> None:
    with pytest.raises(BadInput, match="take the `next` of the page before"):
        world.run(clients.list_clients, world.actor(maya), after=cursor)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_sensible_size(world: World, maya: Staff, limit: int) -> None:
    with pytest.raises(BadInput):
        world.run(clients.list_clients, world.actor(maya), limit=limit)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["100% Ana", "Ana Souza", "Бен"]),
        ("ANA", ["100% Ana", "Ana Souza"]),
        ("souza ana", ["Ana Souza"]),
        ("бен", ["Бен"]),
        ("%", ["100% Ana"]),
        ("_", []),
        ("SOUZA@mail", ["Ana Souza"]),
        ("(212) 555", ["Ana Souza"]),
        ("2125550188", ["Ana Souza"]),
        ("030 39", ["Бен"]),
        ("ana 030", []),
        ("\x00\ud800\n", []),
    ],
)
@pytest.mark.usefixtures("plan")
def test_clients_are_found_by_name_address_and_number(
    world: World, maya: Staff, team: Workspace, search: str, found: list[str]
) -> None:
    world.client("Ana Souza", team, email="souza@mail.example", phone="212 555 0188")
    world.client("100% Ana", team, email="c@mail.example")
    world.client("Бен", team, email=None, phone="+49 30 3937993")
    page = world.run(clients.list_clients, world.actor(maya), search=search)
    assert [one.name for one in page.items] == found


@pytest.mark.usefixtures("plan")
def test_clients_are_listed_by_workspace_and_status(world: World, maya: Staff, team: Workspace) -> None:
    world.client("Ana", team, Status.ACTIVE)
    world.client("Ben", team, Status.LEAD)
    world.client("Cem", world.personal(maya), Status.LEAD)

    def names(**which: Any) -> list[str]:
        return [one.name for one in world.run(clients.list_clients, world.actor(maya), **which).items]

    assert names(workspace=team.id) == ["Ana", "Ben"]
    assert names(status=Status.LEAD) == ["Ben", "Cem"]
    assert names(workspace=team.id, status=Status.LEAD) == ["Ben"]
    with pytest.raises(NotFound):
        names(workspace="w999")


# -- whom a direct thread may name (A4) -------------------------------------------------------------------------------


@pytest.mark.usefixtures("plan")
def test_staff_reach_clients_and_fellow_members(world: World, maya: Staff, team: Workspace) -> None:  # A4
    contributor, participant = member(world, team, Role.CONTRIBUTOR), member(world, team, Role.PARTICIPANT)
    ana = world.client("Ana", team, Status.INACTIVE, phone="212 555 0188")
    world.client("Ben", team)
    world.client("Elsewhere", world.personal(maya))
    world.run(clients.assign, world.actor(maya), ana.id, participant.id)

    def reaches(person: Staff, **more: Any) -> list[str]:
        found = world.run(clients.reachable, world.actor(person), workspace=team.id, **more)
        return [one.name for one in found]

    assert reaches(maya) == ["Ana", "Ben", "Contributor", "Participant"]
    assert reaches(contributor) == ["Ana", "Ben", "Maya", "Participant"]
    assert reaches(participant) == ["Ana", "Contributor", "Maya"]
    assert reaches(maya, search="CON") == ["Contributor"]
    assert reaches(maya, search="n") == []  # words are found by their beginnings
    assert reaches(maya, search="0188") == ["Ana"]
    assert reaches(maya, limit=3) == ["Ana", "Ben", "Contributor"]
    assert reaches(maya, search="practice.example") == []
    with pytest.raises(NotFound):
        reaches(world.staff("Stranger"))


def test_a_client_reaches_owners_and_whoever_is_assigned(world: World, maya: Staff, team: Workspace) -> None:  # A4
    participant = member(world, team, Role.PARTICIPANT)
    member(world, team, Role.CONTRIBUTOR)
    ana, ben = world.client("Ana", team, portal=True), world.client("Ben", team, portal=True)
    world.run(clients.assign, world.actor(maya), ana.id, participant.id)

    def reaches(client: Client, **more: Any) -> list[str]:
        return [one.name for one in world.run(clients.reachable, world.portal(client), **more)]

    assert reaches(ana) == ["Maya", "Participant"]
    assert reaches(ben) == ["Maya"]
    assert reaches(ana, search="part") == ["Participant"]
    assert reaches(ana, search="practice.example") == []  # addresses of staff are nothing a client can try
    assert reaches(world.client("Cem", world.personal(maya), portal=True)) == ["Maya"]
    world.run(teams.remove_member, world.actor(maya), team.id, participant.id)
    assert reaches(ana) == ["Maya"]
    world.change(ana, portal=False)
    with pytest.raises(Refused):
        reaches(ana)


def test_a_refused_act_wrote_nothing_so_that_an_import_goes_on(world: World, maya: Staff, team: Workspace) -> None:
    me = world.actor(maya)  # S1
    ana = world.client("Ana", team, email="ana@mail.example")
    refused: list[dict[str, Any]] = [{"email": "ANA@mail.example"}, {"portal": True}, {"phone": "12"}, {"email": "x"}]
    counts = [select(func.count()).select_from(table) for table in (people, client_table, client_history, audit)]
    with world.store.write() as tx:
        before = [tx.conn.execute(count).scalar_one() for count in counts]
        for wrong in refused:
            with pytest.raises((Refused, BadInput)):
                clients.add(tx, me, "Ben", team.id, **wrong)
            if "portal" not in wrong and "ANA" not in wrong.get("email", ""):
                with pytest.raises((Refused, BadInput)):
                    clients.change(tx, me, ana.id, name="Anna", status=Status.COMPLETE, **wrong)
        assert [tx.conn.execute(count).scalar_one() for count in counts] == before
    assert world.run(clients.get, me, ana.id) == ana
