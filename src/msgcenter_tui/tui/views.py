"""A portal as it was or would be, on its way from the form that asks for it to the screen that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgcenter_tui.domain import Actor


@dataclass(frozen=True, slots=True)
class View:
    """A portal that is looked at: of which client, with which eyes, what it is called, what of then is not kept.

    `values` are what was filled in; `words` are empty where it is the portal as it is.
    """

    client: str
    actor: Actor
    words: str
    not_kept: tuple[str, ...]
    values: Mapping[str, str]
