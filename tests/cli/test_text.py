"""What people read on a terminal or in a pipe: aligned, plain in a pipe, and never steered by foreign text."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from tests.cli.conftest import ANA, MAYA, TEAM, Shell
from tests.hostile import HOSTILE, unsafe_in

from msgcenter_tui.cli.output import Cell, Paper, cells, cut


def test_no_hostile_string_reaches_the_terminal(shell: Shell) -> None:
    taken = {"client": 0, "template": 0, "thread": 0}
    for number, text in enumerate(HOSTILE.values()):
        fieldless = text.replace("{", "(").replace("[", "(")
        commands = {
            "client": ("clients", "add", f"Z{text}"[:200], "--in", TEAM, "--note", text),
            "template": ("templates", "add", f"T{number}{text}"[:200], "--body", f"x{fieldless}"),
            "thread": ("--as", ANA, "send", "--to", MAYA, "--subject", f"s{fieldless}"[:200], "--body", f"y{text}"),
        }
        for what, words in commands.items():
            done = shell(*words)
            assert unsafe_in(done.out + done.err) == []
            taken[what] += done.status == 0
    assert min(taken.values()) > 0.9 * len(HOSTILE)
    threads = shell.ask("threads", "--limit", "1000")["threads"]
    shown = [("clients", "list", "--limit", "1000"), ("templates", "list"), ("threads", "--limit", "1000"), ("audit",)]
    shown += [("--json", *words) for words in shown]
    shown += [("show", thread["id"]) for thread in threads]
    for words in shown:
        said = shell.say(*words)
        assert len(said) > 20
        assert unsafe_in(said) == []


def test_columns_are_aligned_whatever_the_script(shell: Shell) -> None:
    for name in ("陈秀珍", "Ana \u0301\u0301 Mark", "שרה כהן", "👩🏽‍⚕️ Doctor", "Plain Name"):
        shell.say("clients", "add", name, "--in", TEAM, "--status", "complete")
    lines = shell.say("clients", "list").splitlines()
    starts = {cell_len(line[: line.index("complete")]) for line in lines if "complete" in line}
    assert len(starts) == 1
    assert len(lines) == 7


def test_a_pipe_gets_no_colour_and_no_cuts(shell: Shell) -> None:
    shell.say("clients", "add", "x" * 200, "--in", TEAM)
    said = shell.say("clients", "list")
    assert "\x1b" not in said
    assert "x" * 200 in said


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_colour_unless_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    paper = Paper.of(Terminal())
    paper.say("done \x1b[31m", "good")
    assert ("\x1b[32m" in paper.lines[0]) is coloured
    assert "\x1b[31m" not in paper.lines[0]


def test_the_last_column_is_cut_to_the_terminal() -> None:
    paper = Paper(width=20)
    paper.table(("ID", "TEXT"), [("a", "漢字" * 20), (Cell("b", "bold"), "short")])
    assert all(cells(line) <= 20 for line in paper.lines)
    assert paper.lines[1].endswith("…")


def test_what_has_no_room_beside_the_rest_of_a_row_stands_below_it() -> None:
    paper = Paper(width=30)
    paper.table(
        ("ID", "NAME", "ADDRESS", "PHONE", "WHERE"),
        [("p1", "Ana", "ana.flores@mail.example", "+1 202 555 0143", "Bright Beginnings"), ("p2", "Bo", "b@x", "", "")],
    )
    assert paper.lines == [
        "ID  NAME",
        "    ADDRESS",
        "    PHONE            WHERE",
        "p1  Ana",
        "    ana.flores@mail.example",
        "    +1 202 555 0143  Bright B…",
        "p2  Bo",
        "    b@x",
    ]


def test_what_is_to_be_read_whole_goes_on_below_itself() -> None:
    paper = Paper(width=34)
    paper.table(("LINE", "WHY"), [(3, "'not-an-address' is no e-mail address")], whole=True)
    assert paper.lines == ["LINE  WHY", "   3  'not-an-address' is no", "      e-mail address"]


def test_a_sentence_is_broken_between_words_on_a_terminal_only() -> None:
    terminal, pipe = Paper(width=30), Paper()
    for paper in (terminal, pipe):
        paper.say("Keiko Tanaka-Brown is reached by nothing: no e-mail address", indent="  ")
    assert terminal.lines == ["  Keiko Tanaka-Brown is", "  reached by nothing: no", "  e-mail address"]
    assert len(pipe.lines) == 1


def test_numbers_stand_right_and_an_empty_table_says_so() -> None:
    paper = Paper()
    paper.table(("N", "WHAT"), [(1, "one"), (200, "many")])
    paper.table(("N",), [], empty="nothing here")
    assert paper.lines == ["  N  WHAT", "  1  one", "200  many", "nothing here"]


@pytest.mark.parametrize(("text", "width", "expected"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字字", 5, "漢字…")])
def test_cutting(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected


def test_a_conversation_reads_like_one(shell: Shell, broadcast: str) -> None:
    shell.say("thread", "rename", broadcast, "Holiday")
    said = shell.say("show", broadcast)
    assert said.startswith("Holiday\nAll Clients · Bright Beginnings · locked\nseen by 1, read by 0\n")
    assert "\nMaya Ortiz  (m1, " in said
    assert said.endswith("\n  We are closed.\n")
    portal = shell.say("--as", ANA, "show", broadcast)
    assert "read by" not in portal  # V5
    assert "Replies are off" in portal


def test_a_body_comes_from_a_file_or_standard_input(
    shell: Shell, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Piped:
        buffer = io.BytesIO("Zwei Zeilen,\nund Ümläute\n".encode())

    monkeypatch.setattr("sys.stdin", Piped)
    sent = shell.ask("send", "--to", ANA, "--from", TEAM, "--body-file", "-")
    (message,) = shell.ask("show", sent["thread"])["messages"]
    assert message["body"] == "Zwei Zeilen,\nund Ümläute"  # M3
