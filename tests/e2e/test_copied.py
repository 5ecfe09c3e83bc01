"""What is copied reaches the terminal's clipboard, whole and clean, past the gate that stops everybody else's."""

from __future__ import annotations

import base64
import re

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal
from tests.hostile import unsafe_in

from msgcenter_tui.center import identity, messages, threads
from msgcenter_tui.demo.people import MAYA, STAFF
from msgcenter_tui.store.store import Store

WRAPPED = "a line that is wrapped, for it is longer than the window is wide, " * 3
BODY = f"Dear all,\n\n{WRAPPED}\n\x1b]52;c;UFdORUQ=\x07\u202e"
"""With the clipboard's own sequence in it, and a turn of the writing."""


def copied(terminal: Terminal) -> list[str]:
    """The texts that came for the clipboard (OSC 52)."""
    found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", bytes(terminal.written))
    return [base64.b64decode(text).decode("utf-8") for text in found]


def test_a_message_is_copied_as_its_reader_sees_it(center: Open, store: Store) -> None:  # M3
    actor = store.run(identity.who, STAFF[MAYA])
    thread = store.run(threads.list_threads, actor).items[0]
    store.run(messages.reply, actor, thread.id, BODY, yes=True)
    terminal = center(columns=100, rows=30)
    terminal.wait("on the 23rd").settle().press("enter").wait("Dear all,").settle().press("y").wait("Copied: ")
    (text,) = copied(terminal)
    assert text.startswith(f"Dear all,\n\n{WRAPPED}\n")
    assert text.count("\n") == 3
    assert not unsafe_in(text.replace("\n", ""))
    assert f"Copied: {len(text)} characters" in terminal.words
