"""A program in a real pseudo-terminal: keys in, every byte it wrote, and what is on its screen."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import pexpect
import pyte
from tests.e2e.escapes import Splitter

ROOT: Final = Path(__file__).resolve().parents[2]

PATIENCE: Final = 60.0
"""Seconds until a wait gives up; for a machine that is busy with something else."""

KEYS: Final[Mapping[str, str]] = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "esc": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f9": "\x1b[20~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""The bytes a terminal sends for a key; any other key is sent as the character it is."""

FRAMES: Final = re.compile("[\u2500-\u259f]")

# Private sequences that pyte 0.8 does not know and would print.
_NOT_FOR_PYTE = re.compile(r"\x1b\[[<>=]|\x1b\[\?[0-9;]*\$")


class Screen:
    """What a terminal of `columns` x `rows` shows, from the bytes that a program writes to it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.written = bytearray()
        """Every byte the program wrote."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._splitter = Splitter()

    @property
    def text(self) -> str:
        """The screen, a line a row, without the space at their ends."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def words(self) -> str:
        """The screen as one line, without frames and bars: for what a narrow screen wraps."""
        return " ".join(FRAMES.sub(" ", self.text).split())

    @property
    def cells(self) -> Mapping[int, Mapping[int, pyte.screens.Char]]:
        """The screen cell by cell, with how each looks: `cells[row][column].underscore`."""
        found: Mapping[int, Mapping[int, pyte.screens.Char]] = self._screen.buffer
        return found

    @property
    def rows(self) -> int:
        return int(self._screen.lines)

    def show(self, new: bytes) -> None:
        """Put on the screen what was written."""
        self.written += new
        for token in self._splitter.feed(new):
            if token.kind in ("text", "line", "control") or (
                token.kind == "csi" and not _NOT_FOR_PYTE.match(token.written)
            ):
                self._stream.feed(token.written)


class Terminal(Screen):
    """A program in a terminal of `columns` x `rows`. To be closed; also a context manager.

    with Terminal(sys.executable, "-m", "msgcenter_tui", "demo", environment=...) as terminal:
        terminal.wait("Message Center").press("n").wait("New thread")
    """

    def __init__(
        self,
        program: str,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str],
        echo: bool = False,
        before: Callable[[], None] | None = None,
    ) -> None:
        """`before` is done by the program's process before it begins."""
        super().__init__(columns, rows)
        self.arrived = 0.0
        """When the last byte came (time.perf_counter)."""
        # At home: what a monkey exports must not lie about here.
        here = environment.get("HOME", str(ROOT))
        self._child = pexpect.spawn(
            program,
            list(arguments),
            dimensions=(rows, columns),
            env=dict(environment),
            cwd=here,
            echo=echo,
            preexec_fn=before,
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what is there -------------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    @property
    def alive(self) -> bool:
        return bool(self._child.isalive())

    @property
    def busy(self) -> bool:
        """Whether it computes or waits for a disk: silence is then no answer. (Told on Linux only.)"""
        states = []
        for thread in Path(f"/proc/{self._child.pid}/task").glob("*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                states.append(thread.read_text("utf-8").rpartition(") ")[2][:1])
        return any(state in "RD" for state in states)

    @property
    def status(self) -> int | None:
        """The exit status, once the program has ended."""
        ended: int | None = self._child.exitstatus
        return ended

    def read(self, seconds: float = 0.0) -> bool:
        """Take what the program wrote; False when nothing came within the time."""
        new = self.take(seconds)
        self.show(new)
        return bool(new)

    def take(self, seconds: float = 0.0) -> bytes:
        """What the program wrote, to be shown later: to do so takes longer than to write it. Empty: nothing came."""
        try:
            new: bytes = self._child.read_nonblocking(1 << 20, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return b""
        self.arrived = time.perf_counter()
        return new

    # -- waiting -------------------------------------------------------------------------------------------------------

    def until(
        self, true: Callable[[], object], what: str = "what was waited for", *, may_end: bool = False
    ) -> Terminal:
        """Read until something is true, or with `may_end` the program has ended; fails with what is on the screen."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            came = self.read(0.05)
            late = time.monotonic() > deadline
            assert not late, f"{what} did not come within {PATIENCE:.0f} s; the screen:\n{self.text}"
            if may_end and not self.alive:
                break
            assert came or self.alive, f"the program ended before {what} came; the screen:\n{self.text}"
        return self

    def wait(self, *texts: str) -> Terminal:
        """Until all of these texts are on the screen (a text may be wrapped there)."""
        return self.until(lambda: all(text in self.words for text in texts), repr(texts))

    def wait_gone(self, *texts: str) -> Terminal:
        """Until none of these texts is on the screen."""
        return self.until(lambda: not any(text in self.words for text in texts), f"the end of {texts}")

    def settle(self, seconds: float = 0.2) -> Terminal:
        """Until it has had nothing to write and nothing to do for so long: for a focus that is told by colour only.

        What matters is that it is idle: on a slow machine it may be long silent over a key it is still busy with.
        """
        quiet_since, so_far = time.monotonic(), len(self.written)

        def quiet() -> bool:
            nonlocal quiet_since, so_far
            self.read(0.02)
            if len(self.written) > so_far or self.busy:
                quiet_since, so_far = time.monotonic(), len(self.written)
            return time.monotonic() - quiet_since >= seconds

        return self.until(quiet, "an end of the writing", may_end=True)

    def wait_end(self) -> int | None:
        """Until the program has ended; gives its exit status."""
        deadline = time.monotonic() + PATIENCE
        while self.alive:
            self.read(0.05)
            assert time.monotonic() < deadline, f"the program did not end; the screen:\n{self.text}"
        while self.read():
            pass
        return self.status

    # -- acting --------------------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> Terminal:
        """Press keys, by name (`enter`, `ctrl+t`) or as the character they write."""
        for key in keys:
            self._child.send(KEYS.get(key, key))
        return self

    def type(self, text: str) -> Terminal:
        """Type a text, key by key."""
        self._child.send(text.replace("\n", "\r"))
        return self

    def resize(self, columns: int, rows: int) -> Terminal:
        """Pull the terminal's window to another size."""
        self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)
        return self

    # -- the end -------------------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """kill -9."""
        if self._child.isalive():
            os.kill(self._child.pid, signal.SIGKILL)
        self.close()

    def close_window(self) -> int | None:
        """Close the terminal's window; the program's exit status, once it has ended."""
        self._child.ptyproc.fileobj.close()
        deadline = time.monotonic() + PATIENCE
        while self.alive:
            time.sleep(0.01)
            assert time.monotonic() < deadline, "the program did not end"
        return self.status

    def tell_to_end(self) -> int | None:
        """SIGTERM; the program's exit status, once it has ended."""
        os.kill(self._child.pid, signal.SIGTERM)
        return self.wait_end()

    def close(self) -> None:
        self._child.close(force=True)


def message_center(
    *arguments: str,
    columns: int = 80,
    rows: int = 24,
    environment: Mapping[str, str] | None = None,
    echo: bool = False,
    before: Callable[[], None] | None = None,
) -> Terminal:
    """`msgcenter` of this source tree in a terminal, with the (isolated) environment of the test."""
    kept = {
        name: value for name, value in os.environ.items() if name.startswith(("XDG_", "MSGCENTER_", "HOME", "PATH"))
    }
    ours = {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "error",
        "ESCDELAY": "30",
    }
    return Terminal(
        sys.executable,
        "-m",
        "msgcenter_tui",
        *arguments,
        columns=columns,
        rows=rows,
        environment={**kept, **ours, **(environment or {})},
        echo=echo,
        before=before,
    )
