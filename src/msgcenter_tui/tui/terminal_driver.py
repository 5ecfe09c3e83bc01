"""The driver of a terminal: Textual's for Linux and macOS, which also ends well when its terminal is gone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Writes to the terminal for as long as there is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._file: Any = _WhileItIsThere(self._file)


class _WhileItIsThere:
    """A stream to a terminal. Of one that is gone no error ends the thread that writes.

    Else the app would wait for that thread with the next frames, and could not even be told to end.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
