"""An audience in words: seen or not, notified or not, read or not, each with a sign, a word and the reason (R4, N4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import (
    Ahead,
    Among,
    AudienceRow,
    Channel,
    DeliveryState,
    Notified,
    Person,
    PersonKind,
    Prospect,
    RunKind,
    Status,
    Thread,
    ThreadKind,
)
from msgcenter_tui.rules.waiting import CHANNEL_WORDS
from msgcenter_tui.tui import render, render_ledger

AMONG_WORDS = {
    Among.ALL: "All",
    Among.SEES: "See it",
    Among.HIDDEN: "Do not see it",
    Among.NOTIFIED: "Notified",
    Among.UNDER_WAY: "Under way",
    Among.NOT_NOTIFIED: "Not notified",
    Among.READ: "Read",
    Among.NOT_READ: "Not read",
    Among.NOT_REACHED: "Reached by nothing",
    Among.TO_CATCH_UP: "To catch up",
}

AHEAD_WORDS = {
    Ahead.ALL: "All",
    Ahead.NOTIFIED: "Notified",
    Ahead.PORTAL_ONLY: "Portal only",
    Ahead.NOT_REACHED: "Reached by nothing",
    Ahead.EXCLUDED: "Excluded",
}

_STATUS_STYLE = {Status.LEAD: "$accent", Status.ACTIVE: "$success"}

_BY_NEED = (
    DeliveryState.UNKNOWN,
    DeliveryState.FAILED,
    DeliveryState.HELD,
    DeliveryState.SUPPRESSED,
    DeliveryState.CANCELLED,
    DeliveryState.RETRYING,
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.READ_FIRST,
    DeliveryState.SENT,
)
"""What wants a person first, then what reached nobody, then what is under way."""

_RUN_WORDS = {RunKind.REPLY: "a reply", RunKind.CATCH_UP: "catch-up", RunKind.OWNER: "a reply"}


def heading(thread: Thread) -> str:
    """Of which thread it is: its subject, or to whom it is."""
    if thread.subject:
        return thread.subject
    if thread.kind is ThreadKind.DIRECT:
        return render.names([person.name for person in thread.people])
    return f"{thread.kind.called} of {thread.workspace_name}"


# -- after the send ---------------------------------------------------------------------------------------------------


def cells(row: AudienceRow, now: datetime, zone: tzinfo | None) -> Mapping[str, Content]:
    """Somebody's line in the audience."""
    return {
        "name": _name(row.person, faint=not row.sees),
        "status": _status(row.status),
        "sees": _sees(sees=row.sees),
        "notified": _notified_in_short(row),
        "read": _read_in_short(row, now, zone),
        "why": render.line(_why(row), "$muted"),
    }


def _name(person: Person, *, faint: bool) -> Content:
    return render.line(person.name, "$muted" if faint else "bold")


def _status(status: Status | None) -> Content:
    if status is None:
        return Content.styled("staff", "$muted")
    return Content.styled(status.called, _STATUS_STYLE.get(status, "$muted"))


def _sees(*, sees: bool) -> Content:
    return Content.styled("● yes", "$portal") if sees else Content.styled("○ no", "$muted")


def notified(row: AudienceRow) -> Content:
    """By what somebody was notified, or that they were not."""
    if row.notified is Notified.NO:
        return Content.styled("– not notified", "$muted")
    return Content(" ").join(_told(state, channels) for state, channels in _channels_by_state(row).items())


def _notified_in_short(row: AudienceRow) -> Content:
    """The same; of two channels that ended differently the one that wants a person in words, the other by its sign."""
    by_state = _channels_by_state(row)
    if row.notified is Notified.NO or len(by_state) < 2:
        return notified(row)
    first, *others = sorted(by_state, key=_BY_NEED.index)
    signs = [_told(state, by_state[state], in_words=False) for state in others]
    return Content(" ").join([_told(first, by_state[first]), *signs])


def _channels_by_state(row: AudienceRow) -> Mapping[DeliveryState, Sequence[Channel]]:
    """In which state the newest on each channel is."""
    newest = {notice.channel: notice.state for notice in reversed(row.told)}
    by_state: dict[DeliveryState, list[Channel]] = {}
    for channel, state in sorted(newest.items()):
        by_state.setdefault(state, []).append(channel)
    return by_state


def _told(state: DeliveryState, channels: Sequence[Channel], *, in_words: bool = True) -> Content:
    words = ", ".join(CHANNEL_WORDS[channel] for channel in channels)
    return Content.assemble(render_ledger.state(state, in_words=in_words), (f" {words}", "$muted"))


def _read_in_short(row: AudienceRow, now: datetime, zone: tzinfo | None) -> Content:
    if row.read:
        return Content.styled(f"◉ {render.when(row.read_at, now, zone)}" if row.read_at else "◉ read", "$success")
    if row.read_up_to:
        return Content.styled(f"◔ to {row.read_up_to}", "$warning")
    return Content.styled("–", "$muted")


def _why(row: AudienceRow) -> str:
    """What is not as one would wish, first that it is not seen; the same reason for both once."""
    if row.sees:
        return row.why_not
    of_status = row.status is not None and not row.status.current and not row.told
    return ", ".join(filter(None, [row.why, "" if of_status else row.why_not]))


def detail(row: AudienceRow, now: datetime, zone: tzinfo | None) -> Content:
    """All that is known of somebody and the thread."""
    lines = [
        render.line(row.person.name, "bold"),
        Content.empty(),
        render.fact("Status", _status(row.status)),
        render.fact("Sees it", Content.assemble(_sees(sees=row.sees), "  ", render.line(row.why, "$muted"))),
        render.fact("Read", _read(row, now, zone)),
    ]
    if row.read_at is not None:
        lines.append(render.fact("", Content.styled(f"first {render.moment(row.read_at, now, zone)}", "$muted")))
    lines.append(render.fact("Notified", notified(row)))
    if row.why_not:
        lines.append(render.fact("", render.line(row.why_not, "$warning")))
    if row.notices:
        lines += [Content.empty(), Content.styled("Notifications, the newest first", "$muted")]
    for notice in row.notices:
        at = render.moment(notice.at, now, zone) if notice.at is not None else ""
        kind = _RUN_WORDS.get(notice.kind, "")
        by = CHANNEL_WORDS[notice.channel]
        about = "  ".join(filter(None, [by, kind, at]))
        lines.append(Content.assemble(render_ledger.state(notice.state), (f"  {about}", "$muted")))
        if notice.why:
            lines.append(Content.assemble("  ", render.line(notice.why)))
    return Content("\n").join(lines)


def _read(row: AudienceRow, now: datetime, zone: tzinfo | None) -> Content:
    if row.read:
        return Content.styled("◉ read", "$success")
    if row.read_up_to:
        return Content.styled(f"◔ up to message {row.read_up_to}", "$warning")
    return Content.styled("– not read", "$muted")


def figures(counts: Mapping[Among, int]) -> list[Content]:
    """The line on top."""
    number, counted = render.number, render.counted
    see, have = counted(counts[Among.SEES], "sees", "see"), counted(counts[Among.READ], "has", "have")
    parts = [
        Content.styled(counted(counts[Among.ALL], "person", "people"), "bold"),
        Content.styled(f"◉ {see} it, {have} read it", "$portal"),
        Content.styled(f"✓ {number(counts[Among.NOTIFIED])} notified", "$success"),
    ]
    if counts[Among.UNDER_WAY]:
        parts.append(Content.styled(f"… {number(counts[Among.UNDER_WAY])} under way", "$accent"))
    if counts[Among.NOT_REACHED]:
        parts.append(Content.styled(f"{number(counts[Among.NOT_REACHED])} reached by nothing", "$warning"))
    if counts[Among.TO_CATCH_UP]:
        parts.append(Content.styled(f"{number(counts[Among.TO_CATCH_UP])} to catch up", "$warning"))
    return parts


# -- before the send --------------------------------------------------------------------------------------------------


def prospect_cells(row: Prospect) -> Mapping[str, Content]:
    """Somebody's line in the list of who gets it."""
    return {
        "name": _name(row.person, faint=row.excluded),
        "status": _status(row.status),
        "notified": becomes(row),
        "portal": Content.styled("● finds it", "$portal") if row.in_portal else Content.styled("–", "$muted"),
        "why": render.line(row.why, "$muted"),
    }


def becomes(row: Prospect) -> Content:
    """What a message would be to somebody."""
    if row.excluded:
        return Content.styled("– excluded", "$muted")
    if row.channels:
        return Content.styled(f"✓ {', '.join(CHANNEL_WORDS[one] for one in row.channels)}", "$success")
    if row.in_portal:
        return Content.styled("○ portal only", "$accent")
    return Content.styled("✗ by nothing", "$warning")


def prospect_detail(row: Prospect) -> Content:
    lines = [
        render.line(row.person.name, "bold"),
        Content.empty(),
        render.fact("Status", _status(row.status)),
        render.fact("Notified", becomes(row)),
    ]
    if row.person.kind is PersonKind.CLIENT and not row.excluded:
        finds = (
            Content.styled("● finds it there", "$portal") if row.in_portal else Content.styled("– no portal", "$muted")
        )
        lines.append(render.fact("Portal", finds))
    if row.why:
        lines.append(render.fact("Why", render.line(row.why)))
    return Content("\n").join(lines)


def prospect_figures(counts: Mapping[Ahead, int]) -> list[Content]:
    """The line on top."""
    number = render.number
    parts = [
        Content.styled(render.counted(counts[Ahead.ALL], "person", "people"), "bold"),
        Content.styled(f"✓ {number(counts[Ahead.NOTIFIED])} will be notified", "$success"),
    ]
    if counts[Ahead.PORTAL_ONLY]:
        finds = render.counted(counts[Ahead.PORTAL_ONLY], "finds", "find")
        parts.append(Content.styled(f"○ {finds} it in the portal only", "$accent"))
    if counts[Ahead.NOT_REACHED]:
        reached = render.counted(counts[Ahead.NOT_REACHED], "is", "are")
        parts.append(Content.styled(f"✗ {reached} reached by nothing", "$warning"))
    if counts[Ahead.EXCLUDED]:
        parts.append(Content.styled(f"– {number(counts[Ahead.EXCLUDED])} excluded", "$muted"))
    return parts
