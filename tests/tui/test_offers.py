"""What is offered while one types: fields after "{{", templates after "/" and their shortcut (T2, T3, T7, T8)."""

from __future__ import annotations

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice

from msgcenter_tui.center import drafts, templates
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.template_editor import TemplateEditor
from msgcenter_tui.tui.widgets.field_text import FieldText


def field(driven: Driven) -> FieldText:
    found = driven.screen.query_one(FieldText)
    assert isinstance(found, FieldText)
    return found


async def reply(driven: Driven, practice: Practice) -> FieldText:
    await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
    await driven.press("r")
    await driven.until(lambda: field(driven).has_focus)
    return field(driven)


def offered(driven: Driven) -> list[str]:
    return [row.words for row in field(driven).offers.rows]


def is_open(driven: Driven) -> bool:
    return bool(field(driven).offers.display)


async def until_offered(driven: Driven, *words: str) -> None:
    await driven.until(lambda: offered(driven) == list(words))


# -- fields -----------------------------------------------------------------------------------------------------------


async def test_a_field_is_completed_by_its_beginning(practice: Practice, run: Run) -> None:  # T3
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("Dear {{")
        await driven.until(lambda: len(offered(driven)) == 8)
        assert "{{ client.first_name }}" in driven.text
        assert "can be empty" in driven.text
        await driven.type("cl")
        assert offered(driven)[:4] == ["name", "first name", "e-mail address", "phone number"]
        await driven.press("down", "enter")
        assert text.text == "Dear {{ client.first_name }}"
        assert not is_open(driven)
        assert text.has_focus
        await driven.press("ctrl+z")
        assert text.text == "Dear {{cl"
        assert not is_open(driven)


@pytest.mark.parametrize("key", ["enter", "tab"])
async def test_what_can_be_empty_gets_a_fallback_to_be_written(practice: Practice, run: Run, key: str) -> None:  # T4
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("{{ phone")
        await driven.press(key)
        await driven.type("none")
        assert text.text == '{{ client.phone | default: "none" }}'


async def test_the_list_goes_round_by_arrows(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("{{sender")
        await until_offered(driven, "sender's name", "sender's first name", "sender's e-mail address")
        await driven.press("up")
        assert text.offers.cursor == 2
        await driven.press("down", "down", "enter")
        assert text.text == "{{ sender.first_name }}"


async def test_esc_closes_only_the_list(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("{{ cl")
        await driven.press("escape")
        assert not is_open(driven)
        assert text.has_focus
        await driven.type("ie")
        assert not is_open(driven)  # for this field the hand does not want it
        await driven.press("enter")
        assert text.text == "{{ clie\n"
        await driven.type("{{ se")
        assert is_open(driven)
        await driven.press("escape", "escape")
        assert not text.has_focus


async def test_nothing_is_offered_for_what_is_text(practice: Practice, run: Run) -> None:  # T8
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        for words in ("\\{{ cl", "[[a {{ cl ]]", "{{ client.name }}", "{{ xyz", "{ cl"):
            text.load_text("")
            await driven.type(words)
            assert not is_open(driven), words


async def test_moving_away_or_leaving_closes_it(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("abc {{ cl")
        await driven.press("left")
        assert is_open(driven)
        await driven.press("home")
        assert not is_open(driven)
        await driven.press("end")
        assert not is_open(driven)  # opened by writing only
        await driven.type("i")
        assert is_open(driven)
        await driven.press("shift+tab")
        assert not text.has_focus
        assert not is_open(driven)


async def test_a_click_takes_too(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("{{ cl")
        await driven.pilot.click(text.offers, offset=(5, 2))
        await driven.still()
        assert text.text == "{{ client.first_name }}"
        assert text.has_focus


@pytest.mark.parametrize("size", [(80, 24), (44, 14)])
async def test_the_list_is_within_the_screen(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter")
        text = await reply(driven, practice)
        await driven.type("a line that goes nearly to the end {{")
        await driven.until(lambda: text.offers.display and text.offers.region.area)
        await driven.still()
        within, list_ = driven.screen.region, text.offers.region
        assert within.contains_region(list_)
        assert not list_.contains_point(text.cursor_screen_offset)
        chosen = driven.text.split("\n")[list_.y + 1]
        assert "▌{{ client.name }}" in chosen
        await driven.press("up")  # the last, wherever the list is cut
        assert any("▌{{ workspace.name }}" in line for line in driven.text.split("\n"))


async def test_a_client_writes_neither_fields_nor_shortcuts(practice: Practice, run: Run) -> None:  # T8
    who = practice.clients["Ana Flores"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True) as driven:
        await driven.until(lambda: "Client portal of Ana Flores" in driven.text)
        places = {row.id: place for place, row in enumerate(driven.screen.threads.rows)}
        driven.screen.threads.cursor = places[practice.threads["ana"]]
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.press("r")
        await driven.type("{{ cl")
        await driven.press("space")
        await driven.type("/holiday")
        text = field(driven)
        assert not is_open(driven)
        await driven.press("f4")  # nor goes to an editor: a client acts here
        await driven.press("enter")
        assert text.text == "{{ cl /holiday\n"
        assert text.blanks == []
        assert list(text.looks(0)) == []


async def test_the_editor_of_templates_completes_fields_and_no_shortcuts(practice: Practice, run: Run) -> None:  # T3
    async with run(practice.actor, start="templates") as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, TemplateEditor) and driven.screen.query("#editor--body"))
        driven.screen.body.focus()
        await driven.type("/holiday {{phone")
        await driven.press("tab")
        await driven.type("x")
        assert driven.screen.body.text == '/holiday {{ client.phone | default: "x" }}'
        await driven.press("escape")  # without a list it leaves the editor, as ever
        await driven.until(lambda: not isinstance(driven.screen, TemplateEditor))


# -- shortcuts --------------------------------------------------------------------------------------------------------

SENTENCE = "Hello. /hol"


async def test_a_shortcut_becomes_its_template_with_the_first_blank_chosen(practice: Practice, run: Run) -> None:
    # T2, T7: one undo brings back what was typed
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type(SENTENCE)
        await until_offered(driven, "Holiday closing", "Holiday greetings")
        await driven.press("enter")
        await driven.until(lambda: text.selected_text == "[[first day]]")
        assert text.text.startswith("Hello. Dear {{ client.first_name }},\n\nwe are closed from [[first day]]")
        await driven.type("3 March")
        await driven.press("tab")
        assert text.selected_text == "[[last day]]"
        while "[[first day]]" not in text.text:
            await driven.press("ctrl+z")
        await driven.press("ctrl+z")
        assert text.text == SENTENCE
        assert text.cursor_index == len(SENTENCE)
        assert not is_open(driven)


async def test_what_the_picker_inserts_goes_by_one_undo(practice: Practice, run: Run) -> None:  # T2, T7
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("Hello. ")
        await driven.press("ctrl+t")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.type("holiday cl")
        await driven.press("enter")
        await driven.until(lambda: text.selected_text == "[[first day]]")
        await driven.press("ctrl+z")
        assert text.text == "Hello. "


async def test_enter_waits_for_the_answer_however_fast_the_hand(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.pilot.press(*"/addr", "enter", *"ok")
        await driven.still()
        await driven.until(lambda: text.text == "12 Harbour Lane, second door.ok")


async def test_enter_without_an_answer_is_a_new_line(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        for words in ("/nothing", "9/10", "and/or", "http://holiday", "/usr/holiday"):
            text.load_text("")
            await driven.type(words)
            await driven.press("enter")
            assert text.text == f"{words}\n"


async def test_enter_is_a_new_line_where_the_store_does_not_answer(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        driven.front.refusal = StoreUnavailable("the store cannot be read", "it is gone", "bring it back")
        await driven.type("/holiday")
        await driven.press("enter")
        await driven.until(lambda: text.text == "/holiday\n")
        driven.front.refusal = None


async def test_a_narrower_word_leaves_no_stale_offer(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        text = await reply(driven, practice)
        await driven.type("/hol")
        await until_offered(driven, "Holiday closing", "Holiday greetings")
        await driven.pilot.press(*"xyz", "enter")
        await driven.still()
        assert text.text == "/holxyz\n"


async def test_a_template_names_an_unnamed_new_thread(practice: Practice, run: Run) -> None:  # T1
    practice.world.run(
        templates.add, practice.actor, "Welcome", "Good to see you, [[who]].", shortcut="hi", subject="Welcome to us"
    )
    practice.world.run(drafts.save, practice.actor, id=None, version=0, recipients=ALL_CLIENTS, body="Well. ", cursor=6)
    async with run(practice.actor) as driven:
        await driven.press("5")
        await driven.until(lambda: "Well." in driven.text)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and field(driven).has_focus)
        await driven.type("/hi")
        await driven.until(lambda: offered(driven)[:1] == ["Welcome"])
        await driven.press("enter")
        await driven.until(lambda: driven.screen.subject == "Welcome to us")
        assert field(driven).text == "Well. Good to see you, [[who]]."
        assert field(driven).selected_text == "[[who]]"


async def test_the_list_never_lies_over_what_is_typed(practice: Practice, run: Run) -> None:
    practice.world.run(drafts.save, practice.actor, id=None, version=0, recipients=ALL_CLIENTS, body="Well. ", cursor=6)
    async with run(practice.actor) as driven:
        await driven.press("5")
        await driven.until(lambda: "Well." in driven.text)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and field(driven).has_focus)
        await driven.type("/gr")
        await driven.until(lambda: is_open(driven) and "Well. /gr" in driven.text)
        for note in ("Two lines that come\nabove the text", ""):
            driven.screen.composer.note = note
            await driven.still()
            assert "Well. /gr" in driven.text
            assert is_open(driven)
