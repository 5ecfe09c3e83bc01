"""The grammar of fields and blanks: every place, every cure, and Liquid as the oracle (T3, T4, T7, T8)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquid import Environment, StrictDefaultUndefined
from liquid.exceptions import LiquidError
from tests.hostile import HOSTILE

from msgcenter_tui.rules.fields import fill
from msgcenter_tui.rules.grammar import FIELDS, TokenKind, has_fields, parse

TEXT, ESCAPE, FIELD, BLANK, ERROR = TokenKind

# Anything that can be made of the grammar's own signs, whole and broken.
PARTS = [
    "{{",
    "}}",
    "{",
    "}",
    "[[",
    "]]",
    "[",
    "]",
    "\\",
    "|",
    ":",
    "default",
    '"',
    "'",
    " ",
    "\n",
    "\t",
    ".",
    "é",
    "x",
]
PARTS += ["client.name", "client.first_name", "client.phone", "client.frist_name", "sender", "{{ client.name }}"]
PARTS += ['{{client.phone|default:"there"}}', "{{ sender.email | default: 'a' }}", "[[first day]]", "\\{{", "\\[["]
scribbles = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


def kinds(text: str) -> list[tuple[TokenKind, str]]:
    return [(token.kind, token.text) for token in parse(text).tokens]


# -- what is what -----------------------------------------------------------------------------------------------------


def test_fields_and_blanks_are_told_from_text() -> None:  # T3, T7
    assert kinds("Dear {{ client.first_name }},\nfrom [[first day]] on.") == [
        (TEXT, "Dear "),
        (FIELD, "{{ client.first_name }}"),
        (TEXT, ",\nfrom "),
        (BLANK, "[[first day]]"),
        (TEXT, " on."),
    ]


@pytest.mark.parametrize(
    ("text", "name", "fallback"),
    [
        ("{{client.phone}}", "client.phone", None),
        ("{{  client.phone\t}}", "client.phone", None),
        ("{{\nclient.phone\n}}", "client.phone", None),
        ("{{\u00a0client.phone }}", "client.phone", None),  # as word processors paste it
        ('{{ client.first_name | default: "there" }}', "client.first_name", "there"),
        ("{{ client.first_name | default: 'there' }}", "client.first_name", "there"),
        ('{{client.first_name|default:"there"}}', "client.first_name", "there"),
        ("{{ client.phone | default: \"it's '555'\" }}", "client.phone", "it's '555'"),
        ('{{ client.phone | default: "a \\ b | c } d" }}', "client.phone", "a \\ b | c } d"),
        ('{{ client.phone | default: "" }}', "client.phone", ""),
    ],
)
def test_a_field_is_spelled_as_in_liquid(text: str, name: str, fallback: str | None) -> None:  # T3
    (token,) = parse(text).tokens
    assert (token.kind, token.name, token.fallback) == (FIELD, name, fallback)
    assert not parse(text).problems


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_list_is_one(name: str) -> None:  # T3
    assert kinds(f"{{{{ {name} }}}}") == [(FIELD, f"{{{{ {name} }}}}")]
    assert FIELDS[name].name == name
    assert FIELDS[name].of == name.partition(".")[0]


def test_the_list_of_fields_is_closed() -> None:  # T3, T4
    assert set(FIELDS) == {
        "client.name", "client.first_name", "client.email", "client.phone",
        "sender.name", "sender.first_name", "sender.email", "workspace.name",
    }  # fmt: skip
    assert {name for name, field in FIELDS.items() if field.can_be_empty} == {"client.email", "client.phone"}


@pytest.mark.parametrize(
    "text", ["}} and ]]", "{ x } [ y ]", "[Urgent]", "{% if x %}", "a \\ b", "$x ${y} {z}", "]]{}["]
)
def test_everything_else_is_text(text: str) -> None:  # M3, T8
    assert kinds(text) == [(TEXT, text)]
    assert not parse(text).problems
    assert not has_fields(text)


def test_an_escape_writes_the_characters() -> None:  # T8
    assert kinds("\\{{ x }} \\[[y]]") == [(ESCAPE, "\\{{"), (TEXT, " x }} "), (ESCAPE, "\\[["), (TEXT, "y]]")]
    assert kinds("\\\\{{") == [(TEXT, "\\"), (ESCAPE, "\\{{")]
    assert has_fields("\\{{")


@pytest.mark.parametrize(
    ("text", "words"), [("[[first day]]", "first day"), ("[[ x ]]", "x"), ("[[]]", ""), ("[[a [1] b]]", "a [1] b")]
)
def test_a_blank_has_words(text: str, words: str) -> None:  # T7
    (token,) = parse(text).tokens
    assert (token.kind, token.name) == (BLANK, words)


# -- what is wrong, where, and the cure -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked", "what", "cure"),
    [
        ("{{ client.frist_name }}", "{{ client.frist_name }}", 'no field "client.frist_name"', "client.first_name }}?"),
        ("{{ Client.Name }}", "{{ Client.Name }}", 'no field "Client.Name"', "did you mean {{ client.name }}?"),
        ("{{ first_name }}", "{{ first_name }}", 'no field "first_name"', "did you mean {{ client.first_name }}?"),
        ("{{ client.first name }}", "{{ client.first name }}", "not a field", "did you mean {{ client.first_name }}?"),
        ("{{ workspace }}", "{{ workspace }}", 'no field "workspace"', "did you mean {{ workspace.name }}?"),
        (
            "{{ shoe_size }}",
            "{{ shoe_size }}",
            'no field "shoe_size"',
            "the fields are client.name, client.first_name,",
        ),
        ("{{ client.name.x }}", "{{ client.name.x }}", "no field", "did you mean {{ client.name }}?"),
        ("{{ }}", "{{ }}", "without a name", "the fields are"),
        ("{{}}", "{{}}", "without a name", "the fields are"),
        ("{{ | default: 'x' }}", "{{ | default: 'x' }}", "without a name", "the fields are"),
        ("{{- client.name -}}", "{{- client.name -}}", '"{{- client.name -}}" is not', "take the hyphen"),
        ("{{ client.phone | upcase }}", "{{ client.phone | upcase }}", "not a field", "only a fallback may follow"),
        ("{{ client.phone | default: x }}", "{{ client.phone | default: x }}", "not a field", '| default: "…" }}'),
        ("{{ client.phone | default: “x” }}", "{{ client.phone | default: “x” }}", "not a field", 'default: "x"'),
        ('{{ client.phone | default: "[[x" }}', '{{ client.phone | default: "[[x" }}', "plain text", "take them out"),
        ("Dear {{ client.name", "{{ client.name", '"{{" is not closed', 'close it with "}}", or write "\\{{"'),
        ("a {{", "{{", '"{{" is not closed', 'close it with "}}"'),
        ("{{ client.name, hello\nyou }}", "{{ client.name", '"{{" is not closed', 'close it with "}}"'),
        ("{{ a {{ client.name }}", "{{ a", '"{{" is not closed', 'close it with "}}"'),
        ("see [[wiki", "[[", '"[[" is not closed', 'close it with "]]", or write "\\[["'),
        ("[[first\nday]]", "[[", '"[[" is not closed', 'close it with "]]"'),
        ("{{{ client.name }}}", "{{{ client.name }}", "is not a field", "did you mean {{ client.name }}?"),
    ],
)
def test_what_is_not_a_field_is_marked_with_its_cure(text: str, marked: str, what: str, cure: str) -> None:  # T4, S1
    (problem,) = parse(text).problems
    assert text[problem.start : problem.end] == marked
    assert what in problem.what
    assert cure in problem.cure
    assert [token.text for token in parse(text).tokens if token.kind is ERROR] == [marked]


def test_a_problem_says_its_line_and_column() -> None:  # T4
    (first, second) = parse("é漢 {{ x }}\r\n\n  {{ client.name }} {{ y").problems
    assert (first.line, first.column) == (1, 4)
    assert (second.line, second.column) == (3, 21)
    assert str(second).startswith('line 3, column 21: "{{" is not closed; close it')


def test_a_field_of_several_lines_moves_the_count() -> None:
    tokens = parse("a {{\nclient.name\n}} b\n[[c]]").tokens
    assert [(token.line, token.column) for token in tokens] == [(1, 1), (1, 3), (3, 3), (4, 1)]


# -- for any text -----------------------------------------------------------------------------------------------------


@given(st.text() | scribbles)
def test_the_tokens_tile_the_text(text: str) -> None:
    tokens = parse(text).tokens
    assert "".join(token.text for token in tokens) == text
    assert [token.start for token in tokens] == [0, *(token.end for token in tokens)][: len(tokens)]
    for token in tokens:
        assert token.text == text[token.start : token.end] != ""
        before = text[: token.start]
        assert (token.line, token.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


@given(st.text() | scribbles)
def test_every_opening_is_accounted_for(text: str) -> None:  # T4, T7, T8
    parsed = parse(text)
    assert not [token for token in parsed.tokens if token.kind is TEXT and re.search(r"\{\{|\[\[", token.text)]
    assert len([token for token in parsed.tokens if token.kind is ERROR]) == len(parsed.problems)
    assert has_fields(text) == any(token.kind is not TEXT for token in parsed.tokens)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_difficult_text_is_parsed(text: str) -> None:
    assert "".join(token.text for token in parse(text).tokens) == text


# -- Liquid as the oracle ---------------------------------------------------------------------------------------------

LIQUID = Environment(undefined=StrictDefaultUndefined)

values = st.fixed_dictionaries(
    dict.fromkeys(FIELDS, st.text(max_size=10) | st.sampled_from(["", "{{ client.name }}", "[[x]]"]))
)
gaps = st.text(" \t\n", max_size=2)
plain = st.text(st.characters(codec="utf-8", exclude_characters="{}[]\\%#"), max_size=20)
strings = st.text(st.characters(codec="utf-8", exclude_characters="{}[]\\'\"%"), max_size=10)


@st.composite
def outputs(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(list(FIELDS)))
    a, b, c, d, e = (draw(gaps) for _ in range(5))
    if draw(st.booleans()):
        return f"{{{{{a}{name}{b}}}}}"
    quote = draw(st.sampled_from("\"'"))
    return f"{{{{{a}{name}{b}|{c}default:{d}{quote}{draw(strings)}{quote}{e}}}}}"


templates = st.lists(plain | outputs()).map("".join)


def by_liquid(template: str, facts: dict[str, str]) -> str:
    nested: dict[str, dict[str, str]] = {}
    for name, value in facts.items():
        whose, _, what = name.partition(".")
        nested.setdefault(whose, {})[what] = value
    return LIQUID.from_string(template).render(**nested)


@given(templates, values)
def test_templates_mean_what_they_mean_in_liquid(template: str, facts: dict[str, str]) -> None:  # T3
    assert parse(template).problems == ()
    assert fill(template, facts) == by_liquid(template, facts)


@given(scribbles, values)
def test_what_is_accepted_liquid_accepts_and_means_the_same(text: str, facts: dict[str, str]) -> None:  # T3, T4
    parsed = parse(text)
    if not parsed.problems and all(token.kind in (TEXT, FIELD) for token in parsed.tokens):
        assert fill(text, facts) == by_liquid(text, facts)


@given(
    plain, st.from_regex(r"[a-z]{1,8}(\.[a-z_]{1,10})?", fullmatch=True).filter(lambda name: name not in FIELDS), values
)
def test_an_unknown_field_is_refused_as_by_strict_liquid(before: str, name: str, facts: dict[str, str]) -> None:  # T4
    template = f"{before}{{{{ {name} }}}}"
    assert parse(template).problems
    if "." in name:  # a bare "client" is all of the client to Liquid
        with pytest.raises(LiquidError):
            by_liquid(template, facts)
