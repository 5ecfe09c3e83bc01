"""Whether somebody has committed since one looked last, in this process or another, and whether it concerns lists."""

from __future__ import annotations

from dataclasses import dataclass

from msgcenter_tui.tui.services import Commits, Front


@dataclass(frozen=True, slots=True)
class Change:
    only_ledger: bool
    """As far as is known it concerns nothing but where deliveries stand."""


class Watch:
    """`await look()` now and then, one look at a time; the first only remembers how it is."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._token: object = None
        self._commits: Commits | None = None
        self._owed = False
        """A change was taken for one of the ledger alone, and nobody has committed since who could tell otherwise."""

    async def look(self) -> Change | None:
        token = await self._front.changed()
        if token == self._token and not self._owed:
            return None
        if self._owed:
            await self._front.notice()
            if token == self._token and self._front.commits == self._commits:
                self._owed = False  # it was so: nobody else has committed
                return None
        first, before, now = self._token is None, self._commits, self._front.commits
        self._token, self._commits = token, now
        self._owed = before is not None and _only_ledger(before, now)
        return None if first else Change(self._owed)


def _only_ledger(before: Commits, now: Commits) -> bool:
    """Whether all that was committed between the two, as far as it is known, are ledger acts of this process."""
    return now.of_ledger != before.of_ledger and now.others == before.others
