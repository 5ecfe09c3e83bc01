"""What may leave at this moment: letters, or why a delivery carries none (N1, N5, N6, N9, N12, N14, T4, T5)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as plain tuples, in a third of the time."""
        return _found, ([tuple(letter) for letter in self.letters], self.doubtful)


def _found(letters: list[tuple[Any, ...]], doubtful: tuple[DeliveryId, ...]) -> Found:
    return Found(tuple(map(Letter._make, letters)), doubtful)


class Source(NamedTuple):
    """A letter that a notifier has in hand, with what it was made from: the fence compares that with what is there."""

    letter: Letter
    row: Recipient
    sheet: Sheet
    seen: object


class Decided(NamedTuple):
    """A delivery that is settled without leaving, and why."""

    key: Numbers
    state: DeliveryState
    reason: str


class Claimed(NamedTuple):
    """Deliveries that a notifier has claimed, and what the transaction that did it had seen (tx.py)."""

    keys: tuple[Numbers, ...]
    seen: object = None


@look
def read(tx: Tx, notifier: str, claimed: Claimed) -> Found:
    """The letters of deliveries that the notifier has claimed."""
    letters: list[Letter] = []
    doubtful: list[DeliveryId] = []
    in_hand = tx.in_hand.setdefault(notifier, {})
    reading = secrets.randbits(60)
    for one in carried(tx, notifier, claimed.keys):
        if _verdict(one) is None:
            letter = _letter(tx, one, reading)
            in_hand[letter.id] = Source(letter, one.row, one.sheet, claimed.seen)
            letters.append(letter)
        else:
            doubtful.append(id_from(one.row.run, one.row.person))
    return Found(tuple(letters), tuple(doubtful))


def would_leave(tx: Tx, row: Recipient, sheet: Sheet) -> Letter | str:
    """The letter that this recipient would be owed, or why none would leave; judged as what is claimed is."""
    one = Carried(row, sheet)
    verdict = _verdict(one)
    return _letter(tx, one, 0) if verdict is None else verdict[1]


def unchanged(tx: Tx, notifier: str, letters: Iterable[tuple[DeliveryId, int]]) -> Sequence[Source]:
    """Of these letters, each with its reading, those that would be made again just so.

    Nothing is made again: a recipient and a run that read as before carry what they did, and where nobody has written
    since they were claimed they are not even read. What was not read here is not known to be what it was.
    """
    in_hand = tx.in_hand.get(notifier, {})
    sources = [source for id, reading in letters if (source := in_hand.get(id)) and source.letter.reading == reading]
    if tx.seen is not None and all(source.seen == tx.seen for source in sources):
        return sources
    known = {(source.row.run, source.row.person): source for source in sources}
    rows = recipients(tx, notifier, known)
    about = about_runs(tx, {row.run for row in rows})
    return [
        source
        for row in rows
        if (source := known[row.run, row.person]).row == row and source.sheet.run == about[row.run]
    ]


def out_of_hand(tx: Tx, notifier: str, ids: Iterable[DeliveryId]) -> None:
    """The notifier is done with these letters."""
    if in_hand := tx.in_hand.get(notifier):
        for id in ids:
            in_hand.pop(id, None)


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


def _letter(tx: Tx, one: Carried, reading: int) -> Letter:
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
        reading,
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


def kept_of(source: Source) -> tuple[str, str]:
    """What the ledger keeps of a letter at the fence, and a digest, which is the same for the same text and address.

    The first is what made the text, as JSON: ids, versions and values, never the text itself.
    """
    letter, _, sheet, _ = source
    own = f'"to": {_quoted(letter.recipient)}, "values": {_json(letter.values)}'
    own += f', "portal": {_quoted(letter.portal)}, "before": {_quoted(letter.before)}'
    own += ', "first_sms": true}' if letter.first_sms else "}"
    written = f"{sheet.digest} {letter.address} {own}"
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{sheet.begins}, {own}", digest


def _json(values: Mapping[str, str] | None) -> str:
    return "{}" if values is _NO_VALUES else json.dumps(values)
