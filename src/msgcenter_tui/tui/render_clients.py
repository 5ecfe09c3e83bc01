"""Clients in words: how they are reached, since when what held, and why a portal is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import Client, ClientChange, Consent, Status
from msgcenter_tui.tui import render

STATUS_WORDS = {status: status.called for status in Status}

CONSENT_WORDS = {
    Consent.NOT_ASKED: "not asked",
    Consent.PENDING: "pending",
    Consent.ACTIVE: "active",
    Consent.DECLINED: "declined",
}

_STATUS_STYLE = {
    Status.LEAD: "$accent",
    Status.ACTIVE: "$success",
    Status.INACTIVE: "$muted",
    Status.COMPLETE: "$muted",
}


def status(client: Client) -> Content:
    return Content.styled(STATUS_WORDS[client.status], _STATUS_STYLE[client.status])


def portal(client: Client) -> Content:
    return Content.styled("● on", "$portal") if client.portal else Content.styled("○ off", "$muted")


def mail_in_short(client: Client) -> Content:
    """The address behind a sign for what is wrong with it: the word is in the detail, and never cut off."""
    address = mail(client) if client.email is None else render.line(client.email)
    if client.email is not None and client.email_muted:
        return Content.assemble(("⊘ ", "$warning"), address)
    if client.email is not None and client.email_problem:
        return Content.assemble(("✗ ", "bold $error"), address)
    return address


def mail(client: Client) -> Content:
    """The address, with what is wrong with it."""
    if client.email is None:
        return Content.styled("none", "$muted")
    address = render.line(client.email)
    if client.email_muted:
        return Content.assemble(address, ("  muted", "$warning"))
    if client.email_problem:
        return Content.assemble(address, ("  failing", "$error"))
    return address


def phone(client: Client) -> Content:
    if client.phone is None:
        return Content.styled("none", "$muted")
    number = render.line(client.phone)
    return number if client.phone_number else Content.assemble(number, ("  not a valid number", "$warning"))


def consent(client: Client) -> Content:
    style = {Consent.ACTIVE: "$success", Consent.DECLINED: "$warning"}.get(client.consent, "$muted")
    return Content.styled(CONSENT_WORDS[client.consent], style)


def cells(client: Client) -> Mapping[str, Content]:
    """A client's line in the list."""
    return {
        "name": render.line(client.name, "bold" if client.status.current else "$muted"),
        "status": status(client),
        "portal": portal(client),
        "mail": mail_in_short(client),
        "phone": phone(client),
        "consent": consent(client),
        "workspace": render.line(client.workspace_name, "$muted"),
    }


def detail(
    client: Client, history: Sequence[ClientChange], why_not: str | None, now: datetime, zone: tzinfo | None
) -> Content:
    """All that staff know of one client. `why_not` says why they cannot sign in (P2)."""
    sees = "  sees broadcasts" if client.sees_broadcasts else ""
    lines = [
        render.line(client.name, "bold"),
        render.line(client.workspace_name, "$muted"),
        Content.empty(),
        render.fact("Status", Content.assemble(status(client), (sees, "$muted"))),
        render.fact("Portal", portal(client)),
    ]
    if why_not:
        lines.append(Content.styled(_sentence(why_not), "$muted"))
    lines.append(render.fact("E-mail", mail(client)))
    if client.email_problem:
        lines.append(render.fact("", render.line(client.email_problem, "$error")))
    lines += [
        render.fact("Phone", phone(client)),
        render.fact("SMS", consent(client)),
        render.fact("Assigned", render.line(render.names([p.name for p in client.assigned], limit=8) or "nobody")),
    ]
    if client.note:
        lines += [Content.empty(), Content.styled("Note, for staff only", "$muted"), render.block(client.note)]
    if history:
        lines += [Content.empty(), Content.styled("History", "$muted")]
        newest = sorted(zip(history, [None, *history], strict=False), key=lambda pair: pair[0].at, reverse=True)
        lines += [change(one, before, now, zone) for one, before in newest[:8]]
    return Content("\n").join(lines)


def at_the_door(client: Client, why_not: str | None, view: str) -> Content:
    """Beside the choice of a portal: how to enter, `view` being the key to look, or why they cannot sign in (P2)."""
    lines = [
        render.line(client.name, "bold"),
        render.line(client.workspace_name, "$muted"),
        Content.empty(),
        render.fact("Status", status(client)),
        render.fact("Portal", portal(client)),
        render.fact("E-mail", mail(client)),
        Content.empty(),
    ]
    if why_not:
        lines.append(Content.styled(f"They cannot sign in: {render.plain(why_not)}.", "$warning"))
    else:
        lines += [
            Content.assemble(("⏎      ", "bold $portal"), "signs in as them"),
            Content.assemble((f"{view:<7}", "bold $portal"), "looks at it: nothing is marked read, nothing written"),
        ]
    return Content("\n").join(lines)


def _sentence(words: str) -> str:
    shown = render.plain(words)
    return f"{shown[:1].upper()}{shown[1:]}."


def change(one: ClientChange, before: ClientChange | None, now: datetime, zone: tzinfo | None) -> Content:
    """One entry of a history: what became different, when, by whom and how."""
    what = []
    if before is None:
        what.append(f"added as {STATUS_WORDS[one.status]}")
    elif one.status is not before.status:
        what.append(STATUS_WORDS[one.status])
    if one.portal != (before.portal if before else False):
        what.append(f"portal {'on' if one.portal else 'off'}")
    if one.consent is not (before.consent if before else Consent.NOT_ASKED):
        what.append(f"SMS {CONSENT_WORDS[one.consent]}")
    if before is not None and one.workspace != before.workspace:
        what.append("moved here" if what else "moved")
    how = f" ({render.plain(one.how)})" if one.how else ""
    words = ", ".join(what) or "noted"
    return Content.assemble(
        (f"{render.moment(one.at, now, zone):<14}", "$muted"),
        Content(f"{words}{how}"),
        "  ",
        render.line(one.by, "$muted"),
    )
