"""Every screen at every size and in every look: as it was, readable, and in ASCII where it has to be."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from rich.segment import Segment
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.contrast import VGA, XTERM, too_faint
from tests.tui.conftest import Driven, Run, WatchedFront
from tests.tui.gallery import LOOKS, SCENES, SIZES, look
from tests.tui.practice import Practice
from textual.color import Color
from textual.screen import Screen

from msgcenter_tui.domain import Policy
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui import screens
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.ascii import in_ascii
from msgcenter_tui.tui.few_colours import Fewer, in_256
from msgcenter_tui.tui.screens.opening import OpeningScreen
from msgcenter_tui.tui.screens.too_small import TooSmall
from msgcenter_tui.tui.services import Opening, Services, Start

KEPT = ("dark", "light", "sixteen colours")
"""The looks that are kept as pictures, at every size."""


class Pictures(SingleFileSnapshotExtension):
    """Text files in `__snapshots__`, one a screen."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def unreadable(look: str, read: Sequence[Segment]) -> list[str]:
    """What has too little contrast, in the look's own colours and in what 256 make of them."""
    if "sixteen" in look:
        return too_faint(read, [VGA, XTERM])
    return too_faint(read) + too_faint(Fewer(in_256).apply(list(read), Color(0, 0, 0)))


def may_stay(letter: str) -> bool:
    """A letter of somebody's name is none of our signs."""
    return letter.isascii() or letter.isalpha() or unicodedata.category(letter)[0] == "M"


async def pictures(driven: Driven, sizes: Sequence[tuple[int, int]] = SIZES) -> str:
    """The screen at these sizes, in all looks at the first of them; in every one it has to be readable."""
    kept, faint, strange = [], set(), set()
    for size in sizes:
        text: list[str] = []
        for one in LOOKS if size == sizes[0] else KEPT:
            picture = await look(driven, one, size)
            if not text:
                text = picture.text
                kept += [f"== {size[0]}x{size[1]}", *text]
            assert picture.text == text, "another look, and other words"
            faint |= {f"{one}, {size}: {fault}" for fault in unreadable(one, picture.read)}
            strange |= {letter for letter in in_ascii("".join(text), "utf-8") if not may_stay(letter)}
            kept += [f"-- {one}", *picture.styles] if one in KEPT else []
    assert not faint, "\n".join(sorted(faint))
    assert not strange
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("name", SCENES)
async def test_a_screen(practice: Practice, run: Run, snapshot: SnapshotAssertion, name: str) -> None:
    scene = SCENES[name]
    scene.before(practice)
    async with run(practice.actor if scene.signed_in else None, start=scene.start, **scene.more(practice)) as driven:
        await scene.bring_up(driven)
        assert await pictures(driven) == snapshot(extension_class=Pictures)


async def test_the_first_frame(practice_store: Store, snapshot: SnapshotAssertion) -> None:
    seen, front = asyncio.Event(), WatchedFront(Front(practice_store))

    async def begin(tell: Callable[[str], None]) -> Start:
        await seen.wait()
        return Start(Services(front, None, policy=Policy()))

    app = MessageCenterApp(Opening(begin))
    async with app.run_test(size=SIZES[0]) as pilot:
        driven = Driven(app, pilot, may_wait=frozenset({"open"}))
        await driven.until(lambda: "Opening the store …" in driven.text)
        assert await pictures(driven) == snapshot(extension_class=Pictures)
        seen.set()
        await driven.until(lambda: not isinstance(app.screen, OpeningScreen))
        await Driven(app, pilot).still()
    await front.close()


async def test_a_terminal_that_is_too_small(practice: Practice, run: Run, snapshot: SnapshotAssertion) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Holiday schedule" in driven.text)
        assert await pictures(driven, [(38, 20), (60, 8)]) == snapshot(extension_class=Pictures)
        assert isinstance(driven.screen, TooSmall)


def test_every_screen_is_in_the_gallery() -> None:
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    ours = [one for one in _below(Screen) if one.__module__.startswith(screens.__name__)]
    shown = [one for one in ours if not one.__subclasses__() and not one.__name__.startswith("_")]
    here: set[type[Screen[Any]]] = {TooSmall, OpeningScreen, *(scene.screen for scene in SCENES.values())}
    assert {one.__name__ for one in shown} <= {one.__name__ for one in here}


def _below(base: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)
