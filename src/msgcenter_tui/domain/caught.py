"""What the demonstration's catchers received, as a reader of it would see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CaughtMail:
    at: datetime
    sender: str
    to: str
    """Whom the server was told."""
    subject: str
    body: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CaughtText:
    """An SMS."""

    at: datetime
    to: str
    body: str
