"""Long work tells a person at a terminal how far it is, and nobody else."""

from __future__ import annotations

import io
import sys

import pytest
from tests.cli.test_deliver_seen import Terminal

from msgcenter_tui.cli import long_work


def told(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, *, quiet: bool = False, after: float = -1.0) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(long_work, "_LONG", after)
    with long_work.bar(quiet=quiet) as tell:
        tell("copying [deliveries]", 3000, 12000)
    return stderr.getvalue()


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, Terminal())
    assert "copying [deliveries]" in said
    assert "3,000 of 12,000" in said


def test_nobody_else_is_told_and_nobody_of_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, io.StringIO()) == ""
    assert told(monkeypatch, Terminal(), quiet=True) == ""
    assert "copying" not in told(monkeypatch, Terminal(), after=1e9)
