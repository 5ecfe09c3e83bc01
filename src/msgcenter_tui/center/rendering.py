"""A message as one reader sees it: fields as values for clients, as their names for staff (T5, T8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.domain import NOBODY, Actor, Message, MessageId, Person, Piece, PieceKind
from msgcenter_tui.errors import NotFound
from msgcenter_tui.rules import fields
from msgcenter_tui.store import clientele, staff
from msgcenter_tui.store.tx import Tx


def reader_values(tx: Tx, reader: Actor, row: Row[Any] | None = None) -> dict[str, str] | None:
    """A client's own values for merge fields, as they are now; None for staff, who see the fields' names (T5).

    Of an imagined client nothing is known but the name. `row` is the client's, where it has been read already.
    """
    if reader.person == NOBODY:
        return fields.client_values(reader.name, None, None)
    if row is None and reader.is_client:
        row = clientele.client_by_id(tx, reader.person)
    return None if row is None else fields.client_values(row.name, row.email, row.phone)


def facts_for(tx: Tx, author: Actor, body: str, workspace_name: str) -> dict[str, str] | None:
    """Sender and workspace values of this moment, to be kept beside a text (T5).

    None where it holds no fields: clients' texts never do (T8).
    """
    if author.is_client or not fields.has_fields(body):
        return None
    sender = staff.staff_by_id(tx, author.person)
    if sender is None:
        raise NotFound("there is no such member of staff")
    return fields.sending_values(sender.name, sender.email, workspace_name)


def pieces(body: str, facts: Mapping[str, str] | None, values: Mapping[str, str] | None) -> tuple[Piece, ...]:
    """The stretches of a body for one reader: `values` are a client's own, None for staff."""
    if facts is None:
        return (Piece(PieceKind.TEXT, body),)
    if values is None:
        return fields.pieces(body)
    return (Piece(PieceKind.TEXT, fields.fill(body, {**facts, **values})),)


def plain(seen: Iterable[Piece]) -> str:
    """The stretches as one text without styles: a field's name is told from the words around it."""
    return "".join(f"‹{piece.text}›" if piece.kind is PieceKind.FIELD else piece.text for piece in seen)


def message(row: Row[Any], reader: Actor, values: Mapping[str, str] | None) -> Message:
    """A row of conversations.message_rows as the reader sees it, or of exporting's, which tell no role.

    `values` as for `pieces`. V5: in a portal nobody's place in the practice is told.
    """
    deleted = row.deleted_at is not None
    seen = () if deleted else pieces(row.body, row.facts, values)
    return Message(
        id=MessageId(row.id),
        number=row.number,
        author=Person(row.author_id, row.author, row.author_kind),
        author_role=None if reader.is_client else getattr(row, "author_role", None),
        at=row.at,
        body=row.body if values is None else "".join(piece.text for piece in seen),
        pieces=seen,
        edited_at=row.edited_at,
        deleted=deleted,
        mine=row.author_id == reader.person,
        versions=row.version,
    )
