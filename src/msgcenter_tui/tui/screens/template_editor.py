"""Write a template: name, shortcut, whose it is, subject and text, checked while one types (T1, T3, T4)."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from msgcenter_tui.domain import Template, TemplateId, Workspace
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.rules import completion, fields
from msgcenter_tui.tui import acts, keys, render, render_templates
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens.choose import Choice, Choose
from msgcenter_tui.tui.widgets.field_text import FieldText
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.form import Form, Line, Values
from msgcenter_tui.tui.widgets.top_line import TopLine

BODY = "body"


class TemplateEditor(CenterScreen[TemplateId | None]):
    """Dismissed with the template saved, or None when left; `kept` holds what was typed and not saved."""

    BINDINGS = keys.bindings("editor")

    def __init__(self, template: Template | None, teams: Sequence[Workspace], kept: dict[str, Values]) -> None:
        super().__init__()
        self.template = template
        self._teams = tuple(teams)
        self._kept = kept
        self._key = template.id if template else "new"
        self._given = self._as_given()
        self._start = {**self._given, **kept.get(self._key, {})}
        self._said: Content | None = None
        self._busy = False

    def _as_given(self) -> dict[str, str]:
        template = self.template
        if template is None:
            return {"name": "", "shortcut": "", "team": "", "subject": "", BODY: ""}
        return {
            "name": template.name,
            "shortcut": template.shortcut,
            "subject": template.subject,
            BODY: template.body,
        }

    def compose(self) -> ComposeResult:
        yield TopLine("Templates")
        title = f"Template {self.template.name}" if self.template else "New template"
        with Horizontal(id="editor"):
            with Vertical(id="editor--page"):
                yield Static(render.line(title, "bold $accent"), id="editor--title")
                yield Form(self._lines())
                body = FieldText(
                    placeholder=Content.styled("Dear {{ client.first_name }}, …", "$muted"),
                    blink=self.services.blink,
                    keymap=self.services.keymap,
                    id="editor--body",
                )
                body.load_text(self._start[BODY])
                yield body
                yield body.offers
                yield Static(id="editor--checks")
            with VerticalScroll(id="editor--side", can_focus=False):
                yield Static(render_templates.field_list(), id="editor--fields")
                yield Static(Content.styled("As staff see it", "bold"), id="editor--preview-title")
                yield Static(id="editor--preview")
        yield Footer()

    def _lines(self) -> list[Line]:
        lines = [
            Line("name", "Name", self._start["name"]),
            Line("shortcut", "Shortcut", self._start["shortcut"]),
            Line("subject", "Subject", self._start["subject"]),
        ]
        if self.template is None:
            options = (("", "yours alone"), *((team.id, f"{team.name}: every member uses it") for team in self._teams))
            lines.insert(2, Line("team", "For", self._start["team"], options=options))
        return lines

    def on_mount(self) -> None:
        self._check()

    @property
    def body(self) -> FieldText:
        return self.query_one("#editor--body", FieldText)

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    @property
    def values(self) -> dict[str, str]:
        return {**self.form.values, BODY: self.body.text}

    @on(TextArea.Changed, "#editor--body")
    def _check(self) -> None:
        text = self.body.text
        self.query_one("#editor--preview", Static).update(render.pieces(fields.pieces(text)))
        self._say_checks()

    @on(TextArea.SelectionChanged, "#editor--body")
    def _say_checks(self) -> None:
        """What is wrong, the one at the cursor first."""
        said = render_templates.checks(self.body.text, self.body.cursor_index)
        if said != self._said:
            self._said = said
            self.query_one("#editor--checks", Static).update(said)

    @on(Form.Done)
    def _to_body(self) -> None:
        self.body.focus()

    # -- acts ----------------------------------------------------------------------------------------------------------

    def action_editor_save(self) -> None:
        if not self._busy:
            self._busy = True
            self.do(self._save(), group="save")

    async def _save(self) -> None:
        values = self.values
        try:
            self.form.refuse("")
            saved = await self._written(values)
        except MessageCenterError as error:
            wrong = next((one for one in fields.parse(values[BODY]).problems if one.what in error.why), None)
            self.form.refuse(str(error) if wrong is None else error.what)  # of the text it is said below it, why
            if wrong is not None:
                self.body.focus()
                self.body.move_cursor((wrong.line - 1, wrong.column - 1))
        else:
            self._kept.pop(self._key, None)
            self.center.say(f"{saved.name} is saved")
            self.dismiss(saved.id)
        finally:
            self._busy = False

    async def _written(self, values: Values) -> Template:
        words = {key: values[key] for key in ("name", "shortcut", "subject", BODY)}
        if self.template is not None:
            return await self.perform(acts.templates.edit, self.actor, self.template.id, **words)
        return await self.perform(acts.templates.add, self.actor, **words, team=values["team"] or None)

    def action_editor_field(self) -> None:
        self.do(self._insert_field())

    async def _insert_field(self) -> None:
        choices = [
            Choice(field, Content(field.words), Content.styled(f"{{{{ {field.name} }}}}", "$field"))
            for field in fields.FIELDS.values()
        ]
        field = await self.app.push_screen_wait(Choose("Insert the fact", choices))
        if field is None:
            return
        self.body.focus()
        words, back = completion.written(field)
        start, end = sorted(self.body.index_of(at) for at in self.body.selection)
        self.body.rewrite(words, start, end)
        self.body.put_cursor(start + len(words) - back)

    @property
    def leads_elsewhere(self) -> bool:
        return True

    async def give_way(self) -> None:
        self.action_editor_leave()

    def action_editor_leave(self) -> None:
        values = self.values
        if {key: values[key] for key in self._given} == self._given:
            self._kept.pop(self._key, None)
        else:
            self._kept[self._key] = values
            self.center.say("What you typed is kept: it is here again when you come back")
        self.dismiss(None)
