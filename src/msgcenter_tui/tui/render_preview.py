"""A preview in words: the forms in which a message reaches a client, and what is exceptional (T6, N2, N4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo

from textual.content import Content

from msgcenter_tui.domain import MailForm, Notable, NotableKind, PersonId, Piece, PieceKind, PortalForm, Scanned
from msgcenter_tui.rules import fields, segments
from msgcenter_tui.tui import render

FILLED = "bold $field"
"""How what was filled in is told from what everybody reads."""

_BAR = 24
_HEAD = 9
"""Cells for the names of headers."""


# -- the portal -------------------------------------------------------------------------------------------------------


def portal(form: PortalForm, client: str, empty: Collection[str], width: int, zone: tzinfo | None) -> Content:
    """As the client's portal shows it, or why the client does not see it there; `empty` as of `pieces`."""
    if form.why_not:
        return not_there(f"{render.plain(client)} does not see it in a portal", form.why_not)
    has_subject = bool(form.subject)
    subject = Content.styled(render.subject(words=form.subject or ""), "bold" if has_subject else "$muted")
    sign = Content.styled("▣ locked", "$warning") if form.locked else Content.empty()
    author = Content.assemble(render.line(form.author, "bold"))
    time = Content.styled(render.clock(form.at, zone), "$muted")
    lines = [
        render.ends(subject, sign, width),
        render.line(form.workspace_name, "$muted"),
        Content.empty(),
        render.ends(author, time, width),
        pieces(form.pieces, empty),
        Content.empty(),
    ]
    if form.closed:
        lines.append(render.line(f"▣ {form.closed}", "$muted"))
    else:
        if form.notice:
            lines.append(render.line(form.notice, "$muted"))
        box = "╭" + "─" * max(0, min(width, 60) - 2) + "╮"
        words = "│ Write a reply".ljust(len(box) - 1) + "│"
        lines += [Content.styled(line, "$portal") for line in (box, words, "╰" + box[1:-1] + "╯")]
    return Content("\n").join(lines)


def pieces(parts: Sequence[Piece], empty: Collection[str] = ()) -> Content:
    """The text that the client reads, what was filled in marked; a blank, or what is no field, as what it is.

    `empty` are the fields that have neither value nor fallback: these stand there by their names.
    """
    missing = {_words(name) for name in empty}
    shown = []
    for part in parts:
        if part.kind is not PieceKind.FIELD:
            shown.append(render.pieces((part,)))
        elif part.text in missing:
            shown.append(render.pieces((part,)).stylize("bold $error"))
        else:
            shown.append(render.block(part.text, FILLED))
    return Content.assemble(*shown)


def not_there(what: str, why: str) -> Content:
    """A form in which the message does not reach the client."""
    return Content.assemble(Content.styled(f"○ {what}", "bold $warning"), "\n", render.line(f"  {why}", "$muted"))


# -- mail and SMS -----------------------------------------------------------------------------------------------------


def mail(form: MailForm, parts: Sequence[Piece], waits: str, width: int) -> Content:
    """A mail as its reader's program shows it; `waits`: why it does not leave now (N13)."""
    lines = [_waiting(waits)] if waits else []
    for name, value in (("From", form.sender), ("To", form.to), ("Subject", form.subject)):
        lines.append(
            Content.assemble((f"{name:<9}", "$muted"), render.line(value, "bold" if name == "Subject" else ""))
        )
    forms = "plain text, and HTML of the same words" if form.html else "plain text"
    lines += [Content.styled(f"{'Forms':<{_HEAD}}{forms}", "$muted"), Content.empty()]
    return Content.assemble(Content("\n").join(lines), "\n", marked(form.text.rstrip("\n"), parts))


def sms(text: str, number: str, parts: Sequence[Piece], waits: str) -> Content:
    """An SMS, and what it takes."""
    size = segments.size(text)
    alphabet = "GSM-7" if size.gsm else "UCS-2"
    takes = f"{render.counted(size.segments, 'segment')} ({alphabet}), {render.counted(len(text), 'character')}"
    lines = [_waiting(waits)] if waits else []
    lines += [
        Content.assemble(("To       ", "$muted"), render.line(number)),
        Content.assemble(("Takes    ", "$muted"), takes),
        Content.empty(),
    ]
    return Content.assemble(Content("\n").join(lines), "\n", marked(text, parts))


def _waiting(why: str) -> Content:
    return Content.styled(f"⚠ waits: {why}", "$warning")


def marked(text: str, parts: Sequence[Piece]) -> Content:
    """A finished text with what was filled into the message marked, as far as the message stands in it."""
    told = "".join(part.text for part in parts).strip()
    at = next((at for length in _ANCHORS if told and (at := text.find(told[:length])) >= 0), -1)
    if at < 0:
        return render.block(text)
    shown = [render.block(text[:at])]
    lead = len("".join(part.text for part in parts)) - len("".join(part.text for part in parts).lstrip())
    for part in parts:
        words = part.text[lead:]
        lead = max(0, lead - len(part.text))
        if not text.startswith(words, at):
            break
        shown.append(render.block(words, FILLED if part.kind is PieceKind.FIELD else ""))
        at += len(words)
    shown.append(render.block(text[at:]))
    return Content.assemble(*shown)


_ANCHORS = (20, 10, 5)
"""So much of the message's beginning finds it in what stands around it; an SMS may hold no more of it."""


# -- the exceptions ---------------------------------------------------------------------------------------------------


def reason(one: Notable) -> str:
    """What is exceptional, in words for one client."""
    match one.kind:
        case NotableKind.FALLBACK:
            return f"Fallback used for {_words(one.field)}"
        case NotableKind.EMPTY:
            return f"{_words(one.field).capitalize()} is empty, without a fallback"
        case NotableKind.LONGEST:
            return f"Longest text: {render.counted(one.extent, 'character')}"
        case NotableKind.SMS_CUT:
            return "SMS cut: it holds the beginning only"
        case NotableKind.SMS_MOST:
            return f"Longest SMS: {render.counted(one.extent, 'segment')}"
        case NotableKind.UNREACHABLE:
            return "Reached by nothing"
        case NotableKind.PORTAL_ONLY:
            return "Finds it in the portal only"


def _words(field: str) -> str:
    return fields.FIELDS[field].words


def reasons(worth: Sequence[Notable], whose: PersonId) -> Content:
    """Why this client is among the first to be looked at; empty where nothing is exceptional about them."""
    lines = [
        Content.assemble((f"◆ {reason(one)}", "$warning"), (f": {_like_this(one.count)}", "$muted"))
        for one in worth
        if any(person.id == whose for person in one.first)
    ]
    return Content("\n").join(lines)


def _like_this(count: int) -> str:
    return "no other client" if count == 1 else f"{render.number(count)} clients like this"


def exceptions(worth: Sequence[Notable], whose: Collection[tuple[NotableKind, str]], scanned: Scanned) -> Content:
    """All kinds of exceptions, counted; those of the client who is shown are marked."""
    if not worth:
        words = "Nothing sets anybody apart." if scanned.next is None and scanned.looked > 1 else ""
        return Content.styled(words, "$muted")
    width = max(len(render.number(one.count)) for one in worth)
    lines = []
    for one in worth:
        here = (one.kind, one.field) in whose
        sign = Content.styled("▌ " if here else "  ", "$accent")
        count = Content.styled(f"{render.number(one.count):>{width}}  ", "bold" if here else "")
        lines.append(Content.assemble(sign, count, (reason(one), "bold" if here else "")))
    return Content("\n").join(lines)


def progress(scanned: Scanned, *, stopped: bool, width: int) -> Content:
    """How far the check of all who get it is."""
    total = scanned.total
    if total is None:
        return Content.styled("Looking at everybody …", "$muted")
    if scanned.next is None:
        words = f"All {render.number(total)} looked at" if total > 1 else ""
        return Content.styled(f"✓ {words}" if words else "", "$muted")
    far = f"{render.number(scanned.looked)} of {render.number(total)}"
    if stopped:
        return Content.assemble((f"Stopped after {far}", "$warning"), ("  s", "bold $accent"), (" goes on", "$muted"))
    room = min(_BAR, width - len(far) - 22)
    done = round(max(0, room) * min(1.0, scanned.looked / max(1, total)))
    bar = Content.assemble(("━" * done, "$accent"), ("━" * (room - done), "$line"), "  ") if room >= 6 else Content("")
    return Content.assemble(bar, f"Looked at {far}", ("  s", "bold $accent"), (" stops", "$muted"))
