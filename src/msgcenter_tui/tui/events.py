"""Events that belong to no single widget."""

from __future__ import annotations

from textual.message import Message


class StoreChanged(Message, bubble=False):
    """Somebody committed: read again what is shown, without moving cursor, selection or the reader's place."""

    def __init__(self, *, only_ledger: bool = False) -> None:
        super().__init__()
        self.only_ledger = only_ledger
        """Only the notifier of this app did: where deliveries stand has changed, and nothing else."""


class Closed(Message, bubble=False):
    """The terminal or the browser's page is gone, or the program was told to end: nobody can be asked any more."""
