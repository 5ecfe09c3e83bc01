"""A store that fails while one writes: what is typed is kept, what went wrong is said, and the keys go on."""

from __future__ import annotations

import pytest
from tests import disk
from tests.locked import locked
from tests.tui.conftest import Run
from tests.tui.practice import Practice
from textual import events

from msgcenter_tui import text
from msgcenter_tui.center import drafts, threads
from msgcenter_tui.domain import Draft
from msgcenter_tui.store.store import Store


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
