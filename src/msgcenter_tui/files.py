"""Files that stand under their names only when they are whole, and streams that are given all of it."""

from __future__ import annotations

import fcntl
import glob
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from msgcenter_tui.errors import BadInput, reason

MOST = 64 * 1024 * 1024
"""Bytes of what a person names to be read: far more than there are in any text or list."""
BEGUN, UNFINISHED = "-unfinished", ".unfinished"
"""How a name ends before others can know that somebody works there, and then: each as long as the other, as names may
be."""
_MOST_CHARACTERS = 50
"""Of a file's name are in that of the unfinished one: that may be no longer than any, in bytes."""


def content(path: Path) -> bytes:
    """All of a file. Raises BadInput where it cannot be read, or is too big to be what it should be."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is no path"
        raise BadInput(f"{str(path)[:200]} cannot be read", why, "name a file that you may read") from None
    return of_some_size(data, str(path))


def of_some_size(data: bytes, name: str) -> bytes:
    """The data that was read of what has this name, at most one byte more than MOST. Raises BadInput for that one."""
    if len(data) > MOST:
        raise BadInput(f"{name[:200]} is too big", f"the most is {MOST // 1024 // 1024} MiB")
    return data


@contextmanager
def whole(path: Path, *, over: bool) -> Iterator[BinaryIO]:
    """A new file for its owner alone (mode 0600): on the disk, and named so, when the block has ended well; else gone.

    What a killed program has left of the same file is taken away first. `over`: it takes the place of what is there; a
    link stays one, and what it leads to is replaced. Otherwise raises FileExistsError where something is by then.
    Raises OSError.
    """
    import tempfile  # it takes longer than what is imported before the first frame may

    if over:
        path = Path(os.path.realpath(path))
    name = path.name[:_MOST_CHARACTERS]
    for one in left_behind(path.parent, name):
        with suppress(OSError):
            one.unlink()
    opened, made = tempfile.mkstemp(prefix=f".{name}.", suffix=BEGUN, dir=path.parent)
    unfinished = Path(made)
    try:
        with os.fdopen(opened, "wb") as file:
            unfinished = at_work(unfinished, opened)
            yield file
            settle(file)
            if over:
                unfinished.replace(path)
            else:
                give_name(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def at_work(begun: Path, opened: int) -> Path:
    """Have nobody take for left what was `begun`, a file or folder, as long as it is `opened`; gives its name from then
    on. It is locked before it has the name by which others find it.
    """
    with suppress(OSError):  # on a share: there nobody can know of it
        fcntl.flock(opened, fcntl.LOCK_EX)
    return begun.rename(f"{begun}".removesuffix(BEGUN) + UNFINISHED)


def left_behind(place: Path, name: str | None = None) -> tuple[Path, ...]:
    """What is unfinished in `place`, of a file of this name or of any, whose maker was killed."""
    named = place.glob(f".{'*' if name is None else glob.escape(name)}.*{UNFINISHED}")
    return tuple(sorted(one for one in named if not _at_work(one)))


def _at_work(unfinished: Path) -> bool:
    """Whether somebody works on it, or that cannot be known."""
    try:
        look = os.open(unfinished, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(look, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(look)
    return False


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
