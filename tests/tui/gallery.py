"""Every screen of the app, each brought up by keys; and how it looks, cell by cell, at our sizes and in our looks.

A picture is text: the rows once for a size, since no look changes a letter, and for each look the style of each cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from rich.segment import Segment
from rich.style import Style
from tests.tui.conftest import Driven
from tests.tui.practice import Practice
from tests.tui.test_deliveries import put
from tests.tui.test_mailbox import Catcher, mail
from tests.tui.test_side_by_side import Walk
from textual.screen import Screen

from msgcenter_tui.center import passphrases, revisions, threads
from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.tui.screens.at_work import AtWork, Working
from msgcenter_tui.tui.screens.audience import Audience, Prospects
from msgcenter_tui.tui.screens.audit import AuditLog
from msgcenter_tui.tui.screens.choose import Choose
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.clients import Clients
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.deliveries import Deliveries
from msgcenter_tui.tui.screens.edit_text import EditText
from msgcenter_tui.tui.screens.finder import Finder
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.help import Help
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.screens.locked import Locked
from msgcenter_tui.tui.screens.mailbox import MailboxScreen
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.palette import Palette
from msgcenter_tui.tui.screens.portal import Portal
from msgcenter_tui.tui.screens.preview import PreviewScreen
from msgcenter_tui.tui.screens.reading_matter import ReadingMatter
from msgcenter_tui.tui.screens.send_keys import SendKeys
from msgcenter_tui.tui.screens.setup import Setup
from msgcenter_tui.tui.screens.side_by_side import SideBySide
from msgcenter_tui.tui.screens.template_editor import TemplateEditor
from msgcenter_tui.tui.screens.template_picker import TemplatePicker
from msgcenter_tui.tui.screens.templates import Templates
from msgcenter_tui.tui.screens.tour import TourScreen
from msgcenter_tui.tui.screens.what_was_said import WhatWasSaid
from msgcenter_tui.tui.terminal import Colours, Terminal

SIZES = ((120, 36), (80, 24), (200, 60))
LOOKS: Mapping[str, tuple[str, Terminal]] = {
    "dark": ("harbour", Terminal()),
    "light": ("morning", Terminal()),
    "sixteen colours": ("harbour", Terminal(Colours.SIXTEEN)),
    "sixteen colours, light": ("morning", Terminal(Colours.SIXTEEN)),
}


# -- scenes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """How one comes to a screen: where the app starts, keys, and what is there then."""

    screen: type[Screen[Any]]
    keys: Sequence[str] = ()
    words: Sequence[str] = ()
    start: str = "inbox"
    before: Callable[[Practice], None] = lambda _: None
    more: Callable[[Practice], Mapping[str, Any]] = lambda _: {}
    typed: str = ""
    then: Sequence[str] = ()
    opens: Callable[[], Screen[Any]] | None = None
    """The screen itself, of one that stands only while something lasts."""
    signed_in: bool = True
    holds: Callable[[Driven], object] = lambda _: True
    """What words do not tell."""

    async def bring_up(self, driven: Driven) -> None:
        await driven.until(lambda: driven.app.status.mail or not self.signed_in)
        await driven.until(lambda: "Dear ‹first name›" in driven.text or self.start != "inbox")
        await driven.still()
        await driven.press(*self.keys)
        if self.typed:
            await driven.type(self.typed)
        await driven.press(*self.then)
        if self.opens is not None:
            driven.app.push_screen(self.opens())
        await driven.until(lambda: isinstance(driven.screen, self.screen))
        await driven.until(lambda: all(words in driven.text for words in self.words))
        await driven.until(lambda: self.holds(driven))
        assert all(not one.cursor_blink for one in driven.screen.query("Input, TextArea"))
        await driven.still()


def _some_of_each(practice: Practice) -> None:
    put(practice, DeliveryState.FAILED, "the mail server refused the recipient: 550 5.1.1 No such mailbox", how_many=2)
    put(practice, DeliveryState.UNKNOWN, "the connection was lost before the server answered", how_many=1)


def _edited(practice: Practice) -> None:
    world, thread = practice.world, practice.threads["holiday"]
    newest = world.run(threads.open_thread, practice.actor, thread).messages[-1]
    world.run(revisions.edit, practice.actor, newest.id, "Dear {{ client.first_name }}, we are closed until Monday.")


def _is_read_in_the_list(driven: Driven) -> bool:
    return not driven.screen.threads.chosen.unread


def _with_passphrase(practice: Practice) -> None:
    practice.world.run(passphrases.keep, practice.actor, "kept")


def _importing() -> AtWork:
    working = Working("nothing was imported")
    working.told("importing clients", 2_500, 10_000)
    return AtWork("Importing clients.csv", working)


def _caught(_: Practice) -> Mapping[str, Any]:
    return {"mailbox": Catcher([mail("ana@mail.example", "Holiday schedule", "Dear Ana,\n\nwe are closed.")])}


def _of_zoe(practice: Practice) -> Mapping[str, Any]:
    return {"portal_client": practice.clients["Zoë Åkesson"].id, "demonstration": True}


def _on_tour(practice: Practice) -> Mapping[str, Any]:
    walk = Walk(practice, practice.world.portal(practice.clients["Zoë Åkesson"]))
    return {"demonstration": True, "tour": lambda: walk}


NEW = ("n", "enter", "enter")
SCENES: Mapping[str, Scene] = {
    "inbox": Scene(Inbox, words=("Unread 2", "9 waiting", "Dear ‹first name›")),
    "conversation": Scene(Inbox, ("down", "enter"), ("1 unread", "the second page"), holds=_is_read_in_the_list),
    "reply": Scene(Inbox, ("r",), ("‹", "(1 more)", "Drafts 1"), typed="{{ client.frst }} {{ client.name }} [[a]] "),
    "at work": Scene(AtWork, (), ("2,500 of 10,000",), start="clients", opens=_importing),
    "nothing found": Scene(Clients, ("slash",), ("zzz", "esc"), start="clients", typed="zzz"),
    "new thread": Scene(NewThreadScreen, ("n", "enter"), ("9 people will be notified",)),
    "message": Scene(NewThreadScreen, NEW, ("Subject (optional)",)),
    "last look": Scene(
        LastLook,
        (*NEW, "x", "enter", "y"),
        ("The same people",),
        then=("ctrl+s",),
        holds=lambda driven: driven.app.screen_stack[-2].query_one("#composer-note").display,
    ),
    "template picker": Scene(TemplatePicker, ("r", "ctrl+t"), ("Dear ",), typed="holi"),
    "preview": Scene(PreviewScreen, ("r", "x", "ctrl+g"), ("Worth a look", "All 10 looked at")),
    "finder": Scene(Finder, ("v",), ("Ana Flores",), start="templates"),
    "who gets it": Scene(Prospects, (*NEW, "ctrl+o"), ("Ana Flores",)),
    "audience": Scene(Audience, ("a",), ("Ana Flores", "have read it")),
    "deliveries": Scene(Deliveries, words=("failed", "unknown"), start="deliveries", before=_some_of_each),
    "reasons": Scene(Choose, ("w",), ("No such mailbox",), start="deliveries", before=_some_of_each),
    "audit": Scene(AuditLog, ("v",), ("Whole: ",), start="audit"),
    "question": Scene(Confirm, ("enter", "l"), ("see",)),
    "subject": Scene(EditText, ("enter", "S")),
    "versions": Scene(ReadingMatter, ("enter", "v"), ("Version 1",), before=_edited),
    "help": Scene(Help, ("question_mark",), ("What can be done here",)),
    "palette": Scene(Palette, ("ctrl+p",), ("Deliveries",)),
    "whose portal": Scene(Portal, words=("Ana Flores",), start="portal"),
    "client portal": Scene(ClientPortal, words=("2 unread",), start="portal", more=_of_zoe),
    "side by side": Scene(
        SideBySide, ("b",), ("Zoë Åkesson —",), typed="zo", then=("enter",), more=lambda _: {"demonstration": True}
    ),
    "tour": Scene(TourScreen, ("f3",), ("The words of step 0", "Zoë Åkesson —"), more=_on_tour),
    "clients": Scene(Clients, words=("Ana Flores",), start="clients"),
    "new client": Scene(FormDialog, ("n", "enter"), ("Workspace",), start="clients", then=("ctrl+s",)),
    "templates": Scene(Templates, words=("Holiday closing",), start="templates"),
    "template": Scene(TemplateEditor, ("e",), ("Insert field",), start="templates"),
    "set-up": Scene(Setup, words=("Your e-mail",), start="setup", signed_in=False),
    "what was said": Scene(WhatWasSaid, ("f3", "N"), ("The tour is for the demonstration",)),
    "send keys": Scene(SendKeys, ("shift+f12",), ("ctrl+s",)),
    "locked": Scene(Locked, ("shift+f10",), ("Forgotten?",), before=_with_passphrase),
    "mailbox": Scene(MailboxScreen, words=("Dear Ana",), start="mailbox", more=_caught),
}


# -- looking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen in one size and look; `read` is what is in front: of a dialog not what lies under it."""

    rows: Sequence[Sequence[Segment]]
    read: Sequence[Segment]

    @property
    def text(self) -> list[str]:
        return ["".join(segment.text for segment in row).rstrip() for row in self.rows]

    @property
    def styles(self) -> list[str]:
        """A legend, and for each row the runs of its cells; a row like the one before is only counted."""
        letters: dict[str, str] = {}
        rows = []
        for row in self.rows:
            runs = groupby(((_words(one.style), one.cell_length) for one in row), key=lambda run: run[0])
            rows.append(
                "".join(
                    f"{letters.setdefault(style, _letter(len(letters)))}{sum(cells for _, cells in run)}"
                    for style, run in runs
                )
            )
        packed = (f"{row} x{count}" if count > 1 else row for row, count in _counted(rows))
        return [*(f"{letter} {style}" for style, letter in letters.items()), *packed]


def _counted(rows: Sequence[str]) -> Iterator[tuple[str, int]]:
    return ((row, len(list(same))) for row, same in groupby(rows))


def _letter(place: int) -> str:
    return (chr(ord("a") + place) if place < 26 else chr(ord("A") + place - 26)) if place < 52 else f"<{place}>"


def _words(style: Style | None) -> str:
    return "" if style is None else str(style.without_color + Style.from_color(style.color, style.bgcolor))


async def look(driven: Driven, look: str, size: tuple[int, int]) -> Picture:
    """The running app in another size and look."""
    if driven.app.size != size:
        await driven.pilot.resize_terminal(*size)
        await driven.still()
    theme, terminal = LOOKS[look]
    driven.app.show_on(terminal, theme)
    await driven.pilot.pause()
    compositor: Any = driven.screen._compositor
    chops = compositor._render_chops(compositor.size.region, lambda _row: True)
    rows = [list(chain.from_iterable(row.values())) for row in chops]
    return Picture(rows, list(_read(driven, chops)))


def _read(driven: Driven, chops: Sequence[Mapping[int, Any]]) -> Iterator[Segment]:
    """What is to be read: all of it, or of a dialog only what floats."""
    floats = [widget.region for widget in driven.screen.children if widget.display] if driven.screen.is_modal else None
    for y, row in enumerate(chops):
        for x, strip in row.items():
            if floats is None or any(region.contains(x, y) for region in floats):
                yield from strip
