"""The log of the state folder: where something went wrong, in places of the code, without anybody's words."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgcenter_tui import config
from msgcenter_tui.origin import Origin
from msgcenter_tui.text import shown_line

_LONGEST = 1_000_000


def path() -> Path:
    return config.state_path() / "msgcenter.log"


def explained(error: BaseException) -> str:
    """The line to print for an error that nobody expected; where it came from is logged."""
    kind = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        kind = f"{kind}: {error.strerror}"
    sentence = f"something went wrong inside the program: {kind}"
    return f"{sentence}; the details are in {path()}" if _append(str(Origin.of(error))) else sentence


def to_file() -> None:
    """Have what the libraries and the notifier log go into the file, never onto the terminal."""
    root = logging.getLogger()
    if not any(isinstance(handler, _File) for handler in root.handlers):
        root.addHandler(_File(logging.WARNING))


def note(sentence: str) -> None:
    """A warning of the program's own, in its own words."""
    _append(f"WARNING {shown_line(sentence)}")


@contextmanager
def told(say: Callable[[str], object]) -> Iterator[None]:
    """Have the program's own warnings told to `say` as well while the block runs, one safe line each."""
    teller, room = _Teller(say), logging.getLogger("msgcenter_tui")
    room.addHandler(teller)
    try:
        yield
    finally:
        room.removeHandler(teller)


class _Teller(logging.Handler):
    def __init__(self, say: Callable[[str], object]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(f"{record.levelname.lower()}: {shown_line(record.getMessage())}")


class _File(logging.Handler):
    """Opens the file only when there is something to write."""

    def emit(self, record: logging.LogRecord) -> None:
        text = "\n".join(shown_line(line) for line in record.getMessage().splitlines())
        if record.exc_info and record.exc_info[1] is not None:
            text += f"\n{Origin.of(record.exc_info[1])}"
        _append(f"{record.levelname} {record.name}: {text}")


def _append(text: str) -> bool:
    """Add to the log; whether that could be done."""
    log = path()
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n"
    try:
        log.parent.mkdir(0o700, parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _LONGEST:
            log.replace(log.with_suffix(".log.1"))  # one old one is kept
        opened = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(entry)
    except OSError:
        return False
    return True
