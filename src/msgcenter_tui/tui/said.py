"""What the app has said, to be read again: the last of it, apart for each who reads, and forgotten with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakKeyDictionary

from textual.message_pump import MessagePump

MOST = 100
"""So many are kept of each reader's; in memory only."""


@dataclass(frozen=True, slots=True)
class Saying:
    words: str
    severity: str
    """As Textual calls it: information, warning, error."""
    at: datetime
    times: int = 1
    """How often it was said without anything else between; `at` is the last time."""


class Said:
    """By whom it is for: the app, for staff, or a client's portal. With the portal's screen its words go, too."""

    def __init__(self) -> None:
        self._by_reader: WeakKeyDictionary[MessagePump, deque[Saying]] = WeakKeyDictionary()

    def note(self, reader: MessagePump, saying: Saying) -> None:
        said = self._by_reader.setdefault(reader, deque(maxlen=MOST))
        last = said[-1] if said else None
        if last is not None and (last.words, last.severity) == (saying.words, saying.severity):
            said[-1] = replace(saying, times=last.times + 1)
        else:
            said.append(saying)

    def to(self, reader: MessagePump) -> Sequence[Saying]:
        """Newest first."""
        return list(reversed(self._by_reader.get(reader, ())))

    def forget(self) -> None:
        """Another acts now."""
        self._by_reader.clear()
