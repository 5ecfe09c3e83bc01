"""Ids from outside: whether a text could be one."""

from __future__ import annotations

import re

from msgcenter_tui.store.types import Id


def is_id(kind: Id, text: str) -> bool:
    """Whether the text has the form of an id of this kind; only such texts may be bound to its columns."""
    return re.fullmatch(rf"{kind.prefix}[0-9]{{1,18}}", text, re.ASCII) is not None
