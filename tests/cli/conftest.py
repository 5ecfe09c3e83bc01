"""A command line for tests: `main` in this process, on a store of its own."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.cli import parser as parser_module
from msgcenter_tui.cli.main import main
from msgcenter_tui.cli.parser import build
from msgcenter_tui.store.store import open_store

MAYA = "maya@practice.example"
TEAM = "Bright Beginnings"
ANA = "ana@mail.example"


@dataclass(frozen=True)
class Done:
    """What a command line left: its exit status, standard output, standard error."""

    status: int
    out: str
    err: str


class Shell:
    """Types command lines. `say` expects them to be done, `ask` reads the JSON, `fail` expects an error."""

    def __init__(self, database: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.database = database
        self._capsys = capsys

    def __call__(self, *words: str) -> Done:
        self._capsys.readouterr()
        status = main(["--db", self.database, *words])
        captured = self._capsys.readouterr()
        return Done(status, captured.out, captured.err)

    def say(self, *words: str) -> str:
        done = self(*words)
        assert (done.status, done.err) == (0, ""), done
        return done.out

    def ask(self, *words: str) -> Any:
        """Exactly one JSON document, on one stream."""
        return json.loads(self.say("--json", *words))

    def fail(self, status: int, *words: str) -> str:
        """The one line of an error that leaves this status; nothing is on standard output."""
        said = {self._failed(status, *mode, *words) for mode in ((), ("--json",))}
        assert len(said) == 1
        return said.pop()

    def _failed(self, status: int, *words: str) -> str:
        done = self(*words)
        assert done.status == status, done
        assert done.out == ""
        assert done.err.startswith("error: ")
        assert done.err.endswith("\n")
        assert done.err.count("\n") == 1, done.err
        assert "Traceback" not in done.err
        return done.err.removeprefix("error: ").rstrip("\n")


@pytest.fixture(scope="session", autouse=True)
def _one_parser() -> Iterator[None]:
    """A parser keeps nothing of what it has read; to make it takes a quarter of a short command's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser_module, "build", functools.cache(build))
        yield


@pytest.fixture
def empty(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> Shell:
    """On a store without anybody."""
    return Shell(sqlite_url, capsys)


@pytest.fixture(scope="session")
def practice(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a practice, to be copied: Maya, her team, and Ana, an active client with a portal."""
    path = tmp_path_factory.mktemp("practice") / "store.db"
    shutil.copy(sqlite_template, path)
    store = open_store(str(path))
    world = World(store, Clock())
    team = world.team(TEAM, owner=world.staff("Maya Ortiz", MAYA))
    world.client("Ana Flores", team, email=ANA, portal=True)
    store.close()
    return path


@pytest.fixture
def shell(practice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """On the store of that practice."""
    return Shell(str(shutil.copy(practice, tmp_path / "store.db")), capsys)


@pytest.fixture
def broadcast(shell: Shell) -> str:
    """The id of a thread to All Clients."""
    sent = shell.ask("send", "--to", "all-clients", "--from", TEAM, "--body", "We are closed.", "--yes")
    thread: str = sent["thread"]
    return thread


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a file, gives its path."""

    def write(content: str | bytes, name: str = "clients.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write
