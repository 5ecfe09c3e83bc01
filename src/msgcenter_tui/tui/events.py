"""Events that belong to no single widget."""

from __future__ import annotations

from textual.message import Message


class StoreChanged(Message, bubble=False):
    """Somebody committed: read again what is shown, without moving cursor, selection or the reader's place."""


class ActorChanged(Message, bubble=False):
    """The app acts as somebody else now (the demonstration's switch)."""
