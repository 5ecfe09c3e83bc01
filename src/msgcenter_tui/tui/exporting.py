"""Writing what a screen exports into a file: for its reader alone, whole or not at all, and over nothing unasked."""

from __future__ import annotations

import asyncio
from codecs import BOM_UTF8
from collections.abc import AsyncIterator
from pathlib import Path

from msgcenter_tui.errors import BadInput, reason
from msgcenter_tui.files import settle, whole


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
    try:
        with whole(path, over=overwrite) as file:
            file.write(BOM_UTF8)
            async for part in parts:
                await asyncio.to_thread(file.write, part.encode())
            await asyncio.to_thread(settle, file)  # so that the end of the block finds nothing to wait for
    except OSError as error:
        why = reason(error)
        raise BadInput(f"{path} cannot be written", why, "choose another place or name") from None
