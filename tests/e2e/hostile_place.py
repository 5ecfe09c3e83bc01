"""A practice whose every word is hostile: names, notes, subjects, texts, templates, drafts, replies of servers, mail.

What the center's acts take, they took (and cleaned, M3). Then what a terminal must never get is written into every
text column behind their back, as an older program or another hand might have: the last gate has to hold alone.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Column, func, literal, update
from tests.delivery.scripted import Scripted
from tests.hostile import HOSTILE

from msgcenter_tui.center import clients, drafts, messages, reading, revisions, staff, teams, templates
from msgcenter_tui.delivery.accounts import Security, SmtpAccount
from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.demo.place import DemoPlace
from msgcenter_tui.domain import (
    Actor,
    Channel,
    Consent,
    PersonKind,
    Policy,
    Recipients,
    Role,
    Status,
    ThreadId,
    ThreadKind,
)
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store import demonstration, identity, tables
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Act, Tx

MARK = "PWNED"
SHOWN = f"␛]0;{MARK}␇"
"""How the beginning of POISON has to be on the screen."""

POISON = (
    f"\x1b]0;{MARK}\x07"  # the window's title
    "\x1b]52;c;UFdORUQ=\x07"  # the clipboard
    "\x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\"
    "\x9d2;PWNED\x9c\x9b31m\x85"  # C1, one byte each
    "\x1bc\x1b[2J\x1b[6n\x1b[?1049l\x1b[31m"
    "\x1bPPWNED\x1b\\\x1b_PWNED\x1b\\"
    "\x07\x08\x0b\x0c\x0e\x7f\u202eturned\u2066\u2028"
    "[/][@click=app.quit]x "
)
BYTES_OF_A_SERVER = b"550 5.1.1 \x1b]0;PWNED\x07 \x9b31m \xff\xfe \x1bc no such mailbox [/]\r\n"

ADMINISTRATOR, CLIENT = "maya@practice.example", "h0@mail.example"

_WORDS: tuple[Column[Any], ...] = (
    tables.people.c.name,
    tables.workspaces.c.name,
    tables.clients.c.note,
    tables.clients.c.phone,
    tables.clients.c.email_problem,
    tables.client_history.c.how,
    tables.threads.c.subject,
    tables.messages.c.body,
    tables.versions.c.body,
    tables.drafts.c.subject,
    tables.drafts.c.body,
    tables.templates.c.name,
    tables.templates.c.shortcut,
    tables.templates.c.subject,
    tables.templates.c.body,
    tables.deliveries.c.reason,
    tables.deliveries.c.address,
    tables.channels.c.why,
)
"""Every column that holds somebody's words, but for e-mail addresses: by those people are told apart here."""


@dataclass
class _Cast:
    """Who there is while the place is made."""

    tx: Tx
    maya: Actor
    team: str
    people: list[Actor]

    def attempt(self, act: Act[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the center makes of it; None where it refuses."""
        with suppress(MessageCenterError), self.tx.attempt():
            return act(self.tx, *args, **kwargs)
        return None


def make(folder: Path) -> DemoPlace:
    """Fill an empty folder."""
    folder.mkdir(mode=0o700)
    place = DemoPlace(folder)
    store = open_store(str(place.database), policy=Policy(quiet_period=timedelta(0), reply_gather=timedelta(0)))
    try:
        with store.write() as tx:
            demonstration.mark(tx)
            cast = _people(tx)
            _write(cast)
        asyncio.run(_deliver(store, place))
        with store.write() as tx:
            _behind_their_back(tx)
        identity.settle_here(store)
    finally:
        store.close()
    return place


def _people(tx: Tx) -> _Cast:
    maya = staff.add(tx, None, f"Maya {MARK}", ADMINISTRATOR)
    me = Actor(maya.id, PersonKind.STAFF, maya.name)
    leo = staff.add(tx, me, f"Leo {MARK}", "leo@practice.example")
    team = teams.add(tx, me, f"Team {MARK}", maya.id)
    teams.set_member(tx, me, team.id, leo.id, Role.CONTRIBUTOR)
    cast = _Cast(tx, me, team.id, [])
    for number, text in enumerate(HOSTILE.values()):
        consent = Consent.ACTIVE if len(cast.people) < 3 else Consent.PENDING
        more = {"note": text, "portal": True, "phone": "+1 202 555 0143", "consent": consent}
        client = cast.attempt(clients.add, me, text, team.id, email=f"h{len(cast.people)}@mail.example", **more)
        if client is not None:
            cast.people.append(Actor(client.id, PersonKind.CLIENT, client.name))
            cast.attempt(clients.change, me, client.id, status=Status.LEAD, how=text)
            cast.attempt(clients.assign, me, client.id, leo.id)
        cast.attempt(templates.add, me, text, text, shortcut=f"s{number}", subject=text, team=team.id)
        cast.attempt(templates.add, me, f"x{number}", text.replace("[[", "").replace("{{", ""), shortcut=text)
    return cast


def _write(cast: _Cast) -> None:
    first, second = cast.people[0], cast.people[1]
    everybody = _start(cast, cast.maya, Recipients(ThreadKind.ALL_CLIENTS), "to all of you", "All", locked=False)
    _start(cast, cast.maya, Recipients(ThreadKind.ALL_TEAM), "to the team", "Team")
    for text in HOSTILE.values():
        thread = _start(cast, cast.maya, Recipients(ThreadKind.DIRECT, (first.person, second.person)), text, text)
        if thread is None:  # not as a body: then as a subject
            thread = _start(cast, cast.maya, Recipients(ThreadKind.DIRECT, (first.person,)), "a plain body", text)
        if thread is not None:
            sent = cast.attempt(messages.reply, first, thread, text)
            if sent is not None:
                cast.attempt(revisions.edit, first, sent.message, f"{text} again")
        if len(text) < 40:
            cast.attempt(messages.reply, second, everybody, text)
        to = Recipients(ThreadKind.DIRECT, (first.person,))
        cast.attempt(
            drafts.save, cast.maya, id=None, version=0, recipients=to, workspace=cast.team, subject=text, body=text
        )
    assert everybody is not None
    reading.set_unread(cast.tx, cast.maya, everybody)


def _start(
    cast: _Cast, by: Actor, to: Recipients, body: str, subject: str, *, locked: bool | None = None
) -> ThreadId | None:
    sent = cast.attempt(messages.start, by, to, cast.team, body, subject=subject, yes=True, locked=locked)
    return None if sent is None else sent.thread


async def _deliver(store: Store, place: DemoPlace) -> None:
    """What is for the clients is refused in hostile words; the rest goes to the catcher, and more than that."""
    front = Front(store)
    try:
        async with Scripted(rcpt=_refuse_some) as server:
            account = SmtpAccount("127.0.0.1", server.port, "office@practice.example", Security.NONE)
            await Notifier(front, {Channel.EMAIL: SmtpTransport(account)}).once()
        catcher = Catcher(place.caught)
        for mail in server.mails[:40]:
            catcher.keep_mail(mail.to, mail.content)
        for text in (*HOSTILE.values(), POISON):
            catcher.keep_mail("ana@mail.example", _raw_mail(text))
        await Notifier(front, {Channel.SMS: catcher.sms()}).once()
    finally:
        await front.close()


def _refuse_some(_session: object, argument: str) -> bytes:
    return BYTES_OF_A_SERVER if "h0@" in argument else b"250 2.1.5 ok\r\n"


def _raw_mail(text: str) -> bytes:
    """A mail that no careful program would make: controls as they are in the subject, a header, and the body."""
    whole = EmailMessage()
    whole.set_content(text.encode("utf-8", "replace").decode(), cte="base64")
    head = f"From: {text} <evil@evil.example>\nSubject: {text}\nDate: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S +0000}\n"
    loose = head.encode("utf-8", "replace").replace(b"\n\n", b"\n") + b"X-Loose: \x1b]0;PWNED\x07\n"
    return loose.replace(b"\n", b"\r\n") + whole.as_bytes().replace(b"\n", b"\r\n")


def _behind_their_back(tx: Tx) -> None:
    """In about half of all places; in the others stands what the center made of the difficult strings."""
    for column in _WORDS:
        half = func.length(column) % 2 == 0
        tx.conn.execute(update(column.table).where(half).values({column: literal(POISON) + column}))
    tx.conn.execute(update(tables.clients).values(email_problem=POISON))
    failed = tables.deliveries.c.reason != ""
    odd = tables.deliveries.c.run_id % 2 == 1
    tx.conn.execute(update(tables.deliveries).where(failed, odd).values(reason=literal(POISON)))
