"""Which messages a run and a delivery carry: spans of numbers, of one kind, less what somebody was away for (N1).

Each once, as SQL. A number, and a kind, may be a value or a column of the surrounding statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from msgcenter_tui.domain import PersonKind, RunKind
from msgcenter_tui.store.tables import deliveries, gaps, messages, people, runs

Condition = ColumnElement[bool]


def of_run_kind(kind: Any) -> Condition:
    """Of `messages`: those that belong to runs of this kind, (N1, N9..N11)."""
    by_client = (
        exists().where(people.c.id == messages.c.author_id, people.c.kind == PersonKind.CLIENT).correlate_except(people)
    )
    return or_(
        messages.c.run_kind == kind,
        and_(kind == RunKind.CATCH_UP, messages.c.run_kind == RunKind.BROADCAST),
        and_(kind == RunKind.OWNER, messages.c.run_kind == RunKind.REPLY, by_client),
    )


def spans(number: Any) -> Condition:
    """Of `runs`: those in whose span the message of this number is; one that is open has no end yet."""
    return and_(runs.c.first <= number, or_(runs.c.last.is_(None), runs.c.last >= number))


def missed(number: Any) -> Condition:
    """Of `deliveries`: those whose recipient was not in the audience when this message of their span was sent."""
    return (
        exists()
        .where(gaps.c.run_id == deliveries.c.run_id, gaps.c.person_id == deliveries.c.person_id)
        .where(gaps.c.first <= number, gaps.c.last >= number)
        .correlate_except(gaps)
    )


def carries(number: Any) -> Condition:
    """Of the `deliveries` of a run that spans it: those that carry this message."""
    ends = or_(deliveries.c.last.is_(None), deliveries.c.last >= number)
    return and_(deliveries.c.first <= number, ends, ~missed(number))
