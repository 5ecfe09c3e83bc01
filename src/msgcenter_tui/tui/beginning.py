"""What the inbox reads first, for whoever reads it ahead of its asking (cli/ahead.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgcenter_tui.domain import Show
from msgcenter_tui.tui.acts import ActName

if TYPE_CHECKING:
    from msgcenter_tui.domain import Actor

PAGE = 50
"""Threads of a page of the list."""


class Question(NamedTuple):
    """A look, and what it is asked with."""

    act: ActName
    args: tuple[Any, ...]
    named: dict[str, Any]


def first_questions(actor: Actor) -> tuple[Question, ...]:
    """The looks of a member of staff's inbox before its list stands; another one is only answered later."""
    listed = {"workspace": None, "show": Show.ALL, "search": "", "limit": PAGE}
    return (
        Question(ActName("teams", "workspaces"), (actor,), {}),
        Question(ActName("threads", "list_threads"), (actor,), listed),
        Question(ActName("drafts", "list_drafts"), (actor,), {}),
    )
