"""The live line of figures under the recipients; a click unfolds who is not reached, and why (N4)."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from msgcenter_tui.domain import Channel, Outlook
from msgcenter_tui.tui import render, render_sending
from msgcenter_tui.tui.widgets.figures_line import FiguresLine


class OutlookLine(Vertical):
    """Shows an Outlook, the reason why there is none, or that it is being counted."""

    def __init__(self, *, unfolded: bool = False) -> None:
        super().__init__()
        self.unfolded = unfolded

    def compose(self) -> ComposeResult:
        yield FiguresLine(id="outlook--figures")
        yield Static(id="outlook--exposure")
        names = OptionList(id="outlook--names", markup=False, compact=True)
        names.can_focus = False
        yield names

    def on_mount(self) -> None:
        self._outlook: Outlook | None = None
        self._stopped: Mapping[Channel, str] = {}
        self._fold()

    @property
    def _line(self) -> FiguresLine:
        return self.query_one("#outlook--figures", FiguresLine)

    @property
    def names_some(self) -> bool:
        """Somebody is not reached."""
        return self._outlook is not None and bool(self._outlook.first_unreached)

    def show(self, outlook: Outlook, stopped: Mapping[Channel, str]) -> None:
        """The figures of what is chosen; `stopped` are the channels that send nothing now (N13)."""
        self._outlook, self._stopped = outlook, stopped
        who = OptionList
        names = self.query_one("#outlook--names", who)
        names.set_options([Option(render_sending.unreached(person)) for person in outlook.first_unreached])
        rest = render_sending.unreached_count(outlook) - len(outlook.first_unreached)
        if rest > 0 and outlook.first_unreached:
            names.add_option(Option(Content.styled(f"and {render.number(rest)} more", "$muted")))
        exposure = render_sending.exposure(outlook)
        self.query_one("#outlook--exposure", Static).update(exposure)
        self.query_one("#outlook--exposure").display = bool(exposure)
        self._fold()

    def explain(self, why: str) -> None:
        """No figures: say why, and what to do next."""
        self._outlook = None
        self.query_one("#outlook--exposure").display = False
        self._line.show([render.line(why, "$warning")])
        self.query_one("#outlook--names").display = False

    def hint(self, words: str) -> None:
        """Nothing to count yet: what to do next."""
        self.explain("")
        self._line.show([Content.styled(words, "$muted")])

    def toggle(self) -> bool:
        """Unfold or fold the names of those not reached; False where there is nobody to show."""
        if not self.names_some:
            return False
        self.unfolded = not self.unfolded
        self._fold()
        return True

    def on_click(self) -> None:
        self.toggle()

    def _fold(self) -> None:
        outlook = self._outlook
        names = self.query_one("#outlook--names")
        if outlook is None:
            names.display = False
            return
        some = bool(outlook.first_unreached)
        names.display = self.unfolded and some
        sign = (" ▾" if names.display else " ▸") if some else ""
        *figures, last = render_sending.figures(outlook, self._stopped)
        self._line.show([*figures, Content.assemble(last, sign)])
