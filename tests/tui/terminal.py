"""A program in a real pseudo-terminal, for tests: keys in, every byte it wrote, and what is on its screen."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).parents[2]
PATIENCE = 60

# Sequences that pyte 0.8 does not know and would print.
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[\?2026[hl]")


class Terminal:
    """A program in a pseudo-terminal, every byte it wrote, and what is on the screen."""

    def __init__(self, *command: str, rows: int = 36, columns: int = 120) -> None:
        environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        environment["PYTHONPATH"] = f"{ROOT / 'src'}:{ROOT}"
        self.child = pexpect.spawn(
            sys.executable, list(command), dimensions=(rows, columns), env=environment, cwd=str(ROOT)
        )
        self.written = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.child.send(key)

    def read(self, seconds: float) -> bool:
        """Read what there is; False when nothing came within the time."""
        try:
            new = self.child.read_nonblocking(1 << 20, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.written += new
        self._stream.feed(UNKNOWN.sub(b"", new))
        return True

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def until(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"it never came to be; the screen:\n{self.text}"
            self.read(0.1)

    def shows(self, words: str) -> None:
        self.until(lambda: words in self.text)

    def hides(self, words: str) -> None:
        self.until(lambda: words not in self.text)

    def kill(self) -> None:
        self.child.kill(signal.SIGKILL)
        self.child.close(force=True)
