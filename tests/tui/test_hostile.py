"""Difficult strings as subject, body, name, template, draft: shown as text, never a crash, no control byte."""

from __future__ import annotations

import contextlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Clock, _forget_home
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, NOW, Practice, direct

from msgcenter_tui.center import clients, drafts, templates
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.tui import render


@pytest.fixture(scope="session")
def furnished(furnished: tuple[Path, Practice], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Practice]:
    """The practice, with every string everywhere that the center takes it."""
    path = tmp_path_factory.mktemp("poisoned") / "store.db"
    shutil.copy(furnished[0], path)
    clock = Clock(NOW - timedelta(seconds=len(HOSTILE)))
    with contextlib.closing(open_store(str(path), clock=clock)) as store:
        poison(furnished[1].moved_to(store, clock))
        _forget_home(store)
    return path, furnished[1]


def poison(practice: Practice) -> None:
    world, maya = practice.world, practice.actor
    ana = practice.clients["Ana Flores"]
    for number, (name, text) in enumerate(HOSTILE.items()):
        world.clock.advance(seconds=1)
        with contextlib.suppress(MessageCenterError):
            world.run(clients.add, maya, text, practice.team.id, email=f"h{number}@mail.example", portal=True)
        with contextlib.suppress(MessageCenterError):
            practice.start(name, direct(ana.id), "an innocent body", subject=text)
            practice.reply(name, world.portal(ana), text)
            practice.reply(name, maya, text)
        with contextlib.suppress(MessageCenterError):
            world.run(templates.add, maya, text, text, shortcut=f"h{number}")
        with contextlib.suppress(MessageCenterError):
            world.run(drafts.save, maya, id=None, version=0, recipients=ALL_CLIENTS, subject=text, body=text)


def clean(driven: Driven) -> None:
    for line in driven.text.split("\n"):
        assert not unsafe_in(line), repr(line)


async def through(driven: Driven, rows: int) -> None:
    """Page by page through a list, so that each of its rows was on the screen, and some of them open beside it."""
    for _ in range(rows // 5):
        await driven.pilot.press("pagedown")
        await driven.pilot.pause()
        clean(driven)


async def test_every_thread_with_a_difficult_text_is_shown(practice: Practice, run: Run) -> None:  # M3, hazards 46, 47
    async with run(practice.actor, size=(100, 30)) as driven:
        driven.app._gate.enabled = False  # what the widgets draw must be safe by itself
        await driven.press("4", "end", "home")
        count = len(driven.screen.threads.rows)
        assert count > len(HOSTILE) * 0.8
        for _ in range(count):
            await driven.pilot.press("down")
            await driven.until(lambda: driven.screen.thread_id == driven.screen.threads.chosen.id)
            clean(driven)
        assert not driven.app.troubles


async def test_drafts_templates_and_questions_with_difficult_texts(practice: Practice, run: Run) -> None:  # M3
    async with run(practice.actor, size=(100, 30)) as driven:
        driven.app._gate.enabled = False
        await driven.press("5")
        await driven.until(lambda: len(driven.screen.drafts.rows) > 30)
        await through(driven, len(driven.screen.drafts.rows))
        await driven.press("delete")
        await driven.until(lambda: driven.screen.is_modal)
        clean(driven)
        await driven.press("escape", "1", "r", "ctrl+t")
        await driven.until(lambda: driven.screen.query("PickerList") and driven.screen.query_one("PickerList").rows)
        picker = driven.screen.query_one("PickerList")
        await through(driven, len(picker.rows))


async def test_toasts_show_markup_and_controls_as_text(practice: Practice, run: Run) -> None:  # hazards 46, 47
    async with run(practice.actor) as driven:
        driven.app._gate.enabled = False
        for text in HOSTILE.values():
            driven.app.say(text)
            driven.app.refuse(MessageCenterError(text, text, text))
            await driven.pilot.pause()
            clean(driven)
            driven.app.clear_notifications()


def test_what_render_gives_is_safe() -> None:
    for text in HOSTILE.values():
        for content in (render.line(text), render.block(text)):
            assert not unsafe_in(content.plain.replace("\n", "")), repr(text)
        assert "\n" not in render.plain(text)


async def test_the_gate_stops_what_a_widget_lets_through(practice: Practice, run: Run, sqlite_store: Store) -> None:
    from textual.widgets import Static

    async with run(practice.actor) as driven:
        await driven.screen.mount(Static("a\x1b]0;PWNED\x07b\x9b31m\u202ec", markup=False, id="raw"))
        await driven.until(lambda: "a]0;PWNEDb" in driven.text)
        clean(driven)
