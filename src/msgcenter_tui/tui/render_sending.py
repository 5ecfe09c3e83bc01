"""What sending would do, in words: the figures of S3 and N4, the exposure of L3, an empty audience (A6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.content import Content

from msgcenter_tui.domain import (
    NO_SUBJECT,
    Channel,
    CountedWorkspace,
    Difference,
    Outlook,
    Reach,
    Recipients,
    Status,
    ThreadKind,
    Unreached,
)
from msgcenter_tui.rules import fields, sms, waiting
from msgcenter_tui.tui import render

STEPS = ("1 Recipients", "2 Message")

_SHOWN_LINES = 6
"""So many lines of a message stand in the last look."""


def steps(title: str, here: int) -> Content:
    """Over both steps: which of them one is at."""
    parts = [Content.styled(words, "bold $accent" if at == here else "$muted") for at, words in enumerate(STEPS)]
    return Content.assemble((title, "bold"), "  ", Content("  ").join(parts))


def heading(whom: str, workspace: str, *, locked: bool) -> Content:
    """Over the message: to whom it goes, from where, and the lock."""
    parts = [Content.assemble(("To ", "$muted"), render.line(whom, "bold"))]
    if workspace:
        parts.append(Content.assemble(("from ", "$muted"), render.line(workspace)))
    if locked:
        parts.append(Content.styled("▣ locked", "$warning"))
    return Content("   ").join(parts)


def recipients(to: Recipients, names: tuple[str, ...]) -> str:
    """Whom a new thread goes to: "All Clients", or the people named."""
    return to.kind.called if to.kind.broadcast else render.names(names) or "nobody yet"


def to_whom(kind: ThreadKind) -> str:
    """The same before it is known who they are."""
    return kind.called if kind.broadcast else "named people"


def workspace_facts(workspace: CountedWorkspace) -> Content:
    """The people of a workspace, beside its name."""
    if workspace.clients == workspace.current:
        words = render.counted(workspace.clients, "client")
    else:
        words = f"{render.counted(workspace.clients, 'client')}, {render.number(workspace.current)} current"
    return Content.styled(words, "$muted")


def audience(outlook: Outlook) -> Content:
    """Who is in the audience: "412 clients: 380 Active, 32 Lead"."""
    if outlook.kind is ThreadKind.ALL_CLIENTS:
        parts = [
            f"{render.number(outlook.by_status[status])} {status.called}"
            for status in (Status.ACTIVE, Status.LEAD)
            if outlook.by_status.get(status)
        ]
        words = render.counted(outlook.audience, "client") + (f": {', '.join(parts)}" if parts else "")
    elif outlook.kind is ThreadKind.ALL_TEAM:
        words = render.counted(outlook.audience, "team member") + " beside you"
    else:
        words = render.counted(outlook.audience, "person", "people")
    return Content.styled(words, "$muted")


def notified(reach: Reach, waits: str = "") -> str:
    """How many people are notified and how: "398 people will be notified (390 e-mail, 18 SMS)", or what waits."""
    if not reach.people:
        return "Nobody will be notified"
    people = "1 person" if reach.people == 1 else f"{render.number(reach.people)} people"
    ways = [f"{render.number(count)} {way}" for count, way in ((reach.email, "e-mail"), (reach.sms, "SMS")) if count]
    by = ", ".join(ways)
    return f"{people} to notify ({by}), waits: {waits}" if waits else f"{people} will be notified ({by})"


def reached(reach: Reach, stopped: Mapping[Channel, str]) -> str:
    """The same in few words, at a composer's foot: "398 notified"; what waits says so (N13)."""
    if waits := waiting.waits_for(stopped, waiting.channels(reach)):
        return f"{render.number(reach.people)} to notify, waits: {waits}"
    return f"{render.number(reach.people)} notified" if reach.people else "nobody is notified"


def figures(outlook: Outlook, stopped: Mapping[Channel, str]) -> list[Content]:
    """The live line under the recipients: who is notified, who finds it in the portal only, who by nothing.

    What goes by a channel that sends nothing is not promised: it waits (N13).
    """
    reach = outlook.reach
    if not outlook.audience:
        return [Content.styled(_nobody(outlook.kind), "$warning")]
    waits = waiting.waits_for(stopped, waiting.channels(reach))
    parts = [Content.styled(notified(reach, waits), "bold" if reach.people and not waits else "bold $warning")]
    if reach.portal_only:
        verb = "finds" if reach.portal_only == 1 else "find"
        parts.append(Content(f"{render.number(reach.portal_only)} {verb} it in the portal only"))
    if reach.unreachable:
        verb = "is" if reach.unreachable == 1 else "are"
        parts.append(Content.styled(f"{render.number(reach.unreachable)} {verb} reached by nothing", "$warning"))
    return parts


def _nobody(kind: ThreadKind) -> str:
    if kind is ThreadKind.ALL_CLIENTS:  # A6
        return "No current client here: nobody is notified; clients who come later will see it"
    if kind is ThreadKind.ALL_TEAM:
        return "No other member here: nobody is notified"
    return "Nobody is named yet"


def segments(outlook: Outlook | None) -> str:
    """What the SMS of a message take, over the field in which it is written; empty where there are none."""
    return sms.cost(outlook.segments) if outlook is not None and outlook.segments is not None else ""


def exposure(outlook: Outlook) -> Content:
    """Who learns whose name (L3); empty where nobody does."""
    if not outlook.exposed:
        return Content("")
    later = " and everyone who joins later" if outlook.kind.broadcast else ""
    count = render.counted(outlook.exposed, "client")
    return Content.styled(f"⚠ Not locked: {count}{later} will see each other's names and replies", "$warning")


def unreached(who: Unreached) -> Content:
    """One of the first unreached, with the reason (N4)."""
    return Content.assemble(render.line(who.name), "  ", render.line(who.reason, "$muted"))


def unreached_count(outlook: Outlook) -> int:
    return outlook.reach.portal_only + outlook.reach.unreachable


def beginning(body: str) -> Content:
    """The beginning of a message, before it is sent: enough to know it again."""
    lines = body.strip()[:600].split("\n")
    more = len(lines) > _SHOWN_LINES or len(body.strip()) > 600
    shown = render.pieces(fields.pieces("\n".join(lines[:_SHOWN_LINES])))
    return Content.assemble(shown, (" …", "$muted") if more else "")


def last_look(outlook: Outlook, names: Sequence[str], stopped: Mapping[Channel, str]) -> Content:
    """The figures of the last question before a send (S3): from where, who is notified how, who is not.

    `names` are the people of a direct thread: they are about to learn of each other (L3).
    """
    if outlook.kind is ThreadKind.DIRECT and names:
        whom = render.line(", ".join(render.plain(name) for name in names))
    else:
        whom = Content.assemble(to_whom(outlook.kind), "  ", audience(outlook))
    lines = [
        Content.assemble(("From  ", "$muted"), render.line(outlook.workspace_name, "bold")),
        Content.assemble(("To    ", "$muted"), whom),
        *figures(outlook, stopped),
    ]
    if outlook.segments is not None:
        lines.append(render.line(sms.cost(outlook.segments)))
    if outlook.exposed:
        lines.append(exposure(outlook))
    elif outlook.kind is ThreadKind.ALL_CLIENTS and outlook.locked:
        lines.append(Content.styled("▣ Locked: clients cannot reply", "$muted"))
    return Content("\n").join(lines)


# -- beside the last broadcast ----------------------------------------------------------------------------------------

COMPARING = Content.styled("Comparing with the last broadcast …", "$muted")


def difference(found: Difference | None, now: datetime) -> Content:
    """Who is notified now and was not by the last broadcast, and the other way round."""
    if found is None:
        return Content.styled("The first broadcast of this workspace", "$muted")
    subject = found.subject if found.subject is not None else NO_SUBJECT
    when = render.moment(found.at, now)
    last = Content.assemble(render.line(f"“{subject}”", "$muted"), (f", {when}", "$muted"))
    if not (found.more or found.fewer):
        return Content.assemble(("= The same people as for ", "$muted"), last)
    lines = [Content.assemble(("Compared with ", "$muted"), last)]
    if found.more:
        names = ", ".join(render.plain(person.name) for person in found.first_more)
        lines.append(_changed("+", found.more, "more", names, found.more - len(found.first_more)))
    if found.fewer:
        names = ", ".join(f"{render.plain(one.name)} ({render.plain(one.reason)})" for one in found.first_fewer)
        lines.append(_changed("−", found.fewer, "fewer", names, found.fewer - len(found.first_fewer)))
    return Content("\n").join(lines)


def _changed(sign: str, count: int, word: str, names: str, others: int) -> Content:
    rest = f" and {render.number(others)} more" if others else ""
    return Content.assemble((f"{sign} {render.number(count)} {word}  ", "bold"), (f"{names}{rest}", "$muted"))


def to_type(number: int) -> Content:
    """What stands before the field in which the number of people is typed."""
    return Content.assemble("Type ", (render.number(number), "bold"), " to send ")
