"""What spreadsheets write: encodings, separators, headings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import TEAM, Shell
from tests.cli.importing import Write, client, load

# -- encodings and separators -----------------------------------------------------------------------------------------

TABLE = 'Name;E-Mail;Notes\r\nJosé Müller;jose@mail.example;"two\r\nlines; ""quoted"""\r\nBo;bo@mail.example;\r\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("cp1252"),
    ],
    ids=["UTF-8", "UTF-8 with BOM", "UTF-16", "UTF-16 BE", "UTF-16 LE without BOM", "Windows-1252"],
)
def test_what_spreadsheets_write_is_read(
    shell: Shell, write: Write, encode: Callable[[str], bytes], separator: str
) -> None:
    text = TABLE.replace("lines;", "lines§").replace(";", separator).replace("lines§", f"lines{separator}")
    report = load(shell, write(encode(text)))
    assert (report["added"], report["rejected"]) == (2, [])
    jose = client(shell, "jose@mail.example")
    assert jose["name"] == "José Müller"
    assert jose["note"] == f'two\nlines{separator} "quoted"'
    guessed = [one for one in report["warnings"] if "Windows-1252" in one["why"]]
    assert bool(guessed) is (encode(text) == text.encode("cp1252"))


def test_another_encoding_is_refused_unless_it_is_named(shell: Shell, write: Write) -> None:
    text = "Имя,E-Mail\nГалина Никитина,galina@mail.example\nПётр Иванов,petr@mail.example\n"
    file = write(text.encode("cp1251"))
    assert "--encoding" in shell.fail(2, "clients", "import", file, "--in", TEAM)
    report = load(shell, file, "--encoding", "cp1251", "--map", "Имя=name")
    assert report["added"] == 2
    assert client(shell, "petr@mail.example")["name"] == "Пётр Иванов"
    assert "no encoding" in shell.fail(2, "clients", "import", file, "--in", TEAM, "--encoding", "klingon")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"E-Mail,Phone\na@mail.example,1\n", "--map HEADING=name"),
        (b"Name,Client name\nA,B\n", "two headings mean name"),
        (b"Name,Phone,Mobile\nA,1,2\n", "--map 'Mobile'=-"),
        (b"\x81\x8d\x8f\n", "encoding"),
    ],
)
def test_a_file_that_is_no_list_of_clients_is_refused(shell: Shell, write: Write, content: bytes, why: str) -> None:
    assert why.lower() in shell.fail(2, "clients", "import", write(content), "--in", TEAM).lower()
    assert len(shell.ask("clients", "list")["clients"]) == 1


def test_a_missing_file_and_a_missing_workspace(shell: Shell, write: Write, tmp_path: Path) -> None:
    assert "no such file" in shell.fail(2, "clients", "import", str(tmp_path / "none.csv"), "--in", TEAM)
    assert "directory" in shell.fail(2, "clients", "import", str(tmp_path), "--in", TEAM)
    assert "there is no workspace" in shell.fail(1, "clients", "import", write("name\nBo\n"), "--in", "Nowhere")


# -- headings ---------------------------------------------------------------------------------------------------------


def test_headings_are_known_by_meaning_whatever_their_case(shell: Shell, write: Write) -> None:
    file = write(
        " FULL NAME ,e_mail address,Cell Phone,STATUS,Portal-Access,sms opt in,COMMENTS\n"
        "Bo,bo@mail.example,+1 202 555 0143,ACTIVE,Yes,yes,hello\n"
    )
    assert load(shell, file) == {
        "added": 1, "updated": 0, "unchanged": 0, "changes": [], "rejected": [], "warnings": [],
    }  # fmt: skip
    bo = client(shell, "bo@mail.example")
    assert (bo["status"], bo["portal"], bo["sms"], bo["note"]) == ("active", True, "active", "hello")


def test_a_heading_that_is_not_known_is_named_and_map_settles_it(shell: Shell, write: Write) -> None:
    file = write("Name,Contact,Colour\nBo,bo@mail.example,red\n")
    report = load(shell, file)
    assert [one["column"] for one in report["warnings"] if one["line"] == 1] == ["Contact", "Colour"]
    report = load(shell, file, "--map", "CONTACT=email", "--map", "Colour=-")
    assert [one["why"] for one in report["warnings"] if one["line"] == 1] == []
    assert client(shell, "bo@mail.example")["name"] == "Bo"
    assert "note" in shell.fail(2, "clients", "import", file, "--in", TEAM, "--map", "Colour=hue")
    assert "Colour" in shell.fail(2, "clients", "import", file, "--in", TEAM, "--map", "Color=note")
    assert "HEADING=FIELD" in shell.fail(2, "clients", "import", file, "--in", TEAM, "--map", "Colour")


def test_excel_s_own_first_line_is_understood(shell: Shell, write: Write) -> None:
    report = load(shell, write("sep=;\r\nName;E-Mail\r\nBo;bo@mail.example\r\nbad;x\r\n"))
    assert report["added"] == 1
    assert [one["line"] for one in report["rejected"]] == [4]
