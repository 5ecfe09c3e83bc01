"""A new thread in the two steps of the product: whom it goes to and from where, then the message and the last look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, Input, Static

from msgcenter_tui.domain import Actor, Draft, Person, PersonKind, Recipients, Sent, ThreadId, WorkspaceId
from msgcenter_tui.errors import Ask, MessageCenterError, Refused
from msgcenter_tui.tui import acts, keys, render, render_sending
from msgcenter_tui.tui.drafting import DraftKeeper
from msgcenter_tui.tui.screens.arrival import expect_in_inbox, show_in_inbox
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.first_step import FirstStep
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.sheets import sheets
from msgcenter_tui.tui.widgets.addressing import Addressing
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.portal_banner import PortalBanner
from msgcenter_tui.tui.widgets.top_line import TopLine

TOUCHED = 0.4
"""Seconds after a change until it is stored (M4: within a second)."""


class NewThreadScreen(FirstStep):
    """Dismissed with the thread that was started, or None when it was left; then the draft stays.

    `draft` reopens a draft; `to`, `people` and `workspace` start with recipients chosen; `actor` is a client in
    their portal.
    """

    BINDINGS = keys.bindings("new-thread")
    CSS_PATH = sheets("new_thread", "inbox", "portal")
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
        super().__init__(actor)
        self._start = (draft.recipients, draft.people, draft.workspace) if draft else (to, people, workspace)
        self._given = draft
        self._keeper: DraftKeeper | None = None
        self._ready = False
        self._ended = False

    def compose(self) -> ComposeResult:
        reduced = self._actor is not None and self._actor.is_client
        yield PortalBanner(self._actor) if self._actor is not None and reduced else TopLine("New thread")
        yield Static(id="new--steps")
        with ContentSwitcher(initial="new--to"):
            yield Addressing(reduced=reduced, id="new--to")
            with Vertical(id="new--message"):
                yield Static(id="new--summary")
                yield Input(placeholder="Subject (optional)", id="new--subject", compact=True)
                yield Composer(blink=self.services.blink, placeholder="Write your message")
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
        self._ready = True
        self.do(self._begin(given), group="begin")

    async def _begin(self, given: Draft | None) -> None:
        await self.load_places()
        if given is not None and given.recipients is not None:
            await self.name_people(given)
            if given.body or given.subject:
                self.to_message()
        await self.find("")
        await self.count()

    @property
    def subject(self) -> str:
        return self.query_one("#new--subject", Input).value

    @property
    def second(self) -> bool:
        """Whether the message is being written, the second step."""
        return self.query_one(ContentSwitcher).current == "new--message"

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        return action not in ("new_template", "new_who") or self._actor is None or not self._actor.is_client

    def words_for(self, action: str) -> str | None:
        if action in ("new.back", "compose.leave") and self.second:
            return "Recipients"
        return "Send" if action == "new.next" and self.second else None

    # -- from step to step ---------------------------------------------------------------------------------------------

    @on(Addressing.Changed)
    def _readdressed(self) -> None:
        self._touch()
        self.do(self.count(), group="count", exclusive=True)

    @on(Addressing.Done)
    def action_new_next(self) -> None:
        if self.second:
            self._send_wanted()
        elif self.addressing.recipients is None:
            self.center.warn("Nobody is chosen yet: ⏎ takes what is marked, typing finds people")
        else:
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

    async def _leave(self) -> None:
        await self.settle()
        if self.subject.strip() or self.composer.text.strip():
            self.center.say("Your draft is kept")
        self._end(None)

    def _end(self, thread: ThreadId | None) -> None:
        self._ended = True
        self.dismiss(thread)

    def action_new_who(self) -> None:
        if self.second:
            self.action_new_back()
        if self.addressing.recipients is None:
            self.center.say("Nobody is chosen yet: ⏎ takes what is marked, typing finds people")
        elif not self.addressing.figures.toggle():
            self.center.say("Nobody is left out: everyone chosen is notified")

    def _say_step(self) -> None:
        title = "Write to us" if self.actor.is_client else "New thread"
        self.query_one("#new--steps", Static).update(render_sending.steps(title, int(self.second)))
        whom, workspace = self.summary(), self.addressing.workspace
        self.composer.title_words = f"To {whom}"
        head = render_sending.heading(
            whom, render.workspace_name(workspace) if workspace else "", locked=self.addressing.locked
        )
        self.query_one("#new--summary", Static).update(head)

    # -- the message ---------------------------------------------------------------------------------------------------

    @on(Input.Submitted, "#new--subject")
    def _to_body(self) -> None:
        self.composer.focus_text()

    @on(Composer.TemplateWanted)
    def action_new_template(self) -> None:
        if not self.second:
            self.center.say("Templates come with the message: ⏎ goes on to it")
        else:
            self.do(self._pick(), group="picker", exclusive=True)

    async def _pick(self) -> None:
        from msgcenter_tui.tui.screens.template_picker import TemplatePicker

        clients = [person for person in self.addressing.people if person.kind is PersonKind.CLIENT]
        picked = await self.app.push_screen_wait(TemplatePicker(self.workspace, clients))
        if picked is None:
            return
        self.composer.focus_text()
        if picked.subject and not self.subject.strip():
            self.query_one("#new--subject", Input).value = picked.subject
        self.composer.insert(picked.body)

    @on(Composer.Rested)
    def _rested(self) -> None:
        self.do(self._keep(), group="draft")
        self.do(self._look_for_problems(), group="problems", exclusive=True)

    async def _look_for_problems(self, *, go: bool = False) -> None:
        """What would keep the text from being sent, marked while it is written (T4, T7)."""
        to, body = self.addressing.recipients, self.composer.text
        problems = await self.perform(acts.messages.check, self.actor, body, recipients=to, workspace=self.workspace)
        self.composer.problem = render.plain(str(problems[0])) if problems else ""
        if problems and go:
            self.composer.show_place(problems[0].start, problems[0].end)

    # -- the draft -----------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#new--subject")
    def _touch(self) -> None:
        if self._ready:
            self.set_timer(TOUCHED, lambda: self.do(self._keep(), group="draft"))

    async def _keep(self) -> None:
        if self._keeper is None or self._ended:
            return
        await self._keeper.store(
            recipients=self.addressing.recipients,
            workspace=self.workspace,
            subject=self.subject,
            body=self.composer.text,
            locked=self.addressing.locked,
            cursor=self.composer.field.cursor_index,
        )

    async def settle(self) -> None:
        if self._ready:
            await self._keep()

    @on(Composer.DiscardWanted)
    def action_new_discard(self) -> None:
        self.do(self._discard(), group="discard", exclusive=True)

    async def _discard(self) -> None:
        written = self.subject.strip() or self.composer.text.strip()
        question = Confirm(
            "Discard this draft?", "What you have written here is gone then.", yes="Discard", no="Keep it"
        )
        if written and not await self.app.push_screen_wait(question):
            return
        if self._keeper is not None:
            await self._keeper.discard()
        self._end(None)

    # -- the send ------------------------------------------------------------------------------------------------------

    @on(Composer.SendWanted)
    def _send_wanted(self) -> None:
        if not self.composer.text.strip():
            self.center.say("Nothing is written yet")
            self.composer.focus_text()
        else:
            self.do(self._send(), group="send")

    async def _send(self) -> None:
        keeper = self._keeper
        if keeper is None or self._ended:
            return
        await self._keep()
        try:
            sent: Sent | None = await keeper.used(self._after_last_look)
        except MessageCenterError:
            await self._look_for_problems(go=True)
            raise
        if sent is None or sent.thread is None:
            self.composer.focus_text()
            return
        expected = not self.actor.is_client and expect_in_inbox(self.center, sent.thread)
        self._end(sent.thread)
        self.center.announce_change()
        if not self.actor.is_client and not expected:
            self.center.do(show_in_inbox(self.center, sent.thread), group="arrival")

    async def _after_last_look(self) -> Sent | None:
        """Send; where it asks (S3, L3), with the figures before the reader's eyes. None: not wanted."""
        try:
            return await self._attempt(yes=False)
        except Ask:
            to, workspace = self.addressing.recipients, self.workspace
            if to is None or workspace is None:
                raise
            outlook = await self.perform(
                acts.messages.outlook, self.actor, to, workspace, locked=self.addressing.locked
            )
            names = [person.name for person in self.addressing.people]
            place = self.addressing.workspace
            if place is not None:
                outlook = replace(outlook, workspace_name=render.workspace_name(place))
            if not await self.app.push_screen_wait(LastLook(outlook, self.subject, self.composer.text, names)):
                return None
            return await self._attempt(yes=True)

    async def _attempt(self, *, yes: bool) -> Sent:
        to, keeper = self.addressing.recipients, self._keeper
        assert to is not None  # the second step is not reached without
        more: dict[str, Any] = {} if self.actor.is_client else {"locked": self.addressing.locked}
        return await self.perform(
            acts.messages.start,
            self.actor,
            to,
            self.workspace or WorkspaceId(""),
            self.composer.text,
            subject=self.subject,
            yes=yes,
            draft=keeper.draft.id if keeper and keeper.draft else None,
            **more,
        )
