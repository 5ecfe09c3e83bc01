"""Blanks of a template, refusals with a place, toasts, keys that cannot be done: always a visible answer."""

from __future__ import annotations

from functools import partial

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice

from msgcenter_tui.domain import ThreadId
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.composer_text import ComposerText


async def test_a_template_is_filled_without_an_arrow_key(practice: Practice, run: Run) -> None:  # T2, T7
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r", "ctrl+t")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.type("holiday cl")
        await driven.press("enter")
        await driven.until(lambda: not driven.screen.is_modal)
        field = driven.screen.query_one(ComposerText)
        await driven.until(lambda: field.selected_text == "[[first day]]")
        assert "Next blank" in driven.text
        await driven.type("3 March")
        await driven.press("tab")
        assert field.selected_text == "[[last day]]"
        await driven.type("9 March")
        assert "from 3 March to 9 March." in field.text
        assert driven.screen.query_one(Composer).blanks() == []
        await driven.press("tab")
        assert not field.has_focus  # without blanks it leaves the field, as everywhere


async def test_blanks_are_walked_both_ways_and_then_the_focus(practice: Practice, run: Run) -> None:  # T7
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        composer = driven.screen.query_one(Composer)
        composer.insert("From [[a]] to [[b]]\nor [[c]].")
        field = composer.field
        assert field.selected_text == "[[a]]"
        walked = []
        for key in ("tab", "tab", "tab", "shift+tab", "shift+tab", "shift+tab"):
            await driven.press(key)
            walked.append(field.selected_text)
        assert walked == ["[[b]]", "[[c]]", "[[a]]", "[[c]]", "[[b]]", "[[a]]"]
        field.put_cursor(len(field.text))
        await driven.press("shift+tab")
        assert field.selected_text == "[[c]]"
        await driven.type("x")
        await driven.press("ctrl+z")
        assert field.text.endswith("[[c]].")  # what replaced it is taken back alone
        field.load_text("no blank")
        await driven.press("shift+tab")
        assert not field.has_focus  # without blanks it leaves the field, as everywhere


async def test_what_is_wrong_at_the_cursor_is_said_first(practice: Practice, run: Run) -> None:  # T4, S1
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        composer = driven.screen.query_one(Composer)
        composer.insert("Dear {{ client.frist_name }},\nat {{ client.phone }} on [[day]] ")
        field = composer.field
        field.put_cursor(len(field.text))
        said = 'line 1, column 6: there is no field "client.frist_name"; did you mean {{ client.first_name }}? (2 more)'
        await driven.until(lambda: composer.problem == said)
        assert field.refused >= {"{{ client.phone }}"}  # of the grammar, and yet refused to All Clients
        looks = {
            field.document.get_line(line)[one.start : one.end]: one.style
            for line in (0, 1)
            for one in field.looks(line)
        }
        assert looks["{{ client.phone }}"].underline
        assert not looks["[[day]]"].underline
        field.put_cursor(field.text.index("client.phone"))
        await driven.until(lambda: composer.problem.startswith("line 2, column 4: {{ client.phone }} can be empty"))
        field.put_cursor(field.text.index("[[day]]"))
        await driven.until(lambda: "the blank" in composer.problem)
        field.select(*composer.blanks()[0])
        await driven.type("Monday")
        await driven.until(lambda: composer.problem == said.replace("2 more", "1 more"))


async def test_the_line_that_is_written_stays_in_sight_when_words_come_below_it(
    practice: Practice, run: Run
) -> None:  # T4
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("n", "enter", "enter", "tab", *["enter"] * 20)
        await driven.type("Here {{ foo }} and")
        await driven.until(lambda: "no field" in driven.text)
        await driven.until(lambda: "Here" in driven.text)


async def test_a_field_that_is_being_completed_is_no_problem_yet(practice: Practice, run: Run) -> None:  # T4
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        composer = driven.screen.query_one(Composer)
        await driven.type("Dear {{ cl")
        await driven.until(lambda: composer.field.refused)  # it was looked at, and found not closed
        assert composer.problem == ""
        assert not any(one.style.underline for one in composer.field.looks(0))
        await driven.press("escape")
        await driven.until(lambda: "is not closed" in composer.problem)
        assert any(one.style.underline for one in composer.field.looks(0))


async def test_a_refusal_leads_to_its_place(practice: Practice, run: Run) -> None:  # T4, T7, S1
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        field = driven.screen.query_one(ComposerText)
        field.insert("Closed from [[day]] on, and so on.")
        await driven.press("ctrl+end", "ctrl+s")
        await driven.until(lambda: field.selected_text == "[[day]]")
        await driven.type("Monday")
        assert field.text == "Closed from Monday on, and so on."


def _shows(driven: Driven, thread: ThreadId) -> bool:
    return bool(driven.screen.thread_id == thread)


async def test_a_locked_thread_has_no_reply_box_after_an_open_one(practice: Practice, run: Run) -> None:  # L1
    who = practice.clients["Ana Flores"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True) as driven:
        await driven.until(lambda: "Client portal of Ana Flores" in driven.text)
        threads = {row.id: place for place, row in enumerate(driven.screen.threads.rows)}
        for name, box in (("class", True), ("holiday", False), ("ana", True), ("holiday", False)):
            wanted = practice.threads[name]
            driven.screen.threads.cursor = threads[wanted]
            await driven.until(partial(_shows, driven, wanted))
            await driven.still()
            assert ("Write a reply" in driven.text) is box
            assert ("Replies are off for this announcement." in driven.text) is not box
        await driven.press("r")
        await driven.until(lambda: driven.toasts == ["Replies are off for this announcement."])


async def test_toasts_do_not_pile_up_and_go_with_the_screen(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        for words in ("one", "two", "two", "three", "three"):
            driven.app.say(words)
        await driven.still()
        await driven.until(lambda: driven.toasts == ["three"])
        await driven.press("c")
        await driven.still()
        assert driven.toasts == []


@pytest.mark.parametrize("key", ["v", "y", "e", "D", "ctrl+s", "ctrl+t", "R", "X"])
async def test_a_key_that_cannot_be_done_says_why(practice: Practice, run: Run, key: str) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press(key)
        await driven.until(lambda: len(driven.toasts) == 1)


async def test_the_picker_says_where_a_key_finds_nothing_to_do(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("down", "r", "ctrl+t")  # to one client alone
        await driven.until(lambda: "for Ana Flores" in driven.text)
        assert "Next client" not in driven.text
        assert "type to search" in driven.text
        await driven.press("tab")
        await driven.until(lambda: "There is no other client for whom it could be shown" in driven.toasts)
        await driven.type("zzzzz")
        await driven.until(lambda: "Nothing fits" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "There is nothing to insert: fewer letters find more" in driven.toasts)
