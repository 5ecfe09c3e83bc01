"""Cursors of keyset pages: the last row's key, opaque outside the store."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TypeVar

from msgcenter_tui.domain import Page
from msgcenter_tui.errors import BadInput
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.types import Id

LONGEST_PAGE = 1000

T = TypeVar("T")


def checked_limit(limit: int) -> int:
    """Raises BadInput for a page size that makes no page."""
    if not 1 <= limit <= LONGEST_PAGE:
        raise BadInput(f"a page cannot hold {limit} rows", "", f"ask for 1 to {LONGEST_PAGE}")
    return limit


def cursor(key: str | int, id: str) -> str:
    written = json.dumps([key, id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def text_key(after: str, kind: Id) -> tuple[str, str]:
    """What `cursor` was made of: a text and an id of this kind. Raises BadInput for anything else."""
    key, id = _parsed(after, kind)
    if not isinstance(key, str) or "\0" in key or any("\ud800" <= letter <= "\udfff" for letter in key):
        raise _garbage()
    return key, id


def number_key(after: str, kind: Id) -> tuple[int, str]:
    """What `cursor` was made of: a number and an id of this kind. Raises BadInput for anything else."""
    key, id = _parsed(after, kind)
    if not isinstance(key, int) or isinstance(key, bool) or not 0 <= key < 2**62:
        raise _garbage()
    return key, id


def _parsed(after: str, kind: Id) -> tuple[object, str]:
    try:
        padded = after.encode("ascii") + b"=" * (-len(after) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, RecursionError):
        raise _garbage() from None
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[1], str) or not is_id(kind, parts[1]):
        raise _garbage()
    return parts[0], parts[1]


def _garbage() -> BadInput:
    return BadInput("this is no cursor of such a list", "", "take the `next` of the page before, or leave it out")


def page(items: Sequence[T], keys: Sequence[tuple[str | int, str]], limit: int) -> Page[T]:
    """A page of at most `limit` of the items, of which one more was read where there is one."""
    if len(items) <= limit:
        return Page(tuple(items))
    return Page(tuple(items[:limit]), cursor(*keys[limit - 1]))
