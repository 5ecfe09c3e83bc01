"""Whatever people, files and servers wrote is text on every screen: no control byte of it reaches the terminal (M3)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.e2e import hostile_place
from tests.e2e.escapes import tokens, unknown_in
from tests.e2e.hostile_place import ADMINISTRATOR, CLIENT, MARK, POISON, SHOWN
from tests.e2e.terminal import Terminal, message_center
from tests.hostile import HOSTILE, unsafe_in

from msgcenter_tui.demo.place import DemoPlace
from msgcenter_tui.store import identity
from msgcenter_tui.store.store import open_store


def _encodable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


STEERS = {name: text for name, text in HOSTILE.items() if _encodable(text) and unsafe_in(text.replace("\r\n", ""))}
"""Those that would steer a terminal: lone surrogates cannot be written to one, and a line end is the driver's own."""

Open = Callable[[str, int, int], Terminal]

SHORT, FEW = (120, 30), 4
SIZES = [SHORT, pytest.param(120, 36, marks=pytest.mark.soak), pytest.param(80, 24, marks=pytest.mark.soak)]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_place.make(tmp_path_factory.mktemp("hostile") / "place").folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> DemoPlace:
    place = DemoPlace(Path(shutil.copytree(made, tmp_path / "place")))
    store = open_store(str(place.database))
    identity.settle_here(store)
    store.close()
    return place


@pytest.fixture
def terminal(place: DemoPlace) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(who: str, columns: int, rows: int) -> Terminal:
        quick = {"MSGCENTER_NOTIFY_QUIET_PERIOD": "0"}
        arguments = ("--db", str(place.database), "--as", who)
        opened.append(message_center(*arguments, columns=columns, rows=rows, environment=quick))
        return opened[-1].wait(MARK).settle(0.1)

    yield start
    for one in opened:
        one.kill()


def shows(terminal: Terminal, keys: str, *expected: str) -> None:
    """Press keys, by their names; then these words come to be there."""
    terminal.press(*keys.split()).wait(*expected)


def leave(terminal: Terminal, *gone: str) -> None:
    """esc, and these words go away. (Whatever follows an esc too soon would be one key with it, on any terminal.)"""
    terminal.press("esc").wait_gone(*gone).settle(0.1)


def floats(terminal: Terminal, key: str, *expected: str) -> None:
    """A key opens what shows these words; esc leaves it."""
    shows(terminal, key, *expected)
    terminal.settle(0.1)
    leave(terminal, *expected[:1])


def through(terminal: Terminal, key: str, times: int) -> None:
    """Walk through a list, resting on each row; in the ordinary run through its first rows, where half is POISON."""
    for _ in range(min(times, FEW) if terminal.rows == SHORT[1] else times):
        terminal.press(key).settle(0.06)  # longer than the rest after which the row's thread is shown
    terminal.settle(0.1)


def the_gate_had_nothing_to_do(terminal: Terminal) -> None:
    """POISON was made visible wherever it was rendered; where the last gate alone holds, this is what is left of it.

    A field to write in shows its text as it is, and leaves it to the gate: to be asked before one is opened.
    """
    assert f"{MARK}]52" not in terminal.settle(0.1).written.decode()


def nothing_came_through(terminal: Terminal) -> None:
    terminal.settle(0.1)
    assert terminal.alive
    assert unknown_in(bytes(terminal.written)) == []
    sequences = [token.written for token in tokens(bytes(terminal.written)) if token.kind != "text"]
    assert not [one for one in sequences if MARK in one or "evil" in one]
    written = terminal.written.decode()
    assert SHOWN in written
    assert "[@click=app.quit]" in written


@pytest.mark.parametrize("text", [*STEERS.values(), POISON], ids=[*STEERS, "POISON"])
def test_the_parser_knows_each_of_them_for_foreign(text: str) -> None:
    frame = b"\x1b[1;1H\x1b[38;2;1;2;3mbefore%safter"
    assert unknown_in(frame % text.encode()) != []
    assert unknown_in(frame % b" and ") == []


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_threads_drafts_and_the_questions_about_them(terminal: Open, columns: int, rows: int) -> None:  # hazards 47
    screen = terminal(ADMINISTRATOR, columns, rows)
    through(screen, "down", 75)
    for tab in "234561":
        screen.press(tab)
        through(screen, "down", 5)
    screen.press("home", "down", "enter").settle(0.1)
    through(screen, "up", 2)
    floats(screen, "P", "People in this thread")
    floats(screen, "D", "Delete this message?")
    the_gate_had_nothing_to_do(screen)
    shows(screen, "S", "Everybody sees the change")
    screen.settle(0.1).press("ctrl+s").wait_gone("Everybody sees the change")
    floats(screen, "w", "Show the threads of")
    shows(screen, "r ctrl+t", "Next client")
    through(screen, "down", 66)
    screen.press("enter").wait_gone("Next client")
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_searching_and_the_versions_of_a_message(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(ADMINISTRATOR, columns, rows)
    shows(screen, "/ P W N E D", "PWNED")
    screen.settle(0.3).press("enter")
    through(screen, "down", 3)
    screen.press("enter").settle(0.1)
    through(screen, "end", 1)
    shows(screen, "v", "Version 1")
    through(screen, "pagedown", 3)
    leave(screen, "Version 1")
    the_gate_had_nothing_to_do(screen)
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_new_thread_its_template_and_its_last_look(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(ADMINISTRATOR, columns, rows)
    shows(screen, "n", "⌂ All Clients", "All Team Members")
    through(screen, "down", 40)
    screen.type("all clients").wait("all clients", "Lead and Active").settle(0.1)
    shows(screen, "enter", "will be notified")
    shows(screen, "enter", "Write your message")
    shows(screen, "enter h i", "hi")
    shows(screen, "ctrl+s", "Send to All Clients")
    leave(screen, "Send to All Clients")
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_clients(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(ADMINISTRATOR, columns, rows)
    shows(screen, "c", "Clients of")
    through(screen, "down", 75)
    screen.press("home").settle(0.1)
    screen.press("enter").settle(0.1)
    through(screen, "pagedown", 3)
    screen.press("esc").settle(0.1)
    the_gate_had_nothing_to_do(screen)
    floats(screen, "e", "Empty takes it away")
    floats(screen, "a", "again: not any more")
    floats(screen, "y", "How they said it")
    floats(screen, "s", "Status of")
    # Toasts that name the client; waited for is what stays, a busy machine may have shown them and taken them away.
    shows(screen, "o", "portal off" if columns >= 100 else "the portal is")
    shows(screen, "x", "⊘")
    shows(screen, "n", "New client", "Workspace")
    screen.settle(0.1).type("x").press("enter").settle(0.1).type(CLIENT).press("ctrl+s")
    screen.wait("is taken")  # a refusal that names who has it
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_templates(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(ADMINISTRATOR, columns, rows)
    shows(screen, "t", "New template")
    through(screen, "down", 66)
    screen.press("home").settle(0.1)
    floats(screen, "delete", "Remove the template")
    floats(screen, "v", "type to search")
    the_gate_had_nothing_to_do(screen)
    shows(screen, "e", "Insert field")
    screen.settle(0.1)
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_deliveries_and_the_mailbox(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(ADMINISTRATOR, columns, rows)
    shows(screen, "d", "Deliveries", "failed")
    through(screen, "down", 20)
    shows(screen, "] enter", "Why")
    screen.settle(0.1).press("esc").settle(0.1)
    through(screen, "down", 30)
    shows(screen, "m", "Mailbox")
    through(screen, "down", 90)
    screen.press("]", "down", "enter")
    the_gate_had_nothing_to_do(screen)
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_help_palette_staff_and_whose_portal(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(ADMINISTRATOR, columns, rows)
    floats(screen, "?", "What can be done here")
    floats(screen, "ctrl+p", "Search for commands")
    floats(screen, "f2", "Act as")
    shows(screen, "p", "whose portal?")
    through(screen, "down", 75)
    through(screen, "up", 80)
    shows(screen, "enter", "esc leave")
    through(screen, "down", 5)
    the_gate_had_nothing_to_do(screen)
    nothing_came_through(screen)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_portal(terminal: Open, columns: int, rows: int) -> None:
    screen = terminal(CLIENT, columns, rows)
    through(screen, "down", 75)
    for place in ("home", "end"):
        screen.press(place).settle(0.1).press("enter").settle(0.1)
        through(screen, "up", 3)
        through(screen, "pageup", 3)
        screen.press("esc").settle(0.1)
    the_gate_had_nothing_to_do(screen)
    shows(screen, "n", "Write to us")
    screen.type(MARK).settle(0.1)
    nothing_came_through(screen)


def test_first_frames_of_the_program_are_known(terminal: Open) -> None:
    """What the parser lets pass is not more than needed: the whole of an ordinary start and end."""
    screen = terminal(ADMINISTRATOR, 80, 24)
    screen.press("q").wait_end()
    assert unknown_in(bytes(screen.written)) == []
    assert {token.written for token in tokens(bytes(screen.written)) if token.kind == "osc"} <= {"\x1b]22;default\x07"}
