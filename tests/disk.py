"""A full disk for this process alone: no file of it grows beyond a few bytes, so that no commit can be written."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

_BYTES = 4096
"""Less than what the least commit appends to the log of a store."""


def fill() -> None:
    """From now on. (Python ignores the signal, so the write itself fails.)"""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_BYTES, most))


@contextmanager
def full() -> Iterator[None]:
    """While the block runs."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    fill()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
