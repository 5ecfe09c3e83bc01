"""Where one sits: who acts, what is open and listed, and how questions are put before an act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from msgcenter_tui.cli.plain.background import Background
from msgcenter_tui.cli.plain.voice import Voice
from msgcenter_tui.domain import Actor, Channel, Conversation
from msgcenter_tui.errors import Ask, MessageCenterError, Refused
from msgcenter_tui.store.tx import Act
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.services import Notifier, Services

P = ParamSpec("P")
T = TypeVar("T")


class Entry(NamedTuple):
    """One of a numbered list: how it is told, and what its number does."""

    words: str
    open: Callable[[], None]


Pages = Callable[[str | None], tuple[Sequence[Entry], str | None]]
"""From a cursor to a page and the cursor of the next one."""


@dataclass
class Listing:
    """What the numbers mean now."""

    pages: Pages
    empty: str
    entries: list[Entry] = field(default_factory=list)
    next: str | None = None


class Desk:
    """`own` is whoever sits here, `actor` they or the portal that they look at."""

    def __init__(self, services: Services, own: Actor, voice: Voice, background: Background) -> None:
        self.services = services
        self.own = own
        self.actor = own
        self.voice = voice
        self.background = background
        self.notifier: Notifier | None = None
        self.listing: Listing | None = None
        self.opened: Conversation | None = None
        """The open thread, with all of its messages that have been told."""

    @property
    def now(self) -> datetime:
        return self.services.clock()

    def do(self, act: Act[Concatenate[Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one act as whoever acts, in a transaction of its own."""
        return self.background.run(self.services.front.run(act, self.actor, *args, **kwargs))

    def open_thread(self) -> Conversation:
        """The open thread; Refused where none is."""
        if self.opened is None:
            raise Refused("no thread is open", "", "type its number in a list")
        return self.opened

    def stopped(self) -> dict[Channel, str]:
        """The channels that send nothing now, with the reason (N13); a client is not told."""
        return {} if self.actor.is_client else dict(self.do(acts.deliveries.status).paused)

    # -- lists ---------------------------------------------------------------------------------------------------------

    def list(self, pages: Pages, empty: str) -> None:
        """Tell the first page, and let its numbers be typed."""
        self.listing = Listing(pages, empty)
        self._tell(self.listing, None)

    def more(self) -> None:
        """Tell the next page of what is listed."""
        if self.listing is None or self.listing.next is None:
            self.voice.say("There is no more.")
            return
        self._tell(self.listing, self.listing.next)

    def list_again(self) -> None:
        if self.listing is None:
            self.voice.say("Nothing is listed yet.")
            return
        self.list(self.listing.pages, self.listing.empty)

    def _tell(self, listing: Listing, after: str | None) -> None:
        entries, listing.next = listing.pages(after)
        for number, entry in enumerate(entries, len(listing.entries) + 1):
            self.voice.say(f"{number}. {entry.words}")
        listing.entries += entries
        if not listing.entries:
            self.voice.tell(listing.empty)
        elif listing.next is not None:
            self.voice.say("There are more.")

    # -- questions -----------------------------------------------------------------------------------------------------

    def sure(self, question: str, number: int | None = None) -> bool:
        """Whether it is answered by `yes`, or for many people by their number (S3)."""
        self.voice.say(question)
        if number is None:
            return self.voice.ask("Type yes to go on").strip().casefold() == "yes"
        typed = self.voice.ask(f"Type {number:,}, the number of people, to go on")
        return "".join(one for one in typed if one.isdecimal()) == str(number)

    def confirmed(self, attempt: Callable[[bool], T], number: int | None = None) -> T | None:
        """Do what may ask first; None where the answer was no."""
        try:
            return attempt(False)
        except Ask as question:
            if not self.sure(str(question), number):
                self.voice.say("Nothing was done.")
                return None
            return attempt(True)

    def choose(self, what: str, options: Sequence[str]) -> int | None:
        """The place of one of the options, by its number; None where none was chosen."""
        for number, words in enumerate(options, 1):
            self.voice.say(f"{number}. {words}")
        while typed := self.voice.ask(f"{what}, a number, or nothing to go back").strip():
            if typed.isdecimal() and 0 < int(typed) <= len(options):
                return int(typed) - 1
            self.voice.say(f"It is a number from 1 to {len(options)}.")
        return None

    def refuse(self, error: MessageCenterError) -> None:
        self.voice.tell(str(error))
