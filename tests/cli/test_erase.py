"""`msgcenter erase`: asks, erases, sweeps, says what still holds it, and may be said again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import ANA, Shell

from msgcenter_tui.cli import erasing
from msgcenter_tui.errors import StoreUnavailable


def test_it_asks_then_leaves_no_byte_and_can_be_said_again(shell: Shell, tmp_path: Path) -> None:
    # S2, S3's manner
    shell.say("--as", ANA, "send", "--to", "maya@practice.example", "--from", "x", "--body", "Periwinkles!", "--yes")
    asked = shell.fail(1, "erase", ANA)
    assert "Erase all that is stored of Ana Flores, client of Bright Beginnings, for good?" in asked
    assert "1 message of theirs will read (erased) for everybody" in asked
    assert asked.endswith("--yes to go on")
    copy = tmp_path / "store.db.schema-0006"
    copy.touch()
    done = shell.ask("erase", ANA, "--yes")
    assert (done["messages"], done["new"], done["swept"], done["copies"]) == (1, True, True, [str(copy)])
    content = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*")).lower()
    assert b"eriwinkles" not in content
    assert b"ana@mail" not in content
    again = shell.say("erase", done["client"])
    assert f"{done['client']} was erased already" in again
    assert f"{copy} still holds it" in again
    shell.fail(1, "erase", ANA, "--yes")


def test_where_the_file_cannot_be_written_anew_it_says_what_is_left(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise StoreUnavailable("the store cannot be used", "the disk is full", "free some space")

    monkeypatch.setattr(erasing, "sweep", full)
    done = shell("erase", ANA, "--yes")
    assert (done.status, done.out) == (3, "")
    assert "is erased, and bytes of it may be left in the file of the store: the disk is full" in done.err
    assert shell.ask("clients", "list")["clients"] == []
