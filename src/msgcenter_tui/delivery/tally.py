"""What became of deliveries, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from msgcenter_tui.domain import DeliveryState


@dataclass(frozen=True, slots=True)
class Tally:
    """How many came to which state; `held` is what a notifier finds to be too late at its start (N13)."""

    sent: int = 0
    failed: int = 0
    retrying: int = 0
    unknown: int = 0
    cancelled: int = 0
    suppressed: int = 0
    read_first: int = 0
    held: int = 0

    def grown_by(self, settled: Mapping[DeliveryState, int]) -> Tally:
        """With these besides; what only waits is not counted."""
        return Tally(*(getattr(self, name) + settled.get(state, 0) for name, state in _STATES))


_STATES = tuple((one.name, DeliveryState[one.name.upper()]) for one in fields(Tally))
