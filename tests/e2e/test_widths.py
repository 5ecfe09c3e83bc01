"""What the program writes to a real terminal stands where it belongs, however wide that takes emoji and marks for."""

from __future__ import annotations

import re

from tests.e2e.conftest import Open
from tests.e2e.escapes import tokens
from tests.emulators import WIDTHS, Emulator
from tests.hostile import WIDE

from msgcenter_tui.center import identity, messages, teams
from msgcenter_tui.demo.people import BRIGHT, MAYA, STAFF
from msgcenter_tui.domain import Recipients, ThreadKind
from msgcenter_tui.store.store import Store

SIZE = (104, 30)
_FIRM = re.compile(r"[0-9─│╭╮╰╯▌●]")
"""What our screens draw, and none of these texts hold."""


def firm(emulator: Emulator) -> list[str]:
    """Where that stands, row by row."""
    columns, rows = SIZE
    return [
        "".join(letter if _FIRM.fullmatch(letter := emulator.cell(x, y)[0]) else " " for x in range(columns))
        for y in range(rows)
    ]


def test_nothing_is_moved_by_what_stands_beside_it(center: Open, store: Store) -> None:
    maya = store.run(identity.who, STAFF[MAYA])
    place = store.run(teams.find_workspace, maya, BRIGHT).id
    for text in (WIDE["jamo"], WIDE["Devanagari"], WIDE["family"]):
        team = Recipients(ThreadKind.ALL_TEAM)
        store.run(messages.start, maya, team, place, f"{text}\n{text}", subject=text, yes=True)
    terminal = center(columns=SIZE[0], rows=SIZE[1])
    terminal.wait("All Team Members").settle()
    for key in ("down", "down", "up", "enter", "esc"):
        terminal.press(key).settle(0.1)
    seen = []
    for width in ("generous", "old"):
        emulator = Emulator(WIDTHS[width], *SIZE)
        for token in tokens(bytes(terminal.written)):
            if token.kind in ("text", "line", "control") or re.fullmatch(r"\x1b\[[\d;]*[Hm]", token.written):
                emulator.feed(token.written)
        seen.append(firm(emulator))
    assert sum(map(len, map(str.split, seen[0]))) > 20
    assert seen[0] == seen[1]
