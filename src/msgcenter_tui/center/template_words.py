"""What a template may say: its words as they are kept, and all that is wrong with them, with its place (T1, T4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules import fields
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import TEMPLATE
from msgcenter_tui.text import LONGEST_BODY, clean, clean_body, clean_line, clean_name, clean_subject, fold

PARTS = ("name", "shortcut", "subject", "body")

_SHORTCUT = re.compile(r"[\w.-]{1,40}")


class Wrong(NamedTuple):
    """Something wrong with a part of a template, and where in that part: line and column count from 1."""

    part: str
    line: int
    column: int
    why: str
    """A sentence without the place."""
    error: BadInput
    """The same as a refusal, with the place."""


class Words(NamedTuple):
    """A template's words as they are kept."""

    name: str
    shortcut: str
    subject: str
    body: str


def look_over(name: str, shortcut: str, subject: str, body: str) -> tuple[Words, tuple[Wrong, ...]]:
    """The words as they are kept, and what is wrong with them in the order of the parts; () where nothing is."""
    wrong: list[Wrong] = []

    def take(part: str, made: Callable[[], str]) -> str:
        try:
            return made()
        except BadInput as error:
            wrong.append(Wrong(part, 1, 1, str(error), error))
            return ""

    words = Words(
        take("name", lambda: _name(name)),
        take("shortcut", lambda: _shortcut(shortcut)),
        take("subject", lambda: clean_subject(subject) or ""),
        take("body", lambda: clean_body(body, "the template")),
    )
    wrong = [_placed(one, body) for one in wrong]
    wrong += _wrong_in_subject(words.subject)
    wrong += _wrong_in_body(words.body)
    return words, tuple(sorted(wrong, key=lambda one: (PARTS.index(one.part), one.line, one.column)))


def _placed(one: Wrong, body: str) -> Wrong:
    """Of a text that is too long, where it is."""
    if one.part != "body" or len(kept := clean(body)) <= LONGEST_BODY:
        return one
    before = kept[:LONGEST_BODY]
    return one._replace(line=before.count("\n") + 1, column=LONGEST_BODY - before.rfind("\n"))


def _name(written: str) -> str:
    name = clean_name(written, "the template's name")
    if is_id(TEMPLATE, name):
        raise BadInput(f"no template can be called {name!r}", "that is how ids look", "choose another name")
    return name


def _shortcut(written: str) -> str:
    shortcut = fold(clean_line(written)).removeprefix("/")
    if shortcut and not _SHORTCUT.fullmatch(shortcut):
        raise BadInput(
            f"{shortcut[:50]!r} is no shortcut",
            "it is one word of at most 40 letters, digits, dots, hyphens and underscores",
            "choose another, as in /welcome",
        )
    return shortcut


def _wrong_in_subject(subject: str) -> Iterator[Wrong]:
    if held := fields.placeholders(subject):
        first = held[0]
        what, cure = "a subject is the same for everybody, it holds neither fields nor blanks", "put them into the text"
        error = BadInput("the template was not saved", f"column {first.column} of the subject: {what}", cure)
        yield Wrong("subject", 1, first.column, f"{what}; {cure}", error)


def _wrong_in_body(body: str) -> Iterator[Wrong]:
    for one in fields.parse(body).problems:
        place = f"line {one.line}, column {one.column}"
        error = BadInput("the template was not saved", f"{place}: {one.what}", one.cure)
        yield Wrong("body", one.line, one.column, f"{one.what}; {one.cure}", error)
