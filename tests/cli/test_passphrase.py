"""`msgcenter passphrase`: asked twice, the present one first, and never shown."""

from __future__ import annotations

import io

import pytest
from tests.cli.conftest import MAYA, Shell

from msgcenter_tui.center import passphrases

WORDS = "four calm boats"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrases, "hashed", lambda typed: f"kept {typed}")
    monkeypatch.setattr(passphrases, "fits", lambda kept, typed: kept == f"kept {typed}")


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_passphrase_is_set_changed_and_taken_away(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, WORDS, WORDS)
    assert WORDS not in shell.say("passphrase", "set")
    typed(monkeypatch, "another", "", "another", "")
    assert "the present passphrase is another one" in shell.fail(1, "passphrase", "set")
    typed(monkeypatch, WORDS, "five calm boats", "five calm boats")
    assert shell.ask("passphrase", "set") == {}
    typed(monkeypatch, WORDS, WORDS)
    assert "another one" in shell.fail(1, "passphrase", "remove")
    shell.say("passphrase", "remove", MAYA)  # the administrator
    typed(monkeypatch, WORDS, "else", WORDS, "else")
    assert "not the same" in shell.fail(2, "passphrase", "set")
    assert "has no passphrase" in shell.fail(1, "passphrase", "remove")


def test_on_a_terminal_it_is_not_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def unseen(prompt: str) -> str:
        asked.append(prompt)
        return WORDS

    monkeypatch.setattr("getpass.getpass", unseen)
    shell.say("passphrase", "set")
    assert asked == ["New passphrase: ", "Once more: "]
