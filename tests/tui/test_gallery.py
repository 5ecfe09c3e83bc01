"""Every screen at every size and in every look: as it was, readable, and in ASCII where it has to be."""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from rich.segment import Segment
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.contrast import VGA, XTERM, too_faint
from tests.tui.conftest import Run
from tests.tui.gallery import LOOKS, SCENES, SIZES, look
from tests.tui.practice import Practice
from textual.color import Color
from textual.screen import Screen

from msgcenter_tui.tui import screens
from msgcenter_tui.tui.ascii import in_ascii
from msgcenter_tui.tui.few_colours import Fewer, in_256

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


@pytest.mark.parametrize("name", SCENES)
async def test_a_screen(practice: Practice, run: Run, snapshot: SnapshotAssertion, name: str) -> None:
    scene = SCENES[name]
    scene.before(practice)
    kept, faint, strange = [], set(), set()
    async with run(practice.actor if scene.signed_in else None, start=scene.start, **scene.more(practice)) as driven:
        await scene.bring_up(driven)
        for size in SIZES:
            text: list[str] = []
            for one in LOOKS if size == SIZES[0] else KEPT:
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
    assert "\n".join(kept) + "\n" == snapshot(extension_class=Pictures)


def test_every_screen_is_in_the_gallery() -> None:
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    ours = [one for one in _below(Screen) if one.__module__.startswith(screens.__name__)]
    shown = [one for one in ours if not one.__subclasses__() and not one.__name__.startswith("_")]
    here = {scene.screen for scene in SCENES.values()}
    assert {one.__name__ for one in shown} - {one.__name__ for one in here} == {"TooSmall", "OpeningScreen"}


def _below(base: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)
