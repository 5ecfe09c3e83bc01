"""What `deliver` shows while it works, what `deliver --status` tells, and deciding by reason (N8, N13)."""

from __future__ import annotations

import asyncio
import io
import re
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from tests.cli.conftest import TEAM, Shell

from msgcenter_tui.cli import deliver, progress
from msgcenter_tui.cli.notifying import Carriers
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import channels
from msgcenter_tui.store.store import open_store


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    bar = progress.watcher(quiet=False)
    bar.say("notifying; ctrl+c ends it")
    bar.due(40)
    bar.hear(Tally(sent=9, failed=1))
    bar.close()
    assert "notifying" in screen.getvalue()
    assert re.search(r"9 of 40 sent .*1 failed", screen.getvalue())


def test_the_sum_stays_what_it_is_while_it_is_sent() -> None:
    count = progress._Counted()
    count.looked(1000, 0)
    for sent in range(10, 1000, 10):
        since = count.done
        count.settled(Tally(sent=sent))
        count.looked(1000 - sent + 4, since)  # six of the ten were settled by the time of the look
        assert count.done + count.left == 1000
    count.looked(200, count.done)  # somebody sends another message
    assert count.left == 200
    count.looked(5, count.done)  # it is taken back
    assert count.left == 5
    count.settled(Tally())  # another notifier goes on
    count.settled(Tally(sent=5))
    assert (count.done, count.left) == (5, 0)


def test_a_pipe_gets_plain_lines_at_most_one_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    lines = progress.watcher(quiet=False)
    lines.due(40)
    for sent in range(1, 20):
        lines.hear(Tally(sent=sent, retrying=1))
    lines.close()
    assert capsys.readouterr().out == "1 sent, 1 retrying, 39 to go\n"


def test_json_gets_nothing_beside_its_document(capsys: pytest.CaptureFixture[str]) -> None:
    silent = progress.watcher(quiet=True)
    silent.due(40)
    silent.hear(Tally(sent=1))
    silent.say("notifying")
    silent.close()
    assert capsys.readouterr() == ("", "")


async def test_told_to_go_on_it_does_after_a_store_that_was_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "_AFTER_TROUBLE", 0.0)
    stopping = asyncio.Event()
    asked = 0

    class Busy:
        async def changed(self) -> int:
            nonlocal asked
            asked += 1
            if asked == 4:
                stopping.set()
            if asked == 2:  # then it is sent, and waited for the next change
                return 1
            raise StoreUnavailable("the store is locked")

    async def sent_one(notifier: Notifier, now: bool) -> Tally:
        notifier._count({DeliveryState.SENT: 1})
        return notifier.tally

    session = SimpleNamespace(args=SimpleNamespace(now=True))
    work = deliver._Work(Busy(), Carriers({}), session, progress.Silent())  # type: ignore[arg-type]
    monkeypatch.setattr(Notifier, "once", sent_one)
    assert await work.at_once(stopping) == Tally(sent=1)
    assert asked == 4


@pytest.fixture
def refused(shell: Shell) -> Shell:
    """A send of which two mails failed, in different words."""
    for email in ("one@mail.example", "two@mail.example"):
        shell.say("clients", "add", email, "--in", TEAM, "--email", email)
    shell.ask("send", "--to", "one@mail.example", "two@mail.example", "--from", TEAM, "--body", "Hello", "--yes")
    store = open_store(shell.database)
    said = ["550 5.1.1 No such mailbox 4F7A", "552 5.2.2 Mailbox full"]
    with store.write() as tx:
        for reason in said:
            tx.conn.execute(
                text(
                    "UPDATE deliveries SET state = 'failed', reason = :reason, settled_at = 1 WHERE person_id ="
                    " (SELECT min(person_id) FROM deliveries WHERE state = 'waiting')"
                ),
                {"reason": reason},
            )
    store.close()
    return shell


def test_the_status_tells_why_some_failed(refused: Shell) -> None:  # N8
    status = refused.ask("deliver", "--status")
    assert sorted(one["why"] for one in status["reasons"]) == ["550 5.1.1 No such mailbox", "552 5.2.2 Mailbox full"]
    assert [one["count"] for one in status["reasons"]] == [1, 1]
    assert "1 failed: 552 5.2.2 Mailbox full" in refused.say("deliver", "--status")


def test_what_failed_is_listed_and_tried_again_by_reason(refused: Shell) -> None:  # N14
    (full,) = refused.ask("deliveries", "--reason", "mailbox FULL")["deliveries"]
    assert full["why"] == "552 5.2.2 Mailbox full"
    assert refused.ask("deliveries", "retry", "--state", "failed", "--reason", "no such") == {"changed": 1}
    assert refused.ask("deliver", "--status")["failed"] == 1
    assert "not said which" in refused.fail(2, "deliveries", "retry", "--reason", "full")


def test_a_pause_is_told_with_its_end_and_ended(shell: Shell) -> None:  # N13
    store = open_store(shell.database)
    store.run(channels.pause, Channel.EMAIL, "the mail server does not answer", timedelta(minutes=5))
    store.close()
    (paused,) = shell.ask("deliver", "--status")["paused"]
    assert (paused["channel"], paused["why"]) == ("email", "the mail server does not answer")
    assert paused["until"]
    assert "tries again at" in shell.say("deliver", "--status")
    assert "SMS cannot be resumed" in shell.fail(1, "deliveries", "resume", "--channel", "sms")
    assert shell.ask("deliveries", "resume", "--channel", "email") == {"resumed": ["email"]}
    assert shell.ask("deliver", "--status")["paused"] == []
    assert "no channel is paused" in shell.fail(1, "deliveries", "resume")
