"""A field that shows the merge fields and blanks of what is written, and walks from blank to blank (T4, T7, T8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual.reactive import reactive

from msgcenter_tui.rules import fields
from msgcenter_tui.rules.fields import TokenKind
from msgcenter_tui.text import LONGEST_BODY
from msgcenter_tui.tui.widgets.composer_text import ComposerText
from msgcenter_tui.tui.widgets.paragraphs import Look

_COLOURED = 2 * LONGEST_BODY
"""Characters: what is longer cannot be sent, and is not looked through at each key."""
_LOOKS = {TokenKind.FIELD: "field", TokenKind.BLANK: "blank", TokenKind.ERROR: "error"}


class _Seen(NamedTuple):
    """What a stretch of lines holds: its blanks as offsets, its looks by line, both counted from its beginning."""

    blanks: tuple[tuple[int, int], ...]
    looks: dict[int, list[Look]]


class _Found(NamedTuple):
    """What the whole text holds."""

    blanks: list[tuple[int, int]]
    looks: dict[int, list[Look]]


class ColouredText(ComposerText):
    """A ComposerText in which staff write; what changed is looked through once for each change."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"coloured-text--{look}" for look in _LOOKS.values()}

    with_fields: reactive[bool] = reactive(True, init=False)
    """Off where a client writes: then nothing in it is a field or blank (T8)."""
    refused: reactive[frozenset[str]] = reactive(frozenset(), init=False)
    """Fields, as written, that are of the grammar and yet keep the text from being sent (T4)."""

    _found: _Found | None = None
    _known: Mapping[str, _Seen] = MappingProxyType({})

    # -- blanks --------------------------------------------------------------------------------------------------------

    @property
    def blanks(self) -> list[tuple[int, int]]:
        """Where the blanks are that nobody has filled yet (T7)."""
        return self._find().blanks

    def put(self, words: str, start: int, end: int) -> None:
        """Put words in place of `text[start:end]`; one undo takes them back.

        The first blank in them is selected, to be filled by what is typed next (T7).
        """
        self.rewrite(words, start, end)
        blank = next((one for one in self.blanks if start <= one[0] < start + len(words)), None)
        if blank is not None:
            self.select(*blank)

    def go_to_blank(self, *, back: bool = False) -> None:
        """To the next blank, from the last one to the first; or the other way round."""
        blanks = self.blanks
        if not blanks:
            return
        first, last = sorted(self.index_of(at) for at in self.selection)
        if back:
            here = next((one for one in reversed(blanks) if one[1] <= first), blanks[-1])
        else:
            here = next((one for one in blanks if one[0] >= last), blanks[0])
        self.select(*here)

    # -- what is seen --------------------------------------------------------------------------------------------------

    def looks(self, line: int) -> Iterable[Look]:
        return self._find().looks.get(line, ())

    def _build_highlight_map(self) -> None:
        # Textual calls it once for each change of the text, undone and loaded ones too.
        super()._build_highlight_map()
        self._found = None

    def watch_with_fields(self) -> None:
        self._look_again()

    def watch_refused(self) -> None:
        self._look_again()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._known, self._found = {}, None

    def _look_again(self) -> None:
        self._known = {}
        self._build_highlight_map()
        self.refresh()

    def _find(self) -> _Found:
        if self._found is None:
            found = self._found = _Found([], {})
            lines = self.document.lines if self.with_fields else []
            starts = [0, *accumulate(len(line) + 1 for line in lines)]
            known, kept = self._known, {}
            for first, end in fields.stretches(lines) if starts[-1] <= _COLOURED else ():
                words = lines[first] if end == first + 1 else "\n".join(lines[first:end])
                if fields.has_fields(words):
                    seen = kept[words] = known.get(words) or self._look_at(words)
                    found.blanks.extend((starts[first] + start, starts[first] + end) for start, end in seen.blanks)
                    found.looks.update((first + line, looks) for line, looks in seen.looks.items())
            self._known = kept
        return self._found

    def _look_at(self, words: str) -> _Seen:
        tokens = fields.parse(words).tokens
        looks: dict[int, list[Look]] = {}
        for token in tokens:
            look = _LOOKS.get(token.kind)
            if look is None:
                continue
            refused = token.kind is TokenKind.FIELD and token.text in self.refused
            style = self.style_of("error" if refused else look)
            column = token.column - 1
            for number, part in enumerate(token.text.split("\n"), token.line - 1):
                looks.setdefault(number, []).append(Look(column, column + len(part), style))
                column = 0
        blanks = tuple((one.start, one.end) for one in tokens if one.kind is TokenKind.BLANK)
        return _Seen(blanks, looks)

    def style_of(self, look: str) -> Style:
        return self.get_component_rich_style(f"coloured-text--{look}", partial=True)
