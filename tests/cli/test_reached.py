"""What a send says of whom it reaches: nothing is promised that waits for a channel (N13)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from tests.cli.conftest import ANA, TEAM, Shell

from msgcenter_tui.domain import Channel
from msgcenter_tui.store import channels, notifiers
from msgcenter_tui.store.store import open_store

SMTP = '[smtp]\nhost = "127.0.0.1"\nsecurity = "none"\nfrom = "office@practice.example"\n'
SEND = ("send", "--to", "all-clients", "--from", TEAM, "--body", "Hi")
PROMISED = "1 person notified (1 by e-mail, 0 by SMS)"
WAITS = "1 person to notify (1 by e-mail, 0 by SMS); it waits: e-mail is not configured"


@pytest.fixture
def configured(write: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSGCENTER_CONFIG", write(SMTP, "config.toml"))


def test_what_waits_for_an_account_says_so(shell: Shell) -> None:  # N13
    assert WAITS in shell.say(*SEND, "--dry-run").splitlines()
    assert WAITS in shell.say(*SEND, "--yes").splitlines()
    thread = shell.ask("send", "--to", ANA, "--from", TEAM, "--body", "Hello")["thread"]
    assert WAITS in shell.say("reply", thread, "--body", "Hello again").splitlines()


def test_the_question_before_a_send_says_what_waits(shell: Shell) -> None:  # S3, N13
    waits = "It waits: e-mail is not configured; say it again with --yes to go on"
    assert waits in shell.fail(1, *SEND)
    thread = shell.ask(*SEND, "--yes")["thread"]
    assert waits in shell.fail(1, "reply", thread, "--body", "Hello again")
    shell.say("clients", "add", "Ben", "--in", TEAM, "--email", "ben@mail.example", "--portal")
    assert waits in shell.fail(1, "catch-up", thread)
    with closing(open_store(shell.database)) as store:
        store.run(channels.pause, Channel.EMAIL, "the login was refused", timedelta(hours=1))
    assert "It waits: e-mail is paused; " in shell.fail(1, *SEND)


@pytest.mark.usefixtures("configured")
def test_what_leaves_is_told_as_ever(shell: Shell) -> None:
    assert PROMISED in shell.say(*SEND, "--dry-run").splitlines()
    assert "waits" not in shell.fail(1, *SEND)


@pytest.mark.usefixtures("configured")
def test_what_waits_until_an_account_is_mended_says_so(shell: Shell) -> None:  # N13
    with closing(open_store(shell.database)) as store:
        store.run(channels.pause, Channel.EMAIL, "the login was refused", timedelta(hours=1))
    assert "it waits: e-mail is paused" in shell.say(*SEND, "--dry-run")


def test_a_notifier_elsewhere_has_an_account(shell: Shell) -> None:
    with closing(open_store(shell.database)) as store:
        store.run(notifiers.begin, "n1", {Channel.EMAIL: str})
    assert PROMISED in shell.say(*SEND, "--dry-run").splitlines()


def test_a_client_is_told_of_nobody(shell: Shell) -> None:
    thread = shell.ask("send", "--to", ANA, "--from", TEAM, "--body", "Hello")["thread"]
    assert "notif" not in shell.say("--as", ANA, "reply", thread, "--body", "Thank you")
