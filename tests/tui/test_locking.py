"""A locked screen: nothing of what lies below is seen or done, nothing is lost, and all else goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice
from textual.widgets import Input

from msgcenter_tui.center import passphrases
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.locked import Locked

WORDS = "four calm boats"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging takes no tenth of a second."""
    monkeypatch.setattr(passphrases, "fits", lambda kept, typed: typed == kept)


@pytest.fixture
def locked_by(practice: Practice, quick: None) -> Practice:
    practice.world.run(passphrases.keep, practice.actor, WORDS)
    return practice


def is_locked(driven: Driven) -> bool:
    return isinstance(driven.screen, Locked)


async def locked(driven: Driven) -> None:
    await driven.press("shift+f10")
    await driven.until(lambda: isinstance(driven.screen, Locked) and "Forgotten?" in driven.text)


async def opened(driven: Driven) -> None:
    await driven.type(WORDS)
    await driven.press("enter")
    await driven.until(lambda: not driven.app.is_locked)


async def test_a_locked_screen_shows_and_does_nothing_until_the_passphrase_is_typed(
    locked_by: Practice, run: Run
) -> None:
    async with run(locked_by.actor) as driven:
        await driven.press("r")
        await driven.type("my own words")
        before = driven.text
        await locked(driven)
        assert "Locked by Maya Ortiz" in driven.text
        assert "msgcenter passphrase remove 'Maya Ortiz'" in driven.text  # there is nobody else to ask
        # Keys of every place, the palette and the way out, a question that comes meanwhile, a toast, a new message.
        await driven.press("ctrl+p", "question_mark", "escape", "n", "q", "ctrl+q", "f9", "f10", "f1", "tab", "ctrl+z")
        question = Confirm("privateword?", "privatefigures")
        driven.app.push_screen(question)
        driven.app.warn("privatetoast")
        locked_by.start("more", ALL_CLIENTS, "privatemessage")
        await driven.still()
        assert is_locked(driven)
        assert not driven.toasts
        for secret in ("private", "my own words", "Holiday", "Inbox", "Unread"):
            assert secret not in driven.text
        driven.screen.query_one(Input).value = ""
        await driven.type("not the one")
        await driven.press("enter")
        await driven.until(lambda: "That was not it" in driven.text)
        assert driven.screen.query_one(Input).value == ""
        await opened(driven)
        assert driven.app.screen is question  # now it is asked
        await driven.press("n")
        assert "my own words" in driven.text
        assert "privatetoast" not in "".join(driven.toasts)
        assert any("privatetoast" in one.words for one in driven.app.said.to(driven.app))
        assert before.splitlines()[-1] == driven.text.splitlines()[-1]  # the keys of the place are back


async def test_a_change_of_place_waits_and_wrong_ones_make_it_wait(locked_by: Practice, run: Run) -> None:
    async with run(locked_by.actor, size=(80, 24)) as driven:
        await locked(driven)
        driven.app.do(driven.app.go("clients"), group="poll")
        for _ in range(3):
            await driven.type("wrong")
            await driven.press("enter")
            await driven.until(lambda: not driven.screen.query_one("Input").disabled)
        await driven.type(WORDS)
        await driven.press("enter")
        await driven.until(lambda: "wait 5 seconds" in driven.text)
        await driven.pilot.resize_terminal(30, 8)  # too small for anything else
        await driven.still()
        assert isinstance(driven.screen, Locked)
        await driven.pilot.resize_terminal(80, 24)
        locked_by.world.clock.advance(seconds=5)
        await opened(driven)
        await driven.until(lambda: "Ana Flores" in driven.text and not isinstance(driven.screen, Inbox))


async def test_side_by_side_is_covered_and_an_administrator_opens_it(locked_by: Practice, run: Run) -> None:
    async with run(locked_by.actor, demonstration=True, size=(200, 60)) as driven:
        await driven.press("b")
        await driven.type("zo")
        await driven.press("enter")
        await driven.until(lambda: "Zoë Åkesson —" in driven.text)
        await locked(driven)
        assert "Zoë" not in driven.text
        assert "Holiday" not in driven.text
        locked_by.world.run(passphrases.remove, locked_by.actor)
        await driven.type("whatever")
        await driven.press("enter")
        await driven.until(lambda: not driven.app.is_locked)
        assert "Zoë" in driven.text


async def test_it_locks_itself_although_the_store_is_away(locked_by: Practice, run: Run) -> None:
    async with run(locked_by.actor, lock_after=timedelta(minutes=5)) as driven:
        driven.front.refusal = StoreUnavailable("the store cannot be used", "the server is stopping", "try again")
        await driven.app.lock(by_hand=False)
        await driven.type(WORDS)
        await driven.press("enter")
        await driven.until(lambda: "the server is stopping" in " ".join(driven.text.split()))
        driven.front.refusal = None
        await opened(driven)


async def test_it_locks_itself_when_nobody_touches_it(
    locked_by: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(locked_by.actor, lock_after=timedelta(minutes=5)) as driven:
        now: dict[str, Any] = {"after": 0.0}
        monkeypatch.setattr("msgcenter_tui.tui.locking.monotonic", lambda: now["after"])
        driven.app._touched = 0.0
        now["after"] = 299.0
        assert not driven.app.is_idle
        await driven.press("down")
        now["after"] = 599.0  # since that key: 300
        await driven.until(lambda: isinstance(driven.screen, Locked))
        await opened(driven)
        assert not driven.app.is_idle


async def test_a_passphrase_is_set_changed_and_taken_away(practice: Practice, run: Run, quick: None) -> None:
    async with run(practice.actor) as driven:
        await driven.press("shift+f10")
        await driven.until(lambda: any("no passphrase" in toast for toast in driven.toasts))
        await driven.press("shift+f9")
        await _filled(driven, ("eight letters", "tab", "other"))
        await driven.until(lambda: "not the same" in " ".join(driven.text.split()))
        assert _in_fields(driven) == ["", ""]  # where the dots are wrong nobody sees: both are typed again
        assert driven.screen.focused.id == "field-new"
        await _filled(driven, ("short", "tab", "short"))
        await driven.until(lambda: "too short" in " ".join(driven.text.split()))
        await _filled(driven, (WORDS, "tab", WORDS))
        await driven.until(lambda: any("is set" in toast for toast in driven.toasts))
        assert practice.world.run(passphrases.is_set, practice.actor)
        practice.world.run(passphrases.keep, practice.actor, WORDS)  # as it is judged here
        await driven.press("shift+f9")
        await _filled(driven, ("wrong one", "tab", "", "tab", ""))
        await driven.until(lambda: "another one" in " ".join(driven.text.split()))
        assert _in_fields(driven) == ["", "", ""]
        assert driven.screen.focused.id == "field-present"
        await _filled(driven, (WORDS, "tab", "", "tab", ""))
        await driven.until(lambda: any("no passphrase any more" in toast for toast in driven.toasts))
        assert not practice.world.run(passphrases.is_set, practice.actor)


def _in_fields(driven: Driven) -> list[str]:
    return [field.value for field in driven.screen.query("Input")]


async def _filled(driven: Driven, words: tuple[str, ...]) -> None:
    driven.screen.form.start()
    for field in driven.screen.query("Input"):
        field.value = ""
    for one in words:
        await (driven.press("tab") if one == "tab" else driven.type(one))
    await driven.press("ctrl+s")
