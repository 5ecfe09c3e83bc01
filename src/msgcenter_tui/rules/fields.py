"""What merge fields and blanks mean: may a text be sent, and what each reader gets (M3, T3, T4, T5, T7, T8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgcenter_tui.domain import Piece, PieceKind
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.rules.grammar import (
    FIELDS,
    Field,
    Parsed,
    Problem,
    Token,
    TokenKind,
    has_fields,
    parse,
    problem,
    stretches,
)
from msgcenter_tui.rules.names import first_name
from msgcenter_tui.text import is_blank

__all__ = [
    "FIELDS", "Field", "Filler", "Parsed", "Problem", "Token", "TokenKind", "check", "client_value", "client_values",
    "empty_of", "fill", "first_name", "has_fields", "parse", "pieces", "placeholders", "refusal", "sending_values",
    "stretches", "unfilled",
]  # fmt: skip


# -- may it be sent ---------------------------------------------------------------------------------------------------


def check(
    text: str, *, broadcast: bool, clients: bool = True, empty: frozenset[str] = frozenset()
) -> tuple[Problem, ...]:
    """All that keeps a text from being sent, in the order of the places; () where nothing does (M3, T4, T7).

    `clients`: whether any of its readers is a client. `empty`: the fields that have no value for some recipient of a
    direct thread. In a broadcast every client field that can be empty needs a fallback, whoever is there today; and
    what is nothing but such fields needs one that says something.
    """
    parsed = parse(text)
    found = list(parsed.problems)
    for token in parsed.tokens:
        if token.kind is TokenKind.BLANK:
            found.append(_unfilled(token))
        elif token.kind is TokenKind.FIELD and (trouble := _why_not_sent(token, broadcast, clients, empty)):
            found.append(problem(token, *trouble))
    if not found and all(_can_say_nothing(token, broadcast, empty) for token in parsed.tokens):
        found += [_says_nothing(token) for token in parsed.tokens if token.kind is TokenKind.FIELD][:1]
    return tuple(sorted(found, key=lambda one: one.start))


def _unfilled(token: Token) -> Problem:
    what = f'the blank "{token.name}" is not filled in' if token.name else "a blank is not filled in"
    return problem(token, what, 'write over it, or write "\\[[" to mean just that')


def _why_not_sent(token: Token, broadcast: bool, clients: bool, empty: frozenset[str]) -> tuple[str, str] | None:
    field = FIELDS[token.name]
    if field.of == "client" and not clients:
        return f"{{{{ {field.name} }}}} stands for a client, and no client reads this", "take the field out"
    if token.fallback is not None:
        return None
    cure = f"give it {_a_fallback(field.name)}"
    if broadcast and field.can_be_empty:
        return f"{{{{ {field.name} }}}} can be empty for a client of today or tomorrow", cure
    if field.name in empty:
        return f"{{{{ {field.name} }}}} is empty for a recipient", cure
    return None


def _a_fallback(name: str) -> str:
    return f'a fallback: {{{{ {name} | default: "…" }}}}'


def _can_say_nothing(token: Token, broadcast: bool, empty: frozenset[str]) -> bool:
    """Whether somebody may read nothing where it stands (M3)."""
    if token.kind is not TokenKind.FIELD:
        return is_blank(token.text)
    can_be_empty = token.name in empty or (broadcast and FIELDS[token.name].can_be_empty)
    return can_be_empty and is_blank(token.fallback or "")


def _says_nothing(token: Token) -> Problem:
    what = f"{{{{ {token.name} }}}} can be empty, its fallback is, and nothing else is said: that is an empty message"
    return problem(token, what, f"write something beside it, or {_a_fallback(token.name)}")


def refusal(problems: Sequence[Problem]) -> Refused:
    """The refusal of a send: the first problem with its place and cure, and how many more there are."""
    first, more = problems[0], len(problems) - 1
    also = f" (and {more} more {'problem' if more == 1 else 'problems'})" if more else ""
    return Refused(f"not sent, line {first.line}, column {first.column}", first.what, first.cure + also)


def placeholders(text: str) -> tuple[Token, ...]:
    """The fields and blanks of a text in their order: a subject, the same for everybody, has none (T8)."""
    return tuple(token for token in parse(text).tokens if token.kind is not TokenKind.TEXT)


def unfilled(text: str) -> tuple[Token, ...]:
    """The blanks of a text in their order, to walk from one to the next (T7)."""
    return tuple(token for token in parse(text).tokens if token.kind is TokenKind.BLANK)


_OF_CLIENT = tuple(field.name for field in FIELDS.values() if field.of == "client")


# -- values -----------------------------------------------------------------------------------------------------------


def client_values(name: str, email: str | None, phone: str | None) -> dict[str, str]:
    """What the client fields stand for, for one recipient."""
    return {field: client_value(field, name, email, phone) for field in _OF_CLIENT}


def client_value(field: str, name: str, email: str | None, phone: str | None) -> str:
    """What one of the client fields stands for."""
    match field:
        case "client.name":
            return name
        case "client.first_name":
            return first_name(name)
        case "client.email":
            return email or ""
        case _:
            return phone or ""


def sending_values(sender: str, sender_email: str, workspace: str) -> dict[str, str]:
    """What the sender and workspace fields stand for at the moment of sending (T5)."""
    return {
        "sender.name": sender,
        "sender.first_name": first_name(sender),
        "sender.email": sender_email,
        "workspace.name": workspace,
    }


def empty_of(values: Mapping[str, str]) -> frozenset[str]:
    """The fields among `values` that are empty, for `check`."""
    return frozenset(name for name, value in values.items() if not value)


# -- filling ----------------------------------------------------------------------------------------------------------


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text as one reader gets it: fields replaced by values or fallbacks, escapes undone (T3, T5, T8).

    One pass: a value is never expanded again. A field that has come to have neither value nor fallback since `check`
    allowed it (a client gave up a number) is left out. Raises BadInput where a blank, or what is no field, is in it:
    such text is never sent (T4, T7).
    """
    return Filler(text).filled(values)


class Filler:
    """A text that is filled for one reader after another: taken apart once. Raises BadInput as `fill` does.

    `given` are values that are the same for all of them.
    """

    def __init__(self, text: str, given: Mapping[str, str] = MappingProxyType({})) -> None:
        parsed = parse(text)
        bad = [*parsed.problems, *(_unfilled(token) for token in parsed.tokens if token.kind is TokenKind.BLANK)]
        if bad:
            raise BadInput(f"line {bad[0].line}, column {bad[0].column}", bad[0].what, bad[0].cure)
        self._parts: list[str | tuple[str, str]] = []
        fallbacks: dict[str, bool] = {}
        for token in parsed.tokens:
            if token.kind is TokenKind.FIELD and not given.get(token.name):
                self._parts.append((token.name, token.fallback or ""))
                fallbacks[token.name] = fallbacks.get(token.name, True) and token.fallback is not None
            else:
                self._add(_as_read(token, given))
        self.fields = fallbacks
        """The fields that are still to be filled, and whether each has a fallback wherever it stands."""

    def _add(self, words: str) -> None:
        last = self._parts[-1] if self._parts else None
        if isinstance(last, str):
            self._parts[-1] = last + words
        else:
            self._parts.append(words)

    def filled(self, values: Mapping[str, str]) -> str:
        """The text as the reader with these values gets it."""
        return "".join([p if isinstance(p, str) else values.get(p[0]) or p[1] for p in self._parts])


def pieces(text: str, values: Mapping[str, str] | None = None) -> tuple[Piece, ...]:
    """The text for staff: each field by its name in words (T5), or in a preview as filled from `values`.

    A field with neither value nor fallback is shown by its name even there.
    """
    return tuple(_joined(_piece(token, values) for token in parse(text).tokens))


def _piece(token: Token, values: Mapping[str, str] | None) -> Piece:
    match token.kind:
        case TokenKind.FIELD:
            filled = values is not None and (values.get(token.name) or token.fallback is not None)
            return Piece(PieceKind.FIELD, _as_read(token, values or {}) if filled else FIELDS[token.name].words)
        case TokenKind.BLANK:
            return Piece(PieceKind.BLANK, token.text)
        case TokenKind.ERROR:
            return Piece(PieceKind.ERROR, token.text)
        case _:
            return Piece(PieceKind.TEXT, _as_read(token, {}))


def _as_read(token: Token, values: Mapping[str, str]) -> str:
    if token.kind is TokenKind.FIELD:
        return values.get(token.name, "") or token.fallback or ""
    return token.text[1:] if token.kind is TokenKind.ESCAPE else token.text


def _joined(found: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of plain text as one piece."""
    plain = ""
    for piece in found:
        if piece.kind is PieceKind.TEXT:
            plain += piece.text
            continue
        if plain:
            yield Piece(PieceKind.TEXT, plain)
            plain = ""
        yield piece
    if plain:
        yield Piece(PieceKind.TEXT, plain)
