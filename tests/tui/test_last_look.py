"""The last look: beside the last broadcast, and to many people only once their number is typed (S3)."""

from __future__ import annotations

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from tests.tui.test_dialogs import written_to_all

from msgcenter_tui.center import threads
from msgcenter_tui.rules import asking
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.last_look import LastLook


def sent(practice: Practice) -> str:
    return practice.world.run(threads.list_threads, practice.actor).items[0].preview


async def test_it_says_whom_the_last_broadcast_did_not_notify(practice: Practice, run: Run) -> None:  # S3
    practice.world.client("Newton New", practice.team)
    practice.world.change(practice.clients["Ana Flores"], status="inactive")
    async with run(practice.actor, size=(80, 24)) as driven:
        await written_to_all(driven, "We are closed on Monday.")
        await driven.until(lambda: "Compared with “Holiday schedule”" in driven.text)
        assert "+ 1 more  Newton New" in driven.text
        assert "− 1 fewer  Ana Flores (is Inactive now)" in driven.text


async def test_why_somebody_is_not_notified_can_be_read_to_its_end(practice: Practice, run: Run) -> None:  # N4
    practice.world.client("Hannah Kowalczyk-Brown", practice.team, email=None)
    async with run(practice.actor, size=(80, 24)) as driven:
        await written_to_all(driven, "We are closed on Monday.")
        words = " ".join(driven.text.replace("│", " ").split())
        assert "Hannah Kowalczyk-Brown is reached by nothing: no e-mail address, no phone number" in words


async def test_the_same_people_are_said_to_be_the_same(practice: Practice, run: Run) -> None:  # S3
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("enter", "r")
        await driven.type("One more thing.")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))
        await driven.until(lambda: "The same people as for “Holiday schedule”" in driven.text)
        assert "Send a follow-up to All Clients of Bright Beginnings?" in driven.text
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert driven.screen.pane.composer.text == "One more thing."


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is enough for eight people: the practice has nine."""
    monkeypatch.setattr(asking, "BY_A_KEY", 8)


async def to_nine(driven: Driven) -> None:
    await written_to_all(driven, "We are closed on Monday.")
    assert "Type 9 to send" in driven.text


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("answer", ["enter", "ctrl+s", "y"])
async def test_to_many_a_key_alone_sends_nothing(practice: Practice, run: Run, answer: str) -> None:  # S3
    before = sent(practice)
    async with run(practice.actor, size=(80, 24)) as driven:
        await to_nine(driven)
        for typed in ("", "8"):
            await driven.type(typed)
            await driven.press(answer)
            await driven.until(lambda: any("Type 9, the number of people" in toast for toast in driven.toasts))
            assert isinstance(driven.screen, LastLook)
        assert sent(practice) == before
        await driven.press("backspace", "9", answer)
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert "closed on Monday" in sent(practice)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("answer", ["n", "escape"])
async def test_it_is_left_by_a_key_while_the_number_is_typed(practice: Practice, run: Run, answer: str) -> None:
    before = sent(practice)
    async with run(practice.actor, size=(80, 24)) as driven:
        await to_nine(driven)
        await driven.press("9", answer)
        await driven.until(lambda: not isinstance(driven.screen, LastLook))
        assert sent(practice) == before
        assert driven.screen.composer.text == "We are closed on Monday."


@pytest.mark.usefixtures("few")
async def test_the_button_asks_for_the_number_too(practice: Practice, run: Run) -> None:
    before = sent(practice)
    async with run(practice.actor, size=(80, 24)) as driven:
        await to_nine(driven)
        await driven.press("tab", "enter")
        await driven.until(lambda: any("Type 9, the number of people" in toast for toast in driven.toasts))
        assert isinstance(driven.screen, LastLook)
        assert sent(practice) == before
