"""Threads, messages and times as sentences: what other screens show by place, colour and sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo

from msgcenter_tui.cli.plain.voice import as_sentence
from msgcenter_tui.domain import (
    Actor,
    Among,
    AudienceRow,
    AuditRecord,
    Channel,
    Draft,
    LedgerStatus,
    Message,
    Notified,
    PersonKind,
    Piece,
    PieceKind,
    Thing,
    Thread,
    ThreadKind,
    ThreadRow,
    ThreadState,
)
from msgcenter_tui.rules import waiting
from msgcenter_tui.text import preview
from msgcenter_tui.tui import render, render_audit

_TOLD = 80
"""Letters of a message in a list: what is read aloud cannot be glanced over."""


def when(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """ "09:31", "yesterday 09:31", "Tuesday 17:02", "12 November 17:02", with the year where it is another."""
    here, today = at.astimezone(zone), now.astimezone(zone)
    days = (today.date() - here.date()).days
    if days == 0:
        return f"{here:%H:%M}"
    if days == 1:
        return f"yesterday {here:%H:%M}"
    if 0 < days < 7:
        return f"{here:%A %H:%M}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year} {here:%H:%M}"


def how_long(span: timedelta) -> str:
    """ "42 seconds", "2 minutes 5 seconds"."""
    seconds = max(0, -(-int(span.total_seconds() * 1000) // 1000))
    parts = [(seconds // 3600, "hour"), (seconds % 3600 // 60, "minute"), (seconds % 60, "second")]
    return " ".join(render.counted(number, word) for number, word in parts if number) or "no time"


# -- threads ----------------------------------------------------------------------------------------------------------


def row(one: ThreadRow, actor: Actor, now: datetime, zone: tzinfo | None) -> str:
    """A thread in a list: "Holiday schedule. All Clients, locked. Maya Ortiz: We are closed. 09:31. 2 unread."."""
    marks = [_whom(one, actor)] + ["locked"] * one.locked + ["deleted"] * (one.state is ThreadState.DELETED)
    parts = [render.subject(one), ", ".join(marks)]
    if one.preview:
        parts.append(f"{one.last_author or 'You'}: {preview(one.preview, _TOLD)}")
    parts.append(when(one.last_at, now, zone))
    if one.unread:
        parts.append(f"{one.unread} unread")
    return _sentences(parts)


def draft(one: Draft, in_reply_to: str, now: datetime, zone: tzinfo | None) -> str:
    """A draft in a list: a reply in the thread of that subject, or a new thread."""
    whom = "a new thread" if one.thread is None else f"a reply in {in_reply_to}" if in_reply_to else "a reply"
    if one.thread is None and one.recipients is not None:
        broadcast = one.recipients.kind.broadcast
        names = render.names([person.name for person in one.people]) or "nobody yet"
        whom = f"to {one.recipients.kind.called if broadcast else names}"
    return _sentences([one.subject, whom, preview(one.body, _TOLD), when(one.at, now, zone)])


def heading(thread: Thread, actor: Actor) -> Iterator[str]:
    """Over an open thread: to whom, how many see it, read by how many, and what keeps one from writing."""
    marks = ["locked"] * thread.locked + ["deleted"] * (thread.state is ThreadState.DELETED)
    yield _sentences([render.subject(thread), ", ".join([_place(thread, actor), *marks])])
    if (those := thread.readers) is not None:
        who = render.counted(those.sees, "client" if thread.kind is ThreadKind.ALL_CLIENTS else "member")
        yield f"{who} {'sees' if those.sees == 1 else 'see'} it. Read by {render.number(those.read)}."
    if thread.progress is not None and thread.progress.total:
        states = ", ".join(f"{render.number(n)} {state.value}" for state, n in thread.progress.by_state.items() if n)
        figures = " Figures only." if thread.progress.folded else ""
        yield f"{render.counted(thread.progress.total, 'notification')}: {states}.{figures}"


def countdown(thread: Thread, now: datetime, stopped: Mapping[Channel, str]) -> str:
    """What is about to leave, and until when it can be taken back (N5); empty where nothing is."""
    if (left := thread.countdown) is None:
        return ""
    span = left.leaves_at - now
    if waits := waiting.all_waits_for(stopped, left.channels):
        words = f"It waits: {waits}"
    elif not left.channels:
        words = "Nobody is notified"
    else:
        words = f"The notifications leave in {how_long(span)}" if span > timedelta() else "The notifications leave now"
    if left.can_undo:
        words += "; undo takes the message back until then" if span > timedelta() else "; undo takes the message back"
    return f"{words}."


def _whom(one: ThreadRow, actor: Actor) -> str:
    if actor.is_client and one.kind.broadcast:
        return f"from {one.workspace_name}"  # V5: to whom else is not theirs to know
    return render.to_whom(one)


def _place(thread: Thread, actor: Actor) -> str:
    if thread.kind.broadcast:
        to = f"To {thread.kind.called} of {thread.workspace_name}"
        return f"From {thread.workspace_name}" if actor.is_client else to
    return f"With {render.names([one.name for one in thread.people if one.id != actor.person], limit=10) or 'nobody'}"


# -- messages ---------------------------------------------------------------------------------------------------------


def said_by(message: Message, thread: Thread, now: datetime, zone: tzinfo | None) -> str:
    """Over a message: "Ana Flores, client, Tuesday 17:02, unread:"."""
    unread = thread.first_unread is not None and message.number >= thread.first_unread and not message.mine
    who = ["You"] if message.mine else [message.author.name, message.author.kind.value]
    marks = ["edited"] * (message.edited_at is not None) + ["unread"] * unread
    return f"{', '.join([*who, when(message.at, now, zone), *marks])}:"


def text_of(message: Message, actor: Actor) -> str:
    """What a message says to its reader: to staff a merge field by its name, to a client filled in (T5)."""
    if message.deleted:
        return "message deleted"
    return message.body if actor.is_client else pieces(message.pieces)


def pieces(parts: tuple[Piece, ...]) -> str:
    """A text with its fields by name, in round brackets."""
    return "".join(f"({part.text})" if part.kind is PieceKind.FIELD else part.text for part in parts)


# -- people -----------------------------------------------------------------------------------------------------------


def audience(found: Mapping[Among, int]) -> str:
    """The figures of an audience (R4, N4)."""
    seen, notified, under_way, read = (
        found[one] for one in (Among.SEES, Among.NOTIFIED, Among.UNDER_WAY, Among.READ)
    )  # fmt: skip
    return (
        f"{_people(found[Among.ALL])}: {render.number(seen)} see it, {render.number(found[Among.HIDDEN])} do not; "
        f"{render.number(notified)} were notified, {render.number(under_way)} are about to be, "
        f"{render.number(found[Among.NOT_NOTIFIED])} were not; {render.number(read)} have read it."
    )


def person(one: AudienceRow, now: datetime, zone: tzinfo | None) -> str:
    """Somebody in an audience: seen or not, notified or not, read or not, each with the reason."""
    kind = "staff" if one.person.kind is PersonKind.STAFF else one.status.value if one.status else "client"
    parts = [f"{one.person.name}, {kind}", "sees it" if one.sees else f"does not see it: {one.why}"]
    if one.notified is Notified.NO:
        parts.append(f"not notified: {one.why_not}" if one.why_not else "not notified")
    else:
        channels = dict.fromkeys(waiting.CHANNEL_WORDS[notice.channel] for notice in one.told)
        parts.append(
            f"{'notified' if one.notified is Notified.YES else 'about to be notified'} by {', '.join(channels)}"
        )
    if one.read:
        parts.append(f"read {when(one.last_read_at, now, zone)}" if one.last_read_at else "read")
    else:
        parts.append("not read")
    return _sentences(parts)


def _people(number: int) -> str:
    return render.counted(number, "person", "people")


def record(one: AuditRecord, things: Mapping[str, Thing], now: datetime, zone: tzinfo | None) -> str:
    """Who did what on what (S2): "Maya Ortiz changed subject: Holiday schedule. 09:31."."""
    did, what = f"{one.who} {render_audit.act(one).plain}", render_audit.thing(one.what, things).plain
    fields = render_audit.fields(one, things).plain
    # Of a message the field is its thread, whose subject is said already.
    return _sentences([f"{did}: {what}" if what else did, fields if fields != what else "", when(one.at, now, zone)])


def ledger(status: LedgerStatus, now: datetime) -> Iterator[str]:
    """What became of notifications, by state (N8), and what keeps a channel from sending (N13)."""
    yield (
        f"{render.number(status.waiting)} waiting, {render.number(status.due)} of them due; "
        f"{render.number(status.sending)} sending, {render.number(status.retrying)} to be tried again, "
        f"{render.number(status.held)} held, {render.number(status.failed)} failed, "
        f"{render.number(status.unknown)} unknown."
    )
    for channel, why in status.paused:
        yield as_sentence(f"{waiting.CHANNEL_WORDS[channel]} sends nothing: {why}")
    if status.next_at is not None and status.next_at > now:
        yield f"The next leaves in {how_long(status.next_at - now)}."


def _sentences(parts: list[str]) -> str:
    return " ".join(as_sentence(part) for part in parts if part)
