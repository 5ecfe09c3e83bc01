"""Writing what a screen exports into a file: for its reader alone, whole or not at all, and over nothing unasked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from msgcenter_tui.errors import BadInput


def proposed(name: str) -> str:
    """Where a file of this name would go: among the downloads, else where the program was started."""
    downloads = Path.home() / "Downloads"
    return str((downloads if downloads.is_dir() else Path.cwd()) / name)


def place(typed: str) -> Path:
    """The path that was typed. Raises BadInput for one that no file can have."""
    typed = typed.strip()
    if not typed or "\0" in typed:
        raise BadInput("a file needs a name", "", "type where it is to go")
    path = Path(typed).expanduser().absolute()
    if path.is_dir():
        raise BadInput(f"{path} is a folder", "", "add the name of the file")
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", "", "name one that is there")
    return path


async def write(path: Path, parts: AsyncIterator[str], *, overwrite: bool) -> None:
    """The parts as UTF-8 with a byte order mark, by which spreadsheets know it; mode 0600.

    Raises BadInput where it cannot be written; a file that is there stays as it was unless `overwrite`.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            async for part in parts:
                await asyncio.to_thread(file.write, part)
        if overwrite:
            unfinished.replace(path)
        else:
            os.link(unfinished, path)  # fails where somebody was first
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise BadInput(f"{path} cannot be written", why, "choose another place or name") from None
    finally:
        unfinished.unlink(missing_ok=True)
