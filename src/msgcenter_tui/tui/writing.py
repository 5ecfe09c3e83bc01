"""What is written in a ThreadPane: the draft that belongs to the shown thread, its problems, the send, the templates.

The base of Correspondence, which says what is shown. The reply box, its draft and its thread change together: a
DraftKeeper is of one thread, and whatever is written while it is in place is of that thread.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from textual import on

from msgcenter_tui.domain import Conversation, Draft, PersonKind, Sent, ThreadId, Unsent
from msgcenter_tui.errors import Ask, Conflict, MessageCenterError, NotFound
from msgcenter_tui.tui import acts, own_editor, render
from msgcenter_tui.tui.drafting import DraftKeeper
from msgcenter_tui.tui.offering import offer_templates, remember
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.field_text import FieldText
from msgcenter_tui.tui.widgets.thread_pane import ThreadPane


class Writing(CenterScreen[None]):
    """A screen with one ThreadPane, in which one writes."""

    _keeper: DraftKeeper | None = None

    @property
    def pane(self) -> ThreadPane:
        return self.query_one(ThreadPane)

    @property
    def thread_id(self) -> ThreadId | None:
        """The thread that is shown."""
        return self.pane.thread.id if self.pane.thread else None

    # -- for the screens -----------------------------------------------------------------------------------------------

    def opened_now(self) -> None:
        """The shown thread is read from now on (R2)."""

    async def look_ahead(self, thread: ThreadId) -> None:
        """What is written would go by SMS, too: say what that takes."""

    def after_send(self, thread: ThreadId) -> None:
        """A reply was sent from the box below this thread."""

    def after_discard(self) -> None:
        """A draft was thrown away; the box below the shown thread is empty."""

    # -- the draft -----------------------------------------------------------------------------------------------------

    def _take_draft(self, opened: Conversation) -> None:
        if self.actor.viewing:
            return
        draft = opened.draft
        if self._keeper is not None and self._keeper.draft == draft:
            return
        self._keeper = DraftKeeper(self, draft, thread=opened.thread.id)
        self._load(draft)

    def take_draft(self, draft: Draft) -> None:
        """Go on with this draft of the shown thread, of several (M4)."""
        if draft.thread is not None and draft.thread == self.thread_id:
            self._keeper = DraftKeeper(self, draft, thread=draft.thread)
            self._load(draft)

    def _load(self, draft: Draft | None) -> None:
        self.pane.composer.show_problems(())
        self.pane.composer.load(draft.body if draft else "", draft.cursor if draft else 0)

    # -- writing -------------------------------------------------------------------------------------------------------

    @on(Composer.Rested)
    def _rested(self, event: Composer.Rested) -> None:
        event.stop()
        if self._keeper is not None:
            self.do(self._keep(self._keeper, event.text, event.cursor), group="draft")

    async def _keep(self, keeper: DraftKeeper, body: str, cursor: int) -> None:
        await keeper.store(body=body, cursor=cursor)
        thread = self.thread_id
        if keeper is not self._keeper or thread is None:
            return
        await self._look_for_problems(body)
        if self.pane.texts and thread == self.thread_id:
            await self.look_ahead(thread)

    async def _look_for_problems(self, body: str, *, go: bool = False) -> None:
        """Mark what keeps the text from being sent (T4, T7), and `go` there."""
        thread = self.thread_id
        if thread is None or self.actor.is_client:
            return
        with suppress(NotFound):
            problems = await self.perform(acts.messages.check, self.actor, body, thread=thread)
            if thread == self.thread_id and body == self.pane.composer.text:
                self.pane.composer.show_problems(problems)
                if problems and go:
                    self.pane.composer.show_place(problems[0].start, problems[0].end)

    async def settle(self) -> None:
        """Store what is being written, and wait for it."""
        if not self.query(Composer):
            return
        composer, keeper = self.pane.composer, self._keeper
        if keeper is not None and (composer.dirty or keeper.behind):
            body, cursor = composer.text, composer.field.cursor_index
            composer.flush()
            try:
                await keeper.store(body=body, cursor=cursor)
            except MessageCenterError as error:
                self.center.refuse(error)

    @on(Composer.SendWanted)
    def _send_wanted(self, event: Composer.SendWanted) -> None:
        event.stop()
        self.do(self.send(event.text), group="send")

    async def send(self, body: str) -> None:
        """Send what is written; refused or not wanted, the text stays (S1, M4)."""
        thread, keeper = self.thread_id, self._keeper
        if thread is None or keeper is None:
            return
        if not body.strip():
            self.center.say("Nothing is written yet")
            return
        composer = self.pane.composer
        await keeper.store(body=body, cursor=composer.field.cursor_index)

        async def attempt(yes: bool) -> Sent:
            return await self.perform(acts.messages.reply, self.actor, thread, body, yes=yes, draft=keeper.draft)

        async def last_look(question: Ask) -> LastLook:
            """What is asked of a follow-up (S3), with the figures of this moment before the reader's eyes."""
            found = await self.perform(acts.messages.outlook_reply, self.actor, thread, body=body)
            shown = self.pane.thread
            if found is None or shown is None or shown.id != thread:
                raise question
            found = replace(found, workspace_name=shown.workspace_name)
            stopped = dict(self.center.status.stopped)
            return LastLook(found, None, body, (), stopped, workspace=shown.workspace if shown.is_owner else None)

        try:
            sent: Sent | None = await keeper.used(lambda: self.confirmed(attempt, last_look))
        except MessageCenterError:
            await self._look_for_problems(body, go=True)
            raise
        if sent is None:
            composer.focus_text()
            return
        if keeper is self._keeper:
            composer.show_problems(())
            composer.load("")
            self.pane.conversation.choose_newest()
            self._keeper = DraftKeeper(self, thread=thread)
            self.opened_now()
            self.pane.conversation.anchor()
        self.after_send(thread)
        self.center.announce_change()

    @on(Composer.DiscardWanted)
    def _discard_wanted(self) -> None:
        self.do(self._discard())

    async def _discard(self) -> None:
        from msgcenter_tui.tui.screens.confirm import Confirm

        keeper, thread = self._keeper, self.thread_id
        if keeper is None or thread is None:
            return
        if keeper.draft is None and not self.pane.composer.text:
            self.center.say("There is nothing to discard")
            return
        if await self.app.push_screen_wait(Confirm("Discard what you have written?", yes="Discard", no="Keep it")):
            try:
                await keeper.discard()
            except Conflict:
                if keeper is self._keeper:
                    self._load(keeper.draft)
                raise
            if keeper is self._keeper:
                self._keeper = DraftKeeper(self, thread=thread)
                self.pane.composer.show_problems(())
                self.pane.composer.load("")
            self.after_discard()
            self.center.say("Discarded")
            self.center.announce_change()

    # -- preview -------------------------------------------------------------------------------------------------------

    @on(Composer.PreviewWanted)
    def _preview_wanted(self) -> None:
        if not self.actor.is_client:
            self.do(self._preview(), group="choose", exclusive=True)

    async def _preview(self) -> None:
        """As each client will see it (T6); from there one goes back to the text, or on to the send."""
        from msgcenter_tui.tui.screens.preview import PreviewScreen, nothing_to_preview

        thread, composer = self.pane.thread, self.pane.composer
        if thread is None:
            return
        if words := nothing_to_preview(thread.kind, thread.people, composer.text):
            self.center.say(words)
            return
        await self.settle()
        unsent = Unsent(composer.text, thread=thread.id)

        def looked_at(goes_on: bool | None) -> None:
            composer.focus_text()
            if goes_on and self.thread_id == thread.id:
                self.do(self.send(composer.text), group="send")

        self.app.push_screen(PreviewScreen(unsent, render.to_whom_of(thread)), looked_at)

    # -- templates -----------------------------------------------------------------------------------------------------

    @on(Composer.TemplateWanted)
    def _template_wanted(self) -> None:
        if self.actor.is_client:
            return
        self.do(self._pick_template(), group="picker", exclusive=True)

    async def _pick_template(self) -> None:
        from msgcenter_tui.tui.screens.template_picker import TemplatePicker

        thread = self.pane.thread
        if thread is None:
            return
        clients = [person for person in thread.people if person.kind is PersonKind.CLIENT]
        picked = await self.app.push_screen_wait(TemplatePicker(thread.workspace, clients))
        composer = self.pane.composer
        composer.focus_text()
        if picked is not None:
            composer.insert(picked.body)

    @on(FieldText.TemplatesWanted)
    def _templates_wanted(self, event: FieldText.TemplatesWanted) -> None:
        event.stop()
        self.do(offer_templates(self, self.pane.composer.field, event.typed), group="offers", exclusive=True)

    @on(FieldText.TemplateTaken)
    def _template_taken(self, event: FieldText.TemplateTaken) -> None:
        event.stop()
        remember(self, event.template.id)

    # -- the writer's own editor ---------------------------------------------------------------------------------------

    @on(Composer.EditorWanted)
    def _editor_wanted(self, event: Composer.EditorWanted) -> None:
        event.stop()
        self.do(self._go_to_editor(), group="editor")

    async def _go_to_editor(self) -> None:
        keeper, composer = self._keeper, self.pane.composer
        if keeper is None or self.actor.is_client:
            return
        await self.settle()
        with composer.away():
            words = await own_editor.edited(self.center, composer.text)
        if keeper is self._keeper:
            composer.take_back(words)
            await self.settle()
            return
        # The thread went meanwhile, or is another's turn to be shown.
        words = composer.field.cleaned(words)
        await keeper.store(body=words, cursor=len(words))
        self.center.warn("The thread you wrote in is not shown any more; what you wrote is kept among the drafts")
