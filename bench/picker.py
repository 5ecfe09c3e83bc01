"""From a key to the rows it finds among 5,000 templates, beside a text field alone: python -m bench.picker [TEMPLATES].

Both programs run in a real pseudo-terminal of the same size. A key of the picker is painted when its list shows other
rows or other marks; one of the field, when the letter stands there. The time is that of the first bytes after which it
is so. Also: how soon the picker opens, and what the keys pressed while it still reads the templates wait.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench import ledgers
from bench.keys import COLUMNS, ROWS, STILL, paint, surroundings
from sqlalchemy import insert

from msgcenter_tui.store.tables import templates
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.text import fold

if TYPE_CHECKING:
    from tests.delivery.office import Office
    from tests.e2e.terminal import Terminal

FRAME = 16.0
"""Milliseconds."""
OPENINGS = 7
THEIR_WORDS = (
    "holiday closing greetings payment received schedule change welcome reminder office appointment hours address "
    "invoice overdue letter summer camp registration enrolment waiting list tour first day policy update snow weather "
    "parents evening illness photograph notice garden library swimming trip menu allergy sunscreen lost thanks "
    "property consultation results prescription renewal insurance referral parking entrance telephone survey feedback "
    "newsletter"
)
WORDS = THEIR_WORDS.split()
TYPED = (
    "holiday clos", "payment", "hoclo", "sched", "reminder", "holidya", "invoice over", "prscr", "welcome", "newsl",
    "summer camp", "zebra", "weather", "insurance ref", "thanks", "appointmemt", "lost prop", "offhou",
)  # fmt: skip
"""Names, several words, initials, letters in order, typing errors, nothing: each typed and wiped out again."""
ALONE = """
from textual.app import App
from textual.widgets import Input
class Alone(App):
    def compose(self):
        field = Input(placeholder="ready", compact=True)
        field.cursor_blink = False
        yield field
Alone().run()
"""


def furnish(office: Office, many: int) -> None:
    """So many templates of Maya's, of two to four words each and sixty words of text, two of them nobody else's."""
    chance = random.Random(5)
    rows: list[dict[str, object]] = []
    for number in range(many):
        name = " ".join(chance.choices(WORDS, k=chance.randint(2, 4))).capitalize() + f" {number}"
        ended = [f"{chance.choice(WORDS)}{chance.choice('aeioü')}" for _ in range(30)]
        body = " ".join([*chance.choices(WORDS, k=30), *ended, f"room{number}", f"{number * 7}"])
        rows.append(
            {
                "person_id": office.maya.id, "name": name, "name_key": fold(name),
                "shortcut": f"{name.split()[0][:5].lower()}{number}" if number % 2 else "",
                "body": f"Dear {{{{ client.first_name }}}},\n{body}.\n",
            }
        )  # fmt: skip

    with office.store.write() as tx:
        _insert(tx, rows)


def _insert(tx: Tx, rows: list[dict[str, object]]) -> None:
    tx.conn.execute(insert(templates), [{**row, "at": tx.now} for row in rows])


def field(terminal: Terminal) -> str:
    """What stands in the picker's field."""
    return next((line.partition("⌕")[2][:40] for line in terminal.text.splitlines() if "⌕" in line), "")


def listed(terminal: Terminal) -> object:
    """What the picker's list shows, marks included; None while it is not there."""
    top = next((number for number, line in enumerate(terminal.text.splitlines()) if "⌕" in line), None)
    if top is None:
        return None
    left = terminal.text.splitlines()[top].index("⌕")
    cells = [terminal.cells[row][left + column] for row in range(top + 2, top + 20) for column in range(40)]
    return tuple((cell.data, cell.underscore) for cell in cells)


def found(terminal: Terminal) -> object:
    """The field with its letter, and the list with what it finds: whichever comes last counts."""
    return field(terminal), listed(terminal)


def alone(keys: int) -> list[float]:
    """A field of Textual's and nothing else: letters, and backspaces."""
    from tests.e2e.terminal import Terminal

    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with Terminal(sys.executable, "-c", ALONE, columns=COLUMNS, rows=ROWS, environment=environment) as terminal:
        terminal.wait("ready").press("z").wait("z").settle()
        order = [*"z" * 12, *["backspace"] * 12]
        return [paint(terminal, order[number % 24], lambda there: there.text.count("z")) for number in range(keys)]


def typing(terminal: Terminal) -> list[float]:
    """Each search letter by letter, then wiped out letter by letter. (A space alone shows nothing to tell it by.)"""
    times = []
    for search in TYPED:
        for letter in search:
            if letter == " ":
                terminal.press("space").settle(STILL)
            else:
                times.append(paint(terminal, letter, found))
        for letter in reversed(search):
            if letter == " ":
                terminal.press("backspace").settle(STILL)
            else:
                times.append(paint(terminal, "backspace", found))
    return times


def opening(terminal: Terminal) -> tuple[float, float, float]:
    """Milliseconds until the picker stands, until it lists the templates, and the longest wait of a key till then."""
    began = time.perf_counter()
    terminal.press("ctrl+t").until(lambda: "⌕" in terminal.text, "the picker")
    stands = terminal.arrived
    waits: list[float] = []
    while " /" not in terminal.text:  # a shortcut in a row
        before, pressed = field(terminal), time.perf_counter()
        terminal.press("backspace" if len(waits) % 2 else "x")
        terminal.until(lambda before=before: field(terminal) != before, "the letter")  # type: ignore[misc]
        waits.append((terminal.arrived - pressed) * 1000)
    lists = terminal.arrived
    terminal.settle().press("esc").wait_gone("⌕").settle()
    return (stands - began) * 1000, (lists - began) * 1000, max(waits, default=0.0)


def measured(folder: Path, many: int) -> tuple[list[float], list[tuple[float, float, float]]]:
    from tests.e2e.terminal import message_center

    office = ledgers.office_of(str(folder / "store.db"))
    (client,) = office.add("Ana Flores")
    office.direct(client, subject="About the start")
    furnish(office, many)
    terminal = message_center(
        "--db", str(folder / "store.db"), "--as", office.maya.email, columns=COLUMNS, rows=ROWS,
        environment=surroundings(folder),
    )  # fmt: skip
    try:
        terminal.wait("About the start").settle().press("enter").settle().press("r").wait("^s send").settle()
        openings = [opening(terminal) for _ in range(OPENINGS)]
        terminal.press("ctrl+t").wait("⌕", " /").settle()
        return typing(terminal), openings
    finally:
        terminal.kill()
        office.store.close()


def main(many: int = 5_000) -> None:
    if importlib.util.find_spec("pexpect") is None or importlib.util.find_spec("pyte") is None:
        print("picker: left out, pexpect and pyte are not installed")
        return
    with tempfile.TemporaryDirectory() as name:
        in_picker, openings = measured(Path(name), many)
    field_alone = alone(len(in_picker))
    print(f"picker: from a key to the rows it finds among {many:,} templates, {len(in_picker)} keys, in ms")
    for what, times in (("the picker", in_picker), ("a text field alone", field_alone)):
        shares = quantiles(times, n=100)
        within = sum(one <= FRAME for one in times) / len(times)
        print(
            f"  {what:20} 50 of 100{shares[49]:6.1f}   95 of 100{shares[94]:6.1f}   99 of 100{shares[98]:6.1f}"
            f"   within a frame{within:7.1%}"
        )
    print(f"  ratio of the medians{median(in_picker) / median(field_alone):6.1f}")
    for what, some in (("first opening", openings[:1]), ("opened again", openings[1:])):
        stands, lists, waits = (median(column) for column in zip(*some, strict=True))
        print(
            f"  {what}: stands after{stands:7.1f}, lists after{lists:7.1f}, a key till then waits{waits:6.1f} at most"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
