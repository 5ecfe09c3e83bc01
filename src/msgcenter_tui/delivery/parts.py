"""The messages of a letter as its recipient reads them, whatever the channel (T5, T8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import PieceKind
from msgcenter_tui.rules import fields
from msgcenter_tui.rules.sms import read_on
from msgcenter_tui.store.letters import Letter, Passage
from msgcenter_tui.text import clean, clean_line


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a letter, as its recipient reads it."""

    author: str
    at: datetime
    text: str


class Slot(NamedTuple):
    """A client's field, to be filled for each recipient."""

    name: str
    fallback: str | None


Words: TypeAlias = "tuple[str | Slot, ...]"
"""A text that is read by many: what all of them read, and the places that are each one's own."""


def parts(letter: Letter) -> tuple[Part, ...]:
    """Every message of the letter, its fields filled; for staff with the names of the client's fields (T5).

    Raises CannotCompose for what is never sent: an empty field, a blank, what is no field (T4, T7).
    """
    staff, values = letter.values is None, letter.values or {}
    return tuple(
        Part(passage.author, passage.at, filled(words_of(passage, staff=staff), values))
        for passage in letter.edition.passages
    )


def portal_line(letter: Letter) -> str:
    """Where to read, and to reply where that is possible; empty for whoever has no portal (N2)."""
    return read_on(letter.portal, locked=letter.edition.locked)


# -- what is shared, and what is each one's own ------------------------------------------------------------------------


def words_of(passage: Passage, *, staff: bool) -> Words:
    """The body without white space at its end, all filled in that is the same for every recipient of the kind.

    Raises CannotCompose.
    """
    body = clean(passage.body).rstrip()
    if passage.facts is None:
        return (body,)
    if staff:
        pieces = fields.pieces(body)
        return ("".join(f"[{piece.text}]" if piece.kind is PieceKind.FIELD else piece.text for piece in pieces),)
    if problems := fields.check(body, broadcast=False):
        raise CannotCompose(f"the text cannot be sent: {problems[0].what}; {problems[0].cure}")
    return _joined(_word(token, passage.facts) for token in fields.parse(body).tokens)


def _word(token: fields.Token, facts: Mapping[str, str]) -> str | Slot:
    match token.kind:
        case fields.TokenKind.FIELD:
            slot = Slot(token.name, token.fallback)
            return slot if fields.FIELDS[token.name].of == "client" else _value(slot, facts)
        case fields.TokenKind.ESCAPE:
            return token.text[1:]
        case _:
            return token.text


def _joined(words: Iterable[str | Slot]) -> Words:
    """Neighbours that are plain text as one."""
    joined: list[str | Slot] = []
    for word in words:
        if isinstance(word, str) and joined and isinstance(joined[-1], str):
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def filled(words: Words, values: Mapping[str, str]) -> str:
    """The text with a recipient's values in it, in one pass: a value is never expanded again (T8).

    Raises CannotCompose for a field that is empty and has no fallback (T4).
    """
    return clean("".join([word if isinstance(word, str) else _value(word, values) for word in words]))


def _value(slot: Slot, values: Mapping[str, str]) -> str:
    value = values.get(slot.name, "")
    if not value.isprintable():
        value = clean_line(value)  # the facts that fields stand for are lines
    if value:
        return value
    if slot.fallback is None:
        raise CannotCompose(f"the text cannot be sent: {{{{ {slot.name} }}}} is empty for the recipient")
    return slot.fallback


def lines(words: Words) -> list[Words]:
    """The text by its lines, without the newlines that end them. (A fallback may still hold some.)"""
    found: list[list[str | Slot]] = [[]]
    for word in words:
        if isinstance(word, Slot):
            found[-1].append(word)
            continue
        first, *others = word.split("\n")
        found[-1].append(first)
        found.extend([other] for other in others)
    return [tuple(line) for line in found]
