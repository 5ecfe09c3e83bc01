"""The writer's own editor on what is written: what comes back, what does not, and what is left behind: nothing (S1)."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual.app import App

from msgcenter_tui.center import drafts
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.composer_text import LONGEST_PASTE
from msgcenter_tui.tui.widgets.field_text import FieldText

Editor = Callable[[str], None]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go; nothing may be left there."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return place


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """`editor(code)`: an editor that runs this Python code with the file's `path`; the terminal is given away."""

    @contextlib.contextmanager
    def suspended(_app: App[None]) -> Iterator[None]:
        yield

    def choose(code: str) -> None:
        script = tmp_path / "an editor.py"
        script.write_text(f"import os, sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n{code}\n", encoding="utf-8")
        monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(script)]))
        monkeypatch.setattr(App, "suspend", suspended)

    return choose


APPEND = 'path.write_text(path.read_text(encoding="utf-8") + "added é\\n", encoding="utf-8")'


async def write(driven: Driven, practice: Practice, words: str) -> FieldText:
    await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
    await driven.press("r")
    await driven.type(words)
    found = driven.screen.query_one(FieldText)
    assert isinstance(found, FieldText)
    return found


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def stored(practice: Practice) -> str | None:
    draft = practice.world.run(drafts.for_thread, practice.actor, practice.threads["holiday"])
    return draft.body if draft else None


async def test_what_the_editor_wrote_comes_back_and_is_stored(
    practice: Practice, run: Run, editor: Editor, folder: Path, tmp_path: Path
) -> None:  # M4
    told = tmp_path / "told"
    editor(f"pathlib.Path({str(told)!r}).write_text(oct(path.stat().st_mode & 0o777) + path.read_text())\n{APPEND}")
    async with run(practice.actor) as driven:
        field = await write(driven, practice, "mine")
        await driven.press("f4")
        await driven.until(lambda: field.text == "mine\nadded é")
        await driven.until(lambda: stored(practice) == "mine\nadded é")
        assert field.has_focus
        assert told.read_text() == "0o600mine\n"
        assert left_in(folder) == []
        await driven.press("ctrl+z")
        assert field.text == "mine"


async def test_a_new_thread_goes_to_the_editor_too(practice: Practice, run: Run, editor: Editor) -> None:
    editor(APPEND)
    async with run(practice.actor) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        await driven.press("enter", "enter")
        await driven.until(lambda: driven.screen.second)
        await driven.press("enter", "f4")
        await driven.until(lambda: driven.screen.composer.text == "added é")
        await driven.until(lambda: practice.world.run(drafts.list_drafts, practice.actor)[0].body == "added é")


REFUSED = [
    ("sys.exit(3)", "ended with status 3"),
    ("path.write_text('half'); os.kill(os.getpid(), 9)", "was killed by signal 9"),
    ("path.unlink()", "not where your editor was given it"),
]


@pytest.mark.parametrize(("code", "said"), REFUSED)
async def test_an_editor_that_fails_changes_nothing(
    practice: Practice, run: Run, editor: Editor, folder: Path, code: str, said: str
) -> None:  # S1
    editor(code)
    async with run(practice.actor) as driven:
        field = await write(driven, practice, "mine")
        await driven.press("f4")
        await driven.until(lambda: any(said in toast for toast in driven.toasts))
        assert field.text == "mine"
        await driven.until(lambda: stored(practice) == "mine")
        assert left_in(folder) == []
        await driven.type("!")
        assert field.text == "mine!"


CHOICES = [
    ({}, "neither $VISUAL nor $EDITOR is set"),
    ({"EDITOR": "  "}, "neither $VISUAL nor $EDITOR is set"),
    ({"EDITOR": "nano", "VISUAL": "vi 'x"}, "$VISUAL cannot be read as a command"),
    ({"EDITOR": "/there/is/no such"}, "our editor /there/is/no cannot be started"),
]


@pytest.mark.parametrize(("variables", "said"), CHOICES)
async def test_an_editor_that_cannot_be_started_is_told(
    practice: Practice,
    run: Run,
    editor: Editor,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    variables: dict[str, str],
    said: str,
) -> None:  # S1
    editor("")
    monkeypatch.delenv("EDITOR")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    async with run(practice.actor) as driven:
        field = await write(driven, practice, "mine")
        await driven.press("f4")
        await driven.until(lambda: any(said in toast for toast in driven.toasts))
        assert field.text == "mine"
        assert left_in(folder) == []


async def test_where_the_terminal_cannot_be_given_away_it_says_so(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:  # S1
    monkeypatch.setenv("EDITOR", "true")
    async with run(practice.actor) as driven:
        await write(driven, practice, "mine")
        await driven.press("f4")
        await driven.until(lambda: any("cannot be shown here" in toast for toast in driven.toasts))


async def test_what_comes_back_is_cleaned_as_a_paste(practice: Practice, run: Run, editor: Editor) -> None:  # M3
    editor(r"path.write_bytes(b'\xef\xbb\xbfone\r\ntwo \x1b]0;x\x07 \xff end\x00\n\n')")
    async with run(practice.actor) as driven:
        field = await write(driven, practice, "mine")
        await driven.press("f4")
        await driven.until(lambda: field.text == "one\ntwo ]0;x \ufffd end\n")


async def test_far_too_much_is_cut_and_said(practice: Practice, run: Run, editor: Editor) -> None:  # M3
    editor(f"path.write_text('é' * {3 * LONGEST_PASTE})")
    async with run(practice.actor) as driven:
        field = await write(driven, practice, "mine")
        await driven.press("f4")
        await driven.until(lambda: len(field.text) == LONGEST_PASTE)
        await driven.until(lambda: any("Took the first" in toast for toast in driven.toasts))


async def test_the_thread_may_go_while_one_writes_elsewhere(
    practice: Practice, run: Run, editor: Editor, tmp_path: Path
) -> None:  # S1, M4: nothing typed is lost, and nothing gets into another thread
    waits = tmp_path / "waits"
    os.mkfifo(waits)
    assert stat.S_ISFIFO(waits.stat().st_mode)
    editor(f"open({str(waits)!r}).read()\n{APPEND}")
    async with run(practice.actor) as driven:
        await write(driven, practice, "mine")
        await driven.pilot.press("f4")
        await driven.until(lambda: driven.screen.pane.composer._away)
        await driven.screen.show_thread(practice.threads["ana"])
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        waits.write_text("go on")
        await driven.until(lambda: stored(practice) == "mine\nadded é")
        assert driven.screen.pane.composer.text == ""
        await driven.until(lambda: any("kept among the drafts" in toast for toast in driven.toasts))
