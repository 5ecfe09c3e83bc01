"""Keys that come faster than the screen: done in their order, in the place that has the focus by then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual import events
from textual.keys import key_to_character

from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.composer_text import ComposerText


def at_once(driven: Driven, *keys: str) -> None:
    """As one write of a terminal: all keys stand in the app's queue before the first is looked at."""
    for key in keys:
        driven.app.post_message(events.Key(key, key if len(key) == 1 else key_to_character(key)))


def letters(words: str) -> Sequence[str]:
    return ["space" if letter == " " else letter for letter in words]


async def test_letters_do_not_overtake_arrows_and_deletions(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        field = driven.screen.query_one(ComposerText)
        await driven.until(lambda: field.has_focus)
        at_once(driven, *letters("closed on the first day"), *["left"] * 4, *["backspace"] * 5, *letters("24"), "home")
        at_once(driven, *letters("We are "), "end", "backspace", "delete", "enter", *letters("x"))
        await driven.until(lambda: field.text.endswith("x"))
        assert field.text == "We are closed on the 24 da\nx"


async def test_letters_after_a_key_that_moves_the_focus_go_where_it_went(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        at_once(driven, "r", *letters("quick reply"))
        await driven.until(lambda: driven.screen.query_one(ComposerText).text == "quick reply")


async def test_a_new_thread_in_one_breath(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        at_once(driven, "n", *letters("cora"))
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        await driven.until(lambda: driven.screen.query_one("#to--typing").value == "cora")


class Slow(CenterModal[None]):
    """A screen that is long in the making, and cannot be asked anything before."""

    BINDINGS: ClassVar = [("x", "answer", "Answer")]

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.answers: list[bool] = []

    async def on_mount(self) -> None:
        await self.gate.wait()

    def action_answer(self) -> None:
        self.answers.append(self.is_mounted)


async def test_a_key_waits_for_the_screen_that_opened_before_it_was_done(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        slow = Slow()
        driven.app.push_screen(slow)
        await driven.app._on_key(events.Key("x", "x"))  # on its way up from the screen before
        at_once(driven, "x")
        assert slow.answers == []
        slow.gate.set()
        await driven.until(lambda: len(slow.answers) == 2)
        assert slow.answers == [True, True]
