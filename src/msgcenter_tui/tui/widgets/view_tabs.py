"""The tabs over a list: All, Unread 3, Broadcasts, ...; numbers change them, a click too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from msgcenter_tui.tui import render

_LEAST = 4
"""Cells to which a word is cut, if it is the only one."""


class ViewTabs(Widget):
    """One line; the active tab bold and underlined, counts beside the words where there is something to count."""

    ALLOW_SELECT = False

    active: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """The active tab changed."""

        tabs: ViewTabs
        index: int

        @property
        def control(self) -> ViewTabs:
            return self.tabs

    def __init__(self, words: Sequence[str], *, sparing: Collection[int] = ()) -> None:
        super().__init__()
        self.sparing = frozenset(sparing)
        """Tabs that are shown only while there is something to count, or while they are the active one."""
        self.auto_links = False  # a click works all the same, without being drawn as a link
        self.words = tuple(words)
        self.counts: dict[int, int] = {}

    def count(self, index: int, count: int) -> None:
        if self.counts.get(index) != count:
            self.counts[index] = count
            self.refresh()

    def validate_active(self, active: int) -> int:
        return active % len(self.words)

    def watch_active(self) -> None:
        if self.is_mounted:
            self.post_message(self.Chosen(self, self.active))

    def action_choose(self, index: int) -> None:
        self.active = index

    @property
    def shown(self) -> list[int]:
        """The tabs on the line, by their places."""
        places = range(len(self.words))
        return [i for i in places if i == self.active or i not in self.sparing or self.counts.get(i)]

    def step(self, by: int) -> None:
        """To the next tab that is shown, or the one before."""
        shown = self.shown
        self.active = shown[(shown.index(self.active) + by) % len(shown)]

    def render(self) -> RenderResult:
        shown = self.shown
        words = [self._words(i, self.words[i]) for i in shown]
        # Room is kept for counts that may come: the tabs do not move when one does.
        spare = sum(3 for i in self.counts if not self.counts[i] and i not in self.sparing)
        one_word_each = not any(" " in self.words[i] for i in shown)
        tries = [("  ", spare), (" ", 0)] if one_word_each else [("  ", 0)]
        for between, kept in tries:
            full = self._line(words, between)
            if full.cell_length + kept <= self.size.width:
                return full
        # A little too narrow: the longest word but the active one gives way.
        longest = max((i for i in shown if i != self.active), key=lambda i: len(self.words[i]), default=self.active)
        cells = len(self.words[longest]) - (self._line(words, " ").cell_length - self.size.width)
        if one_word_each and longest != self.active and cells >= _LEAST:
            words[shown.index(longest)] = self._words(longest, f"{self.words[longest][: cells - 1]}…")
            return self._line(words, " ")
        # Too narrow for all words: the active one in full, the others by their beginnings, where these differ.
        if not self.sparing and len({self.words[i][:3] for i in shown}) == len(shown):
            short = [self._words(i, self.words[i] if i == self.active else self.words[i][:3]) for i in shown]
            return self._line(short, "  ").truncate(max(1, self.size.width))
        return self._window(words, shown.index(self.active))

    def _window(self, words: list[Content], active: int) -> Content:
        """As many whole words around the active one as there is room for, arrows where more follow."""
        first = last = active
        room = self.size.width - words[active].cell_length - 5
        while True:
            grown = False
            if last + 1 < len(words) and words[last + 1].cell_length + 2 <= room:
                last += 1
                room -= words[last].cell_length + 2
                grown = True
            if first > 0 and words[first - 1].cell_length + 2 <= room:
                first -= 1
                room -= words[first].cell_length + 2
                grown = True
            if not grown:
                break
        line = self._line(words[first : last + 1], "  ")
        before = Content.styled("‹" if first else " ", "$muted")
        after = Content.styled(" ›" if last + 1 < len(words) else "", "$muted")
        return Content.assemble(before, line, after).truncate(max(1, self.size.width))

    def _words(self, index: int, word: str) -> Content:
        active = index == self.active
        count = self.counts.get(index, 0)
        style = "bold underline $foreground" if active else "$muted"
        return Content.assemble(
            (word, style), (f" {render.badge(count)}" if count else "", "bold $accent" if active else "$accent")
        ).stylize(Style.from_meta({"@click": f"choose({index})"}))

    def _line(self, words: list[Content], between: str) -> Content:
        return Content.assemble(" ", Content(between).join(words))
