"""The grammar of merge fields and blanks, and the closed list of fields (T3, T7, T8).

    text    = { characters | escape | field | blank }
    escape  = "\\{{" | "\\[["                          written to mean "{{" and "[["
    field   = "{{" name [ "|" "default" ":" string ] "}}"
    string  = '"' characters '"' | "'" characters "'"   without escapes; holds no {{ }} [[ ]]
    blank   = "[[" characters of one line "]]"

Fields are spelled as Liquid spells them; white space inside is free. There is nothing else: "}}", "]]" or "{%" by
themselves are text.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that a field stands for; `words` is what staff see in its place (T5)."""

    name: str
    words: str
    can_be_empty: bool
    of: str
    """Whose fact it is: "client" (the recipient), "sender" or "workspace"."""


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("client.name", "name", can_be_empty=False, of="client"),
        Field("client.first_name", "first name", can_be_empty=False, of="client"),
        Field("client.email", "e-mail address", can_be_empty=True, of="client"),
        Field("client.phone", "phone number", can_be_empty=True, of="client"),
        Field("sender.name", "sender's name", can_be_empty=False, of="sender"),
        Field("sender.first_name", "sender's first name", can_be_empty=False, of="sender"),
        Field("sender.email", "sender's e-mail address", can_be_empty=False, of="sender"),
        Field("workspace.name", "workspace's name", can_be_empty=False, of="workspace"),
    )
}
"""The closed list of T3."""


class TokenKind(enum.Enum):
    TEXT = "text"
    ESCAPE = "escape"
    FIELD = "field"
    BLANK = "blank"
    ERROR = "error"
    """Begins as a field or blank and is none, or a field that does not exist: never sent (T4)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of a text as written, `text[start:end]`. Line and column count from 1, the column in characters."""

    kind: TokenKind
    text: str
    start: int
    end: int
    line: int
    column: int
    name: str = ""
    """A field's name, also of one that does not exist; a blank's words."""
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a text from being sent, where, and what would cure it (T4, S1)."""

    line: int
    column: int
    start: int
    end: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.what}; {self.cure}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tokens tile the text: joined they are it again. The problems are in the order of their places."""

    tokens: tuple[Token, ...]
    problems: tuple[Problem, ...]


_OPENINGS = re.compile(r"\\?(?:\{\{|\[\[)")
_NAME = "[A-Za-z_][A-Za-z0-9_.]*"
_FIELD = re.compile(
    rf"""\{{\{{ \s* (?P<name>{_NAME}) \s*
         (?: \| \s* default \s* : \s* (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' ) \s* )?
         \}}\}}""",
    re.VERBOSE,
)
_BLANK = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]")
_BEGUN = re.compile(rf"\{{\{{[ \t]*(?:{_NAME})?")  # what is marked of a field without an end
_MARKS = re.compile(r"\{\{|\}\}|\[\[|\]\]")
_CURLY_QUOTES = re.compile("[\u2018-\u201f\u00ab\u00bb]")


class _Trouble(NamedTuple):
    what: str
    cure: str


class _Span(NamedTuple):
    kind: TokenKind
    end: int
    name: str = ""
    fallback: str | None = None
    trouble: _Trouble | None = None


@lru_cache(maxsize=4)  # one text is asked about again and again: for each of its readers, at each key of its writer
def parse(text: str) -> Parsed:
    """The text in tokens, and what in it is not of the grammar or not in the list of fields."""
    tokens: list[Token] = []
    problems: list[Problem] = []
    start, line, line_start = 0, 1, 0
    for kind, end, name, fallback, trouble in _spans(text):
        token = Token(kind, text[start:end], start, end, line, start - line_start + 1, name, fallback)
        tokens.append(token)
        if trouble:
            problems.append(problem(token, *trouble))
        if breaks := token.text.count("\n"):
            line += breaks
            line_start = text.rindex("\n", start, end) + 1
        start = end
    return Parsed(tuple(tokens), tuple(problems))


def stretches(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines of a text, `lines[start:end]`, in stretches that can be parsed by themselves.

    That is each line, but for a field that goes on in a later one: what was parsed of a line holds until it changes.
    """
    start = 0
    while start < len(lines):
        end = start + 1
        while lines[end - 1].rfind("{{") > lines[end - 1].rfind("}}") and (closes := _closed_by(lines, end)):
            end = closes
        yield start, end
        start = end


def _closed_by(lines: Sequence[str], start: int) -> int:
    """The end of the lines up to the one that closes a field left open before `start`; 0 where another opens first."""
    for number in range(start, len(lines)):
        opening, close = lines[number].find("{{"), lines[number].find("}}")
        if close >= 0 and not 0 <= opening < close:
            return number + 1
        if opening >= 0:
            return 0
    return 0


def problem(token: Token, what: str, cure: str) -> Problem:
    """A problem at the place of a token."""
    return Problem(token.line, token.column, token.start, token.end, what, cure)


def has_fields(text: str) -> bool:
    """Whether anything in it is to be filled or undone; where not, it is kept and shown as it is (T8)."""
    return _OPENINGS.search(text) is not None


def _spans(text: str) -> Iterator[_Span]:
    """The tokens by their ends, one pass."""
    at = 0
    while opening := _OPENINGS.search(text, at):
        if opening.start() > at:
            at = opening.start()
            yield _Span(TokenKind.TEXT, at)
        if opening[0].startswith("\\"):
            span = _Span(TokenKind.ESCAPE, opening.end())
        elif opening[0] == "[[":
            span = _blank(text, at)
        else:
            span = _field(text, at)
        yield span
        at = span.end
    if at < len(text):
        yield _Span(TokenKind.TEXT, len(text))


def _blank(text: str, at: int) -> _Span:
    match = _BLANK.match(text, at)
    if match is None:
        return _Span(TokenKind.ERROR, at + 2, trouble=_unclosed("[[", "]]"))
    return _Span(TokenKind.BLANK, match.end(), match[1].strip())


def _field(text: str, at: int) -> _Span:
    following = text.find("{{", at + 2)
    close = text.find("}}", at + 2, following if following >= 0 else len(text))
    match = _FIELD.fullmatch(text, at, close + 2) if close >= 0 else None
    if match is None:
        if close < 0 or "\n" in text[at:close]:
            begun = _BEGUN.match(text, at)
            return _Span(TokenKind.ERROR, begun.end() if begun else at + 2, trouble=_unclosed("{{", "}}"))
        return _Span(TokenKind.ERROR, close + 2, trouble=_malformed(text[at + 2 : close]))
    name = match["name"]
    fallback = match["double"] if match["double"] is not None else match["single"]
    trouble = None
    if name not in FIELDS:
        trouble = _Trouble(f'there is no field "{name}"', _did_you_mean(name))
    elif _MARKS.search(fallback or ""):
        trouble = _Trouble("a fallback is plain text, without [[ or ]]", "take them out of the fallback")
    return _Span(TokenKind.ERROR if trouble else TokenKind.FIELD, match.end(), name, fallback, trouble)


# -- what is wrong, in words ------------------------------------------------------------------------------------------


def _unclosed(opening: str, closing: str) -> _Trouble:
    return _Trouble(
        f'"{opening}" is not closed', f'close it with "{closing}", or write "\\{opening}" to mean just that'
    )


def _malformed(inside: str) -> _Trouble:
    what = f'"{{{{{inside if len(inside) <= 50 else inside[:49] + "…"}}}}}" is not a field'
    head, bar, rest = (part.strip() for part in inside.partition("|"))
    if not head:
        return _Trouble("there is no field without a name", _list())
    if inside[0] == "-" or inside[-1] == "-":
        return _Trouble(what, "take the hyphen at the braces away")
    if not re.fullmatch(_NAME, head):
        return _Trouble(what, _did_you_mean(re.sub(r"[\s-]+", "_", head)))
    if bar and _CURLY_QUOTES.search(rest):
        plain = _CURLY_QUOTES.sub("", rest.partition(":")[2]).strip()
        return _Trouble(what, f'write the fallback in straight quotes: default: "{plain}"')
    return _Trouble(what, f'after the name only a fallback may follow: {{{{ {head} | default: "…" }}}}')


def _did_you_mean(name: str) -> str:
    """The field nearest to the name, by the whole of it or by its last part ("first_name")."""
    name = name.lower()
    by_ending = {known.partition(".")[2]: known for known in reversed(FIELDS)}
    near = difflib.get_close_matches(name, FIELDS, 1, 0.75) or [
        by_ending[ending] for ending in difflib.get_close_matches(name.rpartition(".")[2], by_ending, 1, 0.75)
    ]
    return f"did you mean {{{{ {near[0]} }}}}?" if near else _list()


def _list() -> str:
    return f"the fields are {', '.join(FIELDS)}"
