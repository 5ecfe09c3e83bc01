"""Domain -> Content: the only place that gives foreign text a style, and the words for times and numbers.

Whatever people, files or servers wrote reaches a widget through `line`, `block` or `pieces` (never as a bare str: a
widget would read markup in it, and a terminal its control characters). Everything returned is Textual Content.
Styles are named by theme variables: "$muted", "bold $accent".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from msgcenter_tui import text
from msgcenter_tui.domain import NO_SUBJECT, Channel, PersonKind, PieceKind, WorkspaceKind
from msgcenter_tui.rules.waiting import not_configured, stopped_words
from msgcenter_tui.tui.pace import remaining as remaining

if TYPE_CHECKING:  # the first frame needs none of them
    from msgcenter_tui.domain import Client, LedgerStatus, Piece, Thread, ThreadRow, Workspace

MEASURE = 84
"""The reader's measure: a body is at most so many cells wide."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_PIECE_STYLE = {
    PieceKind.TEXT: "",
    PieceKind.FIELD: "$field",
    PieceKind.BLANK: "bold $blank",
    PieceKind.ERROR: "bold $error",
}


# -- foreign text -----------------------------------------------------------------------------------------------------


def plain(words: str) -> str:
    """Foreign text on one line, safe for a terminal; for places that take only str (a toast, a title)."""
    return text.shown_line(words)


def line(words: str, style: str = "") -> Content:
    """Foreign text on one line: a name, a subject, an address."""
    return Content.styled(plain(words), style)


def block(words: str, style: str = "") -> Content:
    """Foreign text with its line breaks: a body, a note."""
    return Content.styled(text.shown(words), style)


def pieces(parts: Sequence[Piece], style: str = "") -> Content:
    """A body as its reader sees it (T5): merge fields as ‹first name›, blanks as [[first day]]."""
    return Content.assemble(*((_piece(part), _PIECE_STYLE[part.kind] or style) for part in parts))


def filled(parts: Sequence[Piece], unfilled: Sequence[Piece]) -> Content:
    """A preview: values where there are some, ‹first name› where there is neither value nor fallback.

    `unfilled` are the pieces of the same text as staff see them.
    """
    names = iter([part.text for part in unfilled if part.kind is PieceKind.FIELD])
    shown = []
    for part in parts:
        missing = part.kind is PieceKind.FIELD and part.text == next(names, None)
        if part.kind is PieceKind.FIELD and not missing:
            shown.append(Content.styled(text.shown(part.text), "$field"))
        else:
            shown.append(Content.styled(_piece(part), "bold $warning" if missing else _PIECE_STYLE[part.kind]))
    return Content.assemble(*shown)


def _piece(part: Piece) -> str:
    shown = text.shown(part.text)
    if part.kind is PieceKind.FIELD:
        return f"‹{shown}›"
    if part.kind is PieceKind.BLANK:
        return shown if shown.startswith("[[") else f"[[{shown}]]"
    return shown


def subject(thread: ThreadRow | Thread | None = None, *, words: str | None = None) -> str:
    """A subject on one line; without one "(No Subject)" (M1)."""
    given = thread.subject if thread is not None else words
    return plain(given) if given and given.strip() else NO_SUBJECT


def names(people: Sequence[str], others: int = 0, limit: int = 3) -> str:
    """ "Ana Flores, Pia Berg and 3 others"."""
    shown = [plain(person) for person in people[:limit]]
    rest = others + max(0, len(people) - limit)
    if rest:
        return f"{', '.join(shown)} and {number(rest)} {'other' if rest == 1 else 'others'}"
    return ", ".join(shown)


def to_whom(row: ThreadRow) -> str:
    """Whom a thread goes to, in words: "All Clients", "All Team Members", or the others in it."""
    if row.kind.broadcast:
        return row.kind.called
    return names(row.people, row.others) or "nobody else"


def to_whom_of(thread: Thread) -> str:
    """The same of a thread that is shown, to its staff."""
    if thread.kind.broadcast:
        return thread.kind.called
    return names([person.name for person in thread.people if person.kind is PersonKind.CLIENT])


PERSONAL = "Personal clients"


def workspace_name(workspace: Workspace) -> str:
    """A workspace as its members call it: the personal one by one name wherever staff see it."""
    return PERSONAL if workspace.kind is WorkspaceKind.PERSONAL else plain(workspace.name)


def name_of_place(id: str, name: str, workspaces: Sequence[Workspace]) -> str:
    """The same where only its id and the name in the store are known, among the reader's own."""
    return next((workspace_name(one) for one in workspaces if one.id == id), plain(name))


Placed = TypeVar("Placed", "Client", "Thread", "ThreadRow")


def placed(one: Placed, workspaces: Sequence[Workspace]) -> Placed:
    """The same with the name of its workspace as the reader, whose own these are, calls it."""
    return replace(one, workspace_name=name_of_place(one.workspace, one.workspace_name, workspaces))


# -- numbers ----------------------------------------------------------------------------------------------------------


def number(count: int) -> str:
    """12345 -> "12,345"."""
    return f"{count:,}"


def badge(count: int) -> str:
    """A count beside a word: up to 99, then "99+"."""
    return "99+" if count > 99 else str(count)


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 client", "12 clients"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


# -- times ------------------------------------------------------------------------------------------------------------


def local(at: datetime, zone: tzinfo | None = None) -> datetime:
    return at.astimezone(zone)


def when(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A time in words that age well: "just now", "09:31", "Tue 09:31", "12 Nov", "12 Nov 2025"."""
    here, today = local(at, zone), local(now, zone)
    if timedelta(0) <= now - at < timedelta(minutes=1):
        return "just now"
    days = (today.date() - here.date()).days
    if days == 0:
        return f"{here:%H:%M}"
    if 0 < days < 7:
        return f"{_DAYS[here.weekday()][:3]} {here:%H:%M}"
    month = _MONTHS[here.month - 1][:3]
    return f"{here.day} {month}" if here.year == today.year else f"{here.day} {month} {here.year}"


def moment(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Exact to the minute, for ledgers and histories: "today 09:31", "12 Nov 09:31", "12 Nov 2025 09:31"."""
    here, today = local(at, zone), local(now, zone)
    if here.date() == today.date():
        return f"today {here:%H:%M}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {_MONTHS[here.month - 1][:3]}{year} {here:%H:%M}"


def day(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A day separator: "Today", "Yesterday", "Tuesday", "Tuesday 12 November", "12 November 2025"."""
    here, today = local(at, zone).date(), local(now, zone).date()
    days = (today - here).days
    if days == 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    month = _MONTHS[here.month - 1]
    if here.year != today.year:
        return f"{here.day} {month} {here.year}"
    return f"{_DAYS[here.weekday()]} {here.day} {month}"


def clock(at: datetime, zone: tzinfo | None = None) -> str:
    """ "09:31"."""
    return f"{local(at, zone):%H:%M}"


# -- whole lines -------------------------------------------------------------------------------------------------------


def ends(left: Content, right: Content, width: int) -> Content:
    """One line: `left` cut as needed, `right` kept at the right edge."""
    room = width - right.cell_length - 1
    if not right or room < 4:
        return left.truncate(width, ellipsis=True, pad=True)
    return Content.assemble(left.truncate(room, ellipsis=True, pad=True), " ", right)


def fact(label: str, value: Content) -> Content:
    """A line of what is known of something: "Status    Lead"."""
    return Content.assemble((f"{label:<10}", "$muted"), value)


def mail_words(ledger: LedgerStatus, *, in_trouble: bool = False) -> tuple[str, bool]:
    """How the mail does, in a few words, and whether that wants attention; `in_trouble`: the notifier of this terminal.

    The deliveries tell more of it.
    """
    for channel, why in ledger.paused:
        # Many never use SMS: that it is not configured concerns only those who have something waiting.
        if channel is Channel.EMAIL or not not_configured(channel, why) or ledger.waiting or ledger.retrying:
            return stopped_words(channel, why), True
    if ledger.unknown:
        return f"{number(ledger.unknown)} unknown", True
    if ledger.failed:
        return f"{number(ledger.failed)} failed", True
    if ledger.held:
        return f"{number(ledger.held)} held", True
    if in_trouble:
        return "cannot send here", True
    if ledger.sending:
        return f"sending {number(ledger.sending)}", False
    if ledger.retrying:
        return f"{number(ledger.retrying)} to retry", False
    if ledger.waiting:
        return f"{number(ledger.waiting)} waiting", False
    return "all sent", False
