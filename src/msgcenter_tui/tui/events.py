"""Events that belong to no single widget."""

from __future__ import annotations

from textual.message import Message


class StoreChanged(Message, bubble=False):
    """Somebody committed: read again what is shown, without moving cursor, selection or the reader's place."""

    def __init__(self, *, only_ledger: bool = False) -> None:
        super().__init__()
        self.only_ledger = only_ledger
        """Only the notifier of this app did: where deliveries stand has changed, and nothing else."""


class PageClosed(Message, bubble=False):
    """The browser's page, or its server, is gone: nobody can be asked any more."""


class ActorChanged(Message, bubble=False):
    """The app acts as somebody else now (the demonstration's switch)."""
