"""A new thread in the two steps of the product: whom it goes to and from where, then the message and the last look."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, Input, Static

from msgcenter_tui.domain import Actor, Draft, Person, Recipients, WorkspaceId
from msgcenter_tui.errors import Refused
from msgcenter_tui.tui import acts, keys, render, render_sending
from msgcenter_tui.tui.drafting import DraftKeeper
from msgcenter_tui.tui.screens.second_step import SecondStep
from msgcenter_tui.tui.widgets.addressing import Addressing
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.line_field import LineField
from msgcenter_tui.tui.widgets.outlook_line import OutlookLine
from msgcenter_tui.tui.widgets.portal_banner import PortalBanner
from msgcenter_tui.tui.widgets.top_line import TopLine


class NewThreadScreen(SecondStep):
    """Dismissed with the thread that was started, or None when it was left; then the draft stays.

    `draft` reopens a draft; `to`, `people` and `workspace` start with recipients chosen; `actor` is a client in
    their portal.
    """

    BINDINGS = keys.bindings("new-thread")
    AUTO_FOCUS = "#to--typing"

    def __init__(
        self,
        draft: Draft | None = None,
        *,
        to: Recipients | None = None,
        people: tuple[Person, ...] = (),
        workspace: WorkspaceId | None = None,
        actor: Actor | None = None,
    ) -> None:
        super().__init__(actor, draft, place=draft.workspace if draft else workspace)
        self._start = (draft.recipients, draft.people, draft.workspace) if draft else (to, people, workspace)

    def compose(self) -> ComposeResult:
        reduced = self._actor is not None and self._actor.is_client
        if self._actor is not None and reduced:
            yield PortalBanner(self._actor, key=self.key_of("new.back"))
        else:
            yield TopLine("New thread")
        yield Static(id="new--steps")
        with Horizontal(id="new--sides"):
            with ContentSwitcher(initial="new--message" if self._goes_on else "new--to"):
                yield Addressing(reduced=reduced, id="new--to")
                with Vertical(id="new--message"):
                    yield Static(id="new--summary")
                    yield LineField(placeholder="Subject (optional)", id="new--subject", compact=True)
                    services = self.services
                    yield Composer(blink=services.blink, placeholder="Write your message", keymap=services.keymap)
            if not reduced:
                with VerticalScroll(id="new--who", can_focus=False):
                    yield Static(Content.styled("Who gets it", "bold"), id="new--who-title")
                    yield OutlookLine(unfolded=True)
        yield Footer()

    def on_mount(self) -> None:
        recipients, people, workspace = self._start
        given = self._given
        self._keeper = DraftKeeper(self, given)
        self.addressing.choose(recipients, people, workspace, given.locked if given and recipients else None)
        if given is not None:
            self.query_one("#new--subject", Input).value = given.subject
            self.composer.load(given.body, given.cursor)
        self.composer.with_templates = not self.actor.is_client
        for field in self.query(Input):
            field.cursor_blink = self.services.blink
        self._say_step()
        if self._goes_on:
            self.to_message()
        self._ready = True
        self.do(self._begin(given), group="begin")

    @property
    def _goes_on(self) -> bool:
        """A draft of which the first step was done is reopened on the second."""
        given = self._given
        return given is not None and given.recipients is not None and bool(given.body or given.subject)

    async def _begin(self, given: Draft | None) -> None:
        await self.load_places()
        if given is not None and given.recipients is not None and not await self.name_people(given) and self.second:
            self.action_new_back()
        self._say_step()
        await self.find("")
        await self.count()

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        return (
            action not in ("new_template", "new_preview", "new_who") or self._actor is None or not self._actor.is_client
        )

    def offers(self, action: str) -> bool:
        return action != "new.preview" or self.second

    def words_for(self, action: str) -> str | None:
        if action in ("new.back", "compose.leave") and self.second:
            return "Recipients"
        return "Send" if action == "new.next" and self.second else None

    # -- from step to step ---------------------------------------------------------------------------------------------

    @on(Addressing.Changed)
    def _readdressed(self, event: Addressing.Changed) -> None:
        self._addressed |= event.by_hand
        self._touch()
        self.do(self.count(), group="count", exclusive=True)

    @on(Addressing.Done)
    def action_new_next(self) -> None:
        if self.second:
            self._send_wanted()
        elif self.addressing.recipients is None:
            self.center.warn("Nobody is chosen yet: ⏎ takes what is marked, typing finds people")
        elif self.addressing.field.half_named:
            self.center.warn("A name is typed and not chosen yet: ⏎ takes who is marked, ⌫ deletes it")
            self.query_one("#to--typing").focus()
        else:
            self._addressed = True
            # At once, the hand is typing already; what A3 and A4 say comes after it and leads back.
            self.to_message()
            self.do(self._may_send_there(), group="step", exclusive=True)

    def to_message(self) -> None:
        self.query_one(ContentSwitcher).current = "new--message"
        self._say_step()
        if self.composer.text:
            self.composer.focus_text()
        else:
            self.query_one("#new--subject").focus()

    async def _may_send_there(self) -> None:
        await self._loaded.wait()
        self._say_step()
        to, workspace = self.addressing.recipients, self.workspace
        if self.actor.is_client or to is None or workspace is None:
            return
        try:
            await self.perform(acts.messages.outlook, self.actor, to, workspace, locked=self.addressing.locked)
        except Refused:
            if self.second:
                self.action_new_back()
            raise

    @on(Composer.Left)
    def action_new_back(self) -> None:
        if self.second:
            self.query_one(ContentSwitcher).current = "new--to"
            self._say_step()
            self.query_one("#to--typing").focus()
        elif self.addressing.figures.unfolded:
            self.addressing.figures.toggle()
        else:
            self.do(self._leave(), group="leave", exclusive=True)

    @property
    def leads_elsewhere(self) -> bool:
        return self.host is None and (self._actor is None or not self._actor.is_client)

    async def give_way(self) -> None:
        await self._leave()

    async def _leave(self) -> None:
        await self.settle()
        if self.subject.strip() or self.composer.text.strip():
            self.center.say("Your draft is kept")
        self._end(None)

    @on(Composer.WhoWanted)
    def action_new_who(self) -> None:
        """Everybody whom it would concern, and how; beside it the first who are not reached stand all the time."""
        from msgcenter_tui.tui.screens.audience import Prospects

        to, workspace = self.addressing.recipients, self.workspace
        if to is None or workspace is None:
            self.center.say("Nobody is chosen yet: ⏎ takes what is marked, typing finds people")
        else:
            self.app.push_screen(Prospects(f"To {self.summary()}", recipients=to, workspace=workspace))

    def _say_step(self) -> None:
        title = "Write to us" if self.actor.is_client else "New thread"
        self.query_one("#new--steps", Static).update(render_sending.steps(title, int(self.second)))
        whom, workspace = self.summary(), self.addressing.workspace
        self.composer.title_words = f"To {whom}"
        head = render_sending.heading(
            whom, render.workspace_name(workspace) if workspace else "", locked=self.addressing.locked
        )
        self.query_one("#new--summary", Static).update(head)
