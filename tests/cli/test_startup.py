"""What a command loads: asking for help waits for neither the store's libraries nor the terminal's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
HEAVY = {"sqlalchemy", "alembic", "textual", "rich", "aiosmtplib", "aiosmtpd", "psycopg", "phonenumbers", "tomlkit"}


def run(*words: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """The command in a process of its own, and the packages it had loaded at its end."""
    code = """
import json, sys
from msgcenter_tui.cli.main import main
status = main(sys.argv[1:])
print(json.dumps([name.split(".")[0] for name in sys.modules]), file=sys.stderr)
sys.exit(status)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    return done, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("clients", "add", "--help"), ("deliver", "--help")])
def test_help_and_version_load_neither_the_store_nor_the_terminal(words: tuple[str, ...]) -> None:
    done, loaded = run(*words)
    assert done.returncode == 0
    assert done.stdout
    assert not loaded & HEAVY


def test_wrong_usage_is_said_as_fast() -> None:
    done, loaded = run("clients", "add")
    assert done.returncode == 2
    assert not loaded & HEAVY


def test_a_command_loads_the_store_but_not_the_terminal_nor_the_mail(tmp_path: Path) -> None:
    # Once: making the store needs alembic.
    database = str(tmp_path / "store.db")
    run("--db", database, "staff", "add", "Maya", "--email", "maya@practice.example")
    done, loaded = run("--db", database, "--json", "unread")
    assert json.loads(done.stdout) == {"threads": 0, "messages": 0}
    assert loaded & HEAVY == {"sqlalchemy"}
    done, loaded = run("--db", database, "threads")
    assert loaded & HEAVY <= {"sqlalchemy", "rich"}


def test_python_m_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "msgcenter_tui", "bogus"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: 'bogus' is not known")
