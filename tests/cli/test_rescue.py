"""A damaged store by commands: what can be read is, nothing is written or sent, and the rest is rescued."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import ANA, TEAM, Shell
from tests.damaging import cut, garbage, header, pages_of, unchanged

from msgcenter_tui.store import identity
from msgcenter_tui.store.store import open_store


@pytest.fixture
def damaged(shell: Shell, broadcast: str) -> Shell:
    """The practice with a broadcast that waits, its audit log spoilt, which nothing but an act and `audit` needs."""
    path = Path(shell.database)
    garbage(path, *pages_of(path, "audit"), *pages_of(path, "ix_audit_at_id"))
    return shell


def test_what_can_be_read_is_shown_and_nothing_is_written(damaged: Shell, broadcast: str) -> None:  # hazards 35
    path = Path(damaged.database)
    with unchanged(path):
        refused = damaged.fail(3, "reply", broadcast, "--body", "More", "--yes")
        assert "msgcenter rescue FILE" in refused
        (thread,) = damaged.ask("threads")["threads"]
        assert thread["id"] == broadcast
        (message,) = damaged.ask("--as", ANA, "show", broadcast)["messages"]
        assert message["body"] == "We are closed."
        assert damaged.ask("--as", ANA, "unread")["messages"] == 1  # it was shown, but nothing can be kept
        for words in (
            ("reply", broadcast, "--body", "More", "--yes"),
            ("deliver", "--once", "--now"),  # its ledger cannot be trusted
            ("clients", "add", "Bo", "--in", TEAM),
        ):
            assert "nothing was written" in damaged.fail(3, *words)
        assert "cannot be read" in damaged.fail(3, "audit")


def test_the_rest_is_rescued(damaged: Shell, broadcast: str, tmp_path: Path) -> None:  # hazards 35
    new, aside = tmp_path / "new.db", tmp_path / "aside"
    aside.mkdir()
    with unchanged(Path(damaged.database)):
        done = damaged.ask("rescue", str(new), "--copy", str(aside))
    assert done["database"] == str(new)
    assert (done["lost"], done["held"]) == (True, 1)
    tables = {one["table"]: (one["rows"], one["lost"]) for one in done["tables"]}
    assert tables["audit"][1]
    assert tables["messages"] == tables["clients"] == (1, False)
    assert (aside / "store.db").read_bytes() == Path(damaged.database).read_bytes()
    assert done["copies"][0] == str(aside / "store.db")
    (delivery,) = damaged.ask("--db", str(new), "deliveries")["deliveries"]
    assert delivery["state"] == "held"  # N13
    damaged.say("--db", str(new), "reply", broadcast, "--body", "We are open.", "--yes")


def test_a_rescue_is_told_to_people(damaged: Shell, tmp_path: Path) -> None:
    said = damaged.say("rescue", str(tmp_path / "new.db"))
    assert "some lost" in said
    assert "1 notification held or unknown: they may have left already" in said
    assert "is not overwritten" in damaged.fail(1, "rescue", str(tmp_path / "new.db"))
    assert "on a server" in damaged.fail(2, "--db", "postgresql://localhost/x", "rescue", str(tmp_path / "other.db"))


@pytest.mark.parametrize("damage", [header, lambda path: cut(path, 0.1)], ids=["header", "cut"])
def test_what_cannot_be_opened_names_the_command_that_rescues(shell: Shell, damage: object) -> None:  # hazards 35
    path = Path(shell.database)
    store = open_store(str(path))
    identity.settle_here(store)
    store.close()
    assert callable(damage)
    damage(path)
    with unchanged(path):
        assert "msgcenter rescue FILE" in shell.fail(3, "threads")
