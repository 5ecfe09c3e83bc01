"""`deliver` without screens: what is due leaves, and whoever stops it loses nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import ANA, TEAM, Shell
from tests.delivery.office import closed_port
from tests.delivery.provider import ACCOUNT, NUMBER, PASSWORD, Provider

from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.store import identity
from msgcenter_tui.store.store import open_store

SOURCE = Path(__file__).resolve().parents[2] / "src"
TALLY = {"sent", "failed", "retrying", "unknown", "cancelled", "suppressed", "read_first", "held"}


@pytest.fixture
def catcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catcher]:
    """A mail server on this machine, which the configuration names."""
    with Catcher(tmp_path / "caught") as catcher:
        for key, value in {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(catcher.port),
            "SMTP_SECURITY": "none",
            "SMTP_FROM": "Practice <office@practice.example>",
        }.items():
            monkeypatch.setenv(f"MSGCENTER_{key}", value)
        yield catcher


def test_once_sends_what_is_due_and_ends(shell: Shell, catcher: Catcher, broadcast: str) -> None:
    assert shell.ask("deliver", "--once") == dict.fromkeys(TALLY, 0)  # the quiet period (N5)
    assert shell.ask("deliver", "--status")["waiting"] == 1
    tally = shell.ask("deliver", "--once", "--now")
    assert tally.keys() == TALLY
    assert tally["sent"] == 1
    (mail,) = catcher.mails()
    assert "ana@mail.example" in mail.to
    assert "We are closed." in mail.body
    (one,) = shell.ask("deliveries", "--thread", broadcast)["deliveries"]
    assert (one["state"], one["attempts"]) == ("sent", 1)
    assert shell.ask("deliver", "--status")["waiting"] == 0
    assert "nothing was due" in shell.say("deliver", "--once")


def test_what_was_read_before_it_left_is_not_sent(shell: Shell, catcher: Catcher, broadcast: str) -> None:  # N6
    shell.say("--as", "ana@mail.example", "show", broadcast)
    assert shell.ask("deliver", "--once", "--now")["read_first"] == 1
    assert catcher.mails() == ()


def test_a_refused_one_fails_and_is_tried_again_by_hand(shell: Shell, catcher: Catcher) -> None:
    refused, later = "refused@mail.example", "later@mail.example"  # the catcher answers them so
    for email in (refused, later):
        shell.say("clients", "add", email, "--in", TEAM, "--email", email)
    thread = shell.ask("send", "--to", refused, later, "--from", TEAM, "--body", "Hello", "--yes")["thread"]
    tally = shell.ask("deliver", "--once", "--now")
    assert (tally["sent"], tally["failed"], tally["retrying"]) == (0, 1, 1)
    (failed,) = shell.ask("deliveries", "--state", "failed")["deliveries"]
    assert failed["recipient"]["name"] == refused
    assert "No such mailbox" in failed["why"]
    (waiting,) = shell.ask("deliveries", "--thread", thread, "--state", "retrying")["deliveries"]
    assert waiting["next_at"]
    assert "unknown" in shell.fail(1, "deliveries", "resolve", "--arrived", failed["id"])
    assert shell.ask("deliveries", "retry", failed["id"]) == {"changed": 1}
    assert shell.ask("deliver", "--once", "--now")["failed"] == 1
    assert shell.ask("deliveries", "retry", "--thread", thread) == {"changed": 2}
    assert shell.ask("deliver", "--once", "--now")["sent"] == 1


def test_without_an_account_nothing_is_sent_and_a_banner_says_so(shell: Shell, broadcast: str) -> None:  # N13
    said = shell.say("deliver", "--once", "--now")
    assert "not configured" in said
    paused = shell.ask("deliver", "--status")["paused"]
    assert {one["channel"] for one in paused} == {"email", "sms"}
    assert all(one["why"] for one in paused)
    (one,) = shell.ask("deliveries", "--thread", broadcast)["deliveries"]
    assert one["state"] == "waiting"
    assert "smtp.host" in shell.fail(2, "deliver")


def test_without_the_password_of_one_channel_the_other_sends_and_a_banner_says_why(
    shell: Shell, catcher: Catcher, broadcast: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # N13
    account = {"URL": "https://texts.example", "FROM": "+12025550100", "USERNAME": "AC1", "PASSWORD_COMMAND": "false"}
    for key, value in account.items():
        monkeypatch.setenv(f"MSGCENTER_SMS_{key}", value)
    done = shell("deliver", "--once", "--now")
    assert done.status == 0
    assert "SMS is not sent: the password" in done.err
    assert "1 sent" in done.out
    assert re.search(r"^sms: the password .* cannot be had: the command ended with status 1", done.out, re.MULTILINE)
    monkeypatch.setenv("MSGCENTER_SMS_PASSWORD_COMMAND", "echo secret")
    assert shell.ask("deliver", "--once", "--now")["sent"] == 0
    assert shell.ask("deliver", "--status")["paused"] == []


def test_a_server_that_cannot_be_reached_is_told_with_what_waits_for_it(
    shell: Shell, catcher: Catcher, broadcast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSGCENTER_SMTP_PORT", str(closed_port()))
    monkeypatch.setattr("msgcenter_tui.delivery.pace.line_pause", lambda _: timedelta(hours=1))
    done = shell("deliver", "--once", "--now")
    assert done.status == 0
    assert "e-mail rests for 60 minutes" in done.err
    first, then, *_ = done.out.splitlines()
    assert first == "nothing has left, 1 waiting"
    assert re.fullmatch(r"email: the mail server at .* cannot be reached \(tries again at [0-9:]+\)", then)


def running(
    shell: Shell,
    *mode: str,
    by: Sequence[str] = (),
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    **environment: str,
) -> subprocess.Popen[str]:
    """`deliver` as a process of its own."""
    return subprocess.Popen(
        [*by, sys.executable, "-m", "msgcenter_tui", "--db", shell.database, "deliver", *mode],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
    )


def full_pipe() -> tuple[int, int]:
    """Its ends to read and to write: what is written there is waited for."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    return reader, writer


def until(done: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait for it; a process that does not come to it is killed."""
    deadline = time.monotonic() + 60
    while not done():
        if time.monotonic() > deadline or process.poll() is not None:
            process.kill()
            pytest.fail("it did not come to that")
        time.sleep(0.01)


@pytest.mark.parametrize("mode", [(), ("--now",)], ids=["quiet", "now"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_runs_until_it_is_told_to_stop(
    shell: Shell, catcher: Catcher, broadcast: str, number: signal.Signals, mode: tuple[str, ...]
) -> None:
    with running(shell, *mode) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        assert process.stdout.readline() == "notifying; ctrl+c ends it\n"
        if mode:
            assert process.stdout.readline() == "1 sent\n"  # progress, in a pipe too
        process.send_signal(number)
        out, err = process.communicate()
        watchdog.cancel()
    assert process.returncode == 0, err
    assert err == ""
    assert out.splitlines()[:2] == [
        "stopping: what is in flight is finished first",
        "1 sent" if mode else "nothing has left, 1 waiting",
    ]
    assert len(catcher.mails()) == len(mode)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what is ignored")
def test_under_nohup_it_goes_on_when_its_terminal_is_closed(shell: Shell, catcher: Catcher) -> None:
    with running(shell, by=["nohup"]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "notifying; ctrl+c ends it\n"
        told = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
        assert int(told["SigIgn"], 16) & 1 << signal.SIGHUP - 1
        process.terminate()
        process.communicate(timeout=60)


def test_it_goes_on_where_nobody_reads_what_it_says(shell: Shell, catcher: Catcher, broadcast: str) -> None:
    reader, writer = full_pipe()
    with running(shell, "--now", stdout=writer) as process:
        os.close(writer)
        until(catcher.mails, process)
        process.terminate()
        with os.fdopen(reader, "rb") as said:  # the answer, at the end, is waited for
            assert b"1 sent\n" in said.read()
        assert process.wait(60) == 0


@pytest.mark.parametrize("both", [False, True], ids=["stdout", "both"])
def test_it_ends_where_nobody_reads_its_answer(shell: Shell, catcher: Catcher, broadcast: str, both: bool) -> None:
    reader, writer = full_pipe()
    with running(shell, "--now", stdout=writer, stderr=writer if both else subprocess.PIPE) as process:
        os.close(writer)
        until(catcher.mails, process)
        process.terminate()
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        _, err = process.communicate()
        watchdog.cancel()
    os.close(reader)
    assert process.returncode == 3
    if not both:
        assert err == "error: the answer cannot be written: nobody reads it; what was asked for is done\n"
    assert shell.ask("deliveries", "--thread", broadcast)["deliveries"][0]["state"] == "sent"


def test_it_sends_where_nobody_reads_its_warnings(
    shell: Shell, catcher: Catcher, broadcast: str, tmp_path: Path
) -> None:
    store = open_store(shell.database)
    identity.settle_here(store)
    store.close()
    Path(
        f"{shell.database}.notifier"
    ).unlink()  # as if it had been copied: what waits is held, which is a warning (N13)
    reader, writer = full_pipe()
    with running(shell, "--now", stderr=writer, MSGCENTER_LOG_FILE=str(tmp_path)) as process:  # it is no file: another
        os.close(writer)
        until(lambda: shell.ask("deliver", "--status")["held"], process)
        shell.say("send", "--to", ANA, "--from", TEAM, "--body", "Hello", "--yes")
        until(catcher.mails, process)
        process.terminate()
        with os.fdopen(reader, "rb") as said:
            lines = said.read().lstrip(b"x").decode().splitlines()
        assert process.wait(60) == 0
    assert lines == [
        f"warning: the log {tmp_path} cannot be written; the work goes on without it",
        "warning: 1 deliveries are held: the file was copied here, or renamed",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_it_goes_on_where_what_it_says_cannot_be_written(
    shell: Shell, catcher: Catcher, broadcast: str, stream: str
) -> None:
    shell.say("clients", "add", "Later", "--in", TEAM, "--email", "later@mail.example")
    shell.ask("send", "--to", "later@mail.example", "--from", TEAM, "--body", "Hello", "--yes")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "msgcenter_tui", "--db", shell.database, "deliver", "--once", "--now"],
            stdout=full if stream == "stdout" else subprocess.PIPE,
            stderr=full if stream == "stderr" else subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )
    assert shell.ask("deliver", "--status")["retrying"] == 1
    assert len(catcher.mails()) == 1
    if stream == "stdout":
        assert (done.returncode, done.stderr.count("\n")) == (3, 1)
        assert "cannot be written" in done.stderr
    else:
        assert done.returncode == 0


def test_nothing_of_a_demonstration_leaves_by_a_real_account(
    capsys: pytest.CaptureFixture[str], catcher: Catcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgcenter_tui.cli.main import main

    monkeypatch.setenv("MSGCENTER_DEMO", str(tmp_path / "demo"))
    assert main(["demo", "--prepare", "--json"]) == 0
    said = capsys.readouterr()
    database = json.loads(said.out)["database"]
    shell = Shell(database, capsys)
    maya = ("--as", "maya@brightbeginnings.example")
    before = shell.ask(*maya, "threads")["threads"]
    assert before
    shell.say(*maya, "send", "--to", "ana.flores@example.com", "--from", "Bright Beginnings", "--body", "Hello")
    assert shell.ask("deliver", "--once", "--now")["sent"] >= 1
    assert catcher.mails() == ()
    assert main(["demo", "--prepare", "--json"]) == 0  # as it was left
    assert len(shell.ask(*maya, "threads")["threads"]) == len(before) + 1


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider of SMS on this machine, which the configuration names."""
    loop, provider = asyncio.new_event_loop(), Provider()
    serving = threading.Thread(target=loop.run_forever)
    serving.start()
    asyncio.run_coroutine_threadsafe(provider.__aenter__(), loop).result(30)
    for key, value in {
        "URL": f"http://127.0.0.1:{provider.port}",
        "FROM": NUMBER,
        "USERNAME": ACCOUNT,
        "PASSWORD": PASSWORD,
    }.items():
        monkeypatch.setenv(f"MSGCENTER_SMS_{key}", value)
    yield provider
    asyncio.run_coroutine_threadsafe(provider.__aexit__(None, None, None), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    serving.join(30)
    loop.close()


def test_sms_leave_by_the_configured_provider(shell: Shell, catcher: Catcher, provider: Provider) -> None:
    shell.say(
        "clients",
        "add",
        "Bea Silva",
        "--in",
        TEAM,
        "--phone",
        "+1 201 555 0123",
        "--sms",
        "active",
        "--status",
        "active",
    )
    message = ("send", "--to", "all-clients", "--from", TEAM, "--body", "x" * 170)
    told = {"least": 2, "most": 2, "total": 2, "ucs2": 0, "because": None, "exact": True, "cut": 0}
    dry = shell.ask(*message, "--dry-run")
    assert (dry["thread"], dry["notified"]["sms"], dry["sms_segments"]) == (None, 1, told)  # S3
    assert "1 SMS of 2 segments (GSM-7)" in shell.say(*message, "--dry-run")
    assert "1 SMS of 2 segments (GSM-7)" in shell.fail(1, *message)
    assert shell.ask(*message, "--yes")["sms_segments"] == told
    assert shell.ask("deliver", "--once", "--now")["sent"] >= 2
    ((number, words),) = provider.texts
    assert number == "+12015550123"
    assert words.startswith(f"{TEAM}: xxx")
    assert shell.ask("deliver", "--status")["paused"] == []
