"""In a real pseudo-terminal: no control byte of anybody's text gets out, and a kill loses no draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tui.practice import Practice
from tests.tui.terminal import Terminal
from tests.tui.test_hostile import poisoned

from msgcenter_tui.center import drafts

# What the strings of tests/hostile.py would do to a terminal, and what Textual never writes by itself: titles, the
# clipboard, links, reports, C1 in UTF-8, the bidirectional controls.
FORBIDDEN = re.compile(
    rb"\x1b\](?:0|2|8|52);|\x07|\x1b\[6n|\x1b\[c|\x1bZ|\xc2[\x80-\x9f]"
    rb"|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c"
)

# Textual changes the mouse pointer by this.
POINTER = re.compile(rb"\x1b\]22;[a-z-]*\x07")


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


def test_no_control_byte_of_a_text_reaches_the_terminal(
    practice: Practice, terminal: Callable[[], Terminal]
) -> None:  # M3
    poisoned(practice)
    screen = terminal()
    screen.shows("an innocent body")
    for key in [*["\x1b[B"] * 30, "5", "6", "4", *["\x1b[6~"] * 12, "\r", "r", "\x14", *["\x1b[B"] * 40]:
        screen.press(key)
        screen.read(0.3)
    for _ in range(20):
        if not screen.read(0.5):
            break
    assert screen.child.isalive()
    assert b"PWNED" in screen.written
    written = POINTER.sub(b"", screen.written)
    found = FORBIDDEN.search(written)
    assert found is None, written[max(0, found.start() - 80) : found.end() + 40]


def test_a_draft_outlives_a_kill(practice: Practice, terminal: Callable[[], Terminal]) -> None:  # M4
    screen = terminal()
    screen.shows("Dear ‹first name›")
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
