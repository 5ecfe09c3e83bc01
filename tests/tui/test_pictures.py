"""Pictures of the inbox and the template picker, at the two sizes and in both themes."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.tui.conftest import Run
from tests.tui.practice import Practice

SIZES = [(80, 24), (120, 36)]
AT = [f"{width}x{height}" for width, height in SIZES]


@pytest.mark.parametrize("size", SIZES, ids=AT)
async def test_inbox(practice: Practice, run: Run, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.until(lambda: "Unread 2" in driven.text and "9 waiting" in driven.text)
        await driven.still()
        assert driven.picture() == svg


async def test_inbox_in_the_light(practice: Practice, run: Run, svg: SnapshotAssertion) -> None:
    async with run(practice.actor, theme="morning") as driven:
        await driven.until(
            lambda: "Dear ‹first name›," in driven.text and "Unread 2" in driven.text and "9 waiting" in driven.text
        )
        await driven.still()
        assert driven.picture() == svg


async def test_one_thread_at_80_columns(practice: Practice, run: Run, svg: SnapshotAssertion) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("down", "enter")
        await driven.until(lambda: "● 1 unread" in driven.text)
        await driven.press("r")
        await driven.type("Yes.")
        await driven.until(lambda: "1 notified" in driven.text)
        await driven.still()
        assert driven.picture() == svg


@pytest.mark.parametrize("size", SIZES, ids=AT)
async def test_template_picker(practice: Practice, run: Run, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("down", "enter", "r", "ctrl+t")
        await driven.type("holi")
        await driven.until(lambda: "Dear Ana," in driven.text and "● 1 unread" in driven.text)
        await driven.until(lambda: driven.screen.previewed[1] == "holi")
        await driven.still()
        assert driven.picture() == svg
