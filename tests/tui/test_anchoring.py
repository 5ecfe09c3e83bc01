"""Whatever widths a terminal has, borders are straight, nothing is shifted and nothing stays behind."""

from __future__ import annotations

import contextlib
import shutil
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from tests.conftest import Clock, _forget_home
from tests.emulators import WIDTHS, Emulator, Width, drawn, wrong_cells
from tests.hostile import WIDE
from tests.tui.conftest import PATIENCE, Driven, Run
from tests.tui.practice import ALL_CLIENTS, NOW, Practice, direct
from textual._compositor import CompositorUpdate
from textual.strip import Strip

from msgcenter_tui.center import clients, drafts, templates
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store.store import open_store
from msgcenter_tui.tui import anchoring
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.compositor import PatchCompositor

COLUMNS = 60
SIZE = (104, 28)
TEXT, BORDER = Style.parse("#ffffff on #000080"), Style.parse("#ff0000 on #101010")
TERMINALS = [pytest.param(width, id=name) for name, width in WIDTHS.items()]


def row(text: str) -> Strip:
    """A text between two borders, and another one beside it."""
    middle = Strip([Segment(text, TEXT)]).adjust_cell_length(COLUMNS - 20, TEXT)
    return Strip([Segment("│", BORDER), *middle, Segment("│ the end", BORDER)]).adjust_cell_length(COLUMNS, BORDER)


def before(width: Width) -> Emulator:
    emulator = Emulator(width, COLUMNS, 1)
    emulator.feed("\x1b[1;1H" + "▒" * COLUMNS)
    return emulator


@pytest.mark.parametrize("width", TERMINALS)
def test_what_stands_beside_a_text_stays_where_it_is(width: Width) -> None:
    console = Console(color_system="truecolor")
    bent = []
    for name, text in WIDE.items():
        raw = f"\x1b[1;1H{row(text).render(console)}"
        emulator = before(width)
        emulator.feed(anchoring.anchor(raw, COLUMNS)[0])
        assert wrong_cells(emulator, drawn([{0: row(text)}])) == [], name
        assert "▒" not in emulator.text, name
        emulator = before(width)
        emulator.feed(raw)
        bent += [name] if wrong_cells(emulator, drawn([{0: row(text)}])) else []
    assert len(bent) > 3, "the corpus has grown too easy to show anything"


def test_what_every_terminal_knows_is_written_as_it_is() -> None:
    for text in ("plain words ", "Zoë Åkesson – “yes” … Ида Волкова Ωμέγα 陈秀珍 山田", "▌● ✉ 3 ◉ ▣ ⌂ ⚠ ✓ ✗ ─│╭╮ ⏎ ▾"):
        assert not anchoring.is_doubtful(text)


def test_where_a_piece_may_reach_past_what_is_written_its_row_is_told() -> None:
    console = Console(color_system="truecolor")
    inside, at_the_end = Strip([Segment("👩‍👩‍👦‍👦" + " " * 12)]), Strip([Segment("      👩‍👩‍👦‍👦")])
    assert anchoring.anchor(f"\x1b[7;1H{inside.render(console)}", COLUMNS)[1] == set()
    assert anchoring.anchor(f"\x1b[7;1H{at_the_end.render(console)}", COLUMNS)[1] == {6}
    assert anchoring.anchor(f"\x1b[7;53H{at_the_end.render(console)}", COLUMNS)[1] == set()  # the terminal's own edge


# -- screens ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def furnished(furnished: tuple[Path, Practice], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Practice]:
    """The practice, with every such text as name, subject, body, template and draft."""
    path = tmp_path_factory.mktemp("wide") / "store.db"
    shutil.copy(furnished[0], path)
    clock = Clock(NOW - timedelta(seconds=2 * len(WIDE)))
    with contextlib.closing(open_store(str(path), clock=clock)) as store:
        practice = furnished[1].moved_to(store, clock)
        world, ana = practice.world, practice.clients["Ana Flores"]
        for number, (name, text) in enumerate(WIDE.items()):
            clock.advance(seconds=1)
            world.run(clients.add, practice.actor, text[:150], practice.team.id, email=f"w{number}@mail.example")
            world.run(templates.add, practice.actor, text[:150], text, shortcut=f"w{number}")
            to = direct(ana.id)
            with contextlib.suppress(MessageCenterError):
                practice.start(name, to, f"{text}\n{text} {text}", subject=text[:150])
                practice.reply(name, world.portal(ana), text)
        for text in list(WIDE.values())[:9]:
            world.run(
                drafts.save, practice.actor, id=None, version=0, recipients=ALL_CLIENTS, subject=text[:150], body=text
            )
        _forget_home(store)
    return path, furnished[1]


class Windows:
    """Two terminals, one to each side of Textual, that get all that the app writes."""

    def __init__(self) -> None:
        self.emulators = {name: Emulator(WIDTHS[name], *SIZE) for name in ("generous", "old")}

    def feed(self, written: str) -> None:
        for emulator in self.emulators.values():
            emulator.feed(written)

    def faults(self, driven: Driven) -> list[str]:
        compositor = driven.app.screen._compositor
        assert isinstance(compositor, PatchCompositor)
        cells = drawn(compositor.whole_rows(compositor.size.region).rows)
        return [
            f"{name}: {fault}" for name, emulator in self.emulators.items() for fault in wrong_cells(emulator, cells)
        ]

    async def press(self, driven: Driven, *keys: str) -> None:
        """After each key every terminal shows what Textual drew."""
        for key in keys:
            await driven.pilot.press(key)
            await driven.pilot.pause()
            deadline = monotonic() + PATIENCE
            while (faults := self.faults(driven)) and monotonic() < deadline:
                await driven.still()  # what is drawn a moment later is drawn by then
            assert not faults, f"after {key}: {len(faults)} cells, as {faults[:5]}\n{driven.text}"


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    """What the app would write to its terminal, which it has not in a test."""
    windows = Windows()

    def display(self: MessageCenterApp, screen: object, update: object) -> None:
        if isinstance(update, CompositorUpdate) and not self._batch_count:
            windows.feed(update.render_segments(self.console))

    monkeypatch.setattr(MessageCenterApp, "_display", display)
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")
    return windows


async def test_the_inbox_its_threads_and_their_dialogs(practice: Practice, run: Run, windows: Windows) -> None:
    async with run(practice.actor, size=SIZE) as driven:
        await windows.press(driven, *["down"] * 4, "pagedown", "up", "end", "up")
        await windows.press(driven, "enter", "up", "up", "pageup", "end", "P", "escape", "v", "escape", "D", "escape")
        await windows.press(driven, "r", "x", "escape", "escape")
        await windows.press(driven, "5", "down", "up", "delete", "escape", "1", "ctrl+p", "escape")


async def test_rooms_and_a_portal(practice: Practice, run: Run, windows: Windows) -> None:
    async with run(practice.actor, size=SIZE, demonstration=True) as driven:
        await windows.press(driven, "c", "down", "end", "e", "escape", "t", "down", "down")
        await windows.press(driven, "escape", "n", "down", "down", "escape", "d", "down", "up")
        await windows.press(
            driven, "p", "a", "n", "a", "enter", "down", "down", "up", "enter", "up", "pageup", "escape"
        )


async def test_without_the_anchors_it_is_seen(
    practice: Practice, run: Run, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchoring.AnchoredUpdate, "render_segments", lambda self, to: self.update.render_segments(to))
    async with run(practice.actor, size=SIZE) as driven:
        assert len(windows.faults(driven)) > 100
