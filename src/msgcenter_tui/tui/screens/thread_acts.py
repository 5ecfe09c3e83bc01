"""What can be done with the chosen thread: lock, rename, delete, restore, leave, its people, the undo of a send."""

from __future__ import annotations

from msgcenter_tui.domain import Person, Thread, ThreadId, ThreadKind, ThreadState
from msgcenter_tui.errors import MessageCenterError, Refused
from msgcenter_tui.rules import withdrawing
from msgcenter_tui.rules.states import NOT_LEFT
from msgcenter_tui.tui import acts, keys, render
from msgcenter_tui.tui.screens.choose import Choice, Choose
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.message_acts import HOW_TO_CHOOSE, MessageActs


class ThreadActs(MessageActs):
    """Staff's acts on the thread that is shown."""

    def may_with_thread(self, action: str) -> bool | None:
        """For check_action: False hides what makes no sense for this thread, None dims what is not allowed."""
        thread = self.pane.thread
        if thread is None or self.coming:
            return False
        live = thread.state is ThreadState.LIVE
        if action == "thread_restore":
            return not live
        if action == "send_undo":
            return thread.countdown is not None and thread.countdown.can_undo
        if action in ("thread_leave", "thread_people"):
            return live and thread.kind is ThreadKind.DIRECT
        if action in ("thread_lock", "thread_rename", "thread_delete", "thread_withdraw"):
            return (thread.is_owner or None) if live else False
        return live

    def why_not(self, action: str) -> str:
        thread, words = self.pane.thread, keys.BY_METHOD[action].words
        if thread is None or self.coming:
            return "Choose a thread first"
        if action.startswith("message_"):
            if self.message is None:
                return f"{words}: {self.in_keys(HOW_TO_CHOOSE)}"
            return f"{words}: not for this message"
        if action == "send_undo":
            return "There is nothing to take back: nothing of yours waits to leave here"
        if action in ("thread_leave", "thread_people") and thread.kind.broadcast:
            return f"{words}: only in a direct thread"
        if action == "thread_restore":
            return "This thread is not deleted"
        if thread.state is ThreadState.DELETED:
            return f"{words}: this thread is deleted; {self.key_of('thread.restore')} brings it back"
        return f"{words}: only for the thread's owner"

    # -- the lock ------------------------------------------------------------------------------------------------------

    def action_thread_lock(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._unlock(thread) if thread.locked else self._lock(thread))

    async def _lock(self, thread: Thread) -> None:
        question = Confirm(
            f"Lock {_called(thread)}?",
            "Only its owner writes in it from now on; everybody goes on seeing it.",
            yes="Lock",
        )
        if await self.app.push_screen_wait(question):
            await self.perform(acts.threads.lock, self.actor, thread.id)
            self.center.announce_change()
            self.center.say("Locked: only its owner writes in it")

    async def _unlock(self, thread: Thread) -> None:
        async def attempt(yes: bool) -> bool:
            await self.perform(acts.threads.unlock, self.actor, thread.id, yes=yes)
            return True

        if await self.confirmed(attempt):
            self.center.announce_change()
            self.center.say("Unlocked: everybody who sees it can write in it")

    # -- subject, deleting, restoring ----------------------------------------------------------------------------------

    def action_thread_rename(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._rename(thread))

    async def _rename(self, thread: Thread) -> None:
        from msgcenter_tui.tui.screens.edit_text import EditText

        async def keep(subject: str) -> None:
            await self.perform(acts.threads.rename, self.actor, thread.id, subject)

        note = "Empty takes the subject away. Everybody sees the change."
        if await self.app.push_screen_wait(EditText("Subject", thread.subject or "", keep, note=note, one_line=True)):
            self.center.announce_change()

    def action_thread_delete(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._delete(thread))

    async def _delete(self, thread: Thread) -> None:
        figures = ["It disappears from every portal and list at once."]
        states = thread.progress.by_state if thread.progress else {}
        pending = sum(states.get(state, 0) for state in NOT_LEFT)
        if pending:
            one = pending == 1
            words = render.counted(pending, "notification")
            figures.append(f"{words} that {'has' if one else 'have'} not left {'is' if one else 'are'} cancelled.")
        figures.append(self.in_keys("You find it among the deleted ({view.deleted}) and can restore it."))
        if await self.app.push_screen_wait(Confirm(f"Delete {_called(thread)}?", "\n".join(figures), yes="Delete")):
            await self.perform(acts.threads.delete, self.actor, thread.id)
            self.center.announce_change()
            self.center.say(self.in_keys("Deleted; {thread.restore} among the deleted brings it back"))

    # -- withdrawing ---------------------------------------------------------------------------------------------------

    _withdrawn: ThreadId | None = None
    """The thread that was withdrawn last, until the hand has chosen another."""

    def action_thread_withdraw(self) -> None:
        """At once and without a question. Pressed again it does nothing: what moved under the cursor stays."""
        thread = self.pane.thread
        if self._withdrawn is not None:
            self.center.say("Withdrawn already. To withdraw another thread, too, choose it first")
        elif thread is not None:
            self._withdrawn = thread.id
            self.do(self._withdraw(thread), group="withdraw")

    async def _withdraw(self, thread: Thread) -> None:
        try:
            done = await self.perform(acts.threads.withdraw, self.actor, thread.id)
        except MessageCenterError:
            self._withdrawn = None
            raise
        self.center.announce_change()
        told = withdrawing.told(done)
        back = self.in_keys("{thread.restore} among the deleted ({view.deleted}) restores it, locked.")
        self.center.warn(f"Withdrawn {_called(thread)}: {told}. {back}")

    def chose_by_hand(self) -> None:
        """The hand has chosen a thread."""
        self._withdrawn = None

    def action_thread_restore(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._restore(thread))

    async def _restore(self, thread: Thread) -> None:
        await self.perform(acts.threads.restore, self.actor, thread.id)
        self.chose_by_hand()
        self.center.announce_change()
        self.center.say("Restored: visible again, and nobody was notified")

    # -- people --------------------------------------------------------------------------------------------------------

    def action_thread_leave(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._leave(thread))

    async def _leave(self, thread: Thread) -> None:
        if await self.app.push_screen_wait(Confirm(f"Leave {_called(thread)}?", "You no longer see it.", yes="Leave")):
            await self.perform(acts.threads.leave, self.actor, thread.id)
            self.center.announce_change()

    def action_thread_people(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._people(thread))

    async def _people(self, thread: Thread) -> None:
        add = Choice("add", render.line("Add somebody …", "$accent"))
        owners = {person.id for person in thread.owners}
        present = [
            Choice(
                person, render.line(person.name), render.line("owner" if person.id in owners else "remove", "$muted")
            )
            for person in thread.people
        ]
        chosen = await self.app.push_screen_wait(Choose("People in this thread", [add, *present]))
        if chosen == "add":
            await self._add_person(thread)
        elif isinstance(chosen, Person):
            await self._remove_person(thread, chosen)

    async def _add_person(self, thread: Thread) -> None:
        from msgcenter_tui.tui.screens.finder import Finder, Match

        present = {person.id for person in thread.people}
        known: dict[str, Person] = {}

        async def search(words: str) -> list[Match]:
            found = await self.perform(acts.clients.reachable, self.actor, workspace=thread.workspace, search=words)
            known.update({person.id: person for person in found})
            return [Match(person.id, person.name, person.kind.value) for person in found if person.id not in present]

        key = await self.app.push_screen_wait(Finder("Add to this thread", search, "Nobody of that name"))
        if key is None:
            return
        person = known[key]

        async def attempt(yes: bool) -> bool:
            await self.perform(acts.threads.add_person, self.actor, thread.id, person.id, yes=yes)
            return True

        if await self.confirmed(attempt):
            self.center.announce_change()
            self.center.say(f"{person.name} is in this thread now")

    async def _remove_person(self, thread: Thread, person: Person) -> None:
        question = f"Remove {render.plain(person.name)} from this thread?"
        if await self.app.push_screen_wait(Confirm(question, "They no longer see any of it.", yes="Remove")):
            await self.perform(acts.threads.remove_person, self.actor, thread.id, person.id)
            self.center.announce_change()

    # -- undo (N5) -----------------------------------------------------------------------------------------------------

    def action_send_undo(self) -> None:
        if (thread := self.pane.thread) is not None:
            self.do(self._undo(thread), group="undo", exclusive=True)

    async def _undo(self, thread: Thread) -> None:
        if thread.countdown is None:
            raise Refused("there is nothing to take back", "nothing of yours waits to leave")
        await self.settle()
        draft = await self.perform(acts.messages.undo, self.actor, thread.id)
        if draft.thread is None:  # a whole thread was taken back: nobody asks for it any more
            self.await_thread(None)
        self.center.say("Taken back: it is a draft again, and nothing left")
        self.center.announce_change()
        await self.after_undo(draft.thread, draft.id)

    async def after_undo(self, thread: str | None, draft: str) -> None:
        """Where to go with the draft: the screen knows."""


def _called(thread: Thread) -> str:
    return f"“{render.subject(thread)}”"
