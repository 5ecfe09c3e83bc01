"""What a look at an installation finds: each thing with how it stands, and with its cure where it has one."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Health(enum.StrEnum):
    """How something stands."""

    GOOD = "good"
    NOTE = "note"
    """Worth knowing; nothing has to be done."""
    WARNING = "warning"
    """It works, and should be seen to."""
    BAD = "bad"
    """It does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` is a word or two; `what` and `cure` are clauses for people, without anybody's words or address."""

    about: str
    health: Health
    what: str
    cure: str = ""
