"""Keys that come faster than the screen: done in their order, in the place that has the focus by then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual import events
from textual.keys import key_to_character

from msgcenter_tui.domain import ThreadState
from msgcenter_tui.store.tx import Act
from msgcenter_tui.tui import acts, typing_order
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


class Slowly:
    """The answers of one act wait until they are let go."""

    def __init__(self, driven: Driven, held: Act[..., Any]) -> None:
        self.gate = asyncio.Event()
        self.waiting = 0
        front: Any = driven.front
        run = front.run

        async def slowly(act: Act[..., Any], *args: Any, **more: Any) -> Any:
            answer = await run(act, *args, **more)
            if act is held:
                self.waiting += 1
                await self.gate.wait()
            return answer

        front.run = slowly


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


async def test_a_key_for_a_thread_waits_until_it_is_read(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        slow = Slowly(driven, acts.threads.open_thread)
        at_once(driven, "down", "r", *letters("for the second"))
        await driven.until(lambda: slow.waiting)
        assert driven.screen.thread_id == practice.threads["holiday"]
        slow.gate.set()
        field = driven.screen.query_one(ComposerText)
        await driven.until(lambda: field.text == "for the second")
        assert driven.screen.thread_id == practice.threads["ana"]  # not the one that was still shown
        assert driven.toasts == []


async def test_a_key_for_a_thread_waits_for_the_first_list(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        slow = Slowly(driven, acts.threads.list_threads)
        driven.screen.threads.begin_anew()
        driven.screen.await_thread(None)
        driven.screen.reread_soon()
        await driven.until(lambda: slow.waiting)
        at_once(driven, "r", *letters("early"))
        await driven.pilot.pause()
        slow.gate.set()
        await driven.until(lambda: driven.screen.query_one(ComposerText).text == "early")


async def test_a_key_goes_where_the_act_before_it_puts_the_hand_last(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("slash")
        await driven.until(lambda: driven.screen.search_field.has_focus)
        app, screen, gate = driven.app, driven.screen, asyncio.Event()

        async def act() -> None:
            await gate.wait()
            app._end(app._turns)  # the key is looked at again just before what the act does last
            screen.query_one(ComposerText).focus()

        screen.do(act())
        at_once(driven, *letters("after"))
        await driven.until(lambda: app._waits_since is not None)
        gate.set()
        await driven.until(lambda: screen.query_one(ComposerText).text == "after")
        assert screen.search_field.value == ""


async def test_a_key_for_a_thread_that_does_not_come_says_so(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        slow = Slowly(driven, acts.threads.open_thread)
        at_once(driven, "down", "r", "o", "k", "exclamation_mark", "6")
        await driven.until(lambda: driven.app._again is not None and len(driven.app._pressed) >= 4)
        monkeypatch.setattr(typing_order, "COMING", 0)
        await driven.until(lambda: "Choose a thread first" in driven.toasts)
        assert not driven.screen.query_one(ComposerText).has_focus
        slow.gate.set()
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.still()
        assert driven.screen.tabs.active == 0  # what was typed behind it was a text, and no keys
        assert driven.screen.pane.thread.state is ThreadState.LIVE
