"""A window that is pulled to and fro: whatever the terminal made of its cells meanwhile, all of it is drawn again."""

from __future__ import annotations

from tests.e2e.conftest import Open

SIZES = ((60, 20), (119, 36), (80, 24), (100, 20))


def test_back_at_its_size_a_window_shows_what_it_showed(center: Open) -> None:  # hazards 57
    terminal = center(columns=120, rows=36)
    terminal.wait("The 23rd").settle()
    shown = terminal.text
    for columns, rows in SIZES:
        # At once, as a hand does it that changes its mind: the program may never hear of the size between.
        terminal.resize(columns, rows).resize(120, 36).until(lambda: terminal.text == shown, "what it showed")
        terminal.settle()
