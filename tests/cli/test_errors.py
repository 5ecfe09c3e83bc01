"""A command that fails says so in one line, leaves nothing half done, and never shows its insides."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell
from tests.hostile import HOSTILE, unsafe_in

from msgcenter_tui.cli import staff
from msgcenter_tui.cli.main import main

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("thread",), "msgcenter thread --help"),
        (("bogus",), "msgcenter --help"),
        (("thraeds",), "did you mean threads?"),
        (("clients", "add", "Bo"), "--in"),
        (("clients", "add", "Bo", "--in", TEAM, "--status", "maybe"), "lead, active, inactive, complete"),
        (("clients", "set", ANA), "--status active"),
        (("clients", "list", "--limit", "many"), "--limit takes a whole number, not 'many'"),
        (("clients", "list", "--limit"), "nothing stands behind --limit"),
        (("send", "--body", "x", "--from", TEAM, "--to"), "nothing stands behind --to"),
        (("clients", "list", "--limit", "0"), "1 to 1000"),
        (("clients", "list", "--after", "garbage"), "next"),
        (("clients", "list", "--bogus"), "--bogus"),
        (("send", "--to", "all-clients", "--from", TEAM), "--body"),
        (("send", "--to", "all-clients", "--body", "x"), "--from"),
        (("send", "--from", TEAM, "--body", "x"), "--to"),
        (("send", "--to", "all-clients", ANA, "--from", TEAM, "--body", "x"), "command of their own"),
        (("send", "--to", ANA, "--from", TEAM, "--body", ""), "empty"),
        (("send", "--to", ANA, "--from", TEAM, "--body-file", "/nowhere"), "no such file"),
        (("reply", "t1", "--body", "x", "--body-file", "y"), "not allowed with"),
        (("audit", "--since", "last week"), "2026-03-01"),
        (("deliveries", "retry"), "--state failed"),
        (("deliveries", "resolve", "--arrived"), "--thread"),
        (("teams", "member", TEAM, MAYA), "--role"),
        (("staff", "add", "Bo", "--email", "nonsense"), "name@example.org"),
        (("--db", "mysql://x/y", "threads"), "mysql"),
        (("--db", "", "threads"), "empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_2_and_says_what_would_work(shell: Shell, words: tuple[str, ...], cure: str) -> None:
    assert cure in shell.fail(2, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send", "--from", TEAM, "--body", "x", "--to", "Ana"), "'Ana'; look in the lists of clients and staff"),
        (("edit", "m99", "--body", "x"), "there is no message 'm99'; look in the thread for its id"),
        (("edit", "first", "--body", "x"), "there is no message 'first'; look in the thread for its id"),
        (("delete-message", "m99"), "there is no message 'm99'; look in the thread for its id"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_not_there_is_named_and_where_to_look(shell: Shell, words: tuple[str, ...], said: str) -> None:  # S1
    assert shell.fail(1, *words).endswith(said)


def test_a_mistyped_workspace_is_answered_with_those_there_are(shell: Shell) -> None:  # S1
    said = shell.fail(1, "clients", "add", "Bo", "--in", "Brigth Beginnings")
    assert said == f"there is no workspace 'Brigth Beginnings'; yours are personal, {TEAM}"
    assert "yours" not in shell.fail(1, "--as", ANA, "clients", "add", "Bo", "--in", TEAM)  # S4


@pytest.mark.parametrize(
    "words",
    [
        ("threads",), ("show", "t1"), ("send", "--to", ANA, "--from", TEAM, "--body", "x"), ("deliver", "--once"),
        ("teams", "add", TEAM, "--owner", MAYA), ("clients", "import", "/dev/null", "--in", TEAM), ("audit", "verify"),
        ("backup", "backup.db"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_mistyped_path_makes_no_store(shell: Shell, tmp_path: Path, words: tuple[str, ...]) -> None:  # S1
    mistyped = tmp_path / "typo" / "store.db"
    said = shell.fail(3, "--db", str(mistyped), *words)
    assert f"there is no store at {mistyped}" in said
    assert "--db" in said
    assert not mistyped.parent.exists()


@pytest.mark.parametrize("words", [("init",), ("staff", "add", "Maya", "--email", MAYA)], ids=" ".join)
def test_what_begins_a_store_makes_it(shell: Shell, tmp_path: Path, words: tuple[str, ...]) -> None:
    new = tmp_path / "new" / "store.db"
    shell.say("--db", str(new), *words)
    assert stat.S_IMODE(new.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "words",
    [
        ("show", "t99"),
        ("show", "nonsense"),
        ("reply", "t99", "--body", "x"),
        ("edit", "m99", "--body", "x"),
        ("clients", "set", "nobody@mail.example", "--status", "active"),
        ("clients", "add", "Bo", "--in", "No Such Team"),
        ("drafts", "show", "d9"),
        ("templates", "show", "none"),
        ("deliveries", "--thread", "t99"),
        ("send", "--to", "nobody@mail.example", "--from", TEAM, "--body", "x"),
        ("send", "--to", "p99", "--from", TEAM, "--body", "x"),
        ("thread", "add", "t99", MAYA),
        ("--as", "nobody@mail.example", "threads"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_1(shell: Shell, words: tuple[str, ...]) -> None:
    assert "there is no" in shell.fail(1, *words)


def test_a_rule_refuses_with_1_and_changes_nothing(shell: Shell) -> None:  # S1
    assert "taken" in shell.fail(1, "clients", "add", "Other Ana", "--in", TEAM, "--email", ANA.upper())  # S5
    assert "e-mail" in shell.fail(1, "clients", "add", "Bo", "--in", TEAM, "--portal")  # P2
    assert len(shell.ask("clients", "list")["clients"]) == 1


def test_a_client_without_a_portal_does_not_act(shell: Shell) -> None:  # P2
    shell.say("clients", "set", ANA, "--portal", "off")
    assert "portal" in shell.fail(1, "--as", ANA, "threads")


def test_a_client_does_only_what_clients_do(shell: Shell, broadcast: str) -> None:
    assert "Replies are off" in shell.fail(1, "--as", ANA, "reply", broadcast, "--body", "Hello?")  # L1
    for words in (("clients", "list"), ("audit",), ("staff", "list"), ("deliveries",), ("templates", "list")):
        shell.fail(1, "--as", ANA, *words)
    assert "there is no" in shell.fail(1, "--as", ANA, "clients", "set", ANA, "--status", "complete")
    # A client writes to the staff who can be written to, and to nobody else (A4).
    shell.say("--as", ANA, "send", "--to", MAYA, "--body", "A question")
    shell.say("clients", "add", "Bo", "--in", TEAM, "--email", "bo@mail.example", "--portal")
    shell.fail(1, "--as", ANA, "send", "--to", "bo@mail.example", "--body", "Hello")


def test_a_store_that_cannot_be_used_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = tmp_path / "notes.txt"
    strange.write_text("these are my notes, and no database\n" * 100)
    for database in (strange, tmp_path, strange / "below"):
        assert main(["--db", str(database), "threads"]) == 3
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("error: ")
        assert said.err.count("\n") == 1
    assert strange.read_text().startswith("these are my notes")


def test_an_unexpected_error_is_one_line_and_its_log_holds_nobody_s_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, private_home: Path
) -> None:
    def broken(session: object) -> None:
        secret = "what Ana wrote"
        raise RuntimeError(f"it broke at {secret}")

    monkeypatch.setattr(staff, "show_all", broken)
    said = shell.fail(3, "staff", "list")
    assert "RuntimeError" in said
    log = private_home / ".local/state/msgcenter/msgcenter.log"
    assert str(log) in said
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "RuntimeError" in log.read_text()
    assert "in broken" in log.read_text()
    assert "Ana" not in log.read_text() + said


def test_an_interrupt_ends_quietly(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(session: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(staff, "show_all", interrupted)
    assert shell.fail(130, "staff", "list") == "interrupted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("words", [("restore", "--yes"), ("backup",), ("copy", "--to")], ids=lambda words: words[0])
def test_told_to_end_a_command_takes_away_what_it_was_making(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], number: signal.Signals
) -> None:
    shell.say("backup", str(tmp_path / "backup.db"))
    there = {one.name for one in tmp_path.iterdir()}

    def told(*_: object, **__: object) -> None:
        for _time in range(2):  # a service that is stopped may be told twice
            os.kill(os.getpid(), number)

    monkeypatch.setattr("msgcenter_tui.store.upgrade.sqlite", told)  # on the way to a restored file, and to a copy
    monkeypatch.setattr("msgcenter_tui.store.damage.whole", told)  # to a backup
    file = tmp_path / ("backup.db" if words[0] == "restore" else "new.db")
    assert shell.fail(128 + number, *words, str(file)) == f"told to end ({number.name})"
    assert {one.name for one in tmp_path.iterdir()} - there <= {"store.db-wal", "store.db-shm"}
    assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)] == [signal.SIG_DFL] * 2


def test_an_error_shows_hostile_words_in_one_line(shell: Shell) -> None:
    for number, text in enumerate(HOSTILE.values()):
        words = (("show", f"t{text}"), ("clients", "add", "Bo", "--in", f"x{text}"), (f"x{text}",))[number % 3]
        done = shell(*words)
        assert done.status in {1, 2}
        assert done.out == ""
        assert done.err.count("\n") == 1
        assert unsafe_in(done.err) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [("threads",), ("--json", "threads")])
def test_an_answer_that_cannot_be_written_is_said_in_one_line(shell: Shell, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run_with(*words, stdout=full, shell=shell)
    assert done.returncode == 3
    assert done.stderr == b"error: the answer cannot be written: no space left on device; what was asked for is done\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [("--help",), ("clients", "import", "--help"), ("--version",)], ids=" ".join)
def test_help_that_cannot_be_written_is_said_in_one_line(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(*words, stdout=full)
    said = b"error: the answer cannot be written: no space left on device; have it written elsewhere\n"
    assert (done.returncode, done.stderr) == (3, said)


def test_what_is_not_in_utf_8_is_said_so(tmp_path: Path) -> None:
    for option in ("--as", "--db", "--log-file"):
        done = run("staff", "list", option, f"{tmp_path}/\udcff", stdout=subprocess.PIPE)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == f"error: {option} cannot be used: it is not in UTF-8\n".encode()


def test_streams_that_are_closed_are_no_reason_to_fail(shell: Shell) -> None:
    script = 'exec "$@" <&- >&- 2>&-'
    words = ["clients", "add", "Closed Streams", "--in", TEAM]
    command = [sys.executable, "-m", "msgcenter_tui", "--db", shell.database, *words]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(["sh", "-c", script, "sh", *command], check=False, timeout=60, env=environment)
    assert done.returncode == 0
    assert "Closed Streams" in shell.say("clients", "list")
    looked = subprocess.run(
        ["sh", "-c", script, "sh", *command[:5], "doctor"], check=False, timeout=60, env=environment
    )
    assert looked.returncode in {0, 1}  # by what it finds, not for want of a terminal


def run_with(*words: str, stdout: IO[str] | int, shell: Shell) -> subprocess.CompletedProcess[bytes]:
    return run("--db", shell.database, *words, stdout=stdout)


def run(*words: str, stdout: IO[str] | int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "msgcenter_tui", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def test_a_reader_that_goes_away_is_no_error(shell: Shell) -> None:
    """`msgcenter ... | head -1`: the pipe is closed while there is more to say."""
    for number in range(30):
        shell.say("clients", "add", f"Client {number} " + "x" * 180, "--in", TEAM)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run_with("--json", "clients", "list", stdout=writer, shell=shell)
    finally:
        os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_reply_that_meets_a_lock_stays_a_draft(shell: Shell) -> None:
    # L4
    sent = shell.ask("send", "--to", "all-clients", "--from", TEAM, "--body", "Dear all", "--locked", "--yes")
    refused = shell("--as", ANA, "reply", sent["thread"], "--body", "I was just writing")
    assert refused.status == 1
    assert "Replies are off" in refused.err
    (draft,) = shell.ask("--as", ANA, "drafts", "list")
    assert (draft["thread"], draft["body"]) == (sent["thread"], "I was just writing")
    assert draft["id"] in refused.err
    assert shell("--as", ANA, "reply", "t99", "--body", "Nowhere").err == (
        "error: there is no thread 't99'; look in the list of threads\n"
    )


@pytest.mark.parametrize("command", [(), ("clients", "import")], ids=" ".join)
def test_help_is_had_by_its_word_too(command: tuple[str, ...]) -> None:
    told = run("help", *command, stdout=subprocess.PIPE)
    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout == run(*command, "--help", stdout=subprocess.PIPE).stdout
