"""The manual page: as the commands are, and as every man reads it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.cli.test_docs import COMMANDS

from msgcenter_tui.cli.manual import page

PATH = Path(__file__).resolve().parents[2] / "docs" / "msgcenter.1"


def test_it_is_current() -> None:
    assert PATH.read_text() == page(), "write it anew: python -m msgcenter_tui.cli.manual > docs/msgcenter.1"


@pytest.mark.parametrize(
    "reader", [("mandoc", "-T", "lint", "-W", "error"), ("groff", "-man", "-ww", "-z"), ("man", "--warnings", "-l")]
)
def test_every_man_reads_it(reader: tuple[str, ...]) -> None:
    if shutil.which(reader[0]) is None:
        pytest.skip(f"needs {reader[0]}")
    done = subprocess.run([*reader, PATH], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    if reader[0] == "man":
        assert "msgcenter - announcements" in " ".join(done.stdout.split())
    else:
        assert done.stdout == ""


def test_every_argument_is_told() -> None:
    untold = [
        f"{command} {action.option_strings or action.metavar}"
        for command, parser in COMMANDS.items()
        for action in parser._actions
        if not action.help and action.metavar != "COMMAND"
    ]
    assert untold == []
