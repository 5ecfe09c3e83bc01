"""A backup from the screens: by an administrator, into a new file, with an answer (S4, S1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import Clock
from tests.tui.conftest import Run
from tests.tui.practice import Practice
from tests.world import World

from msgcenter_tui.center import audit, backups, threads
from msgcenter_tui.errors import BadInput
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.tui import exporting


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the form proposes."""
    path = tmp_path / "monday.db"
    monkeypatch.setattr(exporting, "proposed", lambda name: str(path))
    return path


async def test_a_backup_is_made_while_one_goes_on(practice: Practice, run: Run, file: Path) -> None:
    here = [row.id for row in practice.world.run(threads.list_threads, practice.actor).items]
    async with run(practice.actor) as driven:
        await driven.press("shift+f8")
        await driven.until(lambda: "Back up the store" in driven.text)
        dialog, about = (driven.screen.query_one(name) for name in ("#dialog", "#question"))
        assert about.outer_size.width <= dialog.content_size.width  # no word of it is cut off
        await driven.press("enter")
        await driven.until(lambda: any(f"Backed up into {file}, " in toast for toast in driven.toasts))
    records = practice.world.run(audit.list_records, practice.actor, limit=2).items
    assert [one.act for one in records] == ["store.backed-up", "store.backup"]
    with closing(open_store(str(file))) as store:
        assert [row.id for row in store.run(threads.list_threads, practice.actor).items] == here
        assert store.run(audit.list_records, practice.actor, limit=1).items[0].act == "store.backup"  # S2


@pytest.fixture
def taken(file: Path) -> Iterator[Path]:
    """The same, where a file is there already, and stays."""
    file.write_text("mine")
    yield file
    assert file.read_text() == "mine"


async def test_what_is_there_is_not_overwritten_and_what_was_typed_stays(
    practice: Practice, run: Run, taken: Path
) -> None:  # S1
    async with run(practice.actor) as driven:
        await driven.press("shift+f8")
        await driven.until(lambda: "Back up the store" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "name a new file" in driven.text)
        await driven.type("2")
        await driven.press("enter")
        await driven.until(lambda: any(f"Backed up into {taken}2, " in toast for toast in driven.toasts))


async def test_it_is_for_administrators(practice: Practice, run: Run, file: Path) -> None:  # S4
    async with run(practice.world.actor(practice.leo)) as driven:
        await driven.press("shift+f8")
        await driven.until(lambda: any("administrator" in toast for toast in driven.toasts))
        assert "Back up the store" not in driven.text


def test_a_server_has_tools_of_its_own(postgresql_store: Store, clock: Clock) -> None:
    world = World(postgresql_store, clock)
    with pytest.raises(BadInput, match="pg_dump"):
        world.run(backups.may_back_up, world.actor(world.staff("Maya")))
