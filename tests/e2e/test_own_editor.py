"""The writer's own editor has the terminal for itself, keys, screen and interrupts, and gives it back (M4, S1)."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from tests.e2e.conftest import Open

from msgcenter_tui.center import drafts, identity
from msgcenter_tui.demo.people import MAYA, STAFF
from msgcenter_tui.store.store import Store

# A handler of Python's would miss the signal that comes just before a read: a thread waits for it. What it says comes
# in one piece each, so that nothing follows what a test has waited for.
EDITOR = """
import os, pathlib, signal, sys, threading
path = pathlib.Path(sys.argv[1])
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
said = lambda: (signal.sigwait([signal.SIGINT]), os.write(1, b"INTERRUPTED"))
threading.Thread(target=said, daemon=True).start()
os.write(1, f"EDITOR HOLDS: {path.read_text()}".encode())
for line in sys.stdin:
    if line.strip() == "end":
        break
    path.write_text(path.read_text() + line)
"""


@pytest.fixture
def editor(tmp_path: Path) -> dict[str, str]:
    script = tmp_path / "editor.py"
    script.write_text(EDITOR, encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    return {"VISUAL": shlex.join([sys.executable, str(script)]), "TMPDIR": str(tmp_path / "temporary")}


def test_the_terminal_is_the_editors_until_it_ends(
    center: Open, store: Store, editor: dict[str, str], tmp_path: Path
) -> None:
    terminal = center(environment=editor)
    terminal.wait("The 23rd").settle().press("enter").wait("on the 23rd still on?").settle().press("r")
    terminal.wait("^s send").settle().type("Mine").wait("Mine")
    terminal.press("f4").wait("EDITOR HOLDS: Mine")
    terminal.press("ctrl+c").wait("INTERRUPTED")  # it is the editor's, not ours
    written = len(terminal.written)
    terminal.type("and theirs").press("enter").type("qqq").press("enter").settle()
    assert len(terminal.written) == written, terminal.text
    terminal.type("end").press("enter").wait("^s send", "Mine", "and theirs", "qqq").settle()
    terminal.type("!").wait("qqq!")
    actor = store.run(identity.who, STAFF[MAYA])
    terminal.until(
        lambda: "Mine\nand theirs\nqqq!" in [one.body for one in store.run(drafts.list_drafts, actor)], "the draft"
    )
    assert list((tmp_path / "temporary").glob("msgcenter-*")) == []
