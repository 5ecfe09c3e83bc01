"""What a hand is about to write at the cursor: a field after "{{", a template's shortcut after "/" (T2, T3, T8)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import NamedTuple

from msgcenter_tui.domain import Template
from msgcenter_tui.rules.grammar import FIELDS, Field, TokenKind, parse
from msgcenter_tui.text import fold


class Kind(enum.Enum):
    FIELD = "field"
    SHORTCUT = "shortcut"


class Begun(NamedTuple):
    """What is begun on a line, `line[start:end]`: what is taken from an offer stands in its place."""

    kind: Kind
    start: int
    end: int
    typed: str
    """What has been written of the name or shortcut; "" directly after "{{"."""
    only_name: bool = False
    """A field that has its fallback and its end already: only its name is replaced."""


_FIELD = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_.]*)?\Z")
_REST_OF_FIELD = re.compile(r"([A-Za-z0-9_.]*)[ \t]*(\|[^{}]*)?\}\}")
_SHORTCUT = re.compile(r"(?:^|(?<=\s))/(\w[\w.-]*)\Z")
_GOES_ON = re.compile(r"[\w/.-]")


def begun(line: str, column: int) -> Begun | None:
    """What is begun directly before the column of a line; None: nothing that could be completed.

    A slash counts where a word begins and nothing of a word follows the cursor: in "9/10", "and/or", "http://" and
    "/usr/bin" none does. "\\{{", and what stands inside a blank or another field, is text.
    """
    before = line[:column]
    if (match := _FIELD.search(before)) and _begins(line, match.start(), TokenKind.FIELD, TokenKind.ERROR):
        typed = match[1] or ""
        rest = _REST_OF_FIELD.match(line, column)
        if rest is None:
            return Begun(Kind.FIELD, match.start(), column, typed)
        if rest[2] is None:
            return Begun(Kind.FIELD, match.start(), rest.end(), typed)
        return Begun(Kind.FIELD, column - len(typed), column + len(rest[1]), typed, only_name=True)
    match = _SHORTCUT.search(before)
    if match and not _GOES_ON.match(line, column) and _is_text(line, match.start()):
        return Begun(Kind.SHORTCUT, match.start(), column, match[1])
    return None


def _begins(line: str, at: int, *kinds: TokenKind) -> bool:
    return any(token.start == at and token.kind in kinds for token in parse(line).tokens)


def _is_text(line: str, at: int) -> bool:
    return any(token.start <= at < token.end and token.kind is TokenKind.TEXT for token in parse(line).tokens)


def fields_for(typed: str) -> tuple[Field, ...]:
    """The fields that answer what is typed, the best first: by the whole name, its last part, a word of either."""
    wanted = typed.casefold()
    ranked = [(_rank_of_field(wanted, field), field) for field in FIELDS.values()]
    return tuple(field for rank, field in sorted(ranked, key=lambda one: one[0]) if rank < _NONE)


_NONE = 4


def _rank_of_field(wanted: str, field: Field) -> int:
    parts = re.split(r"[._]", field.name)
    words = [*parts, *re.split(r"[^a-z]+", field.words.casefold())]
    if field.name.startswith(wanted):
        return 0
    if field.name.partition(".")[2].startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in words):
        return 2
    return 3 if wanted in field.name else _NONE


def written(field: Field) -> tuple[str, int]:
    """A field as it is written, and how far before its end the hand goes on: between the quotes of a fallback."""
    if field.can_be_empty:
        return f'{{{{ {field.name} | default: "" }}}}', 4
    return f"{{{{ {field.name} }}}}", 0


def templates_for(typed: str, templates: Iterable[Template]) -> tuple[Template, ...]:
    """Those whose shortcut, or else whose name, begins as what is typed after "/", the best first (T2)."""
    wanted = fold(typed)
    ranked = [(_rank_of_template(wanted, one), one) for one in templates]
    return tuple(one for rank, one in sorted(ranked, key=lambda one: one[0]) if rank < _NONE)


def _rank_of_template(wanted: str, template: Template) -> int:
    name = fold(template.name)
    if template.shortcut == wanted:
        return 0
    if template.shortcut.startswith(wanted):
        return 1
    if name.startswith(wanted):
        return 2
    return 3 if any(word.startswith(wanted) for word in name.split()) else _NONE
