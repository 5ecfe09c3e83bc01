"""What keeps a text from being sent: emptiness, length, unknown and empty fields, unfilled blanks (M3, T4, T7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row

from msgcenter_tui import text
from msgcenter_tui.domain import Actor, ThreadKind
from msgcenter_tui.rules import fields
from msgcenter_tui.store import audience
from msgcenter_tui.store.tx import Tx


def clients_there(thread: Row[Any]) -> ColumnElement[bool] | None:
    """Of `clients`: those who get a message written in this thread; None where none can."""
    if thread.kind is ThreadKind.ALL_TEAM:
        return None
    if thread.kind is ThreadKind.ALL_CLIENTS:
        return audience.all_clients(thread.workspace_id)
    return audience.clients_in(thread.id)


def sendable(tx: Tx, actor: Actor, body: str, kind: ThreadKind, recipients: ColumnElement[bool] | None) -> str:
    """The body as it is kept; Refused, with place and cure, where staff's text holds what cannot be sent.

    What a client writes is never looked into (T8).
    """
    body = text.clean_body(body)
    if actor.is_client:
        return body
    if found := problems(tx, body, kind, recipients):
        raise fields.refusal(found)
    return body


def problems(tx: Tx, body: str, kind: ThreadKind, recipients: ColumnElement[bool] | None) -> tuple[fields.Problem, ...]:
    """What keeps the text from being sent to these clients (None: to no client), in the order of the text (M3, T4, T7).

    In a broadcast it does not matter who is there today, since others join later; in a direct thread it is asked
    whose fields are empty.
    """
    if not fields.has_fields(body):
        return ()
    broadcast = kind is ThreadKind.ALL_CLIENTS
    empty = frozenset[str]() if broadcast or recipients is None else audience.empty_facts(tx, recipients)
    return fields.check(body, broadcast=broadcast, clients=recipients is not None, empty=empty)
