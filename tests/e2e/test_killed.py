"""What is being written survives kill -9: it is stored within a second, and there again at the next start (M4)."""

from __future__ import annotations

import fcntl
import signal
import termios
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal

from msgcenter_tui.center import drafts, identity
from msgcenter_tui.demo.people import ANA, MAYA, STAFF
from msgcenter_tui.domain import Actor, Draft, Recipients, ThreadKind
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import notifiers

WORDS = "Words that nobody wants to write twice"
MORE = ", nor these"

WITHIN = 10.0
"""Seconds from the last key to the store: one by the rule (M4), more for a machine that is busy with other tests."""


@pytest.fixture
def written(store: Store) -> Callable[[str], list[Draft]]:
    """The drafts of somebody that hold WORDS, as another process finds them in the store."""

    def find(who: str = STAFF[MAYA]) -> list[Draft]:
        actor: Actor = store.run(identity.who, who)
        return [draft for draft in store.run(drafts.list_drafts, actor) if WORDS in draft.body]

    return find


def stored(terminal: Terminal, text: str, found: Callable[[], list[Draft]]) -> float:
    """Wait until the store holds this body; gives the seconds it took since the text was on the screen."""
    terminal.wait(text)
    began = time.monotonic()
    terminal.until(lambda: text in [draft.body for draft in found()], "the draft in the store")
    return time.monotonic() - began


def test_a_reply_is_there_again(center: Open, written: Callable[[], list[Draft]]) -> None:
    terminal = center()
    _reply(terminal).type(WORDS)
    assert stored(terminal, WORDS, written) < WITHIN
    terminal.type(MORE)
    assert stored(terminal, WORDS + MORE, written) < WITHIN
    terminal.kill()

    again = center()
    again.wait("The 23rd", f"draft: {WORDS[:12]}")  # the list says so
    again.press("enter").wait(WORDS + MORE)
    again.settle().press("r").settle().type("!").wait(WORDS + MORE + "!")  # and one goes on where one was
    assert len(written()) == 1


def test_a_new_thread_is_there_again(center: Open, written: Callable[[], list[Draft]]) -> None:
    terminal = center(columns=120, rows=36)
    terminal.wait("The 23rd").press("n").wait("All Team Members")
    terminal.press("enter").wait("will be notified").press("enter").wait("Write your message").settle()
    terminal.type("A subject").press("enter").settle().type(f"{WORDS}.").wait(f"{WORDS}.").press("left", "!")
    assert stored(terminal, f"{WORDS}!.", written) < WITHIN
    terminal.kill()
    (draft,) = written()
    assert draft.subject == "A subject"
    assert draft.recipients == Recipients(ThreadKind.ALL_CLIENTS)

    again = center(columns=120, rows=36)
    again.wait("Drafts 3").press("5").wait("A subject", "Spring hours").settle()
    again.press("home", "enter").wait("A subject", WORDS, "To All Clients")
    again.settle().type("?").wait(f"{WORDS}!?.")  # where the cursor was


def test_a_clients_reply_is_there_again(center: Open, written: Callable[[str], list[Draft]]) -> None:
    """M4 holds for clients as for staff."""
    address = "ana.flores@example.com"
    terminal = center(who=address)
    terminal.wait(f"Client portal of {ANA}", "Your birth plan")
    _open_birth_plan(terminal)
    terminal.press("r").settle().type(WORDS)
    assert stored(terminal, WORDS, lambda: written(address)) < WITHIN
    terminal.kill()

    again = center(who=address)
    again.wait("Your birth plan")
    _open_birth_plan(again)
    again.wait(WORDS)


def test_a_second_terminal_does_not_overwrite_the_first(center: Open, written: Callable[[], list[Draft]]) -> None:
    """Two terminals of one person write in one thread: both texts are kept (M4)."""
    one, two = center(), center()
    _reply(one)
    _reply(two)
    one.type(f"{WORDS} by one")
    stored(one, f"{WORDS} by one", written)
    two.type(f"{WORDS} by two")
    stored(two, f"{WORDS} by two", written)
    one.kill()
    two.kill()
    assert {draft.body for draft in written()} == {f"{WORDS} by one", f"{WORDS} by two"}


def _reply(terminal: Terminal) -> Terminal:
    """Open the first thread, and its composer."""
    terminal.wait("The 23rd").settle().press("enter").wait("on the 23rd still on?")
    return terminal.settle().press("r").wait("^s send").settle()


def _open_birth_plan(terminal: Terminal) -> None:
    """Find a thread where a client may write, wherever it stands in the list."""
    terminal.settle().press("/").settle().type("birth plan").wait_gone("Holiday schedule")
    terminal.settle().press("enter").settle().press("enter").wait("I would bring the small speaker").settle()


@pytest.mark.parametrize("end", [Terminal.close_window, Terminal.tell_to_end])
def test_told_to_end_it_loses_no_words(
    center: Open, written: Callable[[], list[Draft]], end: Callable[[Terminal], int | None]
) -> None:  # M4, hazards 57
    """The window is pulled to another size, then closed; or the machine shuts down. Nobody can be asked."""
    terminal = center()
    _reply(terminal).type(WORDS)
    terminal.wait(WORDS).resize(60, 20).wait("Words that nobody").resize(120, 36).wait(WORDS)
    terminal.type(MORE).wait(WORDS + MORE)
    assert end(terminal) == 0  # by itself, not by the signal
    assert [draft.body for draft in written()] == [WORDS + MORE]

    again = center()
    again.wait("The 23rd").press("enter").wait(WORDS + MORE)


@pytest.mark.parametrize("frozen", [False, True], ids=["read", "frozen"])
def test_a_terminal_that_is_gone_without_a_signal_ends_it(
    center: Open, written: Callable[[], list[Draft]], frozen: bool
) -> None:  # M4
    """As it is for whoever started it by a program that has taken the terminal from it, and is killed."""
    terminal = center(before=no_hang_up)
    _reply(terminal).type(WORDS)
    stored(terminal, WORDS, written)
    if frozen:  # nobody reads any more, and it has much to write
        terminal.type(MORE * 60)
    assert terminal.close_window() == 0
    assert [draft.body[: len(WORDS)] for draft in written()] == [WORDS]


def no_hang_up() -> None:
    """Give up the terminal as the one that signals are sent from."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    fcntl.ioctl(0, termios.TIOCNOTTY)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_told_to_end_it_leaves_the_terminal_as_it_was(center: Open) -> None:
    terminal = center()
    terminal.wait("The 23rd").settle()
    assert terminal.tell_to_end() == 0
    assert terminal.written.rindex(b"\x1b[?1049l") > terminal.written.rindex(b"\x1b[?1049h")
    assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")


def test_told_to_end_it_stops_its_notifier(center: Open, store: Store) -> None:  # N8
    terminal = center()
    terminal.wait("The 23rd").settle()
    terminal.until(lambda: _notifiers(store) == 1, "its notifier at work")
    assert terminal.tell_to_end() == 0
    assert _notifiers(store) == 0  # its lease is given back: no other has to wait for its end


def _notifiers(store: Store) -> int:
    with store.read() as tx:
        return int(tx.conn.execute(select(func.count()).select_from(notifiers)).scalar_one())
