"""The dialogue itself: says who one is and what is new, takes a command a line, tells what it did, until one leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgcenter_tui.cli.plain.desk import Desk
from msgcenter_tui.cli.plain.reading import Reading
from msgcenter_tui.cli.plain.records import Records
from msgcenter_tui.cli.plain.voice import Ended, Stopped
from msgcenter_tui.cli.plain.writing import Writing, not_known
from msgcenter_tui.domain import Badge, Show, ThreadId
from msgcenter_tui.errors import MessageCenterError, NotFound, Refused
from msgcenter_tui.text import preview
from msgcenter_tui.tui import acts, quitting, render

HELP = (
    "list tells the threads; list unread, broadcasts, direct or deleted some of them; drafts what you have not sent.",
    "A number opens what has it in the list, and so does open 3. more goes on; search and words finds.",
    "In a thread: older, again, reply, undo, lock, unlock, delete, restore, unread, audience, template and a name.",
    "new writes a new thread. portal and a client's name looks at their portal. deliveries tells what became of mail.",
    "audit tells who changed what, audit threads or clients some of it; audit verify whether the log of it is whole.",
    "back closes a thread or leaves a portal. quit leaves. ctrl+c breaks off what is asked; what you wrote is kept.",
)
HELP_OF_CLIENTS = (
    "list tells the threads; list unread some of them; drafts what you have not sent.",
    "A number opens what has it in the list, and so does open 3. more goes on; search and words finds.",
    "In a thread: older, again, reply, undo, unread. new writes to the practice. back closes a thread. quit leaves.",
)
_OF_STAFF = frozenset(("audience", "audit", "deliveries"))
_NEWS = 5
_CUT = 40


class Dialogue:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._say = desk.voice.say
        reading = Reading(desk)
        writing = Writing(desk, reading.open, reading.sent_in)
        self._reading = reading
        self._seen: dict[ThreadId, datetime] = {}
        """The unread threads that were told of, each with its newest message."""
        self._changed: object = None
        self._commands: dict[str, Callable[[str], object]] = {
            "help": lambda _: self._help(),
            "list": reading.list,
            "unread": lambda _: self._unread(),
            "broadcasts": lambda _: reading.list("broadcasts"),
            "direct": lambda _: reading.list("direct"),
            "deleted": lambda _: reading.list("deleted"),
            "drafts": lambda _: writing.drafts(),
            "more": lambda _: desk.more(),
            "search": reading.search,
            "open": self._open,
            "older": lambda _: reading.older(),
            "again": lambda _: reading.again(),
            "reply": lambda _: writing.reply(),
            "new": lambda _: writing.new(),
            "template": writing.reply,
            "undo": lambda _: writing.undo(),
            "lock": lambda _: reading.lock(),
            "unlock": lambda _: reading.unlock(),
            "delete": lambda _: reading.delete(),
            "restore": lambda _: reading.restore(),
            "audience": lambda _: reading.audience(),
            "portal": reading.portal,
            "deliveries": lambda _: reading.deliveries(),
            "audit": Records(desk, reading.open).audit,
            "back": lambda _: reading.back(),
        }

    def run(self) -> bool:
        """Until one leaves; False where it was broken off at the prompt (ctrl+c)."""
        try:
            self._greet()
            while True:
                try:
                    self._news()
                    typed = self._desk.voice.ask(self._prompt())
                except Ended:
                    return True
                except Stopped:
                    return False
                if not self._done(typed.strip()):
                    return True
        except Ended:
            return True

    def _done(self, typed: str) -> bool:
        """Do one command, and tell what came of it; False where one leaves by it."""
        command, _, rest = typed.partition(" ")
        command = command.casefold()
        try:
            if command in ("quit", "exit", "q"):
                return not self._may_go()
            if command.isdecimal():
                self._open(command)
            elif command in _OF_STAFF and self._desk.actor.viewing:
                raise Refused(f"{command} is for staff", "you look at a portal", "type back to leave it")
            elif command in self._commands:
                self._commands[command](rest.strip())
            elif command:
                self._desk.voice.tell(not_known(command, self._commands))
        except MessageCenterError as error:
            self._desk.refuse(error)
        except Ended:
            raise
        except Stopped:
            self._say("Broken off.")
        return True

    # -- what is told --------------------------------------------------------------------------------------------------

    def _greet(self) -> None:
        desk = self._desk
        if desk.actor.is_client:
            self._say(f"Message Center, the portal of {desk.actor.name}.")
        else:
            self._say(f"Message Center. You are {desk.actor.name}.")
        self._say(_unread(desk.do(acts.reading.badge)))
        if not desk.actor.is_client:
            in_trouble = desk.notifier is not None and desk.notifier.status != ""
            words, _ = render.mail_words(desk.do(acts.deliveries.status), in_trouble=in_trouble)
            self._desk.voice.tell(f"mail: {words}")
        if desk.services.front.damaged:
            self._say("The store's file is damaged: what can be read is told, and nothing is kept.")
        if desk.services.lock_after is not None:
            self._say("Nothing is locked here: what was said stays on the terminal. Quit when you go away.")
        self._say("Type help for the commands.")
        self._new_ones()
        self._changed = desk.background.run(desk.services.front.changed())

    def _news(self) -> None:
        """What has come since the last prompt; never while somebody types."""
        desk = self._desk
        try:
            changed = desk.background.run(desk.services.front.changed())
            if changed == self._changed:
                return
            self._changed = changed
            for told in self._new_ones()[:_NEWS]:
                self._say(told)
        except MessageCenterError as error:  # a client who has no portal any more, a store that is busy
            desk.refuse(error)

    def _new_ones(self) -> list[str]:
        """News of threads that are unread by a message since the last look."""
        desk = self._desk
        actor, desk.actor = desk.actor, desk.own
        try:
            rows = desk.do(acts.threads.list_threads, show=Show.UNREAD, limit=50).items
        finally:
            desk.actor = actor
        newest = max(self._seen.values(), default=None)
        told = [
            f"New: {row.last_author}, in {render.subject(row)}: {preview(row.preview, 80)}"
            for row in rows
            if row.last_author is not None and row.last_at > self._seen.get(row.id, newest or row.last_at)
        ]
        self._seen.update((row.id, row.last_at) for row in rows)
        return told

    def _prompt(self) -> str:
        desk = self._desk
        parts = []
        if desk.actor.is_client:
            parts.append(f"portal of {desk.actor.name}" + (", only looking" if desk.actor.viewing else ""))
        if desk.opened is not None:
            parts.append(preview(render.subject(desk.opened.thread), _CUT))
        return ", ".join(parts) or "Message Center"

    def _help(self) -> None:
        for line in HELP_OF_CLIENTS if self._desk.own.is_client else HELP:
            self._say(line)

    def _unread(self) -> None:
        self._reading.unread()
        self._new_ones()  # what one has set unread oneself is no news

    # -- what is done --------------------------------------------------------------------------------------------------

    def _open(self, number: str) -> None:
        listing = self._desk.listing
        if listing is None:
            raise NotFound("nothing is listed yet", "", "type list first")
        if not number.isdecimal() or not 0 < int(number) <= len(listing.entries):
            raise NotFound(f"there is no {number[:40]!r} in the list", "", f"it has {len(listing.entries)}")
        listing.entries[int(number) - 1].open()

    def _may_go(self) -> bool:
        """Say what waits to leave, and ask (N13)."""
        desk = self._desk
        if desk.own.is_client:
            return True
        actor, desk.actor = desk.actor, desk.own
        try:
            status = desk.do(acts.deliveries.status, everything=True)
        except MessageCenterError:  # a store that cannot be read keeps nobody from leaving it
            return True
        finally:
            desk.actor = actor
        question = quitting.question(status)
        if not question:
            return True
        self._say(question)
        for line in quitting.figures(desk.services, status).split("\n"):
            self._say(line)
        return desk.sure("Quit?")


def _unread(badge: Badge) -> str:
    if not badge.messages:
        return "Nothing is unread."
    return f"{render.counted(badge.messages, 'unread message')} in {render.counted(badge.threads, 'thread')}."
