"""The places of the app: Textual's modes, each imported when it is first shown and kept as it was left."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from textual.screen import Screen


def opening() -> Screen[None]:
    """No place, but what stands until the first one does."""
    from msgcenter_tui.tui.screens.opening import OpeningScreen

    return OpeningScreen()


def _inbox() -> Screen[None]:
    from msgcenter_tui.tui.screens.inbox import Inbox

    return Inbox()


def _portal() -> Screen[None]:
    from msgcenter_tui.tui.screens.portal import Portal

    return Portal()


def _clients() -> Screen[None]:
    from msgcenter_tui.tui.screens.clients import Clients

    return Clients()


def _templates() -> Screen[None]:
    from msgcenter_tui.tui.screens.templates import Templates

    return Templates()


def _deliveries() -> Screen[None]:
    from msgcenter_tui.tui.screens.deliveries import Deliveries

    return Deliveries()


def _audit() -> Screen[None]:
    from msgcenter_tui.tui.screens.audit import AuditLog

    return AuditLog()


def _mailbox() -> Screen[None]:
    from msgcenter_tui.tui.screens.mailbox import MailboxScreen

    return MailboxScreen()


def _setup() -> Screen[None]:
    from msgcenter_tui.tui.screens.setup import Setup

    return Setup()


_SOON_SHOWN = (
    "new_thread",
    "portal",
    "clients",
    "templates",
    "deliveries",
    "audience",
    "mailbox",
    "choose",
    "help",
    "finder",
)


def load_first() -> None:
    """Import what most begin with."""
    importlib.import_module("msgcenter_tui.tui.screens.inbox")


def load() -> None:
    """Import what a key may open next; called in a thread once the first screen stands, so that no key waits for it."""
    for name in _SOON_SHOWN:
        importlib.import_module(f"msgcenter_tui.tui.screens.{name}")


MODES: dict[str, str | Callable[[], Screen[Any]]] = {
    "inbox": _inbox,
    "portal": _portal,
    "clients": _clients,
    "templates": _templates,
    "deliveries": _deliveries,
    "audit": _audit,
    "mailbox": _mailbox,
    "setup": _setup,
}
