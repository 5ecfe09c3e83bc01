"""What is done to each of the marked rows: one by one, with progress; what is refused does not hold up the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from textual import on

from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.tui import render
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.widgets.marking import MarkedLine, Marking

Row = TypeVar("Row")

UNTOLD = 0.5
"""Seconds for which something may take its time without telling how far it is."""
MOST_REASONS = 3
"""So many reasons of refusals are told; of the others, how many they are about."""


class Outcome(NamedTuple):
    done: int
    refused: dict[str, list[str]]
    """The names of those that were refused, by the reason."""


class Several(CenterScreen[None]):
    """Mixed into a screen with a list that has marks, and a MarkedLine below it."""

    _at_it = ""
    """What is being done to several."""
    _done: frozenset[str] = frozenset()
    """Those to which it was done last, and which were not marked again since."""
    _refused: frozenset[str] = frozenset()
    """Those of which it was told last that they were refused."""

    @property
    def marking(self) -> Marking[Any]:
        """The list that is shown."""
        return self.query_one(Marking)

    async def to_each(
        self,
        rows: Sequence[Row],
        deed: Callable[[Row], Awaitable[object]],
        *,
        name: Callable[[Row], str],
        doing: str,
    ) -> Outcome:
        """Do it to one after the other; who is done has no mark any more, who is refused keeps it.

        Whatever is no refusal (the store cannot be written) ends it, and is raised: the rest stays marked.
        """
        marking, line = self.marking, self.query_one(MarkedLine)
        outcome = Outcome(0, {})
        self._done = self._refused = frozenset()
        began, self._at_it = monotonic(), doing
        try:
            for number, row in enumerate(rows, 1):
                try:
                    await deed(row)
                except (Refused, BadInput) as error:
                    outcome.refused.setdefault(error.why or error.what, []).append(name(row))
                    self._refused |= {marking.row_id(row)}
                else:
                    outcome = outcome._replace(done=outcome.done + 1)
                    self._done |= {marking.row_id(row)}
                    marking.unmark([marking.row_id(row)])
                if monotonic() - began >= UNTOLD:
                    line.tell_progress(f"{doing} {number} of {len(rows)} …")
        finally:
            self._at_it = ""
            self._tell_marks()
            self.center.announce_change()
        return outcome

    def tell_outcome(self, outcome: Outcome, done: str, deed: str) -> None:
        """`done` says what was done; `deed` completes "not deleted"."""
        if not outcome.refused:
            self.center.say(done)
            return
        reasons = list(outcome.refused.items())
        told = [f"{quoted(names)}: {reason}" for reason, names in reasons[:MOST_REASONS]]
        if others := sum(len(names) for _, names in reasons[MOST_REASONS:]):
            told.append(f"{others} more for other reasons")
        self.center.warn(f"{done + '. ' if outcome.done else ''}Not {deed}, and still marked: {'; '.join(told)}")

    def is_at_it(self) -> bool:
        """Something is still being done to several: says so."""
        if self._at_it:
            self.center.say(f"{self._at_it} goes on: wait until it is done")
        return bool(self._at_it)

    # -- the line ------------------------------------------------------------------------------------------------------

    @property
    def unmarks(self) -> str:
        """The action that takes the marks away."""
        raise NotImplementedError

    @property
    def done_to_marked(self) -> Mapping[str, str]:
        """The actions that are about the marked rows and not in the footer, and what they do."""
        return {}

    def _tell_marks(self) -> None:
        does = {self.unmarks: "unmarks", **self.done_to_marked}
        self.query_one(MarkedLine).tell(self.marking, {self.key_of(action): words for action, words in does.items()})

    @on(Marking.Changed)
    def _marks_changed(self) -> None:
        self._done -= self.marking.marked.keys()
        if not self._at_it:
            self._tell_marks()
        self.refresh_bindings()

    @on(Marking.Gone)
    def _marked_gone(self, event: Marking.Gone) -> None:
        # What this very hand did is told by its outcome, though the list may have been read before the mark was taken.
        gone = [row for row in event.rows if event.list.row_id(row) not in self._done | self._refused]
        if gone and not self._at_it:
            self.center.say(f"{render.number(len(gone))} that {_LEFT[len(gone) == 1]} marked any more")


_LEFT = {
    True: "was marked has left this list, and is not",
    False: "were marked have left this list, and are not",
}


def quoted(names: Iterable[str]) -> str:
    """ "“Holiday schedule”, “Your plan” and 4 others"."""
    return render.names([f"“{name}”" for name in names])
