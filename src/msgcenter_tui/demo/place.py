"""Where a demonstration lies: a folder of its own, whole or not there at all, and never anybody's real store."""

from __future__ import annotations

import fcntl
import glob
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgcenter_tui.errors import BadInput, Unavailable, reason

VARIABLE = "MSGCENTER_DEMO"
_MARK = "demonstration.json"
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A prepared demonstration."""

    folder: Path
    fresh: bool = False
    """Made just now, and not found as it was left."""

    @property
    def database(self) -> Path:
        return self.folder / "practice.sqlite3"

    @property
    def caught(self) -> Path:
        """What the catchers received: kept, so that the mailbox survives a restart as the store does."""
        return self.folder / "caught"

    @property
    def log(self) -> Path:
        return self.folder / "msgcenter.log"


def default_folder() -> Path:
    """The folder that $MSGCENTER_DEMO names, else one in the user's data folder, beside the real store's."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("msgcenter-demo", appauthor=False)


def found(folder: Path) -> DemoPlace | None:
    """The demonstration that lies in this folder; None where there is none yet.

    Raises BadInput for a folder that holds something else: it is nobody's to fill or to empty.
    """
    if (folder / _MARK).is_file():
        return DemoPlace(folder)
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    raise BadInput(
        f"{folder} cannot hold the demonstration",
        "there is something else in it",
        f"name an empty or a new folder in {VARIABLE}",
    )


def make(folder: Path, fill: Callable[[DemoPlace], None], *, reset: bool) -> DemoPlace:
    """The demonstration in `folder`: as it was left, or else filled by `fill`.

    It is filled beside its place and moved there when it is whole, so that who is interrupted leaves nothing half
    done. Two who prepare at once get the same one. With `reset` the old one goes once the new one is whole.
    """
    folder = folder.absolute()
    try:
        folder.parent.mkdir(_PRIVATE, parents=True, exist_ok=True)
        with _alone(folder):
            place = found(folder)
            if place is not None and not reset:
                return place
            _sweep(folder)
            return _made(folder, fill, replacing=place is not None)
    except OSError as error:
        why = reason(error)
        raise Unavailable(
            f"the demonstration cannot be made in {folder}", why, f"name another folder in {VARIABLE}"
        ) from error


def _made(folder: Path, fill: Callable[[DemoPlace], None], *, replacing: bool) -> DemoPlace:
    unfinished = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    try:
        fill(DemoPlace(unfinished))
        (unfinished / _MARK).write_text(json.dumps({"what": "a demonstration of the Message Center"}), "utf-8")
        if replacing:
            old = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
            folder.rename(old / "old")
        unfinished.rename(folder)
    finally:
        _sweep(folder)
    return DemoPlace(folder, fresh=True)


def _prefix(folder: Path) -> str:
    return f".{folder.name}-unfinished-"


def _sweep(folder: Path) -> None:
    """Remove what an interrupted preparation left; only one prepares at a time, so nobody is at work on it."""
    for left in folder.parent.glob(f"{glob.escape(_prefix(folder))}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    opened = os.open(folder.parent / f".{folder.name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
