"""The demonstration's mailbox by keys: what the catchers received, readable and live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import NOW, Practice

from msgcenter_tui.domain import CaughtMail, CaughtText
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.mailbox import MailboxScreen
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs


@dataclass
class Catcher:
    """A mailbox whose content the test decides."""

    caught: list[CaughtMail] = field(default_factory=list)
    sms: list[CaughtText] = field(default_factory=list)

    def mails(self) -> tuple[CaughtMail, ...]:
        return tuple(self.caught)

    def texts(self) -> tuple[CaughtText, ...]:
        return tuple(self.sms)


SENDER = "Maya Ortiz <maya@practice.example>"


def mail(to: str, subject: str, body: str, at: datetime = NOW) -> CaughtMail:
    return CaughtMail(
        at, "Maya Ortiz <maya@practice.example>", to, subject, body, (("Auto-Submitted", "auto-generated"),)
    )


async def arrive(driven: Driven) -> None:
    await driven.until(lambda: isinstance(driven.screen, MailboxScreen) and driven.screen.caught.rows)
    await driven.still()


async def test_mail_and_sms_newest_first_and_readable(practice: Practice, run: Run) -> None:
    mailbox = Catcher(
        [mail("ana@mail.example", "Holiday schedule", "Dear Ana,\n\nwe are closed.", NOW - timedelta(hours=1))],
        [CaughtText(NOW, "+12025550143", "We are closed.")],
    )
    async with run(practice.actor, demonstration=True, mailbox=mailbox) as driven:
        await driven.press("m")
        await arrive(driven)
        assert [row[1].to for row in driven.screen.caught.rows] == ["+12025550143", "ana@mail.example"]
        await driven.press("down")
        await driven.until(lambda: "Dear Ana," in driven.text)
        for head in (
            "From     Maya Ortiz <maya@practice.example>",
            "To       ana@mail.example",
            "Subject  Holiday schedule",
        ):
            assert head in driven.text
        assert "today 08:36" in driven.text
        await driven.press("right_square_bracket")
        await driven.until(lambda: len(driven.screen.caught.rows) == 1)
        await driven.press("slash")
        await driven.type("nobody")
        await driven.until(lambda: "esc shows everything" in driven.text)
        assert not any(driven.screen.query_one(ViewTabs).counts.values())  # the figures are those of what is found
        await driven.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


async def test_what_arrives_shows_without_moving_the_cursor(practice: Practice, run: Run) -> None:
    mailbox = Catcher([mail("ana@mail.example", "First", "one")])
    async with run(practice.actor, start="mailbox", demonstration=True, mailbox=mailbox) as driven:
        await arrive(driven)
        mailbox.caught.insert(0, mail("cora@mail.example", "Second", "two", NOW + timedelta(minutes=1)))
        await driven.until(lambda: len(driven.screen.caught.rows) == 2)
        assert driven.screen.caught.chosen[1].subject == "First"


async def test_the_cursor_stays_though_only_the_newest_are_kept(practice: Practice, run: Run) -> None:
    def newest(first: int) -> list[CaughtMail]:
        return [
            mail(f"c{n}@mail.example", "s", "b", NOW + timedelta(seconds=n)) for n in reversed(range(first, first + 9))
        ]

    mailbox = Catcher(newest(0))
    async with run(practice.actor, demonstration=True, mailbox=mailbox) as driven:
        await driven.press("m")
        await arrive(driven)
        await driven.press("down", "down")
        assert driven.screen.caught.chosen[1].to == "c6@mail.example"
        mailbox.caught = newest(3)  # as many as before
        await driven.until(lambda: driven.screen.caught.rows[0][1].to == "c11@mail.example")
        assert driven.screen.caught.chosen[1].to == "c6@mail.example"


async def test_what_is_looked_for_is_found_at_the_top(practice: Practice, run: Run) -> None:
    mailbox = Catcher([mail(f"c{n}@mail.example", "s", "b" * (n % 2), NOW - timedelta(seconds=n)) for n in range(20)])
    async with run(practice.actor, demonstration=True, mailbox=mailbox) as driven:
        await driven.press("m")
        await arrive(driven)
        await driven.press(*["down"] * 12, "slash")
        await driven.type("b")
        await driven.until(lambda: len(driven.screen.caught.rows) == 10)
        assert driven.screen.caught.chosen[1].to == "c1@mail.example"


async def test_an_empty_one_and_a_missing_one_say_so(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="mailbox", demonstration=True, mailbox=Catcher()) as driven:
        await driven.until(lambda: "Nothing has arrived yet" in driven.text)
    async with run(practice.actor) as driven:
        await driven.press("m")
        assert isinstance(driven.screen, Inbox)


@pytest.mark.parametrize("name", ["click action", "closing tag of nothing", "clipboard", "isolates", "long line"])
async def test_hostile_mail_is_text(practice: Practice, run: Run, name: str) -> None:  # M3
    text = HOSTILE[name]
    mailbox = Catcher([mail(f"{text} <x@mail.example>", text, text)], [CaughtText(NOW, text, text)])
    async with run(practice.actor, start="mailbox", demonstration=True, mailbox=mailbox) as driven:
        await arrive(driven)
        assert not unsafe_in(driven.text)
        await driven.press("down")
        await driven.still()
        assert not unsafe_in(driven.text)
