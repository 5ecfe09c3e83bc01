"""Where an error came from, for logs that hold nobody's words: its kind, and the places in the code."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Link(NamedTuple):
    """An error, or one of its causes."""

    kind: str
    places: Sequence[str]
    """ "notifier.py:12 in _round", the innermost last."""
    text: str
    """Both in lines, the places with what the code says there."""


@dataclass(frozen=True)
class Origin:
    """Of an error and its causes: no message and no value, which may be words that people wrote, addresses, passwords.

    It is put into the gap of a sentence for the log; the structured log (`cli/events.py`) knows its parts.
    """

    links: Sequence[Link]

    @classmethod
    def of(cls, error: BaseException) -> Origin:
        return cls(tuple(map(_link, _chain(error))))

    def __str__(self) -> str:
        return "\n".join(link.text for link in self.links)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _link(error: BaseException) -> Link:
    kind, frames = type(error), traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames]
    said = [f"\n  {place}: {frame.line}" for place, frame in zip(places, frames, strict=True)]
    return Link(kind.__qualname__, places, f"{kind.__module__}.{kind.__qualname__}{''.join(said)}")
