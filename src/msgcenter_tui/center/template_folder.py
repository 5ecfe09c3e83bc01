"""Template files on the disk: reading those that are named, and writing a set without losing what is there."""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from msgcenter_tui.center import template_files
from msgcenter_tui.center.template_set import Source
from msgcenter_tui.domain import Template
from msgcenter_tui.errors import BadInput, Refused, reason
from msgcenter_tui.files import whole
from msgcenter_tui.text import fold, preview

ENDING = ".md"
_ENDINGS = (ENDING, ".markdown")
_MOST_BYTES = 1024 * 1024
"""Of one file: a template has at most 20,000 characters."""
_MOST_FILES = 10_000
_LONGEST = 60
# Windows opens a device by these, whatever the ending.
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))))


class Page(NamedTuple):
    """A file to be written."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing a set into a folder does: names of files."""

    folder: Path
    pages: tuple[Page, ...]
    new: tuple[str, ...]
    same: tuple[str, ...]
    """There already, with these very words."""
    other: tuple[str, ...]
    """There already, with other words: overwritten only where that is wanted."""


# -- in ---------------------------------------------------------------------------------------------------------------


def gather(paths: Sequence[str]) -> tuple[Source, ...]:
    """The files of these paths, in their order; of a folder its Markdown files, by name. BadInput where one cannot be
    read, or where there is none.
    """
    files: list[Path] = []
    for path in paths:
        place = Path(path).expanduser()
        files += _in_folder(place) if place.is_dir() else [place]
    if not files:
        raise BadInput(
            "there is no template to read", f"no file there ends in {ENDING}", "name a file, or another folder"
        )
    if len(files) > _MOST_FILES:
        raise BadInput(
            "these are too many files", f"{len(files):,}, the most is {_MOST_FILES:,}", "take fewer at a time"
        )
    return tuple(Source(str(file), _bytes_of(file)) for file in dict.fromkeys(files))


def _in_folder(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.suffix.lower() in _ENDINGS and one.is_file())
    except OSError as error:
        raise _unreadable(folder, error) from None


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from None
    if len(data) > _MOST_BYTES:
        raise BadInput(f"{file} is too big to be a template", "the most is 1 MiB", "leave it out")
    return data


def _unreadable(path: Path, error: Exception) -> BadInput:
    return BadInput(f"{str(path)[:200]} cannot be read", _why(error), "name a file or folder that you may read")


# -- out --------------------------------------------------------------------------------------------------------------


def plan(folder: str, templates: Sequence[Template]) -> Plan:
    """What writing these templates into the folder would do; nothing is written yet."""
    place = Path(folder).expanduser()
    if place.exists() and not place.is_dir():
        raise BadInput(f"{str(place)[:200]} is no folder", "", "name a folder; one that is not there is made")
    taken: set[str] = set()
    pages = tuple(Page(file_name(one.name, taken), template_files.write(one)) for one in templates)
    return _looked_at(place, pages)


def put(planned: Plan, *, force: bool = False) -> None:
    """Write what was planned, each file for its owner's eyes only (mode 0600); what says the same already is left.

    `force` overwrites what the plan found to hold other words. Where any other file does by now, all is refused before
    anything is written.
    """
    again = _looked_at(planned.folder, planned.pages)
    lost = [file for file in again.other if not force or file not in planned.other]
    if lost:
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise Refused(
            "nothing was exported",
            f"{planned.folder / lost[0]}{others} would be overwritten, with other words in it",
            "choose an empty folder, or overwrite with --force",
        )
    try:
        planned.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for page in planned.pages:
            if page.file not in again.same:
                with whole(planned.folder / page.file, over=page.file in again.other) as file:
                    file.write(page.text.encode())
    except OSError as error:
        raise BadInput(f"{str(planned.folder)[:200]} cannot be written", _why(error), "choose another folder") from None


def file_name(name: str, taken: set[str]) -> str:
    """A name for the file of a template that any system takes, none of those taken; it is taken then, too."""
    letters = (one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in fold(name))
    stem = "-".join("".join(letters).split())[:_LONGEST].strip("-") or "template"
    while len(stem.encode()) > 200:
        stem = stem[:-1]
    if stem in _DEVICES:
        stem = f"template-{stem}"
    number, chosen = 1, stem
    while chosen in taken:
        number += 1
        chosen = f"{stem}-{number}"
    taken.add(chosen)
    return chosen + ENDING


def _looked_at(folder: Path, pages: tuple[Page, ...]) -> Plan:
    """What stands in the place of each page now."""
    new: list[str] = []
    same: list[str] = []
    other: list[str] = []
    for page in pages:
        there = _there(folder / page.file)
        (new if there is None else same if there == page.text.encode() else other).append(page.file)
    return Plan(folder, pages, tuple(new), tuple(same), tuple(other))


def _there(file: Path) -> bytes | None:
    """What stands there, or where a link leads to; None: nothing does. What is no plain file, or a link to nothing,
    holds other words than any template.
    """
    try:
        found = file.stat()
    except FileNotFoundError:
        return b"" if file.is_symlink() else None
    except OSError as error:
        raise _unreadable(file, error) from None
    return _bytes_of(file) if stat.S_ISREG(found.st_mode) and found.st_size <= _MOST_BYTES else b""


def _why(error: Exception) -> str:
    return preview(reason(error), 100) if isinstance(error, OSError) else "it is no path"
