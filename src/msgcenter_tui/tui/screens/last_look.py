"""The last look before a send: from where, to whom, who is notified how, and who learns whose name (S3, L3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from msgcenter_tui.domain import Channel, Outlook, ThreadKind
from msgcenter_tui.tui import render, render_sending
from msgcenter_tui.tui.screens.confirm import Confirm


class LastLook(Confirm):
    """A Confirm with figures that can be read at a glance; `y` or ctrl+s sends.

    `names` are those of a direct thread; `stopped` the channels that send nothing now (N13).
    """

    def __init__(
        self,
        outlook: Outlook,
        subject: str,
        body: str,
        names: Sequence[str] = (),
        stopped: Mapping[Channel, str] | None = None,
    ) -> None:
        whom = render_sending.KIND_WORDS[outlook.kind]
        if outlook.kind is ThreadKind.DIRECT:
            whom = render.names(names) or render.counted(outlook.audience, "person", "people")
        super().__init__(f"Send to {whom} of {outlook.workspace_name}?", yes="Send", no="Go back")
        self._outlook = outlook
        self._names = names
        self._stopped = stopped or {}
        self._text = (subject, body)

    def compose_question(self) -> Iterator[Widget]:
        yield Static(render.block(self.question, "bold"), id="question")
        yield Static(render_sending.last_look(self._outlook, self._names, self._stopped), id="figures")
        subject, body = self._text
        head = render.line(subject if subject.strip() else render.NO_SUBJECT, "bold")
        yield Static(Content.assemble(head, "\n", render_sending.beginning(body)), id="last-look--text")
        if self._outlook.first_unreached:
            yield Static(self._unreached(), id="last-look--unreached")

    def _unreached(self) -> Content:
        """Those whom no channel reaches, with the reason (N4)."""
        some = self._outlook.first_unreached
        lines = [Content.styled("Not notified", "$muted"), *(render_sending.unreached(one) for one in some)]
        rest = render_sending.unreached_count(self._outlook) - len(some)
        if rest > 0:
            lines.append(Content.styled(f"and {render.number(rest)} more", "$muted"))
        return Content("\n").join(lines)
