"""The footer: the five to eight keys that matter now, in the order of the table, as many as fit."""

from __future__ import annotations

from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from msgcenter_tui.tui import keys
from msgcenter_tui.tui.widgets.drawn_words import DrawnWords

MOST = 8


class Footer(Widget):
    """One line; `?` stays however narrow it gets. A click on a key presses it."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._words = DrawnWords()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def on_resize(self) -> None:
        # One pane and two have other keys, and the screen learns which it has after it was drawn.
        self.refresh()

    def render_line(self, y: int) -> Strip:
        # Textual's own way takes ten times as long, and each thread that comes into sight has other keys.
        line, style = self.render(), self.visual_style
        strip = Strip(self._words.segments(line, style), line.cell_length)
        return strip.adjust_cell_length(self.size.width, style.background_style.rich_style)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._words.forget()

    def render(self) -> Content:
        offers = sorted(self._offers(), key=lambda offer: offer[0]) if self.is_mounted else []
        room = self.size.width
        last = [offer for offer in offers if offer[0] >= _ALWAYS]
        shown = [offer for offer in offers if offer[0] < _ALWAYS][: MOST - len(last)]
        while shown and sum(content.cell_length for _, content in [*shown, *last]) > room:
            shown.pop()
        return Content.assemble(*(content for _, content in [*shown, *last])).truncate(max(1, room))

    def _offers(self) -> list[tuple[int, Content]]:
        offers: dict[str, tuple[int, Content]] = {}
        focused = self.screen.focused
        for key, active in self.screen.active_bindings.items():
            action = keys.BY_ID.get(active.binding.id or "")
            if action is None or not action.rank or action.id in offers or not active.enabled:
                continue
            if action.leads_to == self.app.current_mode:  # one is there
                continue
            if focused is not None and focused.check_consume_key(key, keys.typed(key)):
                continue
            offers_it = getattr(self.screen, "offers", None)
            if offers_it is not None and not offers_it(action.id):
                continue
            foremost = getattr(self.screen, "foremost", None)
            rank = _FOREMOST if foremost is not None and foremost(action.id) else action.rank
            words_for = getattr(self.screen, "words_for", None)
            said = (words_for(action.id) if words_for else None) or active.binding.description
            press = Style.from_meta({"@click": f"app.simulate_key({key!r})"})
            words = Content.assemble((f" {keys.label(key)}", "bold $footer-key-foreground"), (f" {said} ", "$muted"))
            offers[action.id] = (rank, words.stylize(press))
        enter = getattr(self.screen, "enter_means", "")
        if enter and "list.open" not in offers:
            words = Content.assemble((" ⏎", "bold $footer-key-foreground"), (f" {enter} ", "$muted"))
            offers["enter"] = (1, words.stylize(Style.from_meta({"@click": "app.simulate_key('enter')"})))
        return list(offers.values())


_FOREMOST = 2
"""Behind what Enter does."""
_ALWAYS = 99
