"""A monkey at the keyboard: whatever is pressed, the program goes on, breaks off nothing, and answers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.conftest import Open
from tests.e2e.escapes import unknown_in
from tests.e2e.terminal import KEYS, Terminal

from msgcenter_tui.demo import DemoPlace
from msgcenter_tui.demo.people import MAYA, STAFF

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
OFTEN = (*("enter", "esc", "esc", "down", "up", "tab", "space", "ctrl+s", "f6"), *"nriypctdmb")

TRACE = re.compile(r"Traceback|Error\b.*line \d|had to stop|Something went wrong")


def keys(chance: random.Random, count: int) -> list[str]:
    """Some keys, the frequent ones more often, now and then a text or a new size of the window."""
    kinds = (OFTEN, EVERY_KEY, TEXTS, ("resize",))
    return [chance.choice(chance.choices(kinds, (50, 40, 9, 1))[0]) for _ in range(count)]


class Monkey:
    """Somebody who presses anything, and opens the program again when it was left by way of the palette."""

    def __init__(self, start: Callable[[], Terminal], logs: Callable[[], str], chance: random.Random) -> None:
        self._start, self._logs, self._chance = start, logs, chance
        self._pressed: list[str] = []
        self.used = [start()]

    @property
    def terminal(self) -> Terminal:
        return self.used[-1]

    def play(self, count: int) -> None:
        """Press keys, faster than a person."""
        for number, key in enumerate(keys(self._chance, count)):
            self._pressed.append(key)
            if key == "resize":
                self.terminal.resize(*self._chance.choice(SIZES))
            else:
                self.terminal.press(key)
            self.terminal.read(0.002)
            if key == "esc" or number % 20 == 0:
                self.terminal.settle(0.05)
                self.look()

    def look(self) -> None:
        """Nothing may have gone wrong so far, and the program is there, or was left as it should be."""
        terminal = self.terminal
        state = "is alive" if terminal.alive else f"ended with {terminal.wait_end()}"
        trace, log = TRACE.search(terminal.text), self._logs()
        wrong = bool(trace or log) or not (terminal.alive or terminal.status == 0)
        assert not wrong, (
            f"it {state} after {len(self._pressed)} keys, the last {self._pressed[-40:]}:\n{terminal.text}\n{log}"
        )
        if not terminal.alive:
            self.used.append(self._start())


def still_answers(terminal: Terminal) -> None:
    """At 80x24 esc leads out of everything, and f1 opens the help, wherever one is."""
    terminal.resize(80, 24)
    for _ in range(12):
        # Asked whether a change may be dropped, esc is "go on writing": there y leads out.
        terminal.settle(0.1).press("y" if "y Drop it" in terminal.text else "esc")
    terminal.settle(0.1).press("f1").wait("What can be done here")
    terminal.press("esc").wait_gone("What can be done here").settle()


@pytest.fixture
def no_quit(monkeypatch: pytest.MonkeyPatch, place: DemoPlace) -> None:
    """The keys that end the program are elsewhere: a monkey finds them soon enough."""
    config = place.folder / "config.toml"
    config.write_text('[ui.keymap]\n"app.quit" = "f12"\n"portal.leave" = "f11"\n', "utf-8")
    monkeypatch.setenv("MSGCENTER_CONFIG", str(config))


def monkey(center: Open, place: DemoPlace, home: Path, who: str, seed: int, count: int) -> None:
    def start() -> Terminal:
        terminal = center(who=who, columns=120, rows=36, environment={"MSGCENTER_NOTIFY_QUIET_PERIOD": "1"})
        return terminal.wait("Message Center" if who != ANA else "Client portal of").settle()

    def logs() -> str:
        files = (*home.rglob("*.log"), place.log)
        return "".join(file.read_text("utf-8") for file in files if file.exists())

    player = Monkey(start, logs, random.Random(seed))
    player.play(count)
    player.look()
    still_answers(player.terminal)
    player.look()
    for terminal in player.used:
        steered = unknown_in(bytes(terminal.written))
        assert [one for one in steered if "52;c;" not in one] == []  # y copies a message


@pytest.mark.usefixtures("no_quit")
@pytest.mark.parametrize("who", [STAFF[MAYA], ANA], ids=["staff", "portal"])
@pytest.mark.parametrize("seed", [1])
def test_a_hundred_keys(center: Open, place: DemoPlace, private_home: Path, who: str, seed: int) -> None:
    monkey(center, place, private_home, who, seed, 100)


@pytest.mark.soak
@pytest.mark.usefixtures("no_quit")
@pytest.mark.parametrize("who", [STAFF[MAYA], ANA], ids=["staff", "portal"])
@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_keys(center: Open, place: DemoPlace, private_home: Path, who: str, seed: int) -> None:
    monkey(center, place, private_home, who, 100 + seed, 2_000)
