"""The structured log: what is done, by ids, and nothing that anybody wrote (S2)."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell
from tests.hostile import HOSTILE

from msgcenter_tui.cli import events
from msgcenter_tui.cli.main import main
from msgcenter_tui.config import Log

WORDS = ["quillonne", "zephyrwort", "periwinkle", "thimblerig", "brambleseed", "marmalade", "5550147"]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "log" / "msgcenter.jsonl"
    path.parent.mkdir()
    monkeypatch.setenv("MSGCENTER_LOG_FILE", str(path))
    return path


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_acts_are_told_by_ids_and_none_of_their_words(shell: Shell, log: Path) -> None:
    # S2
    them = shell.ask(
        *("clients", "add", "Quillonne Zephyrwort", "--in", TEAM, "--portal", "--note", "brambleseed"),
        *("--email", "q@marmalade.example", "--phone", "+1 212 555 0147", "--sms", "active", "--how", "thimblerig"),
    )
    sent = shell.ask(
        *("send", "--to", "all-clients", "--from", TEAM, "--subject", "thimblerig", "--body", "periwinkle"),
        *("--unlocked", "--yes"),
    )
    for text in (HOSTILE[name] for name in ("clipboard", "header injection", "right-to-left override", "JSON")):
        body = f"periwinkle {text.encode(errors='replace').decode()}".replace("\0", "")
        assert main(["--db", shell.database, "--as", ANA, "reply", sent["thread"], "--body", body]) in (0, 2)
    shell.say("edit", sent["message"], "--body", "periwinkle again")
    shell.fail(1, "clients", "assign", them["id"], "zephyrwort@marmalade.example")
    shell.say("thread", "rename", sent["thread"], "thimblerig too")
    shell.say("erase", them["id"], "--yes")
    text = log.read_text()
    assert text.isascii()
    assert [word for word in WORDS if word in text.casefold()] == []
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    told = lines(log)
    assert {"client.add", "message.write", "message.edit", "thread.rename", "client.erase"} <= {
        one["event"] for one in told
    }
    (added,) = (one for one in told if one["event"] == "client.add")
    assert (added["level"], added["room"], added["what"], added["by"]) == ("info", "store.audit", them["id"], None)
    assert "phone" in added["fields"]


def test_what_did_not_happen_is_not_told(shell: Shell, log: Path) -> None:
    shell.fail(1, "send", "--to", "all-clients", "--from", TEAM, "--body", "Hello")
    assert not log.exists() or lines(log) == []


def test_a_file_that_is_moved_away_is_made_anew(log: Path) -> None:
    handler = events.begin(Log(str(log)), warn=pytest.fail)
    assert handler is not None
    try:
        logging.getLogger("msgcenter_tui.x").info("one")
        log.rename(log.with_suffix(".1"))
        logging.getLogger("msgcenter_tui.x").info("two")
    finally:
        handler.end()
    assert [one["event"] for path in (log.with_suffix(".1"), log) for one in lines(path)] == ["one", "two"]


@pytest.mark.parametrize("format", ["json", "text"])
def test_gaps_of_sentences_hold_numbers_only(log: Path, format: str) -> None:
    handler = events.begin(Log(str(log), "warning", format), warn=pytest.fail)
    assert handler is not None
    try:
        room = logging.getLogger("msgcenter_tui.delivery.notifier")
        room.info("below the level")
        room.warning("%d are held: %s", 7, "zephyrwort@marmalade.example said periwinkle")
        room.error("it failed: %s", ValueError("periwinkle"))
        logging.getLogger("aiosmtplib").warning("zephyrwort@marmalade.example")
    finally:
        handler.end()
    text = log.read_text()
    assert [word for word in WORDS if word in text] == []
    assert "ValueError" in text
    assert "7" in text
    assert text.count("\n") == 2


def test_a_log_that_cannot_be_written_stops_nothing(shell: Shell, tmp_path: Path) -> None:
    done = shell("--log-file", str(tmp_path / "no" / "such" / "log"), "clients", "add", "Ben", "--in", TEAM)
    assert done.status == 0
    assert done.err.count("cannot be written") == 1
    assert done.err.startswith("warning: ")
    assert len(shell.ask("--as", MAYA, "clients", "list")["clients"]) == 2
