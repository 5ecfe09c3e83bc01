"""The last look before a send: from where, to whom, who is notified how, and who learns whose name (S3, L3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from msgcenter_tui.domain import NO_SUBJECT, Channel, Outlook, ThreadKind, WorkspaceId
from msgcenter_tui.rules import asking
from msgcenter_tui.tui import acts, render, render_sending
from msgcenter_tui.tui.screens.confirm import Confirm


class NumberField(Input):
    """Takes figures, and what people put between them; letters are the dialog's keys."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character is not None and (character.isdecimal() or character in ".,' ")

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()  # Textual's own handler comes after this one, and would write it

    @property
    def number(self) -> int | None:
        figures = "".join(one for one in self.value if one.isdecimal())
        return int(figures) if figures else None


class LastLook(Confirm):
    """A Confirm with figures that can be read at a glance; `y` or ctrl+s sends, to many once their number is typed.

    `workspace` is where a message to All Clients comes from: it is compared with the last one. `names` are those of a
    direct thread; `stopped` the channels that send nothing now (N13). A follow-up has no subject of its own: None.
    """

    def __init__(
        self,
        outlook: Outlook,
        subject: str | None,
        body: str,
        names: Sequence[str] = (),
        stopped: Mapping[Channel, str] | None = None,
        *,
        workspace: WorkspaceId | None = None,
    ) -> None:
        whom = render_sending.to_whom(outlook.kind)
        if outlook.kind is ThreadKind.DIRECT:
            whom = render.names(names) or render.counted(outlook.audience, "person", "people")
        what = "Send" if subject is not None else "Send a follow-up"
        super().__init__(f"{what} to {whom} of {outlook.workspace_name}?", yes="Send", no="Go back")
        self._outlook = outlook
        self._names = names
        self._stopped = stopped or {}
        self._text = (subject, body)
        self._workspace = workspace if outlook.kind is ThreadKind.ALL_CLIENTS else None
        self._to_type = asking.number_to_type(outlook.kind, outlook.reach)
        if self._to_type is not None:
            self.first = "#last-look--number"

    def compose_question(self) -> Iterator[Widget]:
        yield Static(render.block(self.question, "bold"), id="question")
        yield Static(render_sending.last_look(self._outlook, self._names, self._stopped), id="figures")
        if self._workspace is not None:
            yield Static(render_sending.COMPARING, id="last-look--difference")
        subject, body = self._text
        beginning = render_sending.beginning(body)
        if subject is not None:
            head = render.line(subject if subject.strip() else NO_SUBJECT, "bold")
            beginning = Content.assemble(head, "\n", beginning)
        yield Static(beginning, id="last-look--text")
        if self._outlook.first_unreached:
            yield Static(self._unreached(), id="last-look--unreached")

    def compose_answers(self) -> Iterator[Widget]:
        if self._to_type is not None:
            yield Static(render_sending.to_type(self._to_type), id="last-look--ask")
            field = NumberField(id="last-look--number", compact=True, max_length=len(f"{self._to_type:,}") + 2)
            field.cursor_blink = self.services.blink
            yield field
        yield from super().compose_answers()

    def on_mount(self) -> None:
        if self._workspace is not None:
            self.do(self._compare(self._workspace), group="difference")

    async def _compare(self, workspace: WorkspaceId) -> None:
        found = await self.perform(acts.comparing.since_last_broadcast, self.actor, workspace)
        self.query_one("#last-look--difference", Static).update(render_sending.difference(found, self.now))

    def _unreached(self) -> Content:
        """Those whom no channel reaches, with the reason (N4)."""
        some = self._outlook.first_unreached
        lines = [Content.styled("Not notified", "$muted"), *(render_sending.unreached(one) for one in some)]
        rest = render_sending.unreached_count(self._outlook) - len(some)
        if rest > 0:
            lines.append(Content.styled(f"and {render.number(rest)} more", "$muted"))
        return Content("\n").join(lines)

    # -- the answer ----------------------------------------------------------------------------------------------------

    @on(Input.Submitted)
    def action_confirm_yes(self) -> None:
        if self._to_type is None or self.query_one(NumberField).number == self._to_type:
            super().action_confirm_yes()
            return
        self.query_one(NumberField).focus()
        key = self.key_of("confirm.no")
        self.center.warn(f"Type {render.number(self._to_type)}, the number of people, to send; {key} goes back")

    @on(Button.Pressed, "#yes")
    def _yes_pressed(self, event: Button.Pressed) -> None:
        event.prevent_default()  # Confirm would take it for an answer
        self.action_confirm_yes()
