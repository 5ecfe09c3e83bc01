"""A question before an act: the figures, and clear keys. Enter answers what has the focus: "no" at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from msgcenter_tui.domain import Channel
from msgcenter_tui.errors import Ask
from msgcenter_tui.rules import waiting
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.trouble import sentence


class _Pages(VerticalScroll, inherit_bindings=False):
    """Moved by the screen's keys: its own would leave out what stands behind the answers."""


class Confirm(CenterModal[bool]):
    """Dismisses with True for yes (`y`, `ctrl+s`), False for no (`n`, `esc`).

    What is too long for the terminal scrolls above the answers, which are always on the screen.
    """

    BINDINGS = keys.bindings("confirm")

    first = "#no"
    """What has the focus when it opens."""

    def __init__(
        self,
        question: str,
        figures: str = "",
        *,
        yes: str = "Yes",
        no: str = "No, go back",
        about: Content | None = None,
    ) -> None:
        super().__init__()
        self.about = about
        self.question = question
        self.figures = figures
        self.words = (yes, no)

    @classmethod
    def of(cls, question: Ask, stopped: Mapping[Channel, str]) -> Confirm:
        """What an act asks; `stopped` are the channels that send nothing now: what goes by them waits (N13)."""
        waits = waiting.waits_for(stopped, question.channels)
        figures = [part for part in (question.why, question.cure, waits and f"It waits: {waits}") if part]
        return cls(sentence(question.what), "\n".join(sentence(part) for part in figures))

    def compose(self) -> ComposeResult:
        with _Pages(id="dialog", can_focus=False):
            yield from self.compose_question()
            with Horizontal(id="answers"):
                yield from self.compose_answers()

    def compose_question(self) -> Iterator[Widget]:
        yield Static(render.block(self.question, "bold"), id="question")
        if self.figures:
            yield Static(render.block(self.figures, "$muted"), id="figures")
        if self.about is not None:
            yield Static(self.about, id="about")

    def compose_answers(self) -> Iterator[Widget]:
        for answer, words in zip(("yes", "no"), self.words, strict=True):
            key = self.key_of(f"confirm.{answer}")
            yield Button(Content.assemble((f"{key} ", "bold"), render.line(words)), id=answer, compact=True)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(self.first))

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_confirm_yes(self) -> None:
        self.dismiss(True)

    def action_confirm_no(self) -> None:
        self.dismiss(False)

    def action_confirm_other(self) -> None:
        self.focus_next("Button")

    def action_confirm_up(self) -> None:
        self.query_one("#dialog").scroll_up(animate=False)

    def action_confirm_down(self) -> None:
        self.query_one("#dialog").scroll_down(animate=False)

    def action_confirm_page_up(self) -> None:
        self.query_one("#dialog").scroll_relative(y=-self._page, animate=False)

    def action_confirm_page_down(self) -> None:
        self.query_one("#dialog").scroll_relative(y=self._page, animate=False)

    @property
    def _page(self) -> int:
        """The lines that are seen at a time: below them the answers stay in their place."""
        seen = self.query_one("#dialog").scrollable_content_region.height
        return max(1, seen - self.query_one("#answers").outer_size.height)
