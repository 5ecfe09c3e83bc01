"""A form that floats: it stays open, with its reason and every letter typed, until what it asks for is done (S1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import keys
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.form import Form, Line, Values


class FormDialog(CenterModal[bool]):
    """Dismissed with True once `save` went through, with False when left.

    `kept` is where the caller keeps what was typed in a form that was left, by its `name`: it is there again the
    next time the form is opened. Without it what is left is gone.
    """

    BINDINGS = keys.bindings("form")

    def __init__(
        self,
        title: Content,
        lines: Sequence[Line],
        save: Callable[[Values], Awaitable[object]],
        *,
        kept: dict[str, Values] | None = None,
        name: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._kept = kept
        self._key = name
        before = {} if kept is None else kept.get(name, {})
        self._lines = [replace(line, value=before.get(line.key, line.value)) for line in lines]
        self._given = {line.key: line.value for line in lines}
        self._save = save
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._title, id="question")
            yield Form(self._lines)
        yield Footer()

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    @on(Form.Done)
    def action_form_save(self) -> None:
        if not self._busy:
            self._busy = True
            self.do(self._try(), group="save")

    async def _try(self) -> None:
        try:
            self.form.refuse("")
            await self._save(self.form.values)
        except MessageCenterError as error:
            self.form.refuse(str(error))
        else:
            self._forget()
            self.dismiss(True)
        finally:
            self._busy = False

    def action_form_leave(self) -> None:
        values = self.form.values
        if values == self._given:
            self._forget()
        elif self._kept is not None:
            self._kept[self._key] = values
            self.notify("What you typed is kept: it is here again when you open this form.", markup=False)
        self.dismiss(False)

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept.pop(self._key, None)
