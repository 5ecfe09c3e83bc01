"""The demonstration's mailbox: the mail and SMS that arrived, newest first, as their readers see them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from msgcenter_tui.domain import NO_SUBJECT, CaughtMail, CaughtText
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screens.room import LOADING, Room
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

Caught: TypeAlias = CaughtMail | CaughtText

LOOK_SECONDS = 0.5
"""How often the catchers are looked at: they tell nobody when something arrives."""

KINDS: Mapping[str, tuple[type, ...]] = {
    "All": (CaughtMail, CaughtText),
    "Mail": (CaughtMail,),
    "SMS": (CaughtText,),
}

NOTHING = "Nothing has arrived yet: send something to a client, it comes here when the quiet period is over."
NO_CATCHER = "The mailbox is part of the demonstration: msgcenter demo opens it."
NONE_SO = "Nothing like that has arrived: {room.back} shows everything."


class CaughtList(RowList[tuple[str, Caught]]):
    """Two lines for each: to whom and when; what it is about."""

    HEIGHT = 2

    def row_id(self, row: tuple[str, Caught]) -> str:
        return row[0]

    def draw(self, row: tuple[str, Caught], width: int, chosen: bool) -> Sequence[Content]:
        screen = self.screen
        assert isinstance(screen, MailboxScreen)
        caught = row[1]
        at = Content.styled(render.when(caught.at, screen.now, screen.services.zone), "$muted")
        sign, about = _about(caught)
        bar = ("▌", "$accent") if chosen else " "
        first = Content.assemble(bar, (f"{sign} ", "$accent"), render.line(caught.to, "bold"))
        return [render.ends(first, Content.assemble(at, " "), width), Content.assemble(bar, "  ", about)]


def _about(caught: Caught) -> tuple[str, Content]:
    if isinstance(caught, CaughtMail):
        return "✉", render.line(caught.subject or NO_SUBJECT, "$muted")
    return "▯", render.line(caught.body, "$muted")


class MailboxScreen(Room):
    """What the world received from this practice."""

    BINDINGS = keys.bindings("mailbox", "room", "places")
    PLACE = "Mailbox"
    SEARCH = "{room.search} to search recipients, subjects, texts"

    def __init__(self, of: str = "") -> None:
        super().__init__()
        self._of = of
        """Whose mail is looked for at first."""
        self._shown: object = None
        """What was caught, and how it is narrowed, when the list was last filled."""

    def compose_list(self) -> ComposeResult:
        yield ViewTabs(list(KINDS))
        yield CaughtList(empty=Content(LOADING))

    def on_mount(self) -> None:
        self.query_one("#room--search", Input).value = self._of
        self.set_interval(LOOK_SECONDS, self._look)

    @property
    def caught(self) -> CaughtList:
        return self.query_one(CaughtList)

    def _look(self) -> None:
        if self.is_current:
            self.reread_soon()

    @property
    def narrowing(self) -> tuple[object, ...]:
        return self.searched, self.query_one(ViewTabs).active

    async def reread(self) -> None:
        mailbox = self.services.mailbox
        if mailbox is None:
            self.caught.empty = Content(NO_CATCHER)
            self.narrowed_by(*self.narrowing)
            self.caught.show(())
            self.detail(Content.empty())
            return
        # They read files: off the event loop, so that the room is there at once and keys are never held up.
        mails, texts = await asyncio.to_thread(lambda: (mailbox.mails(), mailbox.texts()))
        narrowed = self.narrowing
        if (mails, texts, narrowed) == self._shown:
            return
        self._shown = (mails, texts, narrowed)
        caught: list[Caught] = [*mails, *texts]
        every = [(_id(one), one) for one in caught]
        every.sort(key=lambda row: row[1].at, reverse=True)
        wanted = self.searched.casefold()
        found = [row for row in every if wanted in _words(row[1]).casefold()]
        of_kind = [[row for row in found if isinstance(row[1], kinds)] for kinds in KINDS.values()]
        shown = of_kind[self.query_one(ViewTabs).active]
        self.caught.empty = Content(self.in_keys(NONE_SO) if every else NOTHING)
        self.narrowed_by(*narrowed)
        self.caught.show(shown)
        for place, rows in enumerate(of_kind):
            self.query_one(ViewTabs).count(place, len(rows))
        self._show_detail()

    @on(RowList.Moved)
    def _show_detail(self) -> None:
        chosen = self.caught.chosen
        if chosen is None:
            self.detail(Content.styled("Nothing is chosen.", "$muted"))
        else:
            self.detail(self._read(chosen[1]))

    def _read(self, caught: Caught) -> Content:
        """One message as its receiver reads it: headers, a line of air, the text."""
        at = render.moment(caught.at, self.now, self.services.zone)
        if isinstance(caught, CaughtText):
            heads = [("To", caught.to), ("Date", at)]
        else:
            heads = [("From", caught.sender), ("To", caught.to), ("Subject", caught.subject), ("Date", at)]
            heads += [head for head in caught.headers if head[0].casefold() not in {"from", "to", "subject", "date"}]
        lines = [_head(name, value, own=place < 4) for place, (name, value) in enumerate(heads)]
        return Content("\n").join([*lines, Content.empty(), render.block(caught.body)])

    def action_mailbox_next(self) -> None:
        self.query_one(ViewTabs).active += 1

    @on(ViewTabs.Chosen)
    def _narrow(self) -> None:
        self.reread_soon()


def _id(caught: Caught) -> str:
    """Tells one from the others: only so many are read, its place among them is not always the same."""
    return f"{type(caught).__name__} {caught.at.isoformat()} {caught.to} {hash(caught.body)}"


def _words(caught: Caught) -> str:
    subject = caught.subject if isinstance(caught, CaughtMail) else ""
    return f"{caught.to} {subject} {caught.body}"


def _head(name: str, value: str, *, own: bool) -> Content:
    label = f"{render.plain(name):<9}" if own else f"{render.plain(name)}: "
    return Content.assemble(
        (label, "$muted"), render.line(value, "bold" if name == "Subject" else "" if own else "$muted")
    )
