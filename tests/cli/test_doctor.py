"""`msgcenter doctor`: each thing that does not stand well is found, and named with its cure."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests import disk
from tests.cli.conftest import Shell
from tests.damaging import garbage, pages_of, unchanged
from tests.delivery.scripted import Scripted

from msgcenter_tui.domain import Health
from msgcenter_tui.store import checkup, damage, identity
from msgcenter_tui.store.store import Store, open_store

SMTP = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "office@practice.example"\n'

Examine = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def at_home(shell: Shell) -> Path:
    """The practice's store, private and at home where it lies."""
    path = Path(shell.database)
    path.chmod(0o600)
    store = open_store(str(path))
    identity.settle_here(store)
    store.close()
    return path


@pytest.fixture
def examine(shell: Shell, at_home: Path) -> Examine:
    """What is found, by what it is about."""

    def findings(*options: str) -> dict[str, dict[str, Any]]:
        answer = shell.ask("doctor", *options)
        found: list[dict[str, Any]] = answer["findings"]
        assert answer["ok"] == all(one["health"] != "bad" for one in found)
        assert all(one["cure"] for one in found if one["health"] in ("warning", "bad"))
        return {one["about"]: one for one in found}

    return findings


def test_all_that_stands_well_is_said_so(examine: Examine, shell: Shell, tmp_path: Path) -> None:
    shell.say("backup", str(tmp_path / "backup.db"))
    found = examine()
    good = {"program", "store", "rights", "disk", "integrity", "schema", "notifier", "backup", "audit"}
    assert {about for about, one in found.items() if one["health"] == "good"} == good
    assert {about for about, one in found.items() if one["health"] == "note"} == {"settings", "e-mail", "SMS"}
    assert shell.say("doctor").splitlines()[-1] == "all is well"


def test_before_there_is_a_store_it_says_how_to_begin(shell: Shell, tmp_path: Path) -> None:
    new = str(tmp_path / "new.db")
    said = shell.say("--db", new, "doctor")
    assert "msgcenter init" in said
    assert not Path(new).exists()


def test_what_a_killed_copy_left_is_named_with_what_deletes_it(examine: Examine, shell: Shell, tmp_path: Path) -> None:
    left = tmp_path / ".my store.db.3q_7ex1l.unfinished"
    left.mkdir()
    for found in (examine(), {one["about"]: one for one in shell.ask("--db", f"{left}-2", "doctor")["findings"]}):
        assert found["copies"]["health"] == "warning"
        assert str(left) in found["copies"]["what"]
        assert found["copies"]["cure"] == f"delete it: rm -r '{left}'"


def test_what_restores_have_kept_is_named_be_they_broken_off_or_not(examine: Examine, at_home: Path) -> None:
    assert "former" not in examine()
    kept = [at_home.with_name(f"{at_home.name}.before-restore{end}") for end in ("", "-1", "-1-wal", ".part")]
    for one in kept:
        one.touch()
    found = examine()["former"]
    assert found["health"] == "note"
    at_home.unlink()  # a damaged one was moved aside, and nothing has come yet
    assert examine()["former"] == found
    assert ", ".join(sorted(one.name for one in kept)) in found["what"]
    assert "if the restore was broken off, it is as before: give it again" in found["cure"]
    assert found["cure"].endswith(f"rm {' '.join(sorted(map(str, kept)))}")


def test_what_a_killed_export_left_is_named_where_exports_go(examine: Examine, private_home: Path) -> None:
    left = private_home / "Downloads" / ".audience.csv.3q_7ex1l.unfinished"
    left.parent.mkdir()
    left.touch()
    found = examine()["copies"]
    assert (found["health"], found["cure"]) == ("warning", f"delete it: rm -r {left}")


def test_a_damaged_page_is_found(examine: Examine, at_home: Path) -> None:  # hazards 35
    garbage(at_home, *pages_of(at_home, "ix_audit_at_id"))
    with unchanged(at_home):
        found = examine()
    assert found["integrity"]["health"] == "bad"
    assert "msgcenter rescue FILE" in found["integrity"]["cure"]


def test_a_full_disk_is_not_called_damage(examine: Examine, at_home: Path) -> None:  # hazards 35
    with disk.full():
        found = examine()
    assert "integrity" not in found
    assert "full or failing disk" in found["store"]["cure"]
    assert not damage.marked(at_home)


def test_a_changed_audit_record_is_found(examine: Examine, at_home: Path) -> None:  # S2
    assert examine()["audit"]["health"] == "good"
    with closing(sqlite3.connect(at_home)) as there, there:
        there.executescript("DROP TRIGGER audit_no_update; UPDATE audit SET what = 'p9' WHERE number = 2")
    found = examine()["audit"]
    assert (found["health"], "record 2 of" in found["what"]) == ("bad", True)


def test_of_a_long_log_the_newest_are_looked_at(
    examine: Examine, at_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "_RECORDS", 2)
    assert "the newest 2 of" in examine()["audit"]["what"]


def test_a_reference_to_nothing_is_found(examine: Examine, at_home: Path) -> None:
    with closing(sqlite3.connect(at_home)) as there, there:
        there.execute("UPDATE members SET person_id = 999")
    found = examine()["integrity"]
    assert (found["health"], "in table members" in found["what"]) == ("bad", True)


def test_a_backup_that_failed_is_none(examine: Examine, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    shell.fail(1, "backup", str(tmp_path / "taken"))
    assert "none that was made" in examine()["backup"]["what"]
    shell.say("backup", str(tmp_path / "backup.db"))
    assert examine()["backup"]["health"] == "good"
    assert [one["act"] for one in shell.ask("audit")["records"]][:3] == ["store.backed-up", *["store.backup"] * 2]


def test_rights_a_stale_backup_and_a_copy_are_found(examine: Examine, at_home: Path) -> None:
    at_home.chmod(0o644)
    with closing(sqlite3.connect(at_home)) as there, there:
        there.execute("INSERT INTO audit (at, act, fields, number, hash) VALUES (0, 'store.backed-up', '[]', 99, '')")
        there.execute("UPDATE meta SET value = 'elsewhere' WHERE key = 'home'")
    found = examine()
    assert {found[about]["health"] for about in ("rights", "backup", "home")} == {"warning"}
    assert found["rights"]["cure"] == f"chmod 600 {at_home}"
    assert "days ago" in found["backup"]["what"]
    assert "holds all that waits" in found["home"]["what"]  # N13


may = os.access


def by_mode(path: Path, right: int) -> bool:
    """Whether its owner may write it; root, as whom tests may run, may write everything."""
    return bool(path.stat().st_mode & 0o200) if right == os.W_OK else may(path, right)


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_what_may_not_be_written_is_found_though_it_can_be_read(
    examine: Examine, at_home: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(os, "access", by_mode)
    with closing(sqlite3.connect(at_home)) as there:
        there.execute("SELECT count(*) FROM people").fetchall()  # -wal and -shm are there as long as it is open
        assert "writing" not in examine()
        shut = at_home.with_name(f"{at_home.name}{end}")
        shut.chmod(0o400)
        assert examine()["writing"] == {
            "about": "writing",
            "health": "bad",
            "what": f"{shut} may not be written: nothing can be stored, and nothing leaves",
            "cure": f"chmod u+w {shut}",
        }


def test_a_folder_and_a_disk_that_may_not_be_written_are_found(
    examine: Examine, at_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, right: right != os.W_OK or path != at_home.parent)
    assert examine()["writing"]["cure"] == f"chmod u+w {at_home.parent}"
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: at_home.stat().st_uid + 1)
        assert "run the program as the user who owns it" in examine()["writing"]["cure"]
    monkeypatch.setattr(
        os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY, f_frsize=1, f_bavail=1, f_blocks=1, f_bfree=1)
    )
    assert "mount it to be written" in examine()["writing"]["cure"]


def test_what_wants_a_person_is_counted(examine: Examine, shell: Shell, broadcast: str, at_home: Path) -> None:  # N8
    with closing(sqlite3.connect(at_home)) as there, there:
        there.execute("UPDATE runs SET leaves_at = 0")
    assert "1 due now, and none is at work" in examine()["notifier"]["what"]
    with closing(sqlite3.connect(at_home)) as there, there:
        there.execute("UPDATE deliveries SET state = 'held'")
        there.execute("INSERT INTO channels (channel, paused_at, why) VALUES ('email', 1, 'the login was refused')")
    found = examine()
    assert (found["deliveries"]["health"], found["deliveries"]["what"]) == (
        "warning",
        "1 held: a person has to decide",
    )
    assert (found["sending"]["health"], found["sending"]["what"]) == ("bad", "the login was refused")
    assert shell.say("doctor").splitlines()[-1] == "1 thing out of order"


def test_a_newer_and_an_older_schema(examine: Examine, shell: Shell, at_home: Path) -> None:  # hazards 36
    for version, about, health in (("0006", "schema", "warning"), ("9999", "store", "bad")):
        with closing(sqlite3.connect(at_home)) as there, there:
            there.execute("UPDATE alembic_version SET version_num = ?", (version,))
        last = [one for one in shell.ask("doctor")["findings"] if one["about"] in ("schema", "store")][-1]
        assert (last["about"], last["health"], bool(last["cure"])) == (about, health, True)


def test_a_store_on_a_server(postgresql_store: Store, postgresql_url: str) -> None:
    found = {one.about: one for one in checkup.of_store(postgresql_url)}
    assert found.keys() == {"store", "schema", "notifier", "audit"}
    assert {one.health for one in found.values()} == {Health.GOOD}


def test_a_server_that_cannot_be_reached(shell: Shell) -> None:
    answer = shell.ask("--db", "postgresql://maya:secret@127.0.0.1:1/practice", "doctor")
    assert not answer["ok"]
    (bad,) = [one for one in answer["findings"] if one["health"] == "bad"]
    assert (bad["about"], "cannot be reached" in bad["what"]) == ("store", True)
    assert "secret" not in str(answer)


@pytest.mark.parametrize(
    ("steps", "health", "words"),
    [({}, "good", "lets the account in"), ({"greeting": "554 5.7.1 go away"}, "bad", "5.7.1 go away")],
)
async def test_the_mail_account_is_tried_and_nothing_sent(
    examine: Examine,
    write: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    steps: dict[str, str],
    health: str,
    words: str,
) -> None:
    async with Scripted(**steps) as server:  # type: ignore[arg-type]
        monkeypatch.setenv("MSGCENTER_CONFIG", write(SMTP.format(port=server.port), "config.toml"))
        found = (await asyncio.to_thread(examine))["e-mail"]
        assert (found["health"], words in found["what"]) == (health, True), found
        assert "not tried" in examine("--offline")["e-mail"]["what"]
    assert server.mails == []
    gone = (await asyncio.to_thread(examine))["e-mail"]
    assert (gone["health"], "cannot be reached" in gone["what"]) == ("bad", True)


def test_a_keymap_that_does_not_do_what_it_says(
    examine: Examine, shell: Shell, write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:  # as the app checks it at its start
    path = Path(write('[ui.keymap]\n"thread.reply" = "R"\n"thread.nwe" = "z"\n', "config.toml"))
    monkeypatch.setenv("MSGCENTER_CONFIG", str(path))
    found = [(one["what"], one["cure"]) for one in shell.ask("doctor")["findings"] if one["about"] == "keys"]
    assert found == [
        ("[ui.keymap] there is no action 'thread.nwe'", "did you mean thread.new?"),
        ("[ui.keymap] 'R' is both thread.reply and thread.restore", "give thread.reply another key"),
    ]
    path.write_text('[ui.keymap]\n"thread.reply" = "z"\n')
    assert "keys" not in examine()


def test_settings_that_cannot_be_read_or_that_others_read(
    shell: Shell, at_home: Path, write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(write(SMTP.format(port=1) + 'username = "maya"\npassword = "hunter2"\n', "config.toml"))
    path.chmod(0o644)
    monkeypatch.setenv("MSGCENTER_CONFIG", str(path))
    answer = shell.ask("doctor", "--offline")
    (settings,) = [one for one in answer["findings"] if one["about"] == "settings"]
    assert (settings["health"], settings["cure"]) == ("warning", f"chmod 600 {path}")
    assert "hunter2" not in str(answer)
    path.write_text(path.read_text().replace('password = "hunter2"', 'password_command = "pass show mail"'))
    assert "good" in [
        one["health"] for one in shell.ask("doctor", "--offline")["findings"] if one["about"] == "settings"
    ]
    path.write_text("[smtp]\nhots = 'x'\n")
    answer = shell.ask("doctor")
    assert [one["about"] for one in answer["findings"] if one["health"] == "bad"] == ["settings"]
