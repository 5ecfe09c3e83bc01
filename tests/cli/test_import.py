"""Bringing in what spreadsheets write: good rows come in, every other one is named, nothing is guessed silently."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell
from tests.cli.importing import EXPORT, Write, client, load, whys

from msgcenter_tui.center import clients, importing
from msgcenter_tui.cli import imports, long_work

# -- the export of a practice -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("imported")


@pytest.fixture
def report(shell: Shell, kept: Path) -> Any:
    """What the import of the export said: `shell` is on a store that holds it. It is done once, and copied."""
    store, said = kept / "store.db", kept / "said.json"
    if said.exists():
        shutil.copy(store, shell.database)
    else:
        said.write_text(json.dumps(load(shell, str(EXPORT))), "utf-8")
        shutil.copy(shell.database, store)
    return json.loads(said.read_text("utf-8"))


def test_a_long_one_tells_how_far_it_is(shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int, int]] = []

    @contextmanager
    def heard(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
        assert not quiet
        yield lambda *what: told.append(what)

    monkeypatch.setattr(long_work, "bar", heard)
    shell.say("clients", "import", write("Name,Status\nAna,lead\nBea,lead\n"), "--in", TEAM)
    steps = ("reading rows", "importing clients")
    assert told == [(step, row, 2) for step in steps for row in (1, 2)]


def test_the_good_rows_of_the_export_come_in_and_the_bad_ones_are_named(report: Any) -> None:
    assert report.keys() == {"added", "updated", "unchanged", "changes", "rejected", "warnings"}
    assert (report["added"], report["updated"], report["unchanged"]) == (484, 0, 0)
    rejected = whys(report["rejected"])
    assert len(rejected) == len(report["rejected"])
    # By physical lines: the notes hold line breaks.
    assert {line: column for line, (column, _) in rejected.items()} == {
        25: "E-mail", 231: "E-mail",  # one address, two statuses
        89: "E-mail", 277: "E-mail",
        295: "E-mail", 347: "E-mail",
        108: "Status",  # Maybe
        162: "Portal enabled", 494: "Portal enabled",  # without an address (P2)
        287: "E-mail", 507: "E-mail",  # a@@example.com, not-an-address
        381: "Mobile phone",  # a short row
        417: "Client name",  # 403 characters
        438: "Client name",  # none
    }  # fmt: skip
    assert "line 231" in rejected[25][1]
    assert "Maybe" in rejected[108][1]
    lines = EXPORT.read_bytes().split(b"\n")
    assert lines[108 - 1].startswith(b"Unknown Status;")
    assert lines[507 - 1].startswith(b"Broken Address;")


def test_what_was_understood_as_something_else_is_a_warning(report: Any) -> None:
    warnings = whys(report["warnings"])
    assert warnings[1][0] == "Added on"  # dates of two orders: left out, and said so
    assert "not known" in warnings[1][1]
    assert "Lead" in warnings[6][1]
    assert "Inactive" in warnings[31][1]
    assert "44 more rows" in warnings[31][1]
    assert warnings[67][0] == "Mobile phone"  # +1 555
    assert "control characters" in warnings[409][1]
    repeated = {line for line, (_, why) in warnings.items() if "counts once" in why}
    assert repeated == {165, 201, 241, 246, 315, 394, 418, 476, 505, 510, 538, 557}
    assert len(warnings) == 5 + len(repeated)


@pytest.mark.usefixtures("report")
def test_what_came_in_is_what_stands_in_the_file(shell: Shell) -> None:
    first = client(shell, "client0@mail.example.net")
    assert (first["name"], first["status"], first["portal"], first["sms"]) == (
        "Raimund Wesack", "active", False, "pending",
    )  # fmt: skip
    assert first["note"] == 'Twins;\nsecond visit "soon"'
    assert client(shell, "client6@example.com")["name"] == "Mai Vũ"
    assert client(shell, "client4@example.org")["phone_number"] == "+16038031565"  # by the workspace's region
    assert client(shell, "client25@example.org")["status"] == "inactive"  # Archived
    assert client(shell, "client5@mail.example.net")["status"] == "complete"  # Completed
    assert client(shell, "client5@mail.example.net")["sms"] == "declined"  # STOP
    smith = client(shell, "bob.smith@example.com")
    assert (smith["name"], smith["phone"]) == ('Smith, Bob "B"', None)
    assert client(shell, "esc@example.com")["name"] == "Evil ]0;pwned Name"
    assert client(shell, "formula@example.com")["name"] == "=cmd|' /C calc'!A0"
    assert client(shell, "jürgen@bücher.example")["name"] == "Jürgen Müller"
    assert "\u202e" in client(shell, "bidi@example.com")["name"]  # kept (M3)
    assert "‹RLO›" in shell.say("clients", "list", "--search", "bidi@example.com")


@pytest.mark.usefixtures("report")
def test_the_same_file_again_changes_nothing(shell: Shell) -> None:
    records = len(shell.ask("audit", "--limit", "1000")["records"])
    again = load(shell, str(EXPORT))
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 484)
    assert len(again["rejected"]) == 14
    assert len(shell.ask("audit", "--limit", "1000")["records"]) == records


def test_a_dry_run_says_the_same_and_writes_nothing(report: Any, shell: Shell, practice: Path) -> None:
    shutil.copy(practice, shell.database)
    assert load(shell, str(EXPORT), "--dry-run") == report
    assert len(shell.ask("clients", "list")["clients"]) == 1


def test_strict_takes_all_or_nothing(shell: Shell, write: Write) -> None:
    status, out, said = astuple(shell("clients", "import", str(EXPORT), "--in", TEAM, "--strict"))
    assert (status, out) == (1, "")
    assert "nothing was imported" in said
    assert "14 rows" in said
    assert "line 25, E-mail" in said
    assert len(shell.ask("clients", "list")["clients"]) == 1
    good = write("name,email\nBo,bo@mail.example\n")
    assert load(shell, good, "--strict")["added"] == 1


# -- rows -------------------------------------------------------------------------------------------------------------


def test_a_known_address_is_updated_and_what_a_row_does_not_say_stays(shell: Shell, write: Write) -> None:
    shell.say("clients", "set", ANA, "--note", "likes tea", "--phone", "+1 202 555 0143")
    before = client(shell, ANA)
    report = load(shell, write(f"Name,E-Mail,Phone,Status,Portal,Note\nAna F.,{ANA.upper()},,Complete,,\n"))
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 1, 0)
    (change,) = report["changes"]
    assert (change["line"], change["client"], change["fields"]) == (2, before["id"], ["name", "status"])
    assert change["name"] == before["name"]  # whom they were known as
    after = client(shell, ANA)
    assert after == {**before, "name": "Ana F.", "status": "complete"}


def test_who_would_be_updated_is_told(shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.say("clients", "add", "Bo", "--in", TEAM, "--email", "bo@mail.example")
    file = write(f"Name,E-Mail,SMS\nAna F.,{ANA},\nBo,bo@mail.example,declined\n")
    said = shell.say("clients", "import", file, "--in", TEAM, "--dry-run")
    assert "   2  Ana Flores  name\n   3  Bo          sms\n" in said
    monkeypatch.setattr(imports, "_TOLD", 1)
    assert "and 1 more, which --json names" in shell.say("clients", "import", file, "--in", TEAM, "--dry-run")


def test_consent_is_recorded_with_how_and_a_refusal_stays(shell: Shell, write: Write) -> None:  # N3
    shell.say("clients", "set", ANA, "--sms", "declined")
    report = load(shell, write(f"Name,E-Mail,SMS,Status\nAna Flores,{ANA},yes,\nBo,bo@mail.example,no,Lead\n"))
    assert (report["added"], report["unchanged"]) == (1, 1)
    assert client(shell, ANA)["sms"] == "declined"
    assert client(shell, "bo@mail.example")["sms"] == "declined"
    warnings = whys(report["warnings"])
    assert "stays declined" in warnings[2][1]
    assert "taken as consent declined" in warnings[3][1]


def test_numbers_take_the_region_that_is_named(shell: Shell, write: Write) -> None:
    file = write("Name,E-Mail,Phone\nBo,bo@mail.example,030 123456\nCy,cy@mail.example,+1 202 555 0143\n")
    load(shell, file, "--region", "DE")
    assert client(shell, "bo@mail.example")["phone_number"] == "+4930123456"
    assert client(shell, "cy@mail.example")["phone"] == "+1 202 555 0143"
    assert "region" in shell.fail(2, "clients", "import", file, "--in", TEAM, "--region", "XX")


def test_broken_rows_are_named_and_swallow_no_others(shell: Shell, write: Write) -> None:
    file = write(
        "Name,E-Mail,Note\n"  # 1
        "Bo,bo@mail.example,\n"
        'Cy,cy@mail.example,"never closed\n'  # 3
        "Di,di@mail.example,\n"
        'Ed,ed@mail.example,"closed" and more\n'  # 5
        "Fay,fay@mail.example\n"
        "Gus,gus@mail.example,,too,much\n"  # 7
        "Hal,hal@mail.example,,,\n"
        "\n"
        ",,\n"  # 10
        "Ida,ida@mail.example,\n"
    )
    report = load(shell, file)
    assert {one["line"] for one in report["rejected"]} == {3, 5, 6, 7}
    assert report["added"] == 4  # Bo, Di, Hal, Ida
    rejected = whys(report["rejected"])
    assert "quotation mark" in rejected[3][1]
    assert rejected[6] == ("Note", "the row is short: it has 2 of 3 cells")
    assert "5 cells" in rejected[7][1]


def test_rows_of_one_address_count_once_or_not_at_all(shell: Shell, write: Write) -> None:
    file = write(
        "Name,E-Mail,Phone,Status\n"
        "Bo,bo@mail.example,+1 202 555 0143,Active\n"
        "Bo,BO@mail.example,+1 (202) 5550143,active \n"  # says the same
        "Cy,cy@mail.example,,Active\n"
        "Cy,cy@mail.example,,Lead\n"
        "Cy,cy@mail.example,,nonsense\n"
        "Di,,,Lead\n"
        "Di,,,Lead\n"
    )
    report = load(shell, file)
    assert report["added"] == 2
    assert {one["line"] for one in report["rejected"]} == {4, 5, 6}
    warnings = whys(report["warnings"])
    assert "line 2" in warnings[3][1]
    assert "line 7" in warnings[8][1]
    assert "each import adds them anew" in warnings[7][1]


def test_of_many_rows_of_one_address_each_names_the_first_few_others(shell: Shell, write: Write) -> None:  # S1
    file = "Name,Email\n" + "".join(f"Dee {number},dee@mail.example\n" for number in range(1234))
    report = load(shell, write(file), "--dry-run")
    rejected = whys(report["rejected"])
    assert len(rejected) == 1234
    said = "something else of the same address"
    assert rejected[2] == ("Email", f"lines 3, 4, 5, 6, 7 and 1,228 more say {said}")
    assert rejected[4] == ("Email", f"lines 2, 3, 5, 6, 7 and 1,228 more say {said}")
    assert max(len(why) for _, why in rejected.values()) < 100
    few = whys(load(shell, write("\n".join(file.split("\n")[:7])), "--dry-run")["rejected"])
    assert few[7][1] == f"lines 2, 3, 4, 5, 6 say {said}"
    two = whys(load(shell, write("\n".join(file.split("\n")[:3])), "--dry-run")["rejected"])
    assert two[2][1] == f"line 3 says {said}"


def test_an_import_on_postgresql(postgresql_url: str, capsys: pytest.CaptureFixture[str], write: Write) -> None:
    shell = Shell(postgresql_url, capsys)
    assert "@" not in shell.ask("init")["database"]  # no user, no password
    shell.say("staff", "add", "Maya Ortiz", "--email", MAYA)
    shell.say("teams", "add", TEAM, "--owner", MAYA)
    few = write("Name,E-Mail,Status\nBo,bo@mail.example,Active\nCy,cy@mail.example,Maybe\nDi,di@mail.example,Lead\n")
    assert load(shell, few, "--dry-run")["added"] == 2
    assert shell.ask("clients", "list")["clients"] == []
    shell.fail(1, "clients", "import", few, "--in", TEAM, "--strict")
    assert shell.ask("clients", "list")["clients"] == []
    assert load(shell, str(EXPORT))["added"] == 484
    assert load(shell, str(EXPORT))["unchanged"] == 484
    assert client(shell, "esc@example.com")["name"] == "Evil ]0;pwned Name"


def test_a_participant_does_not_import_and_a_stranger_finds_no_workspace(shell: Shell, write: Write) -> None:  # S4
    for name in ("leo", "kim"):
        shell.say("--as", MAYA, "staff", "add", name, "--email", f"{name}@practice.example")
    shell.say("--as", MAYA, "teams", "member", TEAM, "leo@practice.example", "--role", "participant")
    words = ("clients", "import", write("name\nBo\n"), "--in", TEAM)
    assert "Owners and Contributors" in shell.fail(1, "--as", "leo@practice.example", *words)
    assert "there is no workspace" in shell.fail(1, "--as", "kim@practice.example", *words)


def test_the_text_for_people_names_every_bad_row(shell: Shell) -> None:
    said = shell.say("clients", "import", str(EXPORT), "--in", TEAM)
    assert said.startswith("added 484 clients, updated 0, 0 unchanged, 14 rows rejected\n")
    assert " 108  Status " in said
    assert "\nwarnings\n" in said
    assert "\x1b" not in said


def test_a_list_from_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,email\nBo,bo@mail.example\n")
    with file.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert load(shell, "-")["added"] == 1


def test_an_import_that_dies_half_way_leaves_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clients.write
    calls = 0

    def failing(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 3 == 0:
            raise OSError("the disk is full")
        return real(*args, **kwargs)

    monkeypatch.setattr(importing, "AT_ONCE", 100)
    monkeypatch.setattr(clients, "write", failing)
    shell.fail(3, "clients", "import", str(EXPORT), "--in", TEAM)
    assert len(shell.ask("clients", "list")["clients"]) == 1
