"""Who may do what in a workspace: the table of S4. What only a thread's owner may, is asked of the thread."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from msgcenter_tui.domain import Role, ThreadKind, WorkspaceKind
from msgcenter_tui.errors import Refused

if TYPE_CHECKING:  # the first frame waits for no types that are shown later
    from msgcenter_tui.domain import Workspace

W = TypeVar("W", bound="Workspace")


class Deed(enum.StrEnum):
    """A kind of act; its value is what a refusal calls it."""

    BROADCAST = "start a broadcast from here"
    RESOLVE = "decide what becomes of deliveries"
    RESUME = "let a channel send again"
    TEAM_TEMPLATES = "change the team's templates"
    MEMBERS = "change the team's members and their roles"
    CLIENTS = "add or change clients here"
    DIRECT = "write to people here"
    ADMINISTER = "administer the Message Center"


_OWNER = frozenset({Role.OWNER})
_EDITORS = frozenset({Role.OWNER, Role.CONTRIBUTOR})
_EVERYBODY = frozenset(Role)

MAY: dict[Deed, frozenset[Role]] = {
    Deed.BROADCAST: _OWNER,
    Deed.RESOLVE: _OWNER,
    Deed.RESUME: _OWNER,  # of any team; and administrators, whose matter the accounts are
    Deed.TEAM_TEMPLATES: _OWNER,
    Deed.MEMBERS: _OWNER,
    Deed.CLIENTS: _EDITORS,
    Deed.DIRECT: _EVERYBODY,  # which clients a Participant reaches is A4's matter
    Deed.ADMINISTER: frozenset(),  # the administrator's alone, whatever the role
}


def may(role: Role | None, deed: Deed, *, administrator: bool = False) -> bool:
    """Whether somebody with this role in the workspace (None: not a member) may do the deed (S4)."""
    return administrator if deed is Deed.ADMINISTER else role in MAY[deed]


def fit_to_send(workspaces: Sequence[W], kind: ThreadKind) -> list[W]:
    """Those of a writer's workspaces from which they may start a thread of this kind (A2, A3).

    Where they may from none, those that have such threads, else all: the refusal, which comes then, says who could.
    """
    if not kind.broadcast:
        return list(workspaces)
    having = [one for one in workspaces if kind is ThreadKind.ALL_CLIENTS or one.kind is WorkspaceKind.TEAM]
    return [one for one in having if may(one.role, Deed.BROADCAST)] or having or list(workspaces)


def require(role: Role | None, deed: Deed, *, administrator: bool = False, who_could: Sequence[str] = ()) -> None:
    """Raise Refused unless they may; it says whose matter it is, and by name who could (A3, S1)."""
    if may(role, deed, administrator=administrator):
        return
    raise Refused(f"you cannot {deed.value}", _why(role, deed), _cure(deed, who_could))


def _why(role: Role | None, deed: Deed) -> str:
    if deed is Deed.ADMINISTER:
        return "that is for an administrator"
    whose = " and ".join(f"{one.called}s" for one in Role if one in MAY[deed])
    yours = f"and you are a {role.called}" if role else "and you are not a member"
    return f"that is for {whose}, {yours}"


def _cure(deed: Deed, who_could: Sequence[str]) -> str:
    if who_could:
        return f"ask {_or(who_could)}"
    return "ask an administrator" if deed is Deed.ADMINISTER else "ask an Owner"


def _or(names: Sequence[str]) -> str:
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
