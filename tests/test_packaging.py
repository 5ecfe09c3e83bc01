"""What is built has all that is needed and says what it is: the wheel, the source archive, an editable copy."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
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


def run(*command: str | Path, source: Path = ROOT) -> str:
    """Its standard output; a failure shows both outputs."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=source,
        timeout=120,
        env=clean_environment(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind: str, folder: Path, source: Path = ROOT) -> Path:
    """A `wheel`, an `editable` one or an `sdist`, made by the build backend itself: offline, nothing fetched."""
    folder.mkdir(exist_ok=True)
    code = f"from hatchling import build; print(build.build_{kind}({str(folder)!r}))"
    return folder / run(sys.executable, "-c", code, source=source).splitlines()[-1]


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


def test_the_source_archive_builds_the_same_wheel(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        archive.extractall(tmp_path / "taken apart", filter="data")
    (source,) = (tmp_path / "taken apart").iterdir()
    for needed in ("constraints.txt", "Makefile", "README.md", "LICENSE", "CHANGELOG.md", "tests/conftest.py"):
        assert (source / needed).is_file(), needed
    again = build("wheel", tmp_path / "again", source)
    here = build("wheel", tmp_path / "here")
    with zipfile.ZipFile(again) as one, zipfile.ZipFile(here) as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }


def test_the_wheel_says_what_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(build("wheel", tmp_path)) as wheel:
        (described,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(wheel.read(described))
        manual = next(name for name in wheel.namelist() if name.endswith("/data/share/man/man1/msgcenter.1"))
        assert wheel.read(manual) == (ROOT / "docs" / "msgcenter.1").read_bytes()
        assert any(name.endswith("/licenses/LICENSE") for name in wheel.namelist())
        assert "msgcenter_tui/py.typed" in wheel.namelist()
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata["Summary"]
    assert str(metadata.get_payload()) == (ROOT / "README.md").read_text()
    classified = metadata.get_all("Classifier", [])
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(11, 15)} <= set(classified)
    assert {"postgres", "keyring", "serve"} <= set(metadata.get_all("Provides-Extra", []))


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
