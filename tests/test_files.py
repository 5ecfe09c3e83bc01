"""A file stands under its name when it is whole, and takes nobody's place unasked."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from msgcenter_tui.files import left_behind, whole, write_in_time
from msgcenter_tui.tui import exporting


def _no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.fixture(params=["links", "none, as on a memory stick"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param != "links":
        monkeypatch.setattr(os, "link", _no_links)
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder / ("x" * 251 + ".csv")  # as long as a name may be


@pytest.mark.parametrize("over", [False, True])
def test_it_is_there_when_it_is_whole_and_for_its_owner_alone(path: Path, over: bool) -> None:
    with whole(path, over=over) as file:
        file.write(b"half")
        file.flush()
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*path.parent.iterdir()] == [path]


def write(path: Path, words: bytes, *, over: bool, meanwhile: Callable[[], object] = lambda: None) -> None:
    with whole(path, over=over) as file:
        file.write(words)
        meanwhile()


def full() -> None:
    raise OSError(28, "the disk is full")


@pytest.mark.parametrize("over", [False, True])
def test_one_that_fails_leaves_nothing_and_changes_nothing(path: Path, over: bool) -> None:
    if over:
        path.write_bytes(b"before")
    with pytest.raises(OSError, match="full"):
        write(path, b"half", over=over, meanwhile=full)
    assert [one.read_bytes() for one in path.parent.iterdir()] == ([b"before"] if over else [])


def test_what_came_meanwhile_stays_unless_it_is_to_be_replaced(path: Path) -> None:
    with pytest.raises(FileExistsError):
        write(path, b"mine", over=False, meanwhile=lambda: path.write_bytes(b"theirs"))
    assert path.read_bytes() == b"theirs"
    write(path, b"mine", over=True)
    assert path.read_bytes() == b"mine"
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize("over", [False, True])
def test_what_a_killed_program_left_goes_with_the_next_of_the_same_file(path: Path, over: bool) -> None:
    other = path.with_name("other.csv")
    for file in (path, other):
        killed(file)
    left = left_behind(path.parent)
    assert [one.name[:5] for one in left] == [".othe", ".xxxx"]
    assert [(one.read_bytes(), one.stat().st_mode & 0o777) for one in left] == [(b"half", 0o600)] * 2
    write(path, b"all", over=over)
    assert {*path.parent.iterdir()} == {path, left[0]}
    assert left_behind(path.parent) == left[:1], "what is left of another file is named, and not touched"


def test_what_somebody_still_writes_is_not_taken_for_left(path: Path) -> None:
    with whole(path, over=True) as first:
        first.write(b"first")
        assert left_behind(path.parent) == ()
        write(path, b"second", over=True)
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"
    assert [*path.parent.iterdir()] == [path]


def killed(path: Path) -> None:
    """Kill a program that was writing this file."""
    script = """
import os, pathlib, signal, sys
from msgcenter_tui.files import whole
with whole(pathlib.Path(sys.argv[1]), over=False) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_what_it_leads_to_is_replaced(path: Path, tmp_path: Path, there: bool) -> None:
    real = tmp_path / "elsewhere" / "real.csv"
    real.parent.mkdir()
    if there:
        real.write_bytes(b"before")
    path.symlink_to(Path("..") / "elsewhere" / "real.csv")
    with pytest.raises(FileExistsError):
        write(path, b"mine", over=False)
    with pytest.raises(OSError, match="full"):
        write(path, b"half", over=True, meanwhile=full)
    assert [one.read_bytes() for one in real.parent.iterdir()] == ([b"before"] if there else [])
    write(path, b"mine", over=True)
    assert path.is_symlink()
    assert [*path.parent.iterdir()] == [path]
    assert [(one.name, one.read_bytes()) for one in real.parent.iterdir()] == [("real.csv", b"mine")]


def test_no_screen_waits_for_the_disk_to_take_an_export(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []
    sync = os.fsync

    def noted(file: int) -> None:
        waited.append(threading.current_thread() is threading.main_thread())
        sync(file)

    async def parts() -> AsyncIterator[str]:
        yield "name\r\n"

    monkeypatch.setattr(os, "fsync", noted)
    asyncio.run(exporting.write(path, parts(), overwrite=False))
    assert waited[0] is False  # what comes after it finds all on the disk
    assert path.read_bytes() == b"\xef\xbb\xbfname\r\n"


def test_what_is_written_in_time_waits_only_for_who_reads() -> None:
    reader, writer = os.pipe()
    words = b"x" * 200_000  # more than a pipe holds
    read = bytearray()

    def follow() -> None:
        while part := os.read(reader, 10_000):
            read.extend(part)

    following = threading.Thread(target=follow)
    following.start()
    assert write_in_time(writer, words, 30)
    os.close(writer)
    following.join()
    os.close(reader)
    assert read == words
    reader, writer = os.pipe()
    assert not write_in_time(writer, words, 0)
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        write_in_time(writer, words, 30)
    os.close(writer)
