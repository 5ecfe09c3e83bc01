"""What a guided tour is, for the screen that shows it; the demonstration has one (demo/tour.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from msgcenter_tui.domain import Actor, ThreadId


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step of the tour has done, and what one sees of it."""

    title: str
    words: str
    thread: ThreadId | None = None
    """The thread that it is about."""
    portals: tuple[Actor, ...] = ()
    """Whose portals stand beside the inbox, the clients signed in."""
    opened: bool = False
    """In these portals the thread is opened, and read."""
    mailbox: str = ""
    """Of which address the mail is shown, where there is room for it."""


class Tour(Protocol):
    """Its steps, each of which is really done when it is shown."""

    @property
    def titles(self) -> Sequence[str]: ...

    async def play(self, step: int) -> Scene:
        """Do a step, counted from 0; those before it are done. Raises what the center refuses."""
