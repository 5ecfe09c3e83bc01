"""The audit log in words: who did what on what, and whether its chain of hashes is whole (S2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import NO_SUBJECT, AuditGroup, AuditRecord, Thing, ThingKind, Walk
from msgcenter_tui.tui import keys, render

ACT_WORDS = {
    "thread.start": "began thread",
    "thread.rename": "changed subject",
    "thread.lock": "locked thread",
    "thread.unlock": "unlocked thread",
    "thread.delete": "deleted thread",
    "thread.restore": "restored thread",
    "thread.withdraw": "withdrew thread",
    "thread.add": "added person",
    "thread.remove": "removed person",
    "thread.leave": "left thread",
    "thread.catch-up": "caught up",
    "thread.catch-up-undo": "took catch-up back",
    "message.write": "wrote message",
    "message.edit": "edited message",
    "message.delete": "deleted message",
    "message.undo": "took message back",
    "client.add": "added client",
    "client.change": "changed client",
    "client.erase": "erased client",
    "client.export": "exported client",
    "client.assign": "assigned client",
    "client.unassign": "unassigned client",
    "portal.sign_in": "signed in as client",
    "template.add": "added template",
    "template.edit": "changed template",
    "template.remove": "removed template",
    "team.add": "added team",
    "team.change": "changed team",
    "team.set_member": "set role of member",
    "team.remove_member": "removed member",
    "staff.add": "added staff",
    "staff.appoint": "changed administrator",
    "passphrase.set": "set passphrase",
    "passphrase.remove": "removed passphrase",
    "walls.up": "put up walls",
    "walls.down": "took down walls",
    "logins.add": "added login",
    "logins.remove": "removed login",
    "deliveries.hold": "held deliveries",
    "deliveries.retry": "retried deliveries",
    "deliveries.arrived": "settled: arrived",
    "deliveries.resend": "sent again",
    "deliveries.release": "released held",
    "deliveries.fold": "folded deliveries",
    "channels.resume": "resumed channel",
    "store.backup": "began backup",
    "store.backed-up": "made backup",
    "store.copy": "copied store",
    "store.restore": "restored backup",
    "store.rescue": "rescued store",
}
"""What each act is called; at most 21 letters, for a column."""

GROUP_WORDS = {group: group.value.capitalize() for group in AuditGroup}

_BAR = 24
_BY = 10
"""Cells of who was signed in as somebody, of the eighteen that a list of 80 columns has for both."""

NOT_VERIFIED = "{audit.verify} verifies that no record was changed or removed"


def act(record: AuditRecord) -> Content:
    """The act in words; one that has none, as it is."""
    return render.line(ACT_WORDS.get(record.act, record.act))


def thing(id: str, things: Mapping[str, Thing]) -> Content:
    """What an id stands for, by name, or the id where the reader does not see it."""
    found = things.get(id)
    if found is None:
        return render.line(id, "$muted")
    return render.line(NO_SUBJECT if found.name is None else found.name)


def fields(record: AuditRecord, things: Mapping[str, Thing]) -> Content:
    """Names of fields, and what other ids it names stand for."""
    parts = []
    for field in record.fields:
        name, equals, value = field.rpartition("=")
        said = thing(value, things) if value in things else render.line(value, "" if name else "$muted")
        parts.append(Content.assemble(render.line(f"{name}{equals}", "$muted"), said))
    return Content.styled(", ", "$muted").join(parts)


def cells(
    record: AuditRecord, things: Mapping[str, Thing], now: datetime, zone: tzinfo | None
) -> Mapping[str, Content]:
    """A record's line in the log."""
    return {
        "when": Content.styled(render.when(record.at, now, zone), "$muted"),
        "who": _who(record),
        "act": act(record),
        "what": thing(record.what, things),
        "fields": fields(record, things),
    }


def _who(record: AuditRecord) -> Content:
    """Who it was; signed in as a client, first who really was: the column cuts the end (P3)."""
    name = render.line(record.name, "" if record.who_id else "$muted")
    if not record.by:
        return name
    return Content.assemble(render.line(record.by).truncate(_BY, ellipsis=True), (" as ", "$muted"), name)


def detail(record: AuditRecord, things: Mapping[str, Thing], key: str, now: datetime, zone: tzinfo | None) -> Content:
    """Everything that a record says; `key` opens what it is about, where that can be."""
    found = things.get(record.what)
    lines = [
        Content.assemble(render.line(record.who, "bold"), " ", act(record)),
        Content.styled(render.moment(record.at, now, zone), "$muted"),
        Content.empty(),
    ]
    if record.what:
        kind = found.kind.value.capitalize() if found else "On"
        lines.append(render.fact(kind, thing(record.what, things)))
        if found:
            lines.append(render.fact("Id", render.line(record.what, "$muted")))
    if record.fields:
        lines.append(render.fact("Fields", fields(record, things)))
    if opens(found):
        lines += [Content.empty(), Content.assemble((key, "bold $accent"), (" opens it", "$muted"))]
    lines += [
        Content.empty(),
        Content.styled("In the log", "$muted"),
        render.fact("Act", render.line(record.act, "$muted")),
        render.fact("Number", Content(render.number(record.number))),
        render.fact("Hash", render.line(record.hash, "$muted")),
    ]
    return Content("\n").join(lines)


def opens(found: Thing | None) -> bool:
    """Whether there is a screen for it."""
    if found is None:
        return False
    return found.thread is not None or found.kind in (ThingKind.CLIENT, ThingKind.TEMPLATE)


# -- the chain --------------------------------------------------------------------------------------------------------


def walked(
    walk: Walk | None, since: datetime | None, keymap: Mapping[str, str], now: datetime, zone: tzinfo | None
) -> Content:
    """How far it is verified, or what came of it; `since` is when that was."""
    if walk is None:
        return Content.styled(keys.filled(NOT_VERIFIED, keymap), "$muted")
    if walk.flaw:
        return Content.styled(f"✗ The log is not whole: {walk.flaw}", "bold $error")
    if not walk.over:
        share = round(_BAR * walk.last.number / max(1, walk.total))
        bar = Content.assemble(("━" * share, "$accent"), ("━" * (_BAR - share), "$line"))
        count = f"{render.number(walk.last.number)} of {render.number(walk.total)}"
        return Content.assemble(
            "Verifying  ", bar, f"  {count}", (f"  {keys.first('audit.verify', keymap)} stops", "$muted")
        )
    at = "" if since is None else f"  {render.moment(since, now, zone)}"
    records = render.counted(walk.last.number, "record")
    whole = Content.assemble(("✓ Whole", "bold $success"), f": {records}", (at, "$muted"))
    if not walk.last.number:
        return whole
    return Content.assemble(
        whole, (f"   {keys.first('audit.copy', keymap)} copies its head, to be noted elsewhere", "$muted")
    )
