"""A broadcast by a practised hand: a template, a blank, a preview, and few keys beside the text (T2, T6, T7, S3)."""

from __future__ import annotations

import pytest
from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal

from msgcenter_tui.center import identity, threads
from msgcenter_tui.demo.people import MAYA, STAFF
from msgcenter_tui.domain import ThreadKind
from msgcenter_tui.store.store import Store

FEW = 25


class Hand:
    """Presses keys, and counts them; what is typed is text, and not counted."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.presses = 0

    def press(self, key: str) -> Terminal:
        self.presses += 1
        return self.terminal.settle().press(key)

    def type(self, words: str) -> Terminal:
        return self.terminal.settle().type(words)


@pytest.mark.parametrize("way", ["the picker", pytest.param("its shortcut", marks=pytest.mark.soak)])
def test_a_broadcast_takes_few_keys(way: str, center: Open, store: Store) -> None:
    hand = Hand(center(columns=100, rows=30, environment={"MSGCENTER_NOTIFY_QUIET_PERIOD": "60"}))
    hand.terminal.wait("Holiday schedule", "The 23rd")
    hand.press("n").wait("Choose whom it goes to")
    hand.press("enter").wait("will be notified")  # All Clients
    hand.press("enter").wait("Subject (optional)")
    if way == "the picker":
        hand.press("ctrl+t").wait("/holiday")
        hand.type("holi").wait("blanks to fill")
        hand.press("enter")
    else:
        hand.press("tab")  # from the subject to the text
        hand.type("/holiday").wait("Holiday closing")
        hand.press("enter")
    hand.terminal.wait("Holiday schedule", "from [[first day]] to")
    hand.type("3 March").wait("from 3 March to [[last day]]")
    hand.press("tab")
    hand.type("9 March").wait("from 3 March to 9 March.")
    hand.press("ctrl+g").wait("Preview", "Worth a look", "Longest text")  # T6: the exceptions first
    hand.press("n").wait("Dear ", "from 3 March to 9 March.")
    hand.press("ctrl+s").wait("Send to All Clients of Bright Beginnings?", "The same people")
    hand.press("y").wait("takes it back")
    assert hand.presses <= FEW
    maya = store.run(identity.who, STAFF[MAYA])
    newest = store.run(threads.list_threads, maya).items[0]
    assert (newest.kind, newest.subject) == (ThreadKind.ALL_CLIENTS, "Holiday schedule")
    assert "from 3 March to 9 March" in newest.preview
