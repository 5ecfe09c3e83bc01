"""Fixtures of the tests in a real terminal: a demonstration made once, and a copy of it for each test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.terminal import ROOT, Terminal, message_center

from msgcenter_tui.demo import DemoPlace
from msgcenter_tui.demo.people import MAYA, STAFF
from msgcenter_tui.store import identity
from msgcenter_tui.store.store import Store, open_store

Open = Callable[..., Terminal]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> DemoPlace:
    """The demonstration as `msgcenter demo --prepare` makes it; not to be changed."""
    folder = tmp_path_factory.mktemp("prepared")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MSGCENTER_"))}
    ours = {"HOME": str(folder), "PYTHONPATH": str(ROOT / "src"), "MSGCENTER_DEMO": str(folder / "demo"), "TZ": "UTC"}
    command = [sys.executable, "-m", "msgcenter_tui", "demo", "--prepare"]
    subprocess.run(command, env={**kept, **ours}, check=True, capture_output=True, timeout=300)
    return DemoPlace(folder / "demo")


@pytest.fixture
def place(prepared: DemoPlace, tmp_path: Path) -> DemoPlace:
    """A copy of it, at home where it lies."""
    folder = Path(shutil.copytree(prepared.folder, tmp_path / "demo"))
    place = DemoPlace(folder)
    store = open_store(str(place.database))
    identity.settle_here(store)  # else the notifier rightly takes it for a copy, and holds what waits (N13)
    store.close()
    return place


@pytest.fixture
def store(place: DemoPlace) -> Iterator[Store]:
    """The same store as the program in the terminal has open, seen from another process."""
    store = open_store(str(place.database), patience=20)
    yield store
    store.close()


@pytest.fixture
def center(place: DemoPlace) -> Iterator[Open]:
    """`center("portal", "--client", WHO, columns=120)`: the Message Center on the copy, as Maya, in a terminal."""
    opened: list[Terminal] = []

    def start(*arguments: str, who: str = STAFF[MAYA], **more: Any) -> Terminal:
        opened.append(message_center("--db", str(place.database), "--as", who, *arguments, **more))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.kill()
