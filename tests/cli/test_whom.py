"""Whom an address means on a command line: one mailbox is one key, and where two have it nobody is guessed (S5)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cli.conftest import ANA, TEAM, Shell

BEN = "ben@practice.example"
SEND = ("send", "--from", TEAM, "--body", "Hello", "--to")


@pytest.fixture
def ben(shell: Shell) -> str:
    """The id of a member of staff and of the team."""
    shell.say("staff", "add", "Ben Ito", "--email", BEN)
    shell.say("teams", "member", TEAM, BEN, "--role", "contributor", "--as", "maya@practice.example")
    return _id(shell.ask("staff", "list")["staff"], "Ben Ito")


@pytest.fixture
def both(shell: Shell, ben: str) -> tuple[str, str]:
    """He, and a client with the same address."""
    return ben, shell.ask("clients", "add", "Ben at Home", "--in", TEAM, "--email", BEN)["id"]


@pytest.fixture(autouse=True)
def _as_maya(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSGCENTER_AS", "maya@practice.example")


def _id(rows: list[dict[str, Any]], name: str) -> str:
    return next(str(row["id"]) for row in rows if row["name"] == name)


def test_where_two_have_the_address_both_are_listed_and_nothing_is_sent(shell: Shell, both: tuple[str, str]) -> None:
    said = shell.fail(1, *SEND, BEN)  # S5
    assert f"Ben Ito, staff ({both[0]})" in said
    assert f"Ben at Home, client ({both[1]})" in said
    assert shell.ask("threads")["threads"] == []
    assert shell.ask(*SEND, both[1])["to"] == [{"id": both[1], "name": "Ben at Home"}]


def test_the_answer_says_to_whom_it_was_sent(shell: Shell, ben: str) -> None:
    assert f"direct, to Ana Flores, from {TEAM}, unlocked, 1 person" in shell.say(*SEND, ANA)
    assert shell.ask(*SEND, BEN, "--dry-run")["to"] == [{"id": ben, "name": "Ben Ito"}]


def test_one_mailbox_is_the_same_however_it_is_written(shell: Shell) -> None:
    shell.say("clients", "add", "Jörg", "--in", TEAM, "--email", "jo@bücher.example")
    assert shell.ask(*SEND, "Jo@xn--bcher-kva.example")["to"][0]["name"] == "Jörg"


def test_who_cannot_be_written_to_is_nobody(shell: Shell) -> None:  # A4, S4
    shell.say("staff", "add", "Leo", "--email", "leo@practice.example")
    for one in ("leo@practice.example", "nobody@mail.example", "maya@practice.example"):
        assert f"no person {one!r} here whom you could write to" in shell.fail(1, *SEND, one)


def test_a_thread_has_of_two_the_one_who_is_in_it(shell: Shell, both: tuple[str, str]) -> None:
    thread = shell.ask(*SEND, ANA)["thread"]
    assert "it could be" in shell.fail(1, "thread", "add", thread, BEN, "--yes")  # S5
    shell.say("thread", "add", thread, both[1], "--yes")
    shell.say("thread", "remove", thread, BEN)
    assert f"no person '{BEN}' in this thread" in shell.fail(1, "thread", "remove", thread, BEN)
    assert "no such person" in shell.fail(1, "thread", "remove", thread, both[1])
