"""The structured log: one event a line, of ids, numbers and places of the code, never of anybody's words.

An act is told by its audit record, which holds ids by itself (S2). Of any other entry there is the program's own
sentence and its numbers: what was put into its other gaps may be a person's words, or a server's, and is left out.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from msgcenter_tui.config import Log
from msgcenter_tui.origin import Origin

_ROOM = "msgcenter_tui"
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Events(logging.handlers.WatchedFileHandler):
    """Writes events to a private file, and opens it anew where it was moved away (logrotate, newsyslog).

    One that cannot be written stops nothing: `warn` hears of it, once.
    """

    def __init__(self, log: Log, warn: Callable[[str], object]) -> None:
        assert log.file is not None
        super().__init__(log.file, delay=True, encoding="ascii")
        self._warn: Callable[[str], object] | None = warn
        self.setLevel(_LEVELS[log.level])
        self.setFormatter(_Json() if log.format == "json" else _Text())
        room = logging.getLogger(_ROOM)
        self._before = room.level
        room.addHandler(self)
        room.setLevel(min(_LEVELS[log.level], room.getEffectiveLevel()))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:  # raised where the file is opened anew, outside of what the handler guards
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        if self._warn is not None:
            self._warn(f"the log {self.baseFilename} cannot be written; the work goes on without it")
            self._warn = None

    def _open(self) -> IO[str]:  # type: ignore[override]
        opened = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.fdopen(opened, "a", encoding="ascii")

    def end(self) -> None:
        room = logging.getLogger(_ROOM)
        room.removeHandler(self)
        room.setLevel(self._before)
        with suppress(OSError):  # what is left to be written cannot be
            self.close()


def facts(record: logging.LogRecord) -> Mapping[str, object]:
    """An entry as an event: `time`, `level`, `room`, `event`, and what is known of it by ids and numbers."""
    at = datetime.fromtimestamp(record.created, UTC)
    told: dict[str, object] = {
        "time": at.isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "room": record.name.removeprefix(f"{_ROOM}."),
        "event": str(record.msg),
        **getattr(record, "ids", {}),
    }
    given = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    if numbers := [one for one in given if isinstance(one, int | float)]:
        told["numbers"] = numbers
    if record.exc_info and record.exc_info[0] is not None:
        told["error"] = record.exc_info[0].__qualname__
    for one in given:
        if isinstance(one, BaseException):
            told["error"] = type(one).__qualname__
        elif isinstance(one, Origin):
            error, *causes = [{"error": link.kind, "at": list(link.places)} for link in one.links]
            told |= error | ({"because": causes} if causes else {})
    return told


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts(record))


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = dict(facts(record))
        head = " ".join(str(told.pop(key)) for key in ("time", "level", "room"))
        event = json.dumps(told.pop("event"))
        return " ".join([head, event, *(f"{key}={json.dumps(value)}" for key, value in told.items())])


def begin(log: Log, *, warn: Callable[[str], object]) -> Events | None:
    """Have events written from now on; None where no file is configured."""
    if log.file is None:
        return None
    path = Path(log.file).expanduser().absolute()
    return Events(Log(str(path), log.level, log.format), warn)
