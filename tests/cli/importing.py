"""How the tests of imports ask and look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import TEAM, Shell

EXPORT = Path(__file__).parent / "data" / "clients-export.csv"
Write = Callable[..., str]


def load(shell: Shell, file: str, *more: str) -> Any:
    return shell.ask("clients", "import", file, "--in", TEAM, *more)


def client(shell: Shell, email: str) -> Any:
    (one,) = (row for row in shell.ask("clients", "list", "--search", email)["clients"] if row["email"] == email)
    return one


def whys(findings: list[dict[str, Any]]) -> dict[int, tuple[str | None, str]]:
    return {one["line"]: (one["column"], one["why"]) for one in findings}
