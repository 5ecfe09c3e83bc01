"""The wheel and an editable copy both carry what the program needs beside its code: the style sheets."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pexpect
import pytest
import textual

ROOT = Path(__file__).resolve().parents[1]

# Leaves, and says where it found the style sheets: the code and the styles must be those of the copy under test.
LOOK = """
import msgcenter_tui
from msgcenter_tui import stylesheets
print(msgcenter_tui.__file__)
print(stylesheets.folder() / "app.tcss")
"""


CTRL_Q = "\x11"


def clean_environment() -> dict[str, str]:
    """Without what points Python to the code of this checkout, or the program to a store."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MSGCENTER_", "XDG_"))}


def run(*command: str | Path) -> str:
    """Its standard output; a failure shows both outputs."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
        env=clean_environment(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind: str, folder: Path) -> Path:
    """The wheel of an installed or of an editable copy, made by the build backend itself: offline, nothing fetched."""
    name = run(sys.executable, "-c", f"from hatchling import build; print(build.build_{kind}({str(folder)!r}))")
    return folder / name.splitlines()[-1]


@pytest.fixture(params=["wheel", "editable"])
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of an environment with one copy of the program, its dependencies lent by this one."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    wheel = build(request.param, tmp_path)
    offline = ["--no-index", "--no-deps", "--quiet", "--disable-pip-version-check"]
    run(sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", *offline, wheel)
    # Last on the path, so that nothing lent can stand in for the copy under test.
    (site,) = (home / "lib").glob("python*/site-packages")
    lent = Path(textual.__file__).parents[1]
    (site / "zz_lent.pth").write_text(f"import sys; sys.path.append({str(lent)!r})\n")
    return home


def test_the_wheel_ships_the_style_sheets_and_nothing_of_the_workshop(tmp_path: Path) -> None:
    names = zipfile.ZipFile(build("wheel", tmp_path)).namelist()
    here = {f"msgcenter_tui/styles/{sheet.name}" for sheet in (ROOT / "styles").glob("*.tcss")}
    assert "msgcenter_tui/styles/app.tcss" in here
    assert here <= set(names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"msgcenter_tui"}


def test_each_copy_starts_with_its_own_style_sheets(copy: Path, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    package, sheet = map(Path, run(copy / "bin" / "python", "-c", LOOK).splitlines())
    expected = ROOT if "editable" in request.node.name else copy
    assert package.is_relative_to(expected)
    assert sheet.is_relative_to(expected)
    assert sheet.is_file()

    # On an empty store it begins with the set-up; if a style sheet were missing it would end with an error instead.
    env = {**clean_environment(), "HOME": str(tmp_path), "TERM": "xterm-256color"}
    program = pexpect.spawn(str(copy / "bin" / "msgcenter"), env=env, dimensions=(30, 100), timeout=60)
    program.expect("Welcome")
    program.send(CTRL_Q)
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0
