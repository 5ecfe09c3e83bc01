"""In a real pseudo-terminal: a kill loses no draft, and leaving says what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tui.practice import Practice
from tests.tui.terminal import Terminal

from msgcenter_tui.center import drafts


@pytest.fixture
def terminal(practice: Practice, tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    started: list[Terminal] = []

    def start() -> Terminal:
        path = str(tmp_path / "practice.db")
        started.append(Terminal("-m", "tests.tui.on_a_terminal", path, practice.maya.email))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def test_a_draft_outlives_a_kill(practice: Practice, terminal: Callable[[], Terminal]) -> None:  # M4
    screen = terminal()
    screen.shows("we are closed from")
    screen.press("r")
    screen.shows("Follow-up to All Clients")
    screen.press("words that must not be lost")

    def stored() -> bool:
        found = practice.world.run(drafts.for_thread, practice.actor, practice.threads["holiday"])
        return found is not None and found.body == "words that must not be lost"

    screen.until(stored)
    screen.kill()
    terminal().shows("│ words that must not be lost")


def test_leaving_with_something_waiting_says_so(practice: Practice, terminal: Callable[[], Terminal]) -> None:  # N13
    screen = terminal()
    screen.shows("9 waiting")
    screen.press("q")
    screen.shows("9 notifications wait to leave.")
    screen.press("n")
    screen.hides("9 notifications wait to leave.")
    screen.press("q")
    screen.shows("9 notifications wait to leave.")
    screen.press("y")
    screen.until(lambda: not screen.child.isalive())
    assert screen.child.exitstatus == 0
