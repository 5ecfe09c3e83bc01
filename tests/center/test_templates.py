"""Text templates: whose they are, who changes them, and what is checked when they are saved."""

from __future__ import annotations

from typing import Any

import pytest
from tests.world import World

from msgcenter_tui.center import audit, teams, templates
from msgcenter_tui.domain import PieceKind, Role, Staff, Template, Workspace
from msgcenter_tui.errors import BadInput, Conflict, NotFound, Refused
from msgcenter_tui.rules.shelf import Shelf
from msgcenter_tui.store.tx import Act


@pytest.fixture
def lee(world: World, maya: Staff) -> Staff:
    return world.staff("Lee")


@pytest.fixture
def team(world: World, maya: Staff, lee: Staff) -> Workspace:
    return world.team("Bright Beginnings", maya, contributor=lee)


def add(world: World, person: Staff, name: str = "Welcome", body: str = "Hello", **more: str) -> Template:
    return world.run(templates.add, world.actor(person), name, body, **more)


# -- whose they are (T1) ----------------------------------------------------------------------------------------------


def test_a_template_of_ones_own_is_ones_own(world: World, maya: Staff, lee: Staff) -> None:  # T1
    added = add(world, maya, "  Wel come", "Hello\r\nyou", shortcut="/Hi", subject=" Good news ")
    assert added == Template(added.id, "Wel come", "hi", "Good news", "Hello\nyou", None, None, editable=True)
    assert world.run(templates.list_templates, world.actor(maya)) == (added,)
    assert world.run(templates.list_templates, world.actor(lee)) == ()
    acts: tuple[Act[..., Any], ...] = (templates.get, templates.edit, templates.remove)
    for act in acts:
        for named in (added.id, added.name, "hi"):
            with pytest.raises(NotFound) as hidden:
                world.run(act, world.actor(lee), named)
            with pytest.raises(NotFound) as absent:
                world.run(act, world.actor(lee), "x999")
            assert str(hidden.value).replace(named, "?") == str(absent.value).replace("x999", "?")  # S4


def test_a_teams_templates_are_changed_by_owners_and_used_by_members(
    world: World, maya: Staff, lee: Staff, team: Workspace
) -> None:  # T1, S4
    added = add(world, maya, team=team.id)
    assert (added.team, added.team_name, added.editable) == (team.id, "Bright Beginnings", True)
    for role in (Role.CONTRIBUTOR, Role.PARTICIPANT):
        world.member(team, lee, role)
        assert not world.run(templates.get, world.actor(lee), "welcome").editable
        refused = "change the team's templates: that is for Owners.*ask Maya"
        with pytest.raises(Refused, match=refused):
            world.run(templates.edit, world.actor(lee), added.id, body="Mine")
        with pytest.raises(Refused, match=refused):
            world.run(templates.remove, world.actor(lee), added.id)
        with pytest.raises(Refused, match=refused):
            add(world, lee, "Other", team=team.id)
    world.member(team, lee, Role.OWNER)
    assert world.run(templates.edit, world.actor(lee), added.id, body="Ours").body == "Ours"
    world.run(templates.remove, world.actor(lee), added.id)
    assert world.run(templates.list_templates, world.actor(maya)) == ()


def test_a_stranger_has_nothing_of_the_team(world: World, maya: Staff, team: Workspace) -> None:  # T1, S4
    add(world, maya, team=team.id)
    kim = world.staff("Kim")
    assert world.run(templates.list_templates, world.actor(kim)) == ()
    with pytest.raises(NotFound):
        add(world, kim, team=team.id)
    with pytest.raises(BadInput, match="leave the team out"):
        add(world, kim, team=world.personal(kim).id)


def test_clients_have_no_templates(world: World, maya: Staff) -> None:
    ana = world.client("Ana", world.personal(maya), portal=True)
    added = add(world, maya)
    with pytest.raises(Refused):
        world.run(templates.list_templates, world.portal(ana))
    with pytest.raises(Refused):
        world.run(templates.add, world.portal(ana), "Mine", "Hello")
    with pytest.raises(NotFound):
        world.run(templates.get, world.portal(ana), added.id)


def test_names_and_shortcuts_are_unique_for_each_owner(world: World, maya: Staff, lee: Staff, team: Workspace) -> None:
    mine = add(world, maya, "Welcome", shortcut="hi")
    add(world, lee, "Welcome", shortcut="hi")
    ours = add(world, maya, "Welcome", shortcut="hi", team=team.id)
    other = add(world, maya, "Other")
    add(world, maya, "Third")  # no shortcut, as the second: that is nothing to be unique
    for again in ({"name": "WELCOME"}, {"shortcut": "/HI"}):
        with pytest.raises(Conflict, match=rf"\({mine.id}\) has it"):
            add(world, maya, **{"name": "New", **again})
        with pytest.raises(Conflict):
            world.run(templates.edit, world.actor(maya), other.id, **again)
    with pytest.raises(Conflict, match=rf"\({ours.id}\) has it"):
        add(world, maya, "welcome", team=team.id)
    assert world.run(templates.edit, world.actor(maya), mine.id, name="WELCOME").name == "WELCOME"


def test_one_of_several_templates_of_a_name_is_not_guessed(world: World, maya: Staff, team: Workspace) -> None:  # S5
    mine, ours = add(world, maya), add(world, maya, team=team.id)
    with pytest.raises(Refused) as refused:
        world.run(templates.get, world.actor(maya), "welcome")
    assert f"yours ({mine.id})" in str(refused.value)
    assert f"of Bright Beginnings ({ours.id})" in str(refused.value)
    assert world.run(templates.get, world.actor(maya), ours.id) == ours


# -- what is checked (T4, T7) -----------------------------------------------------------------------------------------


def test_an_unknown_field_is_not_saved(world: World, maya: Staff) -> None:  # T4
    body = "Dear {{ client.first_name }},\nsee {{ client.frist_name }}"
    with pytest.raises(BadInput, match=r"line 2, column 5: .*client\.first_name"):
        add(world, maya, body=body)
    added = add(world, maya, body="Dear {{ client.first_name }}")
    with pytest.raises(BadInput, match="line 2, column 5"):
        world.run(templates.edit, world.actor(maya), added.id, body=body)
    assert world.run(templates.get, world.actor(maya), added.id) == added


def test_blanks_fields_and_escapes_are_welcome_in_a_template(world: World, maya: Staff) -> None:  # T3, T7, T8
    body = 'Hi {{ client.email | default: "you" }} {{ client.phone }} [[first day]] \\{{ \\[[ {{ sender.name }}'
    assert add(world, maya, body=body).body == body


@pytest.mark.parametrize("subject", ["For {{ client.name }}", "On [[day]]", "{{ nonsense }}"])
def test_a_subject_is_the_same_for_everybody(world: World, maya: Staff, subject: str) -> None:  # T8
    with pytest.raises(BadInput, match="put them into the text"):
        add(world, maya, subject=subject)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x1"}, {"name": "x" * 201}, {"body": " \n"}, {"body": "x" * 20_001}, {"shortcut": "a b"},
     {"shortcut": "a/b"}, {"shortcut": "x" * 41}, {"subject": "x" * 201}],
)  # fmt: skip
def test_what_cannot_be_used_is_not_saved(world: World, maya: Staff, wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        add(world, maya, **wrong)
    assert world.run(templates.list_templates, world.actor(maya)) == ()


def test_only_what_is_given_is_edited(world: World, maya: Staff) -> None:
    added = add(world, maya, shortcut="hi", subject="News")
    assert world.run(templates.edit, world.actor(maya), "hi") == added
    edited = world.run(templates.edit, world.actor(maya), "Welcome", shortcut="", subject="")
    assert (edited.name, edited.body, edited.shortcut, edited.subject) == ("Welcome", "Hello", "", "")


# -- finding (T2) -----------------------------------------------------------------------------------------------------


def test_templates_answer_by_name_then_shortcut_then_content(world: World, maya: Staff, team: Workspace) -> None:  # T2
    add(world, maya, "A content", "we start on Monday")
    add(world, maya, "Restart", "x")
    add(world, maya, "Kick-off", "x", shortcut="start-up")
    add(world, maya, "We start", "x", team=team.id)
    add(world, maya, "START now", "x")
    add(world, maya, "Nothing", "x")
    add(world, maya, "Go", "x", shortcut="start")

    def found(search: str) -> list[str]:
        return [one.name for one in world.run(templates.list_templates, world.actor(maya), search)]

    assert found("start") == ["Go", "START now", "We start", "Restart", "Kick-off", "A content"]
    assert found("/start") == found("Start")
    assert found("monday start") == ["A content"]
    assert found("zebra") == []
    assert found("") == ["A content", "Go", "Kick-off", "Nothing", "Restart", "START now", "We start"]


def test_what_one_uses_stands_first(world: World, maya: Staff, lee: Staff, team: Workspace) -> None:  # T2
    for name in ("Aa start", "Bb start", "Cc start", "Start"):
        add(world, maya, name, "x", team=team.id)

    def use(person: Staff, *names: str) -> None:
        for name in names:
            world.run(templates.used, world.actor(person), world.run(templates.get, world.actor(person), name).id)

    kept: dict[str, Shelf[templates.Listed | templates.SentBefore]] = {}

    def shelved(person: Staff, typed: str = "") -> list[str]:
        shelf = kept.setdefault(person.id, world.run(templates.shelf, world.actor(person)))
        found = world.run(templates.arranged, world.actor(person), shelf).find(typed)
        return [one.name for one in found if isinstance(one, templates.Listed)]

    use(maya, "Cc start", "Bb start", "Cc start")
    assert shelved(maya) == ["Cc start", "Bb start", "Aa start", "Start"]
    assert shelved(maya, "start") == ["Start", "Cc start", "Bb start", "Aa start"]  # as what answers alike
    assert [one.name for one in world.run(templates.list_templates, world.actor(maya), "start")] == shelved(
        maya, "start"
    )
    assert [one.name for one in world.run(templates.list_templates, world.actor(maya))] == sorted(shelved(maya))
    assert shelved(lee) == ["Aa start", "Bb start", "Cc start", "Start"]  # each their own
    world.clock.advance(days=60)
    use(maya, "Bb start")
    assert shelved(maya)[:2] == ["Bb start", "Cc start"]  # once today is more than twice two months ago


def test_what_is_used_is_nobodys_business_and_never_an_error(world: World, maya: Staff, lee: Staff) -> None:  # T2, S2
    added = add(world, maya)
    ana = world.client("Ana", world.personal(maya), portal=True)
    before = world.run(audit.list_records, world.actor(maya))
    for actor, id in ((lee, added.id), (maya, "x999"), (maya, "nothing")):
        world.run(templates.used, world.actor(actor), id)
    world.run(templates.used, world.portal(ana), added.id)
    world.run(templates.used, world.actor(maya), added.id)
    assert world.run(audit.list_records, world.actor(maya)) == before
    world.run(templates.remove, world.actor(maya), added.id)  # used or not
    world.run(templates.used, world.actor(maya), added.id)
    assert world.run(templates.list_templates, world.actor(maya)) == ()


def test_after_a_slash_shortcuts_come_first_then_names(world: World, maya: Staff) -> None:  # T2
    add(world, maya, "Holiday greetings", "x")
    add(world, maya, "Welcome", "x", shortcut="hol")
    add(world, maya, "Office hours", "x", shortcut="holding")
    add(world, maya, "Other", "about the hol", shortcut="x")
    add(world, maya, "Our holes", "x")

    def offered(typed: str, limit: int = 8) -> list[str]:
        return [one.name for one in world.run(templates.offered, world.actor(maya), typed, limit)]

    assert offered("/hol") == offered("HOL") == ["Welcome", "Office hours", "Holiday greetings", "Our holes"]
    assert offered("hol", 2) == ["Welcome", "Office hours"]
    assert offered("ofho") == ["Office hours"]
    assert offered("zebra") == []
    world.run(templates.used, world.actor(maya), world.run(templates.get, world.actor(maya), "Our holes").id)
    assert offered("")[:2] == ["Our holes", "Holiday greetings"]
    assert world.run(templates.offered, world.actor(maya), "hol", 1)[0].body == "x"
    with pytest.raises(Refused):
        world.run(templates.offered, world.portal(world.client("Ana", world.personal(maya), portal=True)), "")


def test_a_shelf_is_for_staff(world: World, maya: Staff) -> None:  # T1
    shelf = world.run(templates.shelf, world.actor(maya))
    ana = world.portal(world.client("Ana", world.personal(maya), portal=True))
    looks: tuple[tuple[Act[..., Any], tuple[Any, ...]], ...] = (
        (templates.shelf, ()),
        (templates.shelf_changed, ()),
        (templates.arranged, (shelf,)),
    )
    for look, given in looks:
        with pytest.raises(Refused):
            world.run(look, ana, *given)


def test_a_shelf_tells_when_it_is_not_as_before(world: World, maya: Staff, lee: Staff, team: Workspace) -> None:
    def token() -> object:
        return world.run(templates.shelf_changed, world.actor(maya))

    seen = [token()]
    added = add(world, maya)
    seen.append(token())
    world.clock.advance(seconds=1)
    world.run(templates.edit, world.actor(maya), added.id, body="Other")
    seen.append(token())
    world.run(templates.used, world.actor(maya), added.id)
    assert token() == seen[-1]
    add(world, lee)
    assert token() == seen[-1]
    world.run(templates.remove, world.actor(maya), added.id)
    assert len({*map(repr, seen)}) == 3
    assert token() == seen[0]


def test_a_shelf_is_of_the_teams_one_is_in(world: World, maya: Staff, lee: Staff, team: Workspace) -> None:  # T1
    """As many templates, of the same time: those of another team are others."""
    other = world.team("Elsewhere", lee)
    for one, owner in ((team, maya), (other, lee)):
        add(world, owner, f"Of {one.name}", "x", team=one.id)
    newest = add(world, maya, "Mine", "x")
    before = world.run(templates.shelf_changed, world.actor(maya))
    world.run(teams.set_member, world.actor(lee), other.id, maya.id, Role.CONTRIBUTOR)
    world.run(teams.set_member, world.actor(maya), team.id, lee.id, Role.OWNER)
    world.run(teams.remove_member, world.actor(lee), team.id, maya.id)
    assert world.run(templates.shelf_changed, world.actor(maya)) != before
    found = world.run(templates.shelf, world.actor(maya)).find("")
    assert [one.name for one in found if isinstance(one, templates.Listed)] == [newest.name, "Of Elsewhere"]


# -- previews (T5) ----------------------------------------------------------------------------------------------------


def test_a_template_is_rendered_for_one_client(world: World, maya: Staff, team: Workspace) -> None:  # T3, T5, T7
    ana = world.client("Ana de Souza", team, email=None)
    add(
        world,
        maya,
        body='Dear {{ client.first_name }} ({{ client.email | default: "no mail" }}), [[day]] \\{{ {{ client.phone }}'
        " {{ sender.first_name }} of {{ workspace.name }}",
    )
    pieces = world.run(templates.render, world.actor(maya), "Welcome", ana.id)
    assert "".join(piece.text for piece in pieces).startswith("Dear Ana (no mail), ")
    assert [piece.kind for piece in pieces if piece.kind is PieceKind.BLANK] == [PieceKind.BLANK]
    assert "".join(piece.text for piece in pieces).endswith(" Maya of Bright Beginnings")
    with pytest.raises(NotFound):
        world.run(templates.render, world.actor(maya), "Welcome", "p999")


def test_a_value_that_looks_like_a_field_stays_as_it_is(world: World, maya: Staff) -> None:  # T8
    ana = world.client("{{ sender.email }}", world.personal(maya))
    add(world, maya, body="Dear {{ client.name }}")
    pieces = world.run(templates.render, world.actor(maya), "Welcome", ana.id)
    assert "".join(piece.text for piece in pieces) == "Dear {{ sender.email }}"
