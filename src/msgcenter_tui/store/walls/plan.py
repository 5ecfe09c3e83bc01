"""What a wall is made of: for each table what a kind of login may do at all, and with which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgcenter_tui.domain import LoginKind

WALLS = "msgcenter_walls"
"""The schema of the functions by which policies ask who is signed in."""
PORTAL = "msgcenter_portal"
"""The schema that a portal's login looks in first: what it sees of tables that it may not read as they are."""
GROUPS: Mapping[LoginKind, str] = {kind: f"msgcenter_{kind.value}" for kind in LoginKind}
"""Roles without a login of their own: what they may do, their members may."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Of which rows `commands` ("ALL", "SELECT", ...) are done: those of which `rows` is so; new ones need `new`."""

    commands: str
    rows: str
    new: str = ""
    """Empty: the same as `rows`."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a kind of login does with a table: privileges as GRANT has them, and policies, all of which add up."""

    grants: str
    policies: Sequence[Policy]


Plan = Mapping[str, Access]


def hangs_on(table: str, condition: str) -> str:
    """Whether there is such a row of a table, `of`, found by its key: one that is seen, since policies meet policies.

    Not EXISTS: PostgreSQL may answer that by going through all of the table once, however few rows ask.
    """
    return f"(SELECT true FROM {table} AS of WHERE {condition})"


OF_THREAD = hangs_on("threads", "of.id = thread_id")
"""Of what hangs on a thread: it is one that they see, since a statement within a policy meets policies, too."""


def own_drafts(me: str) -> Sequence[Policy]:
    """A person's own alone (M4); one that is begun stands in a thread that they see, or beside another of theirs."""
    place = f"thread_id IS NULL OR {OF_THREAD} OR msgcenter_walls.drafted(thread_id)"
    mine = f"person_id = {me}"
    begun = Policy("INSERT", "", f"{mine} AND ({place})")
    return Policy("SELECT", mine), begun, Policy("UPDATE", mine), Policy("DELETE", mine)


def rows(grants: str, where: str, new: str = "") -> Access:
    """The same rows whatever is done to them."""
    return Access(grants, (Policy("ALL", where, new),))
