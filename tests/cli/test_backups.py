"""`msgcenter backup` and `restore`: for administrators, and for whoever has nobody left to ask (S4, N13)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell
from tests.damaging import header

from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import identity
from msgcenter_tui.store.store import open_store

LEO = "leo@practice.example"


@pytest.fixture
def backup(shell: Shell, broadcast: str, tmp_path: Path) -> Path:
    """Made when one broadcast waited; there is a reply since."""
    path = tmp_path / "backup.db"
    made = shell.ask("backup", str(path))
    assert made == {"database": shell.database, "backup": str(path), "bytes": path.stat().st_size}
    shell.say("reply", broadcast, "--body", "We are open.", "--yes")
    return path


@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_a_backup_that_is_not_there_is_said_before_anything_is_asked(
    shell: Shell, tmp_path: Path, yes: tuple[str, ...]
) -> None:  # S1
    missing = tmp_path / "mnday.db"
    said = shell.fail(3, "restore", str(missing), *yes)
    assert f"nothing was restored into {shell.database}: {missing}: no such file or directory; " in said
    assert "msgcenter backup" in said


def test_a_backup_is_put_back(shell: Shell, broadcast: str, backup: Path) -> None:
    restored = shell.ask("restore", str(backup), "--yes")
    assert restored == {"database": shell.database, "former": f"{shell.database}.before-restore", "held": 1}
    assert [one["body"] for one in shell.ask("show", broadcast, "--peek")["messages"]] == ["We are closed."]
    (delivery,) = shell.ask("deliveries")["deliveries"]
    assert delivery["state"] == "held"  # N13
    assert [one["body"] for one in shell.ask("--db", restored["former"], "show", broadcast, "--peek")["messages"]] == [
        "We are closed.",
        "We are open.",
    ]
    assert [one["act"] for one in shell.ask("audit")["records"]][:2] == ["store.restore", "store.backup"]  # S2


def test_it_asks_first_and_says_what_becomes_of_what(shell: Shell, backup: Path) -> None:
    asked = shell.fail(1, "restore", str(backup))
    assert "kept in a file beside it" in asked
    assert "waits to be sent is held" in asked
    said = shell.say("restore", str(backup), "--yes")
    assert f"kept as {shell.database}.before-restore" in said
    assert "1 notification held or unknown: they may have left already" in said
    assert "backed up" in shell.say("backup", f"{backup}-2")


def test_both_are_for_administrators(shell: Shell, backup: Path) -> None:  # S4
    shell.say("staff", "add", "Leo", "--email", LEO)
    shell.say("--as", MAYA, "teams", "member", TEAM, LEO, "--role", "owner")
    for who in (LEO, ANA):
        assert "administrator" in shell.fail(1, "--as", who, "backup", f"{backup}-2")
        assert "administrator" in shell.fail(1, "--as", who, "restore", str(backup), "--yes")
    assert not Path(f"{backup}-2").exists()
    shell.say("--as", MAYA, "restore", str(backup), "--yes")


def test_a_store_that_is_lost_or_damaged_has_nobody_to_ask(shell: Shell, broadcast: str, backup: Path) -> None:
    store = open_store(shell.database)
    identity.settle_here(store)
    store.close()
    header(Path(shell.database))
    shell.say("--as", LEO, "restore", str(backup), "--yes")
    assert len(shell.ask("--as", MAYA, "show", broadcast, "--peek")["messages"]) == 1
    Path(shell.database).unlink()
    assert shell.ask("restore", str(backup))["former"] is None
    assert len(shell.ask("--as", MAYA, "show", broadcast, "--peek")["messages"]) == 1


def test_a_store_that_was_emptied_is_restored(shell: Shell, backup: Path) -> None:
    Path(shell.database).write_bytes(b"")
    for end in ("-wal", "-shm"):
        Path(f"{shell.database}{end}").unlink(missing_ok=True)
    shell.say("restore", str(backup))
    assert shell.ask("threads")["threads"]


def test_a_store_that_cannot_be_asked_now_lets_nobody_pass(  # S4
    shell: Shell, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise StoreUnavailable("the store cannot be used", "another process kept it locked too long", "try again")

    monkeypatch.setattr("msgcenter_tui.center.backups.open_store", locked)
    assert "kept it locked too long" in shell.fail(3, "--as", LEO, "restore", str(backup), "--yes")
    assert not Path(f"{shell.database}.before-restore").exists()


def test_what_is_no_backup_is_refused(shell: Shell, broadcast: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database")
    refused = shell.fail(1, "restore", str(tmp_path / "notes.txt"), "--yes")
    assert "is no store of the Message Center" in refused
    assert "msgcenter backup" in refused
    assert "on a server" in shell.fail(2, "--db", "postgresql://localhost/x", "restore", "backup.db")
    assert "on a server" in shell.fail(2, "--db", "postgresql://localhost/x", "backup", "backup.db")
    assert "is not overwritten" in shell.fail(1, "backup", str(tmp_path / "notes.txt"))
    assert len(shell.ask("show", broadcast, "--peek")["messages"]) == 1
