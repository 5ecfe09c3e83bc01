"""A screen with a list that is narrowed, by a search, a tab, a choice: what its keys are about, and where it begins."""

from __future__ import annotations

from typing import Any

from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import render
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.trouble import refusal
from msgcenter_tui.tui.widgets.row_list import RowList, in_list


class Narrowed(CenterScreen[None]):
    """Subclasses say by what it is `narrowing`, and when a list that was read so is shown (`narrowed_by`)."""

    _narrowed: tuple[object, ...] | None = None
    """By what the list that is shown was narrowed."""

    @property
    def narrowing(self) -> tuple[object, ...]:
        """By what the list is to be narrowed now."""
        raise NotImplementedError

    @property
    def listed(self) -> RowList[Any]:
        return self.query_one(RowList)

    @property
    def behind(self) -> bool:
        return in_list(self.focused) and (not self.listed.known or self._narrowed != self.narrowing)

    async def read_again(self) -> None:
        """A list that is empty because its reading is refused says so, and does not seem to be loading."""
        try:
            await super().read_again()
        except MessageCenterError as error:
            self.listed.empty = render.block(refusal(error), "$warning")
            self.listed.refresh()
            raise

    def nothing_found(self, search: str, ends: str) -> str:
        """What a list says in which a search has found nothing; the action that `ends` the search, by its id."""
        return f"Nothing found for “{render.plain(search)}”.\n\n{self.key_of(ends)} ends the search."

    def narrowed_by(self, *narrowed: object) -> None:
        """By what the list that comes now is narrowed: by something else than before, it begins at its first row."""
        if self._narrowed not in (None, narrowed):
            self.listed.begin_anew()
        self._narrowed = narrowed
