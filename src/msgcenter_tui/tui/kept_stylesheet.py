"""The style sheet of the app, parsed once for a theme: at a start Textual would parse all of it five times."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

_SHEETS = 512
"""More than there are: each kind of widget brings some of its own."""


class KeptStylesheet(Stylesheet):
    """What was parsed is kept for as long as the variables of the theme are the same."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_SHEETS)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()
