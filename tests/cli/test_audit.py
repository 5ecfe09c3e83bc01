"""`msgcenter audit verify`: the log is whole, or the first record that does not fit is named (S2, S4)."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from tests.cli.conftest import Shell


def tamper(shell: Shell, change: str) -> None:
    with closing(sqlite3.connect(shell.database)) as there, there:
        there.executescript("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete")
        there.execute(change)


def test_a_log_that_is_whole_gives_a_head_to_note(shell: Shell) -> None:
    newest = shell.ask("audit", "--limit", "1")["records"][0]
    found = shell.ask("audit", "verify")
    head = f"{newest['number']}:{newest['hash']}"
    assert found == {
        "records": newest["number"],
        "from": found["from"],
        "to": newest["at"],
        "head": head,
        "noted": None,
    }
    said = shell.say("audit", "verify")
    assert f"the audit log is whole: {newest['number']} records, from 20" in said
    assert f"its head: {head}" in said
    shell.say("teams", "add", "Another", "--owner", "maya@practice.example")
    for noted in (head, newest["hash"], head.upper()):
        assert shell.ask("audit", "verify", "--head", noted)["noted"] is True
    assert "what was noted is in it" in shell.say("audit", "verify", "--head", head)


def test_the_list_is_narrowed(shell: Shell) -> None:
    by = ("--by", "maya@practice.example")
    assert [one["act"] for one in shell.ask("audit", "--group", "clients", *by)["records"]] == ["client.add"]
    assert "nothing was changed" in shell.say("audit", "--group", "store", *by)
    assert "there is no member of staff" in shell.fail(1, "audit", "--by", "nobody@practice.example")


def test_an_empty_log_is_whole(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.database)) as there, there:
        there.executescript("DROP TRIGGER audit_no_delete; DELETE FROM audit; DELETE FROM audit_head")
    assert shell.ask("audit", "verify") == {"records": 0, "from": None, "to": None, "head": None, "noted": None}
    assert "0 records" in shell.say("audit", "verify")


def test_a_break_is_named_with_what_to_do(shell: Shell) -> None:
    tamper(shell, "UPDATE audit SET act = 'client.change' WHERE number = 2")
    assert re.search(r"record 2 of .* does not fit: .*; compare it with a backup", shell.fail(1, "audit", "verify"))


def test_a_cut_is_told_by_what_was_noted(shell: Shell) -> None:
    head = shell.ask("audit", "verify")["head"]
    tamper(shell, "DELETE FROM audit WHERE number > 1")
    assert "missing at the end of the log" in shell.fail(1, "audit", "verify")
    with closing(sqlite3.connect(shell.database)) as there, there:
        there.execute("DELETE FROM audit_head")
        there.execute("INSERT INTO audit_head SELECT 1, number, hash FROM audit")
    assert shell.ask("audit", "verify")["records"] == 1
    assert "the log ends with record 1" in shell.fail(1, "audit", "verify", "--head", head)


@pytest.mark.parametrize("head", ["12", "x" * 64, "12:", f"-1:{'a' * 64}", f"1:{'a' * 63}"])
def test_what_is_no_head_is_refused(shell: Shell, head: str) -> None:
    assert "NUMBER:HASH" in shell.fail(2, "audit", "verify", f"--head={head}")


def test_administrators_alone_verify_it(shell: Shell) -> None:  # S4
    shell.say("staff", "add", "Lee", "--email", "lee@practice.example")
    assert "ask Maya Ortiz" in shell.fail(1, "--as", "lee@practice.example", "audit", "verify")
