"""What import-linter cannot say of the house: how it is told, purity of the rules, what each door loads."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"
PACKAGE = SOURCE / "msgcenter_tui"
PURE = [
    *(module for room in ("rules", "domain") for module in sorted((PACKAGE / room).glob("*.py"))),
    *(PACKAGE / f"{name}.py" for name in ("errors", "text")),
]
# The standard library's own doors to the world: a pure decision opens none of them.
DOORS = {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "select", "shutil",
    "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
}  # fmt: skip


def imported(module: Path) -> set[str]:
    """The absolute names of what a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages in `sys.modules` of a fresh interpreter after importing these modules."""
    return {module.split(".")[0] for module in all_loaded_by(*modules)}


def all_loaded_by(*modules: str) -> set[str]:
    code = f"import json, sys, {', '.join(modules)}; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    return set(json.loads(done.stdout))


def modules_of(*rooms: str) -> list[str]:
    # A migration runs inside alembic only.
    paths = [path for room in rooms for path in (PACKAGE / room).rglob("*.py") if "migrations" not in path.parts]
    assert paths
    return sorted(".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__") for path in paths)


def test_the_house_is_told_as_it_is() -> None:
    told = (SOURCE.parent / "docs" / "architecture.md").read_text("utf-8")
    tree = told.split("src/msgcenter_tui/\n")[1].split("styles/")[0]
    rooms = {path.name + ("/" if path.is_dir() else "") for path in PACKAGE.iterdir() if path.suffix in ("", ".py")}
    assert {line.split()[0] for line in tree.splitlines()} == rooms - {"__init__.py", "__main__.py", "__pycache__/"}
    street = re.search(r"^    cli ->(?:.+\n)+", told, re.MULTILINE)
    linter = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = [re.sub("[()]", "", layer) for layer in linter["contracts"][0]["layers"]]
    assert street is not None
    assert " ".join(street[0].split()) == " -> ".join(layers[1:])


@pytest.mark.parametrize("module", PURE, ids=lambda path: path.stem)
def test_rules_and_words_know_only_the_standard_library_and_do_no_input_or_output(module: Path) -> None:
    for name in imported(module):
        top = name.split(".")[0]
        if top == "msgcenter_tui":
            assert name.removeprefix("msgcenter_tui.").split(".")[0] in {"rules", "domain", "errors", "text"}
        else:
            assert top in sys.stdlib_module_names, name
            assert top not in DOORS, name


def test_the_rules_run_without_anything_installed() -> None:
    rules = modules_of("rules")
    assert not loaded_by(*rules, "msgcenter_tui.domain", "msgcenter_tui.text") & {"sqlalchemy", "textual", "rich"}


def test_nothing_below_the_screens_loads_textual() -> None:
    assert not loaded_by(*modules_of("center", "delivery", "store")) & {"textual", "rich"}


def test_the_center_leaves_every_statement_to_the_store() -> None:
    for module in (PACKAGE / "center").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
                assert {alias.name for alias in node.names} <= {"ColumnElement", "Row"}, module  # what the store gives
            elif isinstance(node, ast.ImportFrom) and node.module == "msgcenter_tui.store.tables":
                assert all(alias.name.isupper() for alias in node.names), module  # the kinds of ids, and no table
            elif isinstance(node, ast.Attribute):
                assert node.attr not in {"execute", "scalar", "scalars"}, module


def test_screens_do_not_import_the_store_or_the_network_themselves() -> None:
    for module in (PACKAGE / "tui").rglob("*.py"):
        tops = {name.split(".")[0] for name in imported(module)}
        assert not tops & {"sqlalchemy", "alembic", "aiosmtplib", "aiosmtpd", "psycopg", "sqlite3", "smtplib"}, module


def test_the_first_frame_waits_for_no_types_that_are_shown_later() -> None:
    loaded = all_loaded_by("msgcenter_tui.cli.app", "msgcenter_tui.tui.showing", "msgcenter_tui.tui.app")
    ours = {module for module in loaded if module.startswith("msgcenter_tui.domain.")}
    assert ours == {"msgcenter_tui.domain.words"}
    assert "sqlalchemy" not in loaded


def test_a_command_loads_neither_the_terminal_nor_the_mail_nor_the_migrations() -> None:
    loaded = loaded_by("msgcenter_tui.cli.main")
    assert not loaded & {"textual", "rich", "alembic", "aiosmtpd", "aiosmtplib", "httpx", "psycopg", "phonenumbers"}
