"""What can be done with one message of the shown thread: edit, delete, former texts, copy (M2)."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from msgcenter_tui.domain import Message
from msgcenter_tui.rules.states import LEFT
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.correspondence import Correspondence

STAYS = "What has left by e-mail or SMS stays as it was: this changes the portal only."
WAITS = "Its notification has not left yet: it goes out as you leave it here."
HOW_TO_CHOOSE = "{list.open} opens the thread, then {message.up} and {message.down} choose a message"


class MessageActs(Correspondence):
    """Bind the place "message" with it. The message is the chosen one, while the conversation has the focus."""

    @property
    def message(self) -> Message | None:
        conversation = self.pane.conversation
        return conversation.chosen_message if conversation.has_focus else None

    def may_with_message(self, action: str) -> bool:
        """For check_action: whether this makes sense for the chosen message."""
        message, thread = self.message, self.pane.thread
        if message is None or thread is None or self.coming or message.deleted or self.actor.viewing:
            return False
        if action == "message_edit":
            return message.mine and thread.can_write
        if action == "message_delete":
            return message.mine or thread.is_owner
        if action == "message_versions":
            return message.versions > 1 and not self.actor.is_client
        return True

    def _has_left(self, message: Message) -> bool:
        """Whether some notification of the thread has left that may have carried this message."""
        thread = self.pane.thread
        if thread is None or thread.progress is None:
            return False
        countdown = thread.countdown
        if countdown is not None and countdown.message == message.id and countdown.can_undo:
            return False
        return any(thread.progress.by_state.get(state, 0) for state in LEFT)

    def action_message_edit(self) -> None:
        if (message := self.message) is not None:
            self.do(self._edit(message))

    async def _edit(self, message: Message) -> None:
        from msgcenter_tui.tui.screens.edit_text import EditText

        async def keep(body: str) -> None:
            await self.perform(acts.messages.edit, self.actor, message.id, body)

        note = "" if self.actor.is_client else STAYS if self._has_left(message) else WAITS
        if await self.app.push_screen_wait(EditText("Edit message", message.body, keep, note=note)):
            self.center.announce_change()

    def action_message_delete(self) -> None:
        if (message := self.message) is not None:
            self.do(self._delete_message(message))

    async def _delete_message(self, message: Message) -> None:
        from msgcenter_tui.tui.screens.confirm import Confirm

        words = render.plain("".join(piece.text for piece in message.pieces))
        quoted = f"“{words[:120]}{'…' if len(words) > 120 else ''}”"
        note = "It is deleted for everyone."
        if not self.actor.is_client and self._has_left(message):
            note += f"\n{STAYS}"
        question = Confirm("Delete this message?", f"{quoted}\n\n{note}", yes="Delete")
        if await self.app.push_screen_wait(question):
            await self.perform(acts.messages.delete_message, self.actor, message.id)
            self.center.announce_change()

    def action_message_versions(self) -> None:
        if (message := self.message) is not None:
            self.do(self._show_versions(message))

    async def _show_versions(self, message: Message) -> None:
        from msgcenter_tui.tui.screens.reading_matter import ReadingMatter

        versions = await self.perform(acts.messages.versions, self.actor, message.id)
        parts: list[Any] = []
        for version in reversed(versions):
            at = render.moment(version.at, self.now, self.services.zone)
            head = Content.assemble((f"Version {version.version}", "bold"), ("  ", ""), (at, "$muted"), ("  ", ""))
            parts.append(Content.assemble(head, render.line(version.by, "$muted"), "\n", render.block(version.body)))
        await self.app.push_screen_wait(ReadingMatter("All its texts, the newest first", Content("\n\n").join(parts)))

    def action_message_copy(self) -> None:
        if (message := self.message) is not None:
            self.app.copy_to_clipboard(self.pane.conversation.clean_text(message))
            self.say_copied()
