"""A monkey at the keyboard: whatever is pressed, the program goes on, breaks off nothing, and answers."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pytest
from tests.e2e.conftest import Open
from tests.e2e.escapes import unknown_in
from tests.e2e.terminal import KEYS, Terminal

from msgcenter_tui.demo import DemoPlace
from msgcenter_tui.demo.people import MAYA, STAFF

pytestmark = pytest.mark.soak

ANA = "ana.flores@example.com"
TEXTS = (
    "hello ",
    "{{ client.first_name }}",
    "[[a blank]]",
    "ana",
    "all",
    "/greet ",
    "ß漢字🙂",
    "\x1b[200~two\nlines\x1b[201~",
)
SIZES = ((80, 24), (120, 36), (100, 30), (60, 18), (39, 11), (200, 50))

# ctrl+c and ctrl+z would mean something to a shell, here they are keys like any other.
EVERY_KEY = (*KEYS, *"abcdefghijklmnopqrstuvwxyzADGMPRSX0123456789/?[].,-!")
OFTEN = ("enter", "esc", "esc", "down", "up", "tab", "space", "n", "r", "i", "ctrl+s", "y", "p", "c", "t", "d", "m")

TRACE = re.compile(r"Traceback|Error\b.*line \d|had to stop|Something went wrong")


def keys(chance: random.Random, count: int) -> list[str]:
    """Some keys, the frequent ones more often, now and then a text or a new size of the window."""
    kinds = (OFTEN, EVERY_KEY, TEXTS, ("resize",))
    return [chance.choice(chance.choices(kinds, (50, 40, 9, 1))[0]) for _ in range(count)]


def play(terminal: Terminal, pressed: Sequence[str], chance: random.Random) -> None:
    """Press them, faster than a person; whatever is asked about leaving is answered with staying."""
    for number, key in enumerate(pressed):
        if key == "resize":
            terminal.resize(*chance.choice(SIZES))
        else:
            terminal.press(key)
        terminal.read(0.002)
        if key == "esc" or number % 20 == 0:
            terminal.settle(0.05)
            _look(terminal, pressed[: number + 1])


def _look(terminal: Terminal, pressed: Sequence[str]) -> None:
    assert terminal.alive, f"it ended after {len(pressed)} keys, the last {list(pressed[-30:])}:\n{terminal.text}"
    found = TRACE.search(terminal.text)
    assert found is None, f"{found} after {len(pressed)} keys, the last {list(pressed[-30:])}:\n{terminal.text}"


def still_answers(terminal: Terminal) -> None:
    """At 80x24 esc leads out of everything, and f1 opens the help, wherever one is."""
    terminal.resize(80, 24)
    for _ in range(12):
        terminal.settle(0.1).press("esc")
    terminal.settle(0.1).press("f1").wait("What can be done here")
    terminal.press("esc").wait_gone("What can be done here")


@pytest.fixture
def no_quit(monkeypatch: pytest.MonkeyPatch, place: DemoPlace) -> None:
    """The keys that end the program are elsewhere: a monkey finds them soon enough."""
    config = place.folder / "config.toml"
    config.write_text('[ui.keymap]\n"app.quit" = "f12"\n"portal.leave" = "f11"\n', "utf-8")
    monkeypatch.setenv("MSGCENTER_CONFIG", str(config))


def monkey(center: Open, place: DemoPlace, who: str, seed: int, count: int) -> None:
    chance = random.Random(seed)
    terminal = center(who=who, columns=120, rows=36, environment={"MSGCENTER_NOTIFY_QUIET_PERIOD": "1"})
    terminal.wait("Holiday schedule").settle()
    play(terminal, keys(chance, count), chance)
    still_answers(terminal)
    log = place.log.read_text("utf-8") if place.log.exists() else ""
    assert "ERROR" not in log, log
    assert [one for one in unknown_in(bytes(terminal.written)) if "52;c;" not in one] == []  # y copies a message


@pytest.mark.usefixtures("no_quit")
@pytest.mark.parametrize("who", [STAFF[MAYA], ANA], ids=["staff", "portal"])
@pytest.mark.parametrize("seed", [1])
def test_three_hundred_keys(center: Open, place: DemoPlace, who: str, seed: int) -> None:
    monkey(center, place, who, seed, 300)


@pytest.mark.soak
@pytest.mark.usefixtures("no_quit")
@pytest.mark.parametrize("who", [STAFF[MAYA], ANA], ids=["staff", "portal"])
@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_keys(center: Open, place: DemoPlace, who: str, seed: int) -> None:
    monkey(center, place, who, 100 + seed, 2_000)
