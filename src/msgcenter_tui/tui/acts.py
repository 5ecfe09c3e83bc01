"""The center's rooms, imported at first use: the first frame does not wait for the store's libraries.

from msgcenter_tui.tui import acts
await self.run(acts.threads.list_threads, actor)

Where somebody else can answer before they are loaded here (`by_name`), the same gives the name of the act.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgcenter_tui.center import audience as audience
    from msgcenter_tui.center import audience_sheet as audience_sheet
    from msgcenter_tui.center import audit as audit
    from msgcenter_tui.center import backups as backups
    from msgcenter_tui.center import catching_up as catching_up
    from msgcenter_tui.center import clients as clients
    from msgcenter_tui.center import comparing as comparing
    from msgcenter_tui.center import deliveries as deliveries
    from msgcenter_tui.center import drafts as drafts
    from msgcenter_tui.center import erasing as erasing
    from msgcenter_tui.center import identity as identity
    from msgcenter_tui.center import importing as importing
    from msgcenter_tui.center import messages as messages
    from msgcenter_tui.center import passphrases as passphrases
    from msgcenter_tui.center import portal as portal
    from msgcenter_tui.center import previews as previews
    from msgcenter_tui.center import reading as reading
    from msgcenter_tui.center import staff as staff
    from msgcenter_tui.center import teams as teams
    from msgcenter_tui.center import template_folder as template_folder
    from msgcenter_tui.center import template_set as template_set
    from msgcenter_tui.center import templates as templates
    from msgcenter_tui.center import threads as threads

ROOMS = frozenset(
    {"audience", "audience_sheet", "audit", "backups", "catching_up", "clients", "comparing", "deliveries", "drafts"}
    | {"erasing", "identity", "importing", "messages", "passphrases", "portal", "previews", "reading", "staff", "teams"}
    | {"template_folder", "template_set", "templates", "threads"}
)


_FIRST = (
    *("threads", "messages", "reading", "drafts", "deliveries", "teams", "identity", "clients", "templates"),
    "audience",
)


@dataclass(frozen=True, slots=True)
class ActName:
    """An act of a room that may not be loaded yet."""

    room: str
    name: str

    @property
    def act(self) -> Any:
        """The act itself; its room is loaded for it."""
        return getattr(_loaded(self.room), self.name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.act(*args, **kwargs)


class _Names:
    """The acts of a room, by name; its types as they are."""

    def __init__(self, room: str) -> None:
        self._room = room

    def __getattr__(self, name: str) -> Any:
        act = ActName(self._room, name)
        return act.act if name[0].isupper() else act


_only_names = False


def by_name() -> None:
    """Until `load` is through, acts are named, and no room is loaded for it."""
    global _only_names  # noqa: PLW0603  one app in a process
    _only_names = True


def __getattr__(name: str) -> Any:
    if name not in ROOMS:
        raise AttributeError(name)
    if _only_names:
        return _Names(name)
    room = globals()[name] = _loaded(name)
    return room


def load() -> None:
    """Import what the first screen needs; called in a thread, while that screen is already on the terminal."""
    global _only_names  # noqa: PLW0603
    for name in _FIRST:
        _loaded(name)
    _only_names = False


def _loaded(room: str) -> Any:
    return importlib.import_module(f"msgcenter_tui.center.{room}")
