"""The second step of a new thread: the message with its templates, its draft, the last look and the send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual import on
from textual.widgets import ContentSwitcher, Input

from msgcenter_tui.domain import Actor, Draft, PersonKind, Sent, ThreadId, Unsent, WorkspaceId
from msgcenter_tui.errors import Ask, Conflict, MessageCenterError
from msgcenter_tui.rules import fields
from msgcenter_tui.tui import acts, own_editor, render, render_sending
from msgcenter_tui.tui.drafting import DraftKeeper
from msgcenter_tui.tui.offering import offer_templates, remember
from msgcenter_tui.tui.screens.arrival import expect_in_inbox, show_in_inbox
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.first_step import FirstStep
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.field_text import FieldText

TOUCHED = 0.4
"""Seconds after a change until it is stored (M4: within a second)."""


class SecondStep(FirstStep):
    """The part of the new thread's screen in which one writes; the screen itself says how one goes from step to step.

    `place` is the workspace that the draft or the caller names, until the writer's own are known.
    """

    def __init__(self, actor: Actor | None, draft: Draft | None, place: WorkspaceId | None) -> None:
        super().__init__(actor)
        self._given = draft
        self._place = place
        self._addressed = draft is None
        """The hand has said whom it goes to; until then a draft stays addressed as it was, whoever is there now."""
        self._keeper: DraftKeeper | None = None
        self._ready = False
        self._ended = False

    @property
    def subject(self) -> str:
        return self.query_one("#new--subject", Input).value

    @property
    def second(self) -> bool:
        """Whether the message is being written, the second step."""
        return self.query_one(ContentSwitcher).current == "new--message"

    def _end(self, thread: ThreadId | None) -> None:
        self._ended = True
        self.dismiss(thread)

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
        self._suggest_subject(picked.subject)
        self.composer.insert(picked.body)

    @on(FieldText.TemplatesWanted)
    def _templates_wanted(self, event: FieldText.TemplatesWanted) -> None:
        self.do(offer_templates(self, self.composer.field, event.typed), group="offers", exclusive=True)

    @on(FieldText.TemplateTaken)
    def _template_taken(self, event: FieldText.TemplateTaken) -> None:
        remember(self, event.template.id)
        self._suggest_subject(event.template.subject)

    def _suggest_subject(self, subject: str) -> None:
        if subject and not self.subject.strip():
            self.query_one("#new--subject", Input).value = subject

    @on(Composer.EditorWanted)
    def _editor_wanted(self) -> None:
        self.do(self._go_to_editor(), group="editor")

    async def _go_to_editor(self) -> None:
        await self.settle()
        with self.composer.away():
            words = await own_editor.edited(self.center, self.composer.text)
        self.composer.take_back(words)
        await self.settle()

    @on(Composer.PreviewWanted)
    def action_new_preview(self) -> None:
        if not self.second:
            self.center.say("The preview comes with the message: ⏎ goes on to it")
        elif not self.actor.is_client:
            self.do(self._preview(), group="choose", exclusive=True)

    async def _preview(self) -> None:
        """As each client will see it (T6); from there one goes back to the text, or on to the send."""
        from msgcenter_tui.tui.screens.preview import PreviewScreen, nothing_to_preview

        to, people = self.addressing.recipients, tuple(self.addressing.people)
        if to is None:
            self.center.warn(f"Nobody is chosen yet: {self.key_of('new.back')} leads back to the recipients")
            return
        if words := nothing_to_preview(to.kind, people, self.composer.text):
            self.center.say(words)
            return
        await self._loaded.wait()
        await self._keep()
        unsent = Unsent(
            self.composer.text,
            recipients=to,
            workspace=self.workspace,
            subject=self.subject,
            locked=self.addressing.locked,
        )
        whom = render_sending.recipients(to, tuple(person.name for person in people))
        self.app.push_screen(PreviewScreen(unsent, whom), lambda goes_on: self._send_wanted() if goes_on else None)

    @on(Composer.Rested)
    def _rested(self) -> None:
        self.do(self._keep(), group="draft")
        self.do(self._look_for_problems(), group="problems", exclusive=True)

    async def _look_for_problems(self, *, go: bool = False) -> None:
        """What would keep the text from being sent, marked while it is written (T4, T7)."""
        to, body = self.addressing.recipients, self.composer.text
        problems = await self.perform(acts.messages.check, self.actor, body, recipients=to, workspace=self.workspace)
        self.composer.show_problems(problems)
        if problems and go:
            self.composer.show_place(problems[0].start, problems[0].end)
        elif go and fields.placeholders(self.subject):
            self.query_one("#new--subject").focus()
        if to is not None and self.workspace is not None and self.texts:
            self.composer.note = render_sending.segments(await self.look_ahead(to, self.workspace))

    # -- the draft -----------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#new--subject")
    def _touch(self) -> None:
        if self._ready:
            self.set_timer(TOUCHED, lambda: self.do(self._keep(), group="draft"))

    async def _keep(self) -> None:
        if self._keeper is None or self._ended:
            return
        recipients, locked = self.addressing.recipients, self.addressing.locked
        workspace = self.workspace or (None if self._loaded.is_set() else self._place)
        if self._given is not None and not self._addressed:
            recipients, workspace, locked = self._given.recipients, self._given.workspace, self._given.locked
        await self._keeper.store(
            recipients=recipients,
            workspace=workspace,
            subject=self.subject,
            body=self.composer.text,
            locked=locked,
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
        try:
            if self._keeper is not None:
                await self._keeper.discard()
        except Conflict:
            self._end(None)  # what it is by now stands among the drafts
            raise
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
            sent: Sent | None = await keeper.used(lambda: self.confirmed(self._attempt, self._last_look))
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

    async def _last_look(self, question: Ask) -> LastLook:
        """What is asked (S3, L3), with the figures of this moment before the reader's eyes."""
        to, place = self.addressing.recipients, self.addressing.workspace
        if to is None or place is None:
            raise question
        outlook = replace(await self.look_ahead(to, place.id), workspace_name=render.workspace_name(place))
        names = [person.name for person in self.addressing.people]
        stopped = dict(self.center.status.stopped)
        return LastLook(outlook, self.subject, self.composer.text, names, stopped, workspace=place.id)

    async def _attempt(self, yes: bool) -> Sent:
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
            draft=keeper.draft if keeper else None,
            **more,
        )
