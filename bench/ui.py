"""What one waits for in a practice of any size: python -m bench.ui [THREADS CLIENTS MESSAGES].

From the start of the program to its first frame and to the filled list, beside Textual's hello-world; from a key to
its paint in the list, a thread, the composer and the search; the memory; and the same of neomutt on a mailbox with as
many messages as there are threads, where it is installed. All in a real pseudo-terminal. A key is painted when the
screen is as it stays; the time is that of the last bytes that changed what is looked at.
"""

from __future__ import annotations

import importlib.util
import mailbox
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from email.message import Message
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from bench import practice
from bench.keys import COLUMNS, PATIENCE, ROWS, STILL, Seen, paint, surroundings
from bench.practice import RARE, Size

from msgcenter_tui.center import identity, messages, threads
from msgcenter_tui.store.store import open_store

if TYPE_CHECKING:
    from tests.e2e.terminal import Terminal

STARTS = 7
KEYS = 200
QUIET = 0.15
"""Seconds without a paint after which what a key had read from the store is there."""
NEWS = 10
IDLE = 20.0
LETTER = "z"
TYPED = ("monday", "holiday closed", RARE, "ana", "the office num", "qqq", "hospital doctor")
"""Words that are in most threads, two together, one that is in a message of a thousand, names, nothing."""
HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("Hello, world")
Hello().run()
"""


class Began(NamedTuple):
    """Milliseconds from the start of a program to its first frame, and until its list is filled."""

    first: float
    filled: float


def environment(folder: Path) -> Mapping[str, str]:
    return {**surroundings(folder), "PYTHONWARNINGS": "ignore"}


def hello() -> float:
    from tests.e2e.terminal import Terminal

    began = time.perf_counter()
    present = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with Terminal(sys.executable, "-c", HELLO, columns=COLUMNS, rows=ROWS, environment=present) as terminal:
        return _until(terminal, began, b"Hello")


def _until(terminal: Terminal, began: float, words: bytes, there: bytes = b"") -> float:
    """Milliseconds until these bytes have been written, as they are: to show them takes longer than to write them."""
    written = there
    while words not in written:
        new = terminal.take(0.005)
        written += new
        terminal.written += new
        assert time.perf_counter() - began < PATIENCE, f"{words!r} did not come"
    return (terminal.arrived - began) * 1000


def opened(store: Path, who: str, folder: Path) -> Terminal:
    from tests.e2e.terminal import message_center

    return message_center(
        "--db", str(store), "--as", who, columns=COLUMNS, rows=ROWS, environment=environment(folder)
    )  # fmt: skip


def start(store: Path, who: str, folder: Path) -> Began:
    began = time.perf_counter()
    terminal = opened(store, who, folder)
    try:
        first = _until(terminal, began, b"Message Center")
        return Began(first, _until(terminal, began, "▌".encode(), bytes(terminal.written)))
    finally:
        terminal.kill()


def paints(terminal: Terminal, keys: Iterator[str], seen: Seen, many: int = KEYS, still: float = STILL) -> list[float]:
    """The first are not counted."""
    for key in islice(keys, 10):
        paint(terminal, key, seen, still)
    return [paint(terminal, key, seen, still) for key in islice(keys, many)]


def chosen(terminal: Terminal) -> object:
    """The row with the mark, and what stands in its place of the list."""
    return [(number, line[:50]) for number, line in enumerate(terminal.text.splitlines()) if line.startswith("▌")]


def conversation(terminal: Terminal) -> object:
    return [line[53:] for line in terminal.text.splitlines()[2:-1]]


def list_and_field(terminal: Terminal) -> object:
    return [line[:50] for line in terminal.text.splitlines()[2:-1]]


def foot(terminal: Terminal) -> object:
    return terminal.text.splitlines()[-1]


def letters(terminal: Terminal) -> object:
    return terminal.text.count(LETTER)


def memory(terminal: Terminal) -> float:
    """MB that the program holds now."""
    status = Path(f"/proc/{terminal.pid}/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def searching(terminal: Terminal) -> list[float]:
    """Each search letter by letter until its list stands, then wiped out."""
    times: list[float] = []
    terminal.settle(1)  # what was written before is stored, and read again
    for words in TYPED:
        terminal.press("/").settle()
        for one in words:
            if one == " ":  # alone it shows nothing to tell it by
                terminal.press("space").settle()
            else:
                times.append(paint(terminal, one, list_and_field, QUIET))
        terminal.press("esc").settle().press("esc").settle()
    return times


def entering(terminal: Terminal) -> list[float]:
    """From Enter on a thread until the keys at the foot are those of its messages."""
    times: list[float] = []
    for _ in range(KEYS // 4):
        terminal.press("down").settle(QUIET)
        times.append(paint(terminal, "enter", foot))
        terminal.press("esc").settle()
    return times


def at_work(terminal: Terminal) -> dict[str, list[float]]:
    terminal.until(lambda: "▌" in terminal.text, "the list").settle(0.5)
    found = {"list: a row down": paints(terminal, cycle(["down"]), chosen)}
    terminal.press("home").settle()
    found["list: a page down"] = paints(terminal, cycle(["pagedown"] * 8 + ["home"]), chosen, KEYS // 2)
    terminal.press("home").settle()
    found["thread: shown after a row down"] = paints(terminal, cycle(["down"]), conversation, KEYS // 4, QUIET)
    found["thread: entered"] = entering(terminal)
    terminal.press("enter").settle().press("r").settle()
    found["composer: a letter"] = paints(terminal, cycle(LETTER), letters)
    terminal.press(*["backspace"] * KEYS).settle().press("esc").settle().press("esc").settle()
    found["search: a letter, to its list"] = searching(terminal)
    return found


def live(terminal: Terminal, path: Path, who: str) -> list[float]:
    """Milliseconds from the commit of another process until what it wrote stands here."""
    terminal.press("home").settle()
    store = open_store(str(path))
    try:
        actor = store.run(identity.who, who)
        thread = store.run(threads.list_threads, actor, limit=1).items[0].id
        times = []
        for number in range(NEWS):
            words = f"News number {number} of {time.time_ns()}."
            store.run(messages.reply, actor, thread, words, yes=True)
            began = time.perf_counter()
            terminal.until(lambda words=words: words in terminal.text, words)  # type: ignore[misc]
            times.append((terminal.arrived - began) * 1000)
            terminal.settle(0.3)
    finally:
        store.close()
    return times


def idle(terminal: Terminal) -> float:
    """Per cent of a core while nothing happens."""

    def used() -> float:
        fields = Path(f"/proc/{terminal.pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    terminal.settle(1)
    before, began = used(), time.perf_counter()
    while time.perf_counter() - began < IDLE:
        terminal.read(0.5)
    return 100 * (used() - before) / (time.perf_counter() - began)


# -- the peer ---------------------------------------------------------------------------------------------------------


def mbox(path: Path, many: int) -> None:
    """As many messages as there are threads, of the size of ours."""
    box = mailbox.mbox(str(path))
    for number in range(many):
        message = Message()
        message["From"] = f"{practice.name_of(number)} <client{number}@mail.example>"
        message["To"] = "office@practice.example"
        message["Subject"] = f"About {practice.WORDS[number % len(practice.WORDS)]} {number}"
        message["Date"] = "Mon, 02 Nov 2026 09:00:00 +0000"
        message["Message-ID"] = f"<{number}@practice.example>"
        message.set_payload("We open on Monday at nine, and there is cake for everybody.\n" * 4)
        box.add(message)
    box.flush()
    box.close()


def neomutt(folder: Path, many: int) -> tuple[list[float], list[float], float]:
    """Milliseconds to its list, from a key to its paint, and MB."""
    from tests.e2e.terminal import Terminal

    box = folder / "mbox"
    mbox(box, many)
    present = {**os.environ, **environment(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    starts: list[float] = []

    def begun() -> Terminal:
        began = time.perf_counter()
        terminal = Terminal(
            "neomutt", "-n", "-F", "/dev/null", "-e", f"set folder={folder}", "-R", "-f", str(box),
            columns=COLUMNS, rows=ROWS, environment=present,
        )  # fmt: skip
        starts.append(_until(terminal, began, b"About "))
        return terminal

    begun().kill()
    begun().kill()
    terminal = begun().settle()
    while terminal.read():
        pass
    keys = paints(terminal, cycle("j"), _cursor)
    held = memory(terminal)
    terminal.kill()
    return starts, keys, held


def _cursor(terminal: Terminal) -> object:
    return [number for number in range(terminal.rows) if terminal.cells[number][3].reverse], terminal.text


# -- all of it --------------------------------------------------------------------------------------------------------


def main(*size: int) -> None:
    if importlib.util.find_spec("pexpect") is None or importlib.util.find_spec("pyte") is None:
        print("ui: left out, pexpect and pyte are not installed")
        return
    wanted = Size(*size)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = practice.make(folder / "store.db", wanted)
        office.store.close()
        measure(folder / "store.db", office.maya.email, folder, wanted)


def measure(store: Path, who: str, folder: Path, size: Size) -> None:
    print(f"ui: {size.threads:,} threads, {size.clients:,} clients, {size.messages:,} messages; {COLUMNS} x {ROWS}")
    pairs = [(hello(), start(store, who, folder)) for _ in range(STARTS)]
    alone = median(one for one, _ in pairs)
    print(f"  start: hello-world{alone:7.0f} ms")
    for what, taken in (("first frame", [one.first for _, one in pairs]), ("list", [one.filled for _, one in pairs])):
        print(f"  start: {what:12}{median(taken):7.0f} ms, {median(taken) / alone:4.2f} of hello-world")
    terminal = opened(store, who, folder)
    try:
        for what, times in at_work(terminal).items():
            shares = quantiles(times, n=100)
            print(f"  {what:32} median{median(times):7.1f} ms   99 of 100{shares[98]:7.1f} ms   ({len(times)} keys)")
        shown = live(terminal, store, who)
        print(f"  live: another's message shown after {median(shown):.0f} ms, at most {max(shown):.0f} ms")
        print(f"  idle: {idle(terminal):.2f} % of a core; memory {memory(terminal):.0f} MB")
    finally:
        terminal.kill()
    if shutil.which("neomutt") is None:
        print("  neomutt: left out, it is not installed")
        return
    starts, keys, held = neomutt(folder, size.threads)
    print(
        f"  neomutt: list after {median(starts):.0f} ms; a row, median {median(keys):.1f} ms, "
        f"99 of 100 {quantiles(keys, n=100)[98]:.1f} ms; memory {held:.0f} MB"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
