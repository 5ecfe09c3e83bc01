"""Errors in words for people, and in a log that holds nobody's words."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from msgcenter_tui.errors import MessageCenterError, StoreDamaged
from msgcenter_tui.origin import Origin
from msgcenter_tui.text import shown_line
from msgcenter_tui.tui import keys

log = logging.getLogger(__name__)


def as_here(error: MessageCenterError, keymap: Mapping[str, str]) -> MessageCenterError:
    """The error as the screens tell it: what would work for a damaged store is at hand there."""
    if isinstance(error, StoreDamaged):
        return StoreDamaged(error.what, error.why, cure_of_damage(keymap))
    return error


def cure_of_damage(keymap: Mapping[str, str]) -> str:
    """What would work, by the key of this app; by the command where the keymap leaves it none."""
    key = keys.first("app.rescue", keymap)
    rescue = f"press {key}" if key else "use `msgcenter rescue FILE`"
    return f"restore a backup with `msgcenter restore FILE`, or {rescue} to save what can be read as a new store"


def refusal(error: MessageCenterError) -> str:
    """What was refused, why, and what would work, a sentence a line (S1)."""
    parts = [error.what, error.why and f"because {error.why}", error.cure]
    return "\n".join(sentence(shown_line(part)) for part in parts if part)


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def log_places(error: BaseException) -> None:
    """Write where an error came from: kinds and lines of code, none of the words it may carry."""
    log.error("something went wrong inside: %s", Origin.of(error))
