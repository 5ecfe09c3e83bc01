"""Errors in words for people, and in a log that holds nobody's words."""

from __future__ import annotations

import logging

from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.origin import Origin
from msgcenter_tui.text import shown_line

log = logging.getLogger(__name__)


def refusal(error: MessageCenterError) -> str:
    """What was refused, why, and what would work, a sentence a line (S1)."""
    parts = [error.what, error.why and f"because {error.why}", error.cure]
    return "\n".join(sentence(shown_line(part)) for part in parts if part)


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def log_places(error: BaseException) -> None:
    """Write where an error came from: kinds and lines of code, none of the words it may carry."""
    log.error("something went wrong inside: %s", Origin.of(error))
