"""What may leave at this moment: letters, or why a delivery carries none (N1, N5, N6, N9, N12, N14, T4, T5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgcenter_tui.domain import Channel, Consent, DeliveryId, DeliveryState, PersonKind, RunKind, ThreadState
from msgcenter_tui.rules import consent, fields
from msgcenter_tui.store.carried import Carried, about_runs, carried
from msgcenter_tui.store.keys import Numbers, id_from, numbers_of
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.recipients import Recipient, recipients
from msgcenter_tui.store.sheets import Sheet
from msgcenter_tui.store.tx import Tx, look


@dataclass(frozen=True, slots=True)
class Found:
    """What deliveries are now: letters, and those that may not leave as they are (`ledger.decide` settles them)."""

    letters: tuple[Letter, ...]
    doubtful: tuple[DeliveryId, ...]


class Source(NamedTuple):
    """What a letter was made from."""

    row: Recipient
    sheet: Sheet
    seen: object


class Leaving(NamedTuple):
    """A letter that is what it was when it was read, with what the ledger keeps of it at the fence."""

    letter: Letter
    record: str
    """What made the text, as JSON: ids, versions and values, never the text itself."""
    digest: str
    """The same for the same text to the same address."""
    message_id: str | None
    """What it left under before, where it did."""
    fenced_at: int | None
    """Microseconds since 1970."""


class Decided(NamedTuple):
    """A delivery that is settled without leaving, and why."""

    key: Numbers
    state: DeliveryState
    reason: str


class Claimed(NamedTuple):
    """Deliveries that a notifier has claimed, and what the transaction that did it had seen (tx.py)."""

    ids: tuple[DeliveryId, ...]
    seen: object = None


@look
def read(tx: Tx, notifier: str, claimed: Claimed) -> Found:
    """The letters of deliveries that the notifier has claimed."""
    letters: list[Letter] = []
    doubtful: list[DeliveryId] = []
    for one in carried(tx, notifier, [numbers_of(id) for id in claimed.ids]):
        if _verdict(one) is None:
            letters.append(_letter(tx, one, claimed.seen))
        else:
            doubtful.append(id_from(one.row.run, one.row.person))
    return Found(tuple(letters), tuple(doubtful))


def would_leave(tx: Tx, row: Recipient, sheet: Sheet) -> Letter | str:
    """The letter that this recipient would be owed, or why none would leave; judged as what is claimed is."""
    one = Carried(row, sheet)
    verdict = _verdict(one)
    return _letter(tx, one, None) if verdict is None else verdict[1]


def unchanged(tx: Tx, notifier: str, letters: Sequence[Letter]) -> list[Leaving]:
    """Of these letters those that would be made again just so, ready for the fence.

    Nothing is made again: a recipient and a run that read as before carry what they did, and where nobody has written
    since they were claimed they are not even read.
    """
    sources = [_source(letter) for letter in letters]
    if tx.seen is not None and all(source.seen == tx.seen for source in sources):
        return list(map(_leaving, letters, sources))
    known = {numbers_of(letter.id): (letter, source) for letter, source in zip(letters, sources, strict=True)}
    rows = recipients(tx, notifier, known)
    about = about_runs(tx, {row.run for row in rows})
    leaving: list[Leaving] = []
    for row in rows:
        letter, source = known[row.run, row.person]
        if source.row == row and source.sheet.run == about[row.run]:
            leaving.append(_leaving(letter, source))
    return leaving


def _source(letter: Letter) -> Source:
    assert isinstance(letter.source, Source)
    return letter.source


def decided(tx: Tx, notifier: str, ids: Collection[DeliveryId]) -> list[Decided]:
    """Of these deliveries those of which nothing may leave, and why; their rows are locked."""
    judged = ((one, _verdict(one)) for one in carried(tx, notifier, [numbers_of(id) for id in ids]))
    return [Decided((one.row.run, one.row.person), *verdict) for one, verdict in judged if verdict is not None]


# -- judging ----------------------------------------------------------------------------------------------------------


def _verdict(one: Carried) -> tuple[DeliveryState, str] | None:
    row, sheet = one
    if sheet.state != ThreadState.LIVE:
        taken_back = sheet.state == ThreadState.UNDONE
        return DeliveryState.CANCELLED, "it was taken back" if taken_back else "the thread was deleted"
    if not sheet.newest:
        return DeliveryState.CANCELLED, "the message was deleted"
    if sheet.edition.kind is RunKind.REPLY and not row.in_audience:
        return DeliveryState.CANCELLED, "not in the audience any more"
    if (row.up_to or 0) >= sheet.newest:
        return DeliveryState.READ_FIRST, "it was read before it left"
    if why := _why_not(row, sheet.edition.channel):
        return DeliveryState.SUPPRESSED, why
    if why := _incomplete(row, sheet):
        return DeliveryState.FAILED, f"the text cannot be sent: {why}"
    return None


_CONSENT = {consent.value: consent for consent in Consent}


def _why_not(row: Recipient, channel: Channel) -> str:
    erased = row.erased_at is not None
    if row.person_kind == PersonKind.STAFF:
        return consent.why_not(channel, email=row.staff_email, erased=erased)
    return consent.why_not(
        channel,
        email=row.client_email,
        muted=row.email_muted,
        phone=row.phone_number,
        consent=_CONSENT[row.consent],
        erased=erased,
    )


def _incomplete(row: Recipient, sheet: Sheet) -> str:
    """T4: what was there when it was sent can be gone when it leaves."""
    if not sheet.needed or row.person_kind == PersonKind.STAFF:
        return ""
    values = _values(row, sheet)
    assert values is not None
    if all(values.get(name) for name in sheet.needed):
        return ""
    for passage in sheet.edition.passages:
        empty = fields.empty_of({**(passage.facts or {}), **values})
        if problems := fields.check(passage.body, broadcast=False, empty=empty):
            return f"{problems[0].what}; {problems[0].cure}"
    return ""


# -- the letter -------------------------------------------------------------------------------------------------------


_NO_VALUES: Mapping[str, str] = {}


def _letter(tx: Tx, one: Carried, seen: object) -> Letter:
    row, sheet = one
    kept = sheet.kept
    if kept is not None:
        address, recipient, portal = row.address or "", kept["to"], kept["portal"]
        before, first = kept.get("before", ""), kept.get("first_sms", False)
    else:
        sms = sheet.edition.channel is Channel.SMS
        address = (row.phone_number if sms else row.client_email or row.staff_email) or ""
        recipient, portal = row.name, tx.policy.portal_url if row.in_portal else ""
        before, first = row.before or "", bool(row.first_sms)
    return Letter(
        sheet.edition,
        id_from(row.run, row.person),
        address,
        recipient,
        _values(row, sheet),
        portal,
        before,
        row.attempts,
        kept is not None,
        first,
        Source(row, sheet, seen),
    )


def _values(row: Recipient, sheet: Sheet) -> Mapping[str, str] | None:
    """T5: a client reads the values, staff the names of the fields."""
    if sheet.kept is not None:
        kept: Mapping[str, str] | None = sheet.kept["values"]
        return kept
    if row.person_kind != PersonKind.CLIENT:
        return None
    return fields.client_values(row.name, row.client_email, row.phone) if sheet.filled else _NO_VALUES


_quoted = json.encoder.encode_basestring_ascii


def _leaving(letter: Letter, source: Source) -> Leaving:
    row, sheet, _ = source
    own = f'"to": {_quoted(letter.recipient)}, "values": {_json(letter.values)}'
    own += f', "portal": {_quoted(letter.portal)}, "before": {_quoted(letter.before)}'
    own += ', "first_sms": true}' if letter.first_sms else "}"
    written = f"{sheet.digest} {letter.address} {own}"
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Leaving(letter, f"{sheet.begins}, {own}", digest, row.message_id, row.fenced_at)


def _json(values: Mapping[str, str] | None) -> str:
    return "{}" if values is _NO_VALUES else json.dumps(values)
