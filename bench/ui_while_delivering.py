"""From a key to its paint, idle and while the app's own notifier delivers: python -m bench.ui_while_delivering [MAILS].

The app runs in a real pseudo-terminal. A key is painted when another row is chosen, or the letter stands there; the
time is that of the first bytes after which it is so. Keys painted when the delivery has ended do not count.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain, cycle, islice, repeat
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench import ledgers
from bench.keys import surroundings
from bench.sinks import NAME, Sink, sink
from tests.delivery.office import SENDER, Office

if TYPE_CHECKING:
    from tests.e2e.terminal import Terminal

KEYS = 200
THREADS = 12
STEPS = 6  # rows down, and up again
LETTER = "z"
WARM = 14


class Practice:
    """An office with an app open on it."""

    def __init__(self, folder: Path, to: Sink, mails: int) -> None:
        from tests.e2e.terminal import message_center

        self.to = to
        self.office: Office = ledgers.office_of(str(folder / "store.db"))
        self.office.crowd(mails)
        self.owed = THREADS
        for client in self.office.add(*(f"Client of thread {n}" for n in range(THREADS))):
            self.office.direct(client, subject=f"About thread {client.name.split()[-1]}")
        self.everybody = mails + THREADS
        account = {"HOST": "127.0.0.1", "PORT": str(to.port), "SECURITY": "none", "FROM": SENDER, "CONNECTIONS": "8"}
        settings = {f"MSGCENTER_SMTP_{name}": value for name, value in account.items()}
        self.terminal: Terminal = message_center(
            "--db", str(folder / "store.db"), "--as", self.office.maya.email,
            environment={**surroundings(folder), **settings, "MSGCENTER_NOTIFY_QUIET_PERIOD": "0"},
        )  # fmt: skip
        self.terminal.wait("About thread").until(lambda: not self.under_way, "an end of the delivery").settle()

    @property
    def under_way(self) -> bool:
        return self.to.mails < self.owed

    def deliver(self) -> None:
        """A broadcast, written as by another terminal; returns when the first mails of it have left."""
        before = self.to.mails
        self.owed += self.everybody
        self.office.broadcast(ledgers.BODY, subject=f"Opening {self.owed}")
        self.terminal.until(lambda: self.to.mails > before, "a mail")


def chosen(terminal: Terminal) -> object:
    """The subject of the row with the mark: its place may change by itself when a thread comes."""
    marked = (line for line in terminal.text.splitlines() if line.startswith("▌"))
    return next(marked, "").strip("▌● ").partition("  ")[0]


def letters(terminal: Terminal) -> object:
    return terminal.text.count(LETTER)


def paint(terminal: Terminal, key: str, seen: Callable[[Terminal], object]) -> float:
    """Milliseconds."""
    while terminal.read():
        pass
    before, began = seen(terminal), time.perf_counter()
    terminal.press(key)
    terminal.until(lambda: seen(terminal) != before, f"the paint of {key}")
    return (terminal.arrived - began) * 1000


def paints(
    practice: Practice, keys: Iterator[str], seen: Callable[[Terminal], object], *, delivering: bool
) -> list[float]:
    """The first keys are not counted, nor those that were painted when the delivery had ended."""
    for key in islice(keys, WARM):
        paint(practice.terminal, key, seen)
    found: list[float] = []
    while len(found) < KEYS:
        if delivering and not practice.under_way:
            practice.deliver()
        took = paint(practice.terminal, next(keys), seen)
        if practice.under_way is delivering:
            found.append(took)
    return found


def up_and_down() -> Iterator[str]:
    """Beginning below the top, where nothing is above."""
    return chain(repeat("down", 2), cycle(chain(repeat("down", STEPS), repeat("up", STEPS))))


def compose(terminal: Terminal) -> None:
    terminal.press("enter").wait("About your appointment.").settle().press("r").wait("^s send").settle()


def measured(practice: Practice) -> dict[str, list[float]]:
    terminal = practice.terminal
    found = {"the list, idle": paints(practice, up_and_down(), chosen, delivering=False)}
    terminal.press("home").settle()
    practice.deliver()
    found["the list, delivering"] = paints(practice, up_and_down(), chosen, delivering=True)
    terminal.until(lambda: not practice.under_way, "an end of the delivery").settle()
    terminal.press("end").settle()
    compose(terminal)
    found["the composer, idle"] = paints(practice, repeat(LETTER), letters, delivering=False)
    practice.deliver()
    found["the composer, delivering"] = paints(practice, repeat(LETTER), letters, delivering=True)
    return found


def main(mails: int = 10_000) -> None:
    if importlib.util.find_spec("pexpect") is None or importlib.util.find_spec("pyte") is None:
        print("keys: left out, pexpect and pyte are not installed")
        return
    with tempfile.TemporaryDirectory() as name, sink(Path(name)) as to:
        practice = Practice(Path(name), to, mails)
        try:
            found = measured(practice)
        finally:
            practice.terminal.kill()
            practice.office.store.close()
    print(f"keys: from the key to its paint, {KEYS} each; the app delivers {mails} at a time into {NAME}")
    for what, times in found.items():
        print(f"  {what:28} median{median(times):7.1f} ms   99 of 100{quantiles(times, n=100)[98]:7.1f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
