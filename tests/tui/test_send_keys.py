"""Which keys send is found out by pressing each, and told; on a terminal, too, where ctrl+s must not stop it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from tests.tui.terminal import Terminal

from msgcenter_tui.center import threads
from msgcenter_tui.tui.screens.send_keys import SendKeys


async def probe(driven: Driven, *pressed: str) -> str:
    """What it says in the end."""
    await driven.press("shift+f12")
    await driven.until(lambda: isinstance(driven.screen, SendKeys))
    await driven.press(*pressed)
    return driven.text


async def test_where_all_arrive_it_says_what_sends_and_what_could(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await probe(driven, "ctrl+s", "ctrl+enter", "alt+enter", "shift+enter")
        assert "ctrl+s and ctrl+enter send a message." in text
        assert '"compose.send" = "ctrl+s,ctrl+enter,alt+enter,shift+enter"' in text
        assert "kitty" not in text
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.screen, SendKeys))


async def test_a_key_that_is_the_same_as_enter_is_told(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await probe(driven, "ctrl+s", "enter", "enter", "ctrl+j")
        assert "ctrl+s sends a message." in text
        assert "ctrl+enter is the same as enter in this terminal: it begins a new line." in text
        assert "could send" not in text
        assert "kitty keyboard protocol" in text


async def test_one_that_never_comes_is_passed_over_and_a_way_is_told(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        text = await probe(driven, "space", "ctrl+j", "space", "shift+enter")
        assert "ctrl+s does not send: the terminal, or what it runs in, keeps it." in text
        assert "ctrl+enter does not send in this terminal: it arrives as ctrl+j." in text
        assert "None of them sends here." in text
        assert '"compose.send" = "shift+enter"' in text


async def test_a_slip_and_a_key_pressed_twice_are_no_answers(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await probe(driven, "q", "ctrl+s", "ctrl+s")
        assert "That was ctrl+s." in driven.text
        assert driven.screen.arrived == {"ctrl+s": "ctrl+s"}
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.screen, SendKeys))


async def test_it_asks_for_the_keys_that_send_here_and_once_more(practice: Practice, run: Run) -> None:
    async with run(practice.actor, keymap={"compose.send": "f5,alt+enter"}) as driven:
        before = len(practice.world.run(threads.list_threads, practice.actor).items)
        text = await probe(driven, "f5", "alt+enter", "enter")
        assert "f5 and alt+enter send a message." in text
        await driven.press("r")
        assert driven.screen.asked == "f5"
        assert driven.screen.arrived == {}
        assert len(practice.world.run(threads.list_threads, practice.actor).items) == before


async def test_the_palette_opens_it_by_name(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("ctrl+p")
        await driven.type("send keys")
        await driven.pilot.press("enter")
        await driven.until(lambda: isinstance(driven.screen, SendKeys))


@pytest.fixture
def terminal(practice: Practice, tmp_path: Path) -> Iterator[Terminal]:
    screen = Terminal("-m", "tests.tui.on_a_terminal", str(tmp_path / "practice.db"), practice.maya.email)
    yield screen
    screen.kill()


def test_on_a_terminal_flow_control_takes_no_key(terminal: Terminal) -> None:
    """ctrl+s would stop whatever is written to a terminal that was left as it is; this one goes on."""
    terminal.shows("we are closed from")
    terminal.press("\x1b[24;2~")
    terminal.shows("Which keys send here?")
    terminal.press("\x13")
    terminal.shows("✓ ctrl+s")
    terminal.press("\r")
    terminal.shows("! ctrl+enter   arrives as enter")
    terminal.press("\x1b[13;3u", "\x1b[13;2u")  # as the kitty protocol tells them
    terminal.shows("alt+enter and shift+enter could send, too")
