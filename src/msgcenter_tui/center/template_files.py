"""Templates as files: Markdown under a front matter of `key: value` lines, which YAML reads alike.

    ---
    name: "Holiday closing"
    shortcut: "holiday"
    subject: "We are closed"
    ---
    Dear {{ client.first_name }},
    …

What is written is read back letter for letter. Reading is strict: the keys are a closed list, a value stands on its
line, and whatever is wrong is told with line and column of the file.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from msgcenter_tui.center.template_words import Words, look_over
from msgcenter_tui.domain import Template
from msgcenter_tui.text import clean

KEYS: Mapping[str, str] = {
    "name": "what the template is called; an import updates the one of this name",
    "shortcut": "the word that stands for it after a slash; may be left out",
    "subject": "the subject of a thread begun with it; may be left out",
}
"""The closed list of what a front matter says of a template. Whose it is, is said by whoever imports it."""

_FENCE = "---"
_KEY = re.compile(r"(?P<key>[^\s:][^:]*?)[ \t]*:(?P<gap>[ \t]*)(?P<value>.*)")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*(?:$|[ \t]#)')
_SINGLE = re.compile(r"'((?:[^']|'')*)'[ \t]*(?:$|[ \t]#)")
_COMMENT = re.compile(r"(?:^|[ \t])#")
_NOT_PLAIN = re.compile(r"[\[\]{},&*!|>%@`]|[-?:](?:\s|$)")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)")
_ESCAPES = frozenset('"\\/bfnrt')
# What YAML does not take as it is, of all that a name may hold.
_ESCAPED = re.compile("[\ufeff\ufffe\uffff]")


class Fault(NamedTuple):
    """What keeps a file from being a template, and where: line and column of the file, from 1."""

    line: int
    column: int
    why: str


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template as a file says it; `places` are line and column of each key's value."""

    words: Words
    places: Mapping[str, tuple[int, int]]


class _Value(NamedTuple):
    text: str | None
    """None: it cannot be read."""
    line: int
    column: int


def write(template: Template | Words) -> str:
    """The text of the template's file. (In UTF-8, with newlines as they are.)"""
    facts = {"name": template.name, "shortcut": template.shortcut, "subject": template.subject}
    front = [f"{key}: {_quoted(value)}" for key, value in facts.items() if value or key == "name"]
    return "\n".join([_FENCE, *front, _FENCE, template.body]) + "\n"


def read(data: bytes) -> tuple[TemplateFile | None, tuple[Fault, ...]]:
    """The template of a file; or None, and all that is wrong with it in the order of the places."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        return None, (Fault(*_end_of(before), "this is not UTF-8; save the file as UTF-8"),)
    lines = clean(text).split("\n")
    if lines[0].rstrip() != _FENCE:
        return None, (Fault(1, 1, 'a template begins with a line "---"; put name: … between two such lines'),)
    close = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if close is None:
        return None, (Fault(1, 1, 'the front matter is not closed; end it with a line "---"'),)
    values: dict[str, _Value] = {}
    faults = list(_front_matter(lines[1:close], values))
    if "name" not in values and not any(fault.why.endswith("did you mean name?") for fault in faults):
        faults.append(Fault(close + 1, 1, "the name is missing; add a line as name: Holiday closing"))
    body = "\n".join(lines[close + 1 :]).removesuffix("\n")
    said = {key: (key in values and values[key].text) or "" for key in KEYS}
    words, wrong = look_over(**said, body=body)
    for one in wrong:
        if one.part == "body":
            faults.append(Fault(close + 1 + one.line, one.column, one.why))
        elif (value := values.get(one.part)) is not None and value.text is not None:
            faults.append(Fault(value.line, value.column + one.column - 1, one.why))
    if faults:
        return None, tuple(sorted(faults))
    return TemplateFile(words, {key: (value.line, value.column) for key, value in values.items()}), ()


# -- the front matter -------------------------------------------------------------------------------------------------


def _front_matter(lines: list[str], values: dict[str, _Value]) -> Iterator[Fault]:
    """Fills the values in, gives what is wrong."""
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.startswith("#"):
            continue
        match = _KEY.fullmatch(line)
        if match is None:
            space = line[0] in " \t"
            why = "a key begins its line; take the space away" if space else "this says nothing; write it as name: …"
            yield Fault(number, 1, why)
        elif (key := match["key"]) not in KEYS:
            yield Fault(number, 1, f"there is no key {_short(key)}; {_did_you_mean(key)}")
        elif key in values:
            yield Fault(number, 1, f"{key} is said twice, first in line {values[key].line}; take one of them away")
        elif match["value"] and not match["gap"]:
            values[key] = _Value(None, number, match.start("value") + 1)
            yield Fault(number, match.start("value") + 1, "put a space behind the colon")
        else:
            column = match.start("value") + 1
            read_value = _value(match["value"].rstrip())
            if isinstance(read_value, Fault):
                values[key] = _Value(None, number, column)
                yield Fault(number, column + read_value.column, read_value.why)
            else:
                quoted = match["value"][:1] in ('"', "'")
                values[key] = _Value(read_value, number, column + quoted)


def _value(written: str) -> str | Fault:
    """What a value says; a Fault holds its column, from 0."""
    if written.startswith('"'):
        match = _DOUBLE.match(written)
        if match is None:
            return Fault(0, 0, 'this is not closed; end it with " and write \\" for one inside')
        for escape in _ESCAPE.finditer(match[1]):
            if len(escape[0]) == 2 and escape[0][1] not in _ESCAPES:
                return Fault(0, 1 + escape.start(), "there is no such escape; write \\\\ for a backslash")
        text: str = json.loads(f'"{match[1]}"', strict=False)
        return text
    if written.startswith("'"):
        match = _SINGLE.match(written)
        return (
            Fault(0, 0, "this is not closed; end it with ' and write '' for one inside")
            if match is None
            else (match[1].replace("''", "'"))
        )
    if _NOT_PLAIN.match(written) or _COMMENT.search(written):
        return Fault(0, 0, f"this has to stand in quotes; write it as {_quoted(_short(written, 80))}")
    return written


def _quoted(text: str) -> str:
    """In double quotes, as JSON and YAML alike read it."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def _did_you_mean(key: str) -> str:
    near = difflib.get_close_matches(key.lower(), KEYS, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KEYS)}"


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _end_of(text: str) -> tuple[int, int]:
    """Line and column behind a text."""
    lines = clean(text).split("\n")
    return len(lines), len(lines[-1]) + 1
