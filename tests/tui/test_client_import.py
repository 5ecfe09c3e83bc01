"""A list of clients brought in from their room: asked for a file, shown with what is wrong, then done (S1, S5)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.tui.conftest import PATIENCE, Driven, Run
from tests.tui.practice import Practice
from tests.tui.test_clients import arrive

from msgcenter_tui.center import clients
from msgcenter_tui.tui.screens import at_work, client_import
from msgcenter_tui.tui.screens.at_work import AtWork, Working
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.reading_matter import ReadingMatter

LIST = "Name;E-mail;Status\nNew One;new.one@mail.example;lead\nNobody;not-an-address;lead\n"


async def look(driven: Driven, path: Path) -> None:
    await driven.press("I")
    await driven.until(lambda: isinstance(driven.screen, FormDialog))
    driven.screen.query_one("#field-path").value = str(path)
    await driven.press("ctrl+s")


def a_file(folder: Path, text: str | None) -> Path:
    """A list with this text; without one it is not there."""
    path = folder / "list.csv"
    if text is not None:
        path.write_text(text)
    return path


@asynccontextmanager
async def looking(practice: Practice, run: Run, path: Path) -> AsyncIterator[Driven]:
    """Among the clients, where the file was named just now."""
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await look(driven, path)
        yield driven


def found(practice: Practice, words: str) -> list[str]:
    page = practice.world.run(clients.list_clients, practice.actor, search=words)
    return [f"{one.name}, {one.workspace_name}" for one in page.items]


async def test_a_list_is_shown_with_what_is_wrong_before_it_comes_in(
    practice: Practice, run: Run, tmp_path: Path
) -> None:
    path = a_file(tmp_path, LIST)
    async with looking(practice, run, path) as driven:
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        assert "Import 1 client into Bright Beginnings?" in driven.screen.question
        assert driven.screen.figures == "1 new · 1 rejected"
        await driven.until(lambda: "line 3, E-mail" in driven.text and "is no e-mail address" in driven.text)
        assert found(practice, "new one") == []
        await driven.press("y")
        await driven.until(lambda: any("Imported: 1 new · 1 rejected" in toast for toast in driven.toasts))
        assert found(practice, "new one") == ["New One, Bright Beginnings"]
        await driven.until(lambda: "New One" in driven.text)
        await look(driven, path)  # twice the same
        await driven.until(lambda: isinstance(driven.screen, ReadingMatter))
        assert "1 there already, as they are · 1 rejected" in driven.text


async def test_what_is_typed_takes_the_place_of_the_proposed_file(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await driven.press("I")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        assert driven.screen.form.values["path"] == "~/clients.csv"
        await driven.type("list.csv")
        assert driven.screen.form.values["path"] == "list.csv"


async def test_who_is_updated_is_named_before(practice: Practice, run: Run, tmp_path: Path) -> None:
    address = practice.world.run(clients.get, practice.actor, practice.clients["Cora Lin"].id).email
    text = f"Name,E-mail,Status\nCora Lin,{address},inactive\n"
    async with looking(practice, run, a_file(tmp_path, text)) as driven:
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.until(lambda: "line 2  Cora Lin: status" in driven.text)
        assert driven.screen.figures == "1 updated"


@pytest.mark.parametrize(("text", "why"), [(None, "no such file"), ("foo,bar\n", "no column holds the names")])
async def test_what_is_no_list_is_told_where_the_file_was_named(
    practice: Practice, run: Run, tmp_path: Path, text: str | None, why: str
) -> None:  # S1
    async with looking(practice, run, a_file(tmp_path, text)) as driven:
        await driven.until(lambda: why in driven.text)
        assert isinstance(driven.screen, FormDialog)


@dataclass
class Held:
    """Work tells of a row, and goes on once it may."""

    may_go: threading.Event

    def told(self, working: Working, *what: Any) -> None:
        TOLD(working, *what)
        assert self.may_go.wait(PATIENCE)


TOLD = Working.told


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    held = Held(threading.Event())
    monkeypatch.setattr(Working, "told", lambda *what: held.told(*what))
    monkeypatch.setattr(at_work, "AT_ONCE", 0)
    yield held.may_go
    held.may_go.set()


FOUR = "Name,E-mail,Status\nAnders,a@mail.example,lead\nB,b@mail.example,lead\nC,c,lead\nD,d,lead\n"


async def test_how_far_a_long_list_is_read_is_told_and_it_can_be_stopped(
    practice: Practice, run: Run, tmp_path: Path, held: threading.Event
) -> None:
    async with looking(practice, run, a_file(tmp_path, FOUR)) as driven:
        await driven.until(lambda: "Reading rows: 1 of 4" in driven.text and "Looking at list.csv" in driven.text)
        await driven.press("escape")
        await driven.until(lambda: "Stopping …" in driven.text)
        held.set()
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        await driven.until(lambda: "stopped: nothing was imported" in driven.text)
        assert driven.screen.form.values["path"] == str(tmp_path / "list.csv")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        held.clear()
        await driven.press("y")
        await driven.until(lambda: "Importing clients: 1 of 2" in driven.text)
        await driven.press("escape")
        held.set()
        await driven.until(lambda: "Stopped: nothing was imported." in driven.toasts)
        assert found(practice, "anders") == []


async def test_work_that_nobody_waits_for_any_more_is_stopped(
    practice: Practice, run: Run, tmp_path: Path, held: threading.Event
) -> None:
    async with looking(practice, run, a_file(tmp_path, FOUR)) as driven:
        await driven.until(lambda: isinstance(driven.screen, AtWork))
        working = driven.screen.working
        restarted = asyncio.create_task(driven.app.restart_places("inbox"))  # with it all dialogs go
        await driven.until(lambda: working.stops)
        held.set()
        await restarted


async def test_only_so_many_rows_are_told_of(
    practice: Practice, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_import, "MOST", 1)
    async with looking(practice, run, a_file(tmp_path, FOUR)) as driven:
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        assert "and 1 more" in driven.text


async def test_where_nobody_is_yet_the_list_says_how_to_bring_them_in(practice: Practice, run: Run) -> None:
    async with run(practice.world.actor(practice.world.staff("Nora New")), start="clients") as driven:
        await driven.until(lambda: "n adds the first one, I brings in a list" in driven.text)
