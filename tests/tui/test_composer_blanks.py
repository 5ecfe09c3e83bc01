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
