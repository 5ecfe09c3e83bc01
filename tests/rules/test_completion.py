"""What is begun at the cursor, and what fits it: fields after "{{", templates after "/" (T2, T3, T8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msgcenter_tui.domain import Template, TemplateId
from msgcenter_tui.rules import completion
from msgcenter_tui.rules.completion import Begun, Kind
from msgcenter_tui.rules.fields import FIELDS, Field, TokenKind, parse, stretches


def at_cursor(marked: str) -> Begun | None:
    """What is begun where the "|" stands."""
    column = marked.index("¦")
    return completion.begun(marked.replace("¦", ""), column)


@pytest.mark.parametrize(
    ("marked", "start", "end", "typed"),
    [
        ("{{¦", 0, 2, ""),
        ("Dear {{ ¦", 5, 8, ""),
        ("Dear {{ cl¦ and so on", 5, 10, "cl"),
        ("{{ client.na¦", 0, 12, "client.na"),
        ("{{ client.name }} and {{first¦", 22, 29, "first"),
        ("{{ cl¦ }}, hello", 0, 8, "cl"),
        ("{{ cl¦ient.name }}", 0, 17, "cl"),
    ],
)
def test_a_field_is_begun_by_two_braces(marked: str, start: int, end: int, typed: str) -> None:  # T3
    assert at_cursor(marked) == Begun(Kind.FIELD, start, end, typed)


def test_a_field_with_its_fallback_keeps_it() -> None:
    assert at_cursor('{{ cl¦ient.x | default: "there" }}') == Begun(Kind.FIELD, 3, 11, "cl", only_name=True)


@pytest.mark.parametrize(
    "marked",
    [
        "\\{{¦", "\\{{ cl¦", "{¦", "{{ client.name }}¦", "{{ client.name | ¦", "[[ {{ cl¦ ]]", "{{{ cl¦", "{{ 1¦",
        "cl¦",
        "{{ client name¦",
    ],
)  # fmt: skip
def test_no_field_is_begun(marked: str) -> None:  # T8
    found = at_cursor(marked)
    assert found is None or found.kind is not Kind.FIELD


@pytest.mark.parametrize(
    ("marked", "start", "typed"),
    [("/hol¦", 0, "hol"), ("Hello /h¦", 6, "h"), ("\t/a-b.c¦ and", 1, "a-b.c"), ("/24h¦", 0, "24h")],
)
def test_a_shortcut_is_begun_where_a_word_begins(marked: str, start: int, typed: str) -> None:  # T2
    assert at_cursor(marked) == Begun(Kind.SHORTCUT, start, marked.index("¦"), typed)


@pytest.mark.parametrize(
    "marked",
    [
        "9/10¦", "and/or¦", "http://x¦", "http:/¦", "/¦", "/usr/bin¦", "/usr/¦", "/hol¦iday", "/usr¦/bin",
        "[[ /hol¦ ]]",
        '{{ client.phone | default: " /hol¦" }}', "a /b c¦", "\\/h¦", "file:///x¦",
    ],
)  # fmt: skip
def test_no_shortcut_is_begun(marked: str) -> None:  # T2
    assert at_cursor(marked) is None


@given(st.text(alphabet="/{}[]\\ ab.|\"'\n"), st.integers(0, 40))
def test_what_is_begun_lies_on_the_line_around_the_cursor(line: str, column: int) -> None:
    line = line.replace("\n", " ")
    column = min(column, len(line))
    found = completion.begun(line, column)
    if found is not None:
        assert 0 <= found.start <= column <= found.end <= len(line)
        assert line[:column].endswith(found.typed)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", list(FIELDS)),
        ("client.", ["client.name", "client.first_name", "client.email", "client.phone"]),
        ("first", ["client.first_name", "sender.first_name"]),
        ("phone", ["client.phone"]),
        ("mail", ["client.email", "sender.email"]),
        ("NAME", ["client.name", "sender.name", "workspace.name", "client.first_name", "sender.first_name"]),
        ("nothing", []),
    ],
)
def test_fields_answer_to_any_part_of_their_names(typed: str, names: list[str]) -> None:  # T3
    assert [field.name for field in completion.fields_for(typed)] == names


@pytest.mark.parametrize("field", FIELDS.values(), ids=list(FIELDS))
def test_a_field_is_written_as_the_grammar_reads_it(field: Field) -> None:  # T3, T4
    words, back = completion.written(field)
    (token,) = parse(words).tokens
    assert (token.kind, token.name) == (TokenKind.FIELD, field.name)
    assert (token.fallback is not None) is field.can_be_empty
    if field.can_be_empty:
        assert words[len(words) - back - 1 :].startswith('""')


def template(name: str, shortcut: str) -> Template:
    return Template(TemplateId(name), name, shortcut, "", "body", None, None, editable=True)


def test_templates_answer_by_their_shortcut_then_by_their_name() -> None:  # T2
    known = [
        template("Hot day", ""),
        template("The holidays", "closed"),
        template("Greeting", "holiday"),
        template("Other", "ho"),
        template("Choice", "x"),
    ]
    assert [one.name for one in completion.templates_for("HO", known)] == [
        "Other",
        "Greeting",
        "Hot day",
        "The holidays",
    ]
    assert completion.templates_for("nothing", known) == ()


PARTS = [
    "{{",
    "}}",
    "{",
    "}",
    "[[",
    "]]",
    "\\",
    " ",
    "\n",
    "a",
    "client.name",
    "{{ client.name\n}}",
    "{{\n\nx }}",
    "[[b]]",
]


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_stretches_are_parsed_by_themselves_as_within_the_whole(text: str) -> None:
    lines = text.split("\n")
    found, reached, at = [], 0, 0
    for start, end in stretches(lines):
        assert start == reached < end
        words = "\n".join(lines[start:end])
        found += [
            (one.kind, one.start + at, one.end + at) for one in parse(words).tokens if one.kind is not TokenKind.TEXT
        ]
        reached, at = end, at + len(words) + 1
    assert reached == len(lines)
    whole = [(one.kind, one.start, one.end) for one in parse(text).tokens if one.kind is not TokenKind.TEXT]
    assert found == whole
