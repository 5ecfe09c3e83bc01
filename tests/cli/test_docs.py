"""docs/cli.md describes the command line as it is: every command, every option, every key of the configuration."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from msgcenter_tui.center.client_words import HEADINGS, PORTALS, STATUSES
from msgcenter_tui.cli.arguments import Parser
from msgcenter_tui.cli.parser import build
from msgcenter_tui.config.keys import KINDS
from msgcenter_tui.config.loading import check
from msgcenter_tui.tui import keys as keys_of_app

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "cli.md").read_text()
ASK_NOTHING = [f"thread {deed}" for deed in ("lock", "delete", "restore", "withdraw", "leave", "remove")]
VIEW = {"--view-as", "--at", "--if-status", "--if-portal", "--if-in", "--if-name"}
VIEW_DOCS = DOCS.split("VIEW is what a client would see")[1].split("\n## ")[0]
COMMON = {"-h", "--help", "--db", "--as", "--json", "--log-file"}


def below(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, by its words."""
    assert isinstance(parser, Parser)
    parser.complete()
    if path and parser.get_default("run"):
        yield " ".join(path), parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield from below(child, (*path, name))


COMMANDS = dict(below(build()))


def described(command: str) -> str:
    """The lines of the documentation that are about this command."""
    # `thread add|remove` and the like may be told in one line, or in several.
    lines = [line for line in DOCS.splitlines() if re.search(rf"`{command}[ `]", line)]
    assert lines, f"docs/cli.md does not tell of `{command}`"
    return "\n".join(lines)


def test_every_command_is_found() -> None:
    assert len(COMMANDS) > 45
    assert {
        "clients import",
        "deliveries retry",
        "deliveries",
        "thread unread",
        "delete-message",
        "audience",
    } <= COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_described(command: str) -> None:
    lines = described(command)
    for action in COMMANDS[command]._actions:
        for option in set(action.option_strings) - COMMON:
            if option in {"--body", "--body-file"}:
                assert "BODY" in lines
            elif action.help == argparse.SUPPRESS:
                assert (option, command in ASK_NOTHING) == ("--yes", True)
            elif option in VIEW:
                assert "[VIEW]" in lines
                assert option in VIEW_DOCS
            else:
                assert option in lines, f"{command} {option}"
        if not action.option_strings and isinstance(action.metavar, str) and action.metavar != "COMMAND":
            assert action.metavar in lines, f"{command} {action.metavar}"


@pytest.mark.parametrize("command", ASK_NOTHING)
def test_who_asks_nothing_tells_of_no_yes_but_understands_it(command: str) -> None:
    parser = COMMANDS[command]
    assert "--yes" not in parser.format_help()
    who = ["p2"] if command == "thread remove" else []
    assert parser.parse_args(["t1", *who, "--yes"]).yes


def test_nothing_is_described_that_does_not_exist() -> None:
    cells = [row.split(" | ")[0] for row in DOCS.split("## Configuration")[0].splitlines() if row.startswith("| `")]
    told = {name.strip() for cell in cells for name in re.findall(r"`([a-z][a-z -]*)(?=[` A-Z-])", cell)}
    fields = {fact.value for fact in HEADINGS}
    assert {name.partition(" -")[0].strip() for name in told} - fields <= {*COMMANDS, "msgcenter"}
    known = {option for parser in COMMANDS.values() for action in parser._actions for option in action.option_strings}
    assert set(re.findall(r"--[a-z-]+", "\n".join(cells))) <= known


def test_every_key_of_the_configuration_is_described() -> None:
    section_of_docs = DOCS.split("## Configuration")[1]
    for section, keys in KINDS.items():
        if section:
            assert f"[{section}" in section_of_docs
        for key in keys:
            assert f"`{key}`" in section_of_docs or f"[{section}.{key}]" in section_of_docs, f"{section}.{key}"


@pytest.mark.parametrize("path", ["README.md", "docs/cli.md", "docs/keys.md", "src/msgcenter_tui/config/keys.py"])
def test_every_example_of_a_keymap_works(path: str) -> None:
    lines = re.findall(r'"[a-z]+\.[a-z-]+" = "[^"\n]*"', (ROOT / path).read_text())
    assert lines
    for line in lines:
        keymap = check(Path("config.toml"), f"[ui.keymap]\n{line}").ui.keymap
        assert keys_of_app.check(keymap) == [], line


def test_every_document_that_shows_a_keymap_is_looked_at() -> None:
    documents = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    shown = {path.name for path in documents if "[ui.keymap]\n" in path.read_text()}
    assert shown == {"README.md", "cli.md", "keys.md"}


def test_the_words_of_an_import_are_described() -> None:
    words = DOCS.split("### Importing a list")[1].split("\n## ")[0]
    for fact, headings in HEADINGS.items():
        assert f"| `{fact}` | {', '.join(headings)} |" in words
    for word in (*STATUSES, *PORTALS):
        assert re.search(rf"\b{word}\b", words), word
