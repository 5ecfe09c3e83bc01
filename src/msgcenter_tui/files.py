"""Files that stand under their names only when they are whole, and streams that are given all of it."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST
from pathlib import Path
from time import monotonic
from typing import BinaryIO


@contextmanager
def whole(path: Path, *, over: bool) -> Iterator[BinaryIO]:
    """A new file for its owner alone (mode 0600): on the disk, and named so, when the block has ended well; else gone.

    `over`: it takes the place of what is there; a link stays one, and what it leads to is replaced. Otherwise raises
    FileExistsError where something is by then. Raises OSError.
    """
    import secrets  # it takes longer than what is imported before the first frame may

    if over:
        path = Path(os.path.realpath(path))
    unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        opened = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(opened, "wb") as file:
            yield file
            settle(file)
        if over:
            unfinished.replace(path)
        else:
            give_name(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def give_name(unfinished: Path, path: Path) -> None:
    """Have a file stand under its name; the one that it had may be left. Raises FileExistsError where something is
    there by then, and OSError.
    """
    try:
        os.link(unfinished, path)  # fails where somebody was first
    except FileExistsError:
        raise
    except OSError:  # a memory stick, a share: no file has two names there
        if os.path.lexists(path):
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path)) from None
        unfinished.rename(path)


def settle(file: BinaryIO) -> None:
    """Have all that was written on the disk: it may take a while, and no screen should wait for it."""
    file.flush()
    os.fsync(file.fileno())


def write_all(stream: int, data: bytes) -> None:
    """Write it past any buffer: a signal may cut a write short. `stream` is a file descriptor. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(stream, rest) :]


def write_in_time(stream: int, data: bytes, seconds: float) -> bool:
    """The same, as long as whoever reads takes it within so many seconds; whether all of it was written."""
    rest, end = memoryview(data), monotonic() + seconds
    while rest:
        _, ready, _ = select.select([], [stream], [], max(0.0, end - monotonic()))
        if not ready:
            return False
        rest = rest[os.write(stream, rest[: select.PIPE_BUF]) :]  # there is room for so much
    return True
