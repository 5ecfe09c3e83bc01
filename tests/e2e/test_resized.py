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


def test_any_size_is_drawn_whole(center: Open) -> None:
    """From the least to a wall: its edges are where the window's are, and nothing has gone wrong when it is back."""
    terminal = center(columns=120, rows=36)
    terminal.wait("The 23rd").press("enter").settle()
    for columns, rows in (
        (300, 80),
        (40, 12),
        (39, 12),
        (300, 12),
        (40, 80),
        (99, 30),
        (100, 11),
        (160, 24),
        (180, 50),
    ):
        terminal.resize(columns, rows)
        enough = columns >= 40 and rows >= 12
        terminal.wait(
            "Maya" if enough and columns >= 80 else "Message Center" if enough else "A little more room"
        ).settle()
        assert terminal.alive
        if enough:
            foot = terminal.text.splitlines()[rows - 1]
            assert "Help" in foot or "?" in foot
    terminal.resize(120, 36).wait("The 23rd", "Maya Ortiz")


def test_what_one_writes_is_wrapped_anew_and_drawn_so(center: Open) -> None:  # U1
    """The least sizes take the margins away after the first look: the lines that stood in them are drawn again."""
    terminal = center(columns=80, rows=24)
    text = "we are closed from the 24th of December to January; for anything urgent call the number on your plan"
    terminal.wait("The 23rd").press("n").wait("All Team Members").press("enter").wait("One-way").press("enter")
    terminal.wait("Write your message").press("enter").type(f"Dear all,\n\n{text}").wait("your plan")
    terminal.press(*["up"] * 4).settle()
    for columns, rows in ((60, 16), (70, 16), (60, 20), (60, 16)):
        terminal.resize(columns, rows).settle()
        written = " ".join(terminal.text.replace("│", " ").split())
        assert text in written, terminal.text
