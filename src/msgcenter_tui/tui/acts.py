"""The center's rooms, imported at first use: the first frame does not wait for the store's libraries.

from msgcenter_tui.tui import acts
await self.run(acts.threads.list_threads, actor)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgcenter_tui.center import audience as audience
    from msgcenter_tui.center import audience_sheet as audience_sheet
    from msgcenter_tui.center import audit as audit
    from msgcenter_tui.center import catching_up as catching_up
    from msgcenter_tui.center import clients as clients
    from msgcenter_tui.center import comparing as comparing
    from msgcenter_tui.center import deliveries as deliveries
    from msgcenter_tui.center import drafts as drafts
    from msgcenter_tui.center import erasing as erasing
    from msgcenter_tui.center import identity as identity
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
    {"audience", "audience_sheet", "audit", "catching_up", "clients", "comparing", "deliveries", "drafts", "erasing"}
    | {"identity", "messages", "passphrases", "portal", "previews", "reading", "staff", "teams", "template_folder"}
    | {"template_set", "templates", "threads"}
)


def __getattr__(name: str) -> Any:
    if name not in ROOMS:
        raise AttributeError(name)
    room = importlib.import_module(f"msgcenter_tui.center.{name}")
    globals()[name] = room
    return room


def load() -> None:
    """Import what the first screen needs; called in a thread, while that screen is already on the terminal."""
    for name in (
        "threads",
        "messages",
        "reading",
        "drafts",
        "deliveries",
        "teams",
        "identity",
        "clients",
        "templates",
        "audience",
    ):
        importlib.import_module(f"msgcenter_tui.center.{name}")
