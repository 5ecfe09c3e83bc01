"""`msgcenter export`: private files, whole or not at all, over nothing that is there."""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from pathlib import Path

import pytest
from tests.cli.conftest import ANA, Shell

from msgcenter_tui import files


def test_a_file_is_private_and_takes_nothings_place(shell: Shell, broadcast: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    made = shell.ask("export", "threads", "--format", "json", "--to", str(out))
    assert (made["threads"], made["messages"], made["file"]) == (1, 1, str(out / "threads.json"))
    assert stat.S_IMODE(Path(made["file"]).stat().st_mode) == 0o600
    assert json.loads(Path(made["file"]).read_text())["threads"][0]["id"] == broadcast
    before = Path(made["file"]).read_bytes()
    assert "exists" in shell.fail(1, "export", "threads", "--format", "json", "--to", str(out))
    assert Path(made["file"]).read_bytes() == before
    shell.say("export", "client", ANA, "--to", str(out / "ana.json"))
    assert json.loads((out / "ana.json").read_text())["client"]["email"] == ANA
    assert shell.ask("audit")["records"][0]["act"] == "client.export"  # S2
    assert sorted(path.name for path in out.iterdir()) == ["ana.json", "threads.json"]


@pytest.mark.parametrize("what", [("threads", "--format", "markdown"), ("client", ANA)])
def test_on_a_full_disk_nothing_is_there(
    shell: Shell, broadcast: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: tuple[str, ...]
) -> None:
    # what is written last does not fit any more
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "settle", full)
    said = shell.fail(3, "export", *what, "--to", str(tmp_path / "out.x"))
    assert said.startswith(f"nothing was exported: {tmp_path / 'out.x'}: no space left on device; look for space")
    assert not list(tmp_path.glob("*out.x*"))
    assert not list(tmp_path.glob("*unfinished"))


def _refused(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # by hand: root may write everywhere


@pytest.mark.parametrize("what", [("threads", "--format", "markdown"), ("client", ANA)])
def test_a_folder_that_cannot_be_written_is_named_with_the_cure(
    shell: Shell, broadcast: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: tuple[str, ...]
) -> None:  # S1
    cure = "choose a folder that is there and that you may write"
    gone = tmp_path / "gone"
    said = shell.fail(3, "export", *what, "--to", str(gone / "out.x"))
    assert said == f"nothing was exported: {gone}: no such file or directory; {cure}"
    (file := tmp_path / "file").write_text("")
    said = shell.fail(3, "export", *what, "--to", str(file / "out.x"))
    assert said == f"nothing was exported: {file}: not a directory; {cure}"
    monkeypatch.setattr(tempfile, "mkstemp", _refused)
    said = shell.fail(3, "export", *what, "--to", str(tmp_path))
    assert said == f"nothing was exported: {tmp_path}: permission denied; {cure}"


@pytest.mark.parametrize("what", [("threads", "--format", "markdown"), ("client", ANA)])
def test_a_link_that_leads_to_nothing_is_named_with_the_cure(
    shell: Shell, broadcast: str, tmp_path: Path, what: tuple[str, ...]
) -> None:  # S1
    link = tmp_path / "out.x"
    link.symlink_to(tmp_path / "gone.x")
    said = shell.fail(1, "export", *what, "--to", str(link))
    assert said.startswith(f"nothing was exported: {link} is a link to {tmp_path / 'gone.x'}, which is not there; ")
    assert "name that file itself, or take the link away" in said
    assert list(tmp_path.glob("*.x*")) == [link]


def test_to_standard_output(shell: Shell, broadcast: str, tmp_path: Path) -> None:
    document = json.loads(shell.say("export", "threads", broadcast, "--format", "json"))
    assert [thread["id"] for thread in document["threads"]] == [broadcast]
    for said in (shell.ask("export", "client", ANA), json.loads(shell.say("export", "client", ANA))):
        assert said["client"]["name"] == "Ana Flores"
    assert "say with --to" in shell("--json", "export", "threads", "--format", "json").err
    unknown = shell.fail(1, "export", "threads", "t99", "--format", "mbox", "--to", str(tmp_path / "x"))
    assert "there is no thread" in unknown
