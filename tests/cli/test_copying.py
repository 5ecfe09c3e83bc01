"""`msgcenter copy`: for administrators, into an empty place, and only the old store sends what waits (S4, N13)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell

from msgcenter_tui.store import demonstration
from msgcenter_tui.store.store import open_store

LEO = "leo@practice.example"


@pytest.fixture
def new(tmp_path: Path) -> str:
    return str(tmp_path / "new.db")


def test_the_store_is_copied_and_what_waits_is_held_there(shell: Shell, broadcast: str, new: str) -> None:
    document = shell.ask("copy", "--to", new)
    rows = {one["table"]: one["rows"] for one in document.pop("tables")}
    assert document == {"source": shell.database, "target": new, "held": 1}
    assert (rows["staff"], rows["clients"], rows["deliveries"]) == (1, 1, 1)
    (there,) = shell.ask("--db", new, "deliveries")["deliveries"]
    (here,) = shell.ask("deliveries")["deliveries"]
    assert (there["state"], here["state"]) == ("held", "waiting")  # N13
    assert shell.ask("--db", new, "show", broadcast, "--peek") == shell.ask("show", broadcast, "--peek")
    assert next(one["act"] for one in shell.ask("audit")["records"]) == "store.copy"  # S2
    assert [one["fields"] for one in shell.ask("--db", new, "audit")["records"]][:2] == [["held=1"], []]  # S2


def test_it_says_which_of_the_two_sends(shell: Shell, broadcast: str, new: str) -> None:
    said = shell.say("copy", "--from", shell.database, "--to", new)
    assert f"copied {shell.database} into {new}, each row compared" in said
    assert f"1 notification held or unknown in the copy: only {shell.database} sends" in said
    assert broadcast


def test_it_is_for_administrators(shell: Shell, new: str) -> None:  # S4
    shell.say("staff", "add", "Leo", "--email", LEO)
    shell.say("--as", MAYA, "teams", "member", TEAM, LEO, "--role", "owner")
    for who in (LEO, ANA):
        assert "administrator" in shell.fail(1, "--as", who, "copy", "--to", new)
    assert not Path(new).exists()
    shell.say("--as", MAYA, "copy", "--to", new)


def test_what_is_refused_leaves_no_record_of_a_copy(shell: Shell, new: str) -> None:
    assert "is not overwritten" in shell.fail(1, "copy", "--to", shell.database)
    assert "cannot be reached" in shell.fail(3, "copy", "--to", "postgresql://me:secret@localhost:1/practice")
    assert "no such file" in shell.fail(3, "copy", "--from", new, "--to", f"{new}-2")
    assert "names no store" in shell.fail(2, "copy", "--to", "mysql://localhost/practice")
    assert "store.copy" not in {one["act"] for one in shell.ask("audit")["records"]}


def test_a_demonstration_goes_to_no_server(shell: Shell, new: str) -> None:
    store = open_store(shell.database)
    store.run(demonstration.mark)
    store.close()
    assert "keep its mail from leaving" in shell.fail(1, "copy", "--to", "postgresql://localhost:1/practice")
    shell.say("copy", "--to", new)
