"""A store that fails while one writes: what is typed is kept, what went wrong is said, and the keys go on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests import disk
from tests.damaging import garbage, pages_of, unchanged
from tests.locked import locked
from tests.tui.conftest import Run
from tests.tui.practice import Practice
from textual import events

from msgcenter_tui import text
from msgcenter_tui.center import drafts, threads
from msgcenter_tui.domain import Draft
from msgcenter_tui.errors import StoreDamaged
from msgcenter_tui.store.faults import RESCUE
from msgcenter_tui.store.store import Store, open_store


def draft(practice: Practice) -> Draft | None:
    return practice.world.run(drafts.for_thread, practice.actor, practice.threads["ana"])


def body(practice: Practice) -> str:
    found = draft(practice)
    return found.body if found is not None else ""


def sent(practice: Practice) -> int:
    return len(practice.world.run(threads.open_thread, practice.actor, practice.threads["ana"]).messages)


async def test_a_disk_that_is_full_when_one_sends(practice: Practice, run: Run) -> None:  # hazards 31
    async with run(practice.actor) as driven:
        before = sent(practice)
        await driven.press("down", "r")
        await driven.type("Kept.")
        await driven.until(lambda: body(practice) == "Kept.")
        with disk.full():
            await driven.press("ctrl+s")
            await driven.until(lambda: any("full or failing disk" in toast for toast in driven.toasts))
        assert driven.screen.pane.composer.text == "Kept."
        assert body(practice) == "Kept."
        assert sent(practice) == before
        await driven.press("ctrl+s")
        await driven.until(lambda: sent(practice) == before + 1)
        await driven.until(lambda: draft(practice) is None)


@pytest.mark.parametrize("place", ["inbox", "clients", "deliveries"])
async def test_a_list_that_cannot_be_read_says_why_instead_of_loading(
    practice: Practice, run: Run, place: str
) -> None:  # S1
    async with run(practice.actor, start="templates") as driven:
        await driven.until(lambda: driven.app.status.mail)
        driven.front.refusal = StoreDamaged("this cannot be read", "its file is damaged there", "restore a backup")
        await driven.app.go(place)
        await driven.until(lambda: "damaged there" in driven.screen.listed.empty.plain)
        driven.app.clear_notifications()
        await driven.until(lambda: driven.text.count("Because its file is damaged there.") == 1)
        assert "Loading" not in driven.text
        driven.front.refusal = None
        driven.screen.reread_soon()
        await driven.until(lambda: driven.screen.listed.rows)


@pytest.mark.parametrize("keymap", [{}, {"app.rescue": "f7"}, {"app.rescue": ""}], ids=["f8", "f7", "no key"])
async def test_the_cure_of_a_damaged_store_is_the_key_that_does_it_here(
    practice: Practice, run: Run, keymap: dict[str, str]
) -> None:  # S1
    key = keymap.get("app.rescue", "f8")
    cure = f"press {key} to save what can be read" if key else "`msgcenter rescue FILE`"
    async with run(practice.actor, start="templates", keymap=keymap) as driven:
        await driven.until(lambda: driven.app.status.mail)
        driven.front.refusal = StoreDamaged("this cannot be read", "its file is damaged there", RESCUE)
        await driven.app.go("clients")
        await driven.until(lambda: cure in driven.screen.listed.empty.plain)
        await driven.until(lambda: driven.toasts and all(cure in toast for toast in driven.toasts))
        assert ("rescue FILE" in driven.screen.listed.empty.plain) is (key == "")
        driven.front.refusal = None


async def test_one_writes_on_while_the_store_is_locked(  # hazards 33
    practice: Practice, practice_store: Store, run: Run
) -> None:
    assert practice_store.file is not None
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        with locked(practice_store.file.path):
            await driven.pilot.press(*"unmoved")
            await driven.until(lambda: "unmoved" in driven.text)
            await driven.until(lambda: any("locked too long" in toast for toast in driven.toasts))
            await driven.pilot.press(*"byit")
            await driven.until(lambda: "unmovedbyit" in driven.text)
            assert draft(practice) is None
        await driven.until(lambda: body(practice) == "unmovedbyit")


@pytest.mark.parametrize(
    ("pasted", "stands"),
    [
        ("e" + "\u0301" * 10_000, "e" + "\u0301" * 30),
        ("two lines\n" * 30_000, "two lines\n" * 30_000),
        ("two lines\n" * 1_000_000, "two lines\n" * 30_000),
    ],
    ids=["a pile of marks", "more than can be sent", "ten million"],
)
async def test_a_large_paste_is_kept_and_not_sent(  # hazards 49
    practice: Practice, run: Run, pasted: str, stands: str
) -> None:
    async with run(practice.actor) as driven:
        before = sent(practice)
        await driven.press("down", "r")
        driven.app.post_message(events.Paste(pasted))
        await driven.until(lambda: body(practice) == stands)
        await driven.press("ctrl+s")
        if len(stands) > text.LONGEST_BODY:
            await driven.until(lambda: any("the most is 20,000" in toast for toast in driven.toasts))
            assert sent(practice) == before
            assert driven.screen.pane.composer.text == stands
        else:
            await driven.until(lambda: sent(practice) == before + 1)


async def test_a_damaged_store_is_shown_and_rescued(  # hazards 35
    practice: Practice, practice_store: Store, run: Run, tmp_path: Path
) -> None:
    assert practice_store.file is not None
    path = practice_store.file.path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = [row.id for row in practice.world.run(threads.list_threads, practice.actor).items]
    async with run(practice.actor) as driven:
        garbage(path, *pages_of(path, "drafts"), *pages_of(path, "audit"))
        with unchanged(path):
            await driven.press("down", "r")
            await driven.type("Kept.")
            await driven.until(lambda: "damaged, only read" in driven.text)
            assert driven.screen.pane.composer.text == "Kept."
            await driven.press("ctrl+s")
            await driven.until(lambda: any("nothing was written" in toast.lower() for toast in driven.toasts))
            assert driven.screen.pane.composer.text == "Kept."
            await driven.press("escape", "escape", "down")
            await driven.until(lambda: "Team meeting moved to 4 pm." in driven.text)
            await driven.press("f8")
            await driven.until(lambda: "New file" in driven.text)
            await driven.press("enter")
            await driven.until(lambda: "some are lost" in driven.text)
    store = open_store(str(tmp_path / "practice.rescued.db"))
    assert [row.id for row in store.run(threads.list_threads, practice.actor).items] == before
    store.close()


async def test_a_store_that_is_not_damaged_is_not_rescued(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("f8")
        await driven.until(lambda: any("not damaged" in toast for toast in driven.toasts))
