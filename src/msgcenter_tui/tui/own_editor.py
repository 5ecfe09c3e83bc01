"""The writer's own editor, for a while in the terminal's place: $VISUAL or $EDITOR on what is being written.

The loop goes on meanwhile, so that what is due leaves; only painting rests. The text is in a private folder, gone with
the editor.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from msgcenter_tui.errors import BadConfig, Unavailable, reason
from msgcenter_tui.tui.widgets.composer_text import LONGEST_PASTE

VARIABLES = ("VISUAL", "EDITOR")
_WIDEST = 4
"""Bytes of a character."""
_NOT_CHANGED = "what you have written is as it was"


def chosen() -> list[str]:
    """The editor's command, in words; raises BadConfig where no variable names one, or not in a way one can run."""
    name = next((name for name in VARIABLES if os.environ.get(name, "").strip()), None)
    if name is None:
        raise BadConfig("no editor is chosen", "neither $VISUAL nor $EDITOR is set", "set one, as in EDITOR=nano")
    try:
        return shlex.split(os.environ[name])
    except ValueError as error:
        raise BadConfig(f"${name} cannot be read as a command", str(error).lower(), "close its quotes") from None


async def edited(app: App[Any], words: str) -> str:
    """What the editor made of these words, as it left them: neither cleaned nor cut to what a field holds.

    Raises BadConfig without an editor, Unavailable where the terminal cannot be given away, or the editor cannot be
    started, fails or is killed: then nothing of what it did is taken.
    """
    command = chosen()
    with tempfile.TemporaryDirectory(prefix="msgcenter-") as folder:
        path = Path(folder, "message.txt")
        _write(path, words)
        status = await _run(app, [*command, str(path)])
        if status:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            raise Unavailable(f"your editor {command[0]} {how}", "", _NOT_CHANGED)
        try:
            return _read(path, words)
        except OSError as error:
            raise Unavailable("the text is not where your editor was given it", reason(error), _NOT_CHANGED) from None


def _write(path: Path, words: str) -> None:
    path.touch(0o600, exist_ok=False)
    path.write_text(words if not words or words.endswith("\n") else f"{words}\n", encoding="utf-8", newline="\n")


def _read(path: Path, before: str) -> str:
    """The text, without the line end at its end that every editor writes."""
    with path.open("rb") as file:
        words = file.read(2 * _WIDEST * LONGEST_PASTE).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return words if before.endswith("\n") else words.removesuffix("\n")


async def _run(app: App[Any], command: list[str]) -> int:
    """The editor's exit status; negative: the signal that killed it."""
    failure: BaseException | None = None
    status = 0
    try:
        # Textual takes the terminal back only where nothing is raised in between.
        with app.batch_update(), app.suspend(), _interrupts_are_the_editors():
            try:
                status = await _wait_for(command)
            except (OSError, asyncio.CancelledError) as error:
                failure = error
    except SuspendNotSupported:
        why = "the terminal is not ours to give away, as in a browser"
        raise Unavailable("your editor cannot be shown here", why, "start msgcenter in a terminal") from None
    app.refresh(layout=True)
    if isinstance(failure, OSError):
        raise Unavailable(f"your editor {command[0]} cannot be started", reason(failure), _NOT_CHANGED) from None
    if failure is not None:
        raise failure
    return status


async def _wait_for(command: list[str]) -> int:
    sys.stdout.flush()
    process = await asyncio.create_subprocess_exec(*command)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.terminate()
        raise


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """^C and ^\\ reach the whole group of the terminal. A handler, unlike SIG_IGN, is not inherited by the editor."""
    former = {number: signal.signal(number, _let_pass) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _let_pass(*_: object) -> None:
    return
