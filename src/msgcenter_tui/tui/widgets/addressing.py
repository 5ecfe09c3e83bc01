"""The first step of a new thread: to whom, from where, locked or not, and the live line of what that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Select, Static

from msgcenter_tui.domain import (
    CountedWorkspace,
    Outlook,
    Person,
    Recipients,
    ThreadKind,
    WorkspaceId,
    WorkspaceKind,
)
from msgcenter_tui.rules import writing
from msgcenter_tui.rules.roles import Deed, fit_to_send, may
from msgcenter_tui.tui import render, render_sending
from msgcenter_tui.tui.widgets.choice import Choice
from msgcenter_tui.tui.widgets.outlook_line import OutlookLine
from msgcenter_tui.tui.widgets.recipient_field import RecipientField
from msgcenter_tui.tui.widgets.tick import Tick

SLIM = 60
"""In fewer cells what is said of a field stands below it, not beside it."""

LOCKED_WORDS = {
    ThreadKind.ALL_CLIENTS: "One-way: clients cannot reply",
    ThreadKind.ALL_TEAM: "One-way: members cannot reply",
}


class Addressing(Vertical):
    """Knows recipients, workspace and lock. `reduced` is a client's: people only, no workspace, no figures (V5)."""

    @dataclass
    class Changed(Message):
        """Something of it is different now."""

        by_hand: bool
        """Somebody chose it; otherwise it was filled in."""

    class Done(Message):
        """Enter where nothing is left to fill in."""

    def __init__(self, *, reduced: bool = False, id: str | None = None) -> None:
        super().__init__(id=id, classes="-reduced" if reduced else "")
        self.reduced = reduced
        self.workspaces: tuple[CountedWorkspace, ...] = ()
        self._wanted: WorkspaceId | None = None
        self._filled: WorkspaceId | None = None
        """The workspace that was filled in last."""
        self._chose_lock = False

    def compose(self) -> ComposeResult:
        kinds = () if self.reduced else (ThreadKind.ALL_CLIENTS, ThreadKind.ALL_TEAM)
        with Horizontal(classes="to--row -people"):
            yield Label("To", classes="to--label")
            yield RecipientField(kinds)
        with Horizontal(classes="to--row", id="to--from"):
            yield Label("From", classes="to--label")
            yield Choice([(Content("…"), "")], "", id="to--workspace")
            yield Static(id="to--facts")
        with Horizontal(classes="to--row", id="to--lock"):
            yield Label("Locked", classes="to--label")
            yield Tick(value=True, id="to--locked")
        yield OutlookLine()

    def on_mount(self) -> None:
        self._dress()

    def on_resize(self) -> None:
        self.set_class(self.size.width < SLIM, "-slim")

    # -- what is chosen ------------------------------------------------------------------------------------------------

    @property
    def field(self) -> RecipientField:
        return self.query_one(RecipientField)

    @property
    def figures(self) -> OutlookLine:
        return self.query_one(OutlookLine)

    @property
    def recipients(self) -> Recipients | None:
        return self.field.recipients

    @property
    def people(self) -> tuple[Person, ...]:
        return self.field.people

    @property
    def workspace(self) -> CountedWorkspace | None:
        chosen = self._from.selection
        return next((one for one in self.workspaces if one.id == chosen), None)

    @property
    def locked(self) -> bool:
        return self._lockable and self.query_one("#to--locked", Tick).value

    @property
    def _lockable(self) -> bool:
        to = self.recipients
        return not self.reduced and to is not None and to.kind in LOCKED_WORDS

    @property
    def _from(self) -> Choice[str]:
        return self.query_one("#to--workspace", Choice)

    def choose(
        self,
        recipients: Recipients | None,
        people: Sequence[Person],
        workspace: WorkspaceId | None,
        locked: bool | None = None,
    ) -> None:
        """Set what a draft or the caller says, without telling anybody."""
        self._wanted = workspace
        self.field.choose(recipients, people)
        if locked is not None:
            self._chose_lock = True
            self.query_one("#to--locked", Tick).value = locked
        self._dress()

    def offer_workspaces(self, workspaces: Sequence[CountedWorkspace]) -> None:
        """Where the writer may send from."""
        if tuple(workspaces) != self.workspaces:
            self.workspaces = tuple(workspaces)
            self._dress()

    def show_audience(self, outlook: Outlook) -> None:
        """Beside the workspace: who of it is in the audience."""
        self.query_one("#to--facts", Static).update(render_sending.audience(outlook))

    # -- how it looks --------------------------------------------------------------------------------------------------

    def _dress(self) -> None:
        to = self.recipients
        self._fill_from(to.kind if to else ThreadKind.ALL_CLIENTS)
        self.query_one("#to--from").display = not self.reduced
        self.query_one("#to--lock").display = self._lockable
        if to is not None and to.kind in LOCKED_WORDS:
            if not self._chose_lock:  # L2
                self.query_one("#to--locked", Tick).value = writing.locked_at_first(to.kind)
            self.query_one("#to--locked", Tick).words = LOCKED_WORDS[to.kind]
        workspace = self.workspace
        facts = render_sending.workspace_facts(workspace) if workspace else Content.empty()
        self.query_one("#to--facts", Static).update(facts)

    def _fill_from(self, kind: ThreadKind) -> None:
        """The workspaces that such a thread may be sent from (A3), the one wanted or chosen before still chosen."""
        places = fit_to_send(self.workspaces, kind)
        if not places:
            return
        before = self._wanted or self._from.selection
        kept = next((one for one in places if one.id == before), None)
        start = kept or max(places, key=_likely)
        with self.prevent(Select.Changed):
            self._from.set_options([(render.line(render.workspace_name(one)), one.id) for one in places])
            self._from.value = self._filled = start.id
        if self._wanted == start.id:
            self._wanted = None

    # -- the hand ------------------------------------------------------------------------------------------------------

    @on(RecipientField.Changed)
    def _named(self, event: RecipientField.Changed) -> None:
        event.stop()
        if event.workspace is not None:
            self._wanted = event.workspace
        self._tell()

    @on(Select.Changed, "#to--workspace")
    def _moved(self, event: Select.Changed) -> None:
        event.stop()
        chosen = self.workspace  # Textual tells of what we have filled in, too, and of the empty choice at first
        self._tell(by_hand=chosen is not None and chosen.id != self._filled)

    @on(Tick.Changed, "#to--locked")
    def _locked(self, event: Tick.Changed) -> None:
        event.stop()
        self._chose_lock = True
        self._tell()

    def _tell(self, *, by_hand: bool = True) -> None:
        self._dress()
        self.post_message(self.Changed(by_hand))

    @on(RecipientField.Done)
    @on(Tick.GoOn)
    def _done(self, event: RecipientField.Done | Tick.GoOn) -> None:
        event.stop()
        self.post_message(self.Done())

    @on(Choice.GoOn)
    def _after_from(self, event: Choice.GoOn) -> None:
        event.stop()
        if self._lockable:
            self.query_one("#to--locked").focus()
        else:
            self.post_message(self.Done())


def _likely(one: CountedWorkspace) -> tuple[bool, int, int, bool]:
    return may(one.role, Deed.BROADCAST), one.current, one.members, one.kind is WorkspaceKind.TEAM
