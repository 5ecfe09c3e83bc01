"""Reading: lists, a thread and what is done to it, its audience, a client's portal, the deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from msgcenter_tui.cli.plain import words
from msgcenter_tui.cli.plain.desk import Desk, Entry
from msgcenter_tui.domain import Client, Message, Show, ThreadId, ThreadState
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.rules import writing
from msgcenter_tui.text import fold
from msgcenter_tui.tui import acts

_PAGE = 10
"""So many threads or messages are told at once."""
_MOST = 50
"""So many are told where all of them are unread."""


class Reading:
    """The commands that read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._say = desk.voice.say

    # -- lists ---------------------------------------------------------------------------------------------------------

    def list(self, which: str = "") -> None:
        """All threads, or those of one kind."""
        try:
            show = Show(fold(which) or Show.ALL.value)
        except ValueError:
            kinds = ", ".join(one.value for one in Show)
            raise NotFound(f"there is no list {which[:40]!r}", "", f"it is one of {kinds}, or drafts") from None
        self._threads(show, "", "no threads" if show is Show.ALL else f"nothing there: {show.value}")

    def search(self, sought: str) -> None:
        """The threads in which these words are."""
        if not sought.strip():
            raise NotFound("it is not said what to search", "", "write the words behind it, as in: search holiday")
        self._threads(Show.ALL, sought, "nothing was found")

    def _threads(self, show: Show, sought: str, empty: str) -> None:
        desk = self._desk
        desk.opened = None

        def pages(after: str | None) -> tuple[Sequence[Entry], str | None]:
            page = desk.do(acts.threads.list_threads, show=show, search=sought, limit=_PAGE, after=after)
            zone = desk.services.zone
            told = [(words.row(row, desk.actor, desk.now, zone), row.id) for row in page.items]
            return [Entry(line, partial(self.open, id)) for line, id in told], page.next

        desk.list(pages, empty)

    # -- one thread ----------------------------------------------------------------------------------------------------

    def open(self, thread: ThreadId) -> None:
        """Tell its newest messages; what is told is read (R2), not by a view (P3)."""
        desk = self._desk
        desk.opened = desk.do(acts.threads.open_thread, thread, limit=_PAGE)
        unread = desk.opened.thread.unread
        if unread > len(desk.opened.messages) and desk.opened.more_before:
            desk.opened = desk.do(acts.threads.open_thread, thread, limit=min(unread, _MOST))
        self.again()
        self._read()

    def _read(self) -> None:
        desk = self._desk
        opened = desk.open_thread()
        readable = opened.thread.state is ThreadState.LIVE and not desk.actor.viewing
        if opened.messages and readable and not desk.services.front.damaged:
            desk.do(acts.reading.read, opened.thread.id, opened.messages[-1].number)

    def reread(self) -> None:
        """After an act on the open thread: what it says of itself by now, without telling it once more."""
        desk = self._desk
        told = desk.open_thread()
        desk.opened = desk.do(acts.threads.open_thread, told.thread.id, limit=max(1, len(told.messages)))

    def sent_in(self, thread: ThreadId) -> None:
        """After a send: what others wrote there meanwhile, and until when it can be taken back (N5)."""
        desk = self._desk
        before = desk.opened
        here = before is not None and before.thread.id == thread
        told = before.messages[-1].number if before is not None and here and before.messages else 0
        desk.opened = desk.do(acts.threads.open_thread, thread, limit=_MOST)
        if not told:
            self._heading()
        self._messages([one for one in desk.opened.messages if one.number > told and not one.mine])
        self._countdown()
        self._read()

    def again(self) -> None:
        """The open thread once more; without one what is listed."""
        desk = self._desk
        if desk.opened is None:
            desk.list_again()
            return
        opened, thread = desk.opened, desk.opened.thread
        self._heading()
        if opened.more_before:
            self._say("There are older messages.")
        self._messages(opened.messages)
        self._countdown()
        if opened.draft is not None and opened.draft.body.strip():
            self._say("You have a draft here; reply goes on with it.")
        if thread.why_not:
            self._say(thread.why_not)
        elif notice := writing.notice(thread.kind, locked=thread.locked, is_client=desk.actor.is_client):
            self._say(notice)  # V7

    def older(self) -> None:
        """The messages before those that were told."""
        desk = self._desk
        opened = desk.open_thread()
        if not opened.more_before:
            self._say("There are no older messages.")
            return
        first = opened.messages[0].number
        page = desk.do(acts.threads.open_thread, opened.thread.id, before=first, limit=_PAGE, counted=False)
        desk.opened = replace(opened, messages=page.messages + opened.messages, more_before=page.more_before)
        self._messages(page.messages)

    def _heading(self) -> None:
        for line in words.heading(self._desk.open_thread().thread, self._desk.actor):
            self._say(line)

    def _countdown(self) -> None:
        desk = self._desk
        thread = desk.open_thread().thread
        if left := words.countdown(thread, desk.now, desk.stopped() if thread.countdown else {}):
            self._say(left)

    def _messages(self, messages: Sequence[Message]) -> None:
        """Some of those of the open thread."""
        desk = self._desk
        opened = desk.open_thread()
        for message in messages:
            self._say(words.said_by(message, opened.thread, desk.now, desk.services.zone))
            desk.voice.body(words.text_of(message, desk.actor))

    # -- what is done to it --------------------------------------------------------------------------------------------

    def lock(self) -> None:
        self._desk.do(acts.threads.lock, self._thread)
        self.reread()
        self._say("Locked: only its owner writes in it.")

    def unlock(self) -> None:
        thread = self._thread

        def attempt(yes: bool) -> bool:
            self._desk.do(acts.threads.unlock, thread, yes=yes)
            return True

        if self._desk.confirmed(attempt):
            self.reread()
            self._say("Unlocked: whoever sees it can reply.")

    def delete(self) -> None:
        thread = self._thread
        if not self._desk.sure(
            "Delete this thread? It goes from every portal and list at once; restore brings it back."
        ):
            self._say("Nothing was done.")
            return
        self._desk.do(acts.threads.delete, thread)
        self.reread()
        self._say("Deleted. Type restore to make it visible again.")

    def restore(self) -> None:
        self._desk.do(acts.threads.restore, self._thread)
        self.reread()
        self._say("Restored: it is visible again, and nobody is notified.")

    def unread(self) -> None:
        """Set the open thread unread; without one the list of what is."""
        if self._desk.opened is None:
            self.list(Show.UNREAD.value)
            return
        self._desk.do(acts.reading.set_unread, self._thread)
        self._desk.opened = None
        self._say("The thread is unread, and closed.")

    @property
    def _thread(self) -> ThreadId:
        return self._desk.open_thread().thread.id

    # -- people --------------------------------------------------------------------------------------------------------

    def audience(self) -> None:
        """Who sees the open thread, was notified and has read it, in figures and by name with the reasons."""
        desk, thread = self._desk, self._thread
        figures = desk.do(acts.audience.audience_counts, thread)
        self._say(words.audience(figures))

        def pages(after: str | None) -> tuple[Sequence[Entry], str | None]:
            page = desk.do(acts.audience.list_audience, thread, limit=_PAGE, after=after)
            told = [words.person(one, desk.now, desk.services.zone) for one in page.items]
            return [Entry(line, partial(self._say, line)) for line in told], page.next

        desk.list(pages, "nobody is in it")

    def portal(self, name: str) -> None:
        """Look at a client's portal; nothing is read or changed by it (P3)."""
        desk = self._desk
        if desk.own.is_client:
            raise Refused("you cannot look at another portal", "that is for staff")
        if not name.strip():
            raise NotFound("it is not said whose portal", "", "write the client's name behind it, as in: portal ana")
        before, desk.actor = desk.actor, desk.own
        try:
            client = self._the_client(name)
            if client is not None:
                before = desk.do(acts.portal.view_as, client.id)
        finally:
            desk.actor = before
        if client is None:
            return
        self._say(f"You look at the portal of {client.name}. Nothing is read or changed by it. Type back to leave it.")
        self.list()

    def _the_client(self, name: str) -> Client | None:
        page = self._desk.do(acts.clients.list_clients, search=name, limit=20)
        found = list(page.items)
        if not found:
            raise NotFound(f"there is no client {name[:80]!r}", "", "write the beginning of a name or an address")
        named = [one for one in found if fold(one.name) == fold(name)]
        found = named if len(named) == 1 else found
        if len(found) == 1:
            return found[0]
        chosen = self._desk.choose(
            "Which of them", [f"{one.name}, {one.status.value}, {one.email or 'no address'}" for one in found]
        )
        return None if chosen is None else found[chosen]

    def back(self) -> None:
        """Close the thread, or leave the portal that is looked at."""
        desk = self._desk
        if desk.opened is not None:
            desk.opened = None
            self._say("The thread is closed. Type again for the list.")
        elif desk.actor.viewing:
            desk.actor = desk.own
            desk.listing = None
            self._say(f"You are {desk.actor.name} again.")
        else:
            self._say("You are at the beginning. Type quit to leave.")

    def deliveries(self) -> None:
        """What became of notifications, by state (N8)."""
        for line in words.ledger(self._desk.do(acts.deliveries.status), self._desk.now):
            self._say(line)
        if self._desk.notifier is not None and self._desk.notifier.status:
            self._desk.voice.tell(self._desk.notifier.status)
