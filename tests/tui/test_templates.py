"""The templates' room by keys: finding, writing with checks, editing, removing, and the preview for a client."""

from __future__ import annotations

import pytest
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice

from msgcenter_tui.center import templates
from msgcenter_tui.domain import Template
from msgcenter_tui.tui.screens.template_editor import TemplateEditor
from msgcenter_tui.tui.screens.templates import Templates


async def arrive(driven: Driven) -> None:
    await driven.until(lambda: isinstance(driven.screen, Templates) and driven.screen.templates.rows)
    await driven.still()


async def begin(driven: Driven, key: str = "n") -> None:
    await driven.press(key)
    await driven.until(lambda: isinstance(driven.screen, TemplateEditor) and driven.screen.query("#editor--body"))
    await driven.still()


FOUND_BY = (("greet", "Holiday greetings"), ("paid", "Payment received"), ("harbour", "Office address"))


async def until_listed(driven: Driven, count: int) -> None:
    await driven.until(lambda: len(driven.screen.templates.rows) == count)


def named(practice: Practice, name: str) -> Template:
    return practice.world.run(templates.get, practice.actor, name)


async def test_typing_filters_by_name_shortcut_and_text(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        everything = len(driven.screen.templates.rows)
        for words, name in FOUND_BY:
            await driven.press("slash")
            await driven.type(words)
            await until_listed(driven, 1)
            assert driven.screen.templates.rows[0].name == name
            await driven.press("escape")
            await until_listed(driven, everything)


async def test_write_one_by_keys_for_the_team(practice: Practice, run: Run) -> None:  # T1
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await begin(driven)
        await driven.type("Welcome")
        await driven.press("enter")
        await driven.type("hi")
        await driven.press("enter", "down", "down", "enter", "enter")  # of the team
        await driven.type("Good to see you")
        await driven.press("enter")
        await driven.type("Dear")
        await driven.press("ctrl+s")
        await arrive(driven)
        made = named(practice, "Welcome")
        assert (made.shortcut, made.subject, made.body) == ("hi", "Good to see you", "Dear")
        assert made.team == practice.team.id
        await driven.until(lambda: driven.screen.templates.chosen.name == "Welcome")


async def test_an_unknown_field_is_told_with_its_place_and_not_saved(practice: Practice, run: Run) -> None:  # T4
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await begin(driven)
        await driven.type("Wrong")
        screen = driven.screen
        screen.body.load_text("Hello,\nDear {{ client.frist_name }}")
        await driven.until(lambda: "line 2, column 6" in driven.text and "client.first_name" in driven.text)
        await driven.press("ctrl+s")
        await driven.until(lambda: "the template was not saved" in driven.text)
        assert screen.body.has_focus
        assert screen.body.cursor_location == (1, 5)  # where the mistake is
        assert screen.values["name"] == "Wrong"  # S1
        assert driven.text.count("line 2, column 6") == 1


async def test_a_field_that_can_be_empty_is_warned_of(practice: Practice, run: Run) -> None:  # T4
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await begin(driven)
        driven.screen.body.load_text("Call {{ client.phone }}")
        await driven.until(lambda: "for All Clients" in driven.text and "fallback" in driven.text)


async def test_a_field_is_inserted_from_the_list(practice: Practice, run: Run) -> None:  # T3
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await begin(driven)
        driven.screen.body.focus()
        await driven.press("ctrl+o")
        await driven.type("phone")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, TemplateEditor))
        await driven.until(lambda: driven.screen.body.text == '{{ client.phone | default: "" }}')
        await driven.type("none")
        assert driven.screen.body.text == '{{ client.phone | default: "none" }}'


async def test_edit_and_what_was_left_unsaved_is_there_again(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await driven.press("slash")
        await driven.type("paid")
        await driven.press("enter")
        await driven.until(lambda: len(driven.screen.templates.rows) == 1)
        await begin(driven, "e")
        driven.screen.body.load_text("Thank you!")
        await driven.press("escape")
        await arrive(driven)
        assert named(practice, "Payment received").body != "Thank you!"
        await begin(driven, "e")
        assert driven.screen.body.text == "Thank you!"
        await driven.press("ctrl+s")
        await arrive(driven)
        assert named(practice, "Payment received").body == "Thank you!"


async def test_a_teams_template_is_its_owners(practice: Practice, run: Run) -> None:  # T1, S4
    async with run(practice.world.actor(practice.leo), start="templates") as driven:
        await arrive(driven)
        assert [row.name for row in driven.screen.templates.rows] == ["Office address"]
        await driven.press("e")
        await driven.until(lambda: any("Only an Owner" in toast for toast in driven.toasts))
        assert isinstance(driven.screen, Templates)


async def test_remove_asks(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        name = driven.screen.templates.chosen.name
        await driven.press("delete")
        await driven.until(lambda: f"Remove the template {name}?" in driven.text)
        await driven.press("n")
        assert named(practice, name).name == name
        await driven.press("delete")
        await driven.until(lambda: f"Remove the template {name}?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: name not in [row.name for row in driven.screen.templates.rows])


async def test_preview_fills_it_in_for_a_client(practice: Practice, run: Run) -> None:  # T5
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await driven.press("slash")
        await driven.type("holiday closing")
        await driven.press("enter")
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        await driven.press("v")
        await driven.type("pia")
        await driven.press("enter")
        await driven.until(lambda: "Dear Pia," in driven.text and "[[first day]]" in driven.text)  # T7
        await driven.press("v")
        await driven.until(lambda: "Dear ‹first name›," in driven.text)


@pytest.mark.parametrize("name", ["click action", "closing tag of nothing", "title", "isolates", "many openings"])
async def test_hostile_templates_are_text(practice: Practice, run: Run, name: str) -> None:  # M3
    text = HOSTILE[name]
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await begin(driven)
        driven.screen.query_one("#field-name").value = f"Aaa {text[:60]}"
        driven.screen.body.load_text(text)
        await driven.still()
        assert not unsafe_in(driven.text)
        await driven.press("ctrl+s")
        await driven.still()
        assert not unsafe_in(driven.text)
        if name != "many openings":
            await arrive(driven)
            await driven.until(lambda: "Aaa" in driven.text)
            assert not unsafe_in(driven.text)
