"""A page of `msgcenter serve` is this program once more, drawn in a browser instead of on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgcenter_tui

if TYPE_CHECKING:
    from msgcenter_tui.domain import Actor, Policy


NOTIFIED_BY: Final = "msgcenter serve"
_DRIVER: Final = "msgcenter_tui.tui.page_driver:PageDriver"
_VARIABLE: Final = "TEXTUAL_DRIVER"


def here() -> bool:
    """Whether this process is one."""
    return os.environ.get(_VARIABLE) == _DRIVER


def command() -> list[str]:
    """What a page runs. -P: nothing is imported from the folder one happens to stand in."""
    return [sys.executable, "-P", "-m", "msgcenter_tui"]


def environment(database: str, actor: Actor, policy: Policy | None = None) -> Mapping[str, str]:
    """The environment of a page that opens `database` as `actor`; `policy` where it is not the configuration's.

    By variables, not by options: a URL may hold a password, and everybody can read what a process was started with.
    """
    ours = {
        "MSGCENTER_DB": database,
        "MSGCENTER_AS": actor.person,
        _VARIABLE: _DRIVER,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM_PROGRAM": "textual",
        "ESCDELAY": "10",  # a browser sends a key in one piece
        "PYTHONPATH": os.pathsep.join(filter(None, (_home(), os.environ.get("PYTHONPATH")))),
    }
    if policy is not None:
        ours["MSGCENTER_NOTIFY_QUIET_PERIOD"] = f"{policy.quiet_period.total_seconds():g}"
        ours["MSGCENTER_NOTIFY_REPLY_GATHER"] = f"{policy.reply_gather.total_seconds():g}"
    return {**os.environ, **ours}


def _home() -> str:
    """Where this program was imported from, for one that is run from a checkout."""
    return str(Path(msgcenter_tui.__file__).resolve().parents[1])
