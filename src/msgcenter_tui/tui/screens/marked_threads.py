"""What is done to the threads, or the drafts, that are marked in the inbox: unread, delete, restore, discard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgcenter_tui.domain import Draft, ThreadRow
from msgcenter_tui.tui import acts, keys, render, render_draft
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.inbox_list import DELETED, InboxList
from msgcenter_tui.tui.screens.several import Outcome, Several, quoted
from msgcenter_tui.tui.widgets.marking import Marking
from msgcenter_tui.tui.widgets.row_list import in_list
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from msgcenter_tui.store.tx import Act

OF_SEVERAL = frozenset({"thread_unread", "thread_delete", "thread_restore"})
OF_ONE = frozenset({"thread_lock", "thread_rename", "thread_withdraw", "thread_leave", "thread_people"})
"""They change one thread, and none while several are marked: which one would be a guess."""


class MarkedThreads(InboxList, Several):
    """The keys are about the marked ones while the hand is in their list; in a thread, about that one."""

    @property
    def marking(self) -> Marking[Any]:
        return self.list

    @property
    def unmarks(self) -> str:
        return "view.back"

    @property
    def done_to_marked(self) -> Mapping[str, str]:
        if self.in_drafts:
            return {"thread.delete": "discards"}
        if self.tabs.active == DELETED:
            return {"thread.restore": "restores"}
        return {"thread.unread": "unread", "thread.delete": "deletes"}

    @property
    def several(self) -> dict[str, Any]:
        """The marked rows that the keys are about; none: they are about one."""
        there = in_list(self.focused) and self.query_one_optional(ViewTabs) is not None
        return self.marking.marked if there else {}

    def may_with_several(self, action: str) -> bool:
        """For check_action, of an action in OF_SEVERAL or OF_ONE."""
        if self.in_drafts:
            return action == "thread_delete"
        return (
            action == "thread_restore" if self.tabs.active == DELETED else action in ("thread_unread", "thread_delete")
        )

    def why_not(self, action: str) -> str:
        several = self.several if action in OF_SEVERAL | OF_ONE else {}
        draft = self.drafts.chosen if self.in_drafts else None
        if not several and draft is not None and draft.thread is None and in_list(self.focused):
            return self.in_keys("This is of no thread yet: {list.open} goes on with it, {thread.delete} discards it")
        if not several:
            return super().why_not(action)
        words = keys.BY_METHOD[action].words
        if action in OF_ONE:
            return f"{words}: one thread at a time; {self.key_of('view.back')} takes the marks away"
        if self.in_drafts:
            return f"{words}: not for drafts"
        if action == "thread_restore":
            return "The marked threads are not deleted"
        return f"{words}: the marked threads are deleted; {self.key_of('thread.restore')} brings them back"

    # -- threads -------------------------------------------------------------------------------------------------------

    def action_thread_unread(self) -> None:
        if not self.several:
            self.do(self.set_unread())
        elif not self.is_at_it():
            self.do(self._set_unread_each(list(self.several.values())))

    async def _set_unread_each(self, rows: list[ThreadRow]) -> None:
        if any(row.id == self.thread_id for row in rows):
            self.not_reading()
        outcome = await self._to_each(rows, acts.reading.set_unread, "Setting unread")
        self.tell_outcome(outcome, f"{render.counted(outcome.done, 'thread')} unread again", "set unread")

    def action_thread_delete(self) -> None:
        draft = self.drafts.chosen if self.in_drafts else None
        if self.several:
            if not self.is_at_it():
                rows = list(self.several.values())
                self.do(self._discard_each(rows) if self.in_drafts else self._delete_each(rows))
        elif draft is not None:
            self.do(self._discard_draft(draft))
        else:
            super().action_thread_delete()

    async def _delete_each(self, rows: list[ThreadRow]) -> None:
        key = self.key_of("thread.restore")
        figures = (
            f"{quoted(map(_called, rows))}\n\n"
            "They disappear from every portal and list at once, and what of their notifications has not left is "
            f"cancelled.\nYou find them among the deleted ({self.key_of('view.deleted')}) and can restore them."
        )
        if await self.app.push_screen_wait(Confirm(f"Delete {_counted(rows)}?", figures, yes="Delete")):
            outcome = await self._to_each(rows, acts.threads.delete, "Deleting")
            back = f"marked among the deleted, {key} brings {'it' if outcome.done == 1 else 'them'} back"
            self.tell_outcome(outcome, f"{render.counted(outcome.done, 'thread')} deleted; {back}", "deleted")

    def action_thread_restore(self) -> None:
        if not self.several:
            super().action_thread_restore()
        elif not self.is_at_it():
            self.do(self._restore_each(list(self.several.values())))

    async def _restore_each(self, rows: list[ThreadRow]) -> None:
        question = Confirm(
            f"Restore {_counted(rows)}?",
            f"{quoted(map(_called, rows))}\n\nVisible again to everybody who saw them; nobody is notified.",
            yes="Restore",
        )
        if await self.app.push_screen_wait(question):
            self.chose_by_hand()
            outcome = await self._to_each(rows, acts.threads.restore, "Restoring")
            restored = f"{render.counted(outcome.done, 'thread')} restored: visible again, and nobody was notified"
            self.tell_outcome(outcome, restored, "restored")

    async def _to_each(self, rows: Sequence[ThreadRow], act: Act[..., Any], doing: str) -> Outcome:
        """Do an act on a thread to each of them."""
        return await self.to_each(rows, lambda row: self.perform(act, self.actor, row.id), name=_called, doing=doing)

    # -- drafts --------------------------------------------------------------------------------------------------------

    async def _discard_draft(self, draft: Draft) -> None:
        words = render.plain(draft.body)[:200]
        if await self.app.push_screen_wait(Confirm("Discard this draft?", words, yes="Discard", no="Keep it")):
            await self._throw_away(draft)
            self.center.announce_change()

    async def _discard_each(self, drafts: list[Draft]) -> None:
        drafted = render.counted(len(drafts), "draft")
        question = Confirm(f"Discard {drafted}?", quoted(map(_begins, drafts)), yes="Discard", no="Keep them")
        if await self.app.push_screen_wait(question):
            outcome = await self.to_each(drafts, self._throw_away, name=_begins, doing="Discarding")
            self.tell_outcome(outcome, f"{render.counted(outcome.done, 'draft')} discarded", "discarded")

    async def _throw_away(self, draft: Draft) -> None:
        await self.perform(acts.drafts.discard, self.actor, draft.id, draft.version)

    # -- marks ---------------------------------------------------------------------------------------------------------

    async def _list_anew(self) -> None:
        self.drafts.unmark_all()
        await super()._list_anew()


def _counted(rows: list[ThreadRow]) -> str:
    return render.counted(len(rows), "thread")


def _called(row: ThreadRow) -> str:
    """A thread by its subject, else by whom it is with."""
    return render.subject(row) if row.subject and row.subject.strip() else f"to {render.to_whom(row)}"


def _begins(draft: Draft) -> str:
    """A draft by its subject or its first words, else by whom it is for."""
    words = render.plain(draft.subject).strip() or render.plain(draft.body[:80]).strip()
    return f"{words[:39]}…" if len(words) > 40 else words or render_draft.to_whom(draft)
