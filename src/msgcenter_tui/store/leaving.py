"""What may leave at this moment: letters, or why a delivery carries none (N1, N5, N6, N9, N12, N14, T4, T5)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from msgcenter_tui.domain import Channel, Consent, DeliveryId, DeliveryState, PersonKind, RunKind, ThreadState
from msgcenter_tui.rules import consent, fields
from msgcenter_tui.store.carried import about_runs, carried
from msgcenter_tui.store.keys import Numbers, id_from, numbers_of
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.recipients import Recipient, alike, recipients
from msgcenter_tui.store.sheets import Sheet
from msgcenter_tui.store.tx import Tx, look


@dataclass(frozen=True, slots=True)
class Found:
    """What deliveries are now: letters, and those that may not leave as they are (`ledger.decide` settles them)."""

    letters: tuple[Letter, ...]
    doubtful: tuple[DeliveryId, ...]

    @property
    def number(self) -> int:
        return len(self.letters) + len(self.doubtful)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as plain tuples, in a third of the time."""
        return _found, ([tuple(letter) for letter in self.letters], self.doubtful)


def _found(letters: list[tuple[Any, ...]], doubtful: tuple[DeliveryId, ...]) -> Found:
    return Found(tuple(map(Letter._make, letters)), doubtful)


class Source(NamedTuple):
    """A letter that a notifier has in hand, with what it was made from: the fence compares that with what is there."""

    key: Numbers
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
    rows, sheets = carried(tx, notifier, claimed.keys)
    known: dict[tuple[Any, ...], _Common] = {}
    for row in rows:
        if row.person in sheets.apart:
            common = _Common.of(tx, row, sheets.of(row))
        elif found := known.get(shared := alike(row)):
            common = found
        else:
            common = known[shared] = _Common.of(tx, row, sheets.of(row))
        id = id_from(row.run, row.person)
        if letter := common.letter(row, id, reading):
            in_hand[id] = Source((row.run, row.person), letter, row, common.sheet, claimed.seen)
            letters.append(letter)
        else:
            doubtful.append(id)
    return Found(tuple(letters), tuple(doubtful))


def would_leave(tx: Tx, row: Recipient, sheet: Sheet) -> Letter | str:
    """The letter that this recipient would be owed, or why none would leave; judged as what is claimed is."""
    letter = _Common.of(tx, row, sheet).letter(row, id_from(row.run, row.person), 0)
    if letter is not None:
        return letter
    verdict = _verdict(row, sheet)
    assert verdict is not None
    return verdict[1]


def unchanged(tx: Tx, notifier: str, letters: Iterable[tuple[DeliveryId, int]]) -> Sequence[Source]:
    """Of these letters, each with its reading, those that would be made again just so.

    Nothing is made again: a recipient and a run that read as before carry what they did, and where nobody has written
    since they were claimed they are not even read. What was not read here is not known to be what it was.
    """
    in_hand = tx.in_hand.get(notifier, {})
    sources = [source for id, reading in letters if (source := in_hand.get(id)) and source.letter.reading == reading]
    if tx.seen is not None and all(source.seen == tx.seen for source in sources):
        return sources
    known = {source.key: source for source in sources}
    rows = recipients(tx, notifier, known)
    about = about_runs(tx, {row.run for row in rows})
    return [
        source
        for row in rows
        if (source := known[row.run, row.person]).row == row and source.sheet.run == about[row.run]
    ]


def out_of_hand(tx: Tx, notifier: str, ids: Iterable[DeliveryId]) -> list[Numbers]:
    """The notifier is done with these letters; gives their keys."""
    in_hand = tx.in_hand.get(notifier, {})
    return [source.key if (source := in_hand.pop(id, None)) else numbers_of(id) for id in ids]


def decided(tx: Tx, notifier: str, ids: Collection[DeliveryId]) -> list[Decided]:
    """Of these deliveries those of which nothing may leave, and why; their rows are locked."""
    rows, sheets = carried(tx, notifier, [numbers_of(id) for id in ids])
    judged = ((row, _verdict(row, sheets.of(row))) for row in rows)
    return [Decided((row.run, row.person), *verdict) for row, verdict in judged if verdict is not None]


# -- judging ----------------------------------------------------------------------------------------------------------


_Verdict: TypeAlias = "tuple[DeliveryState, str] | None"


def _verdict(row: Recipient, sheet: Sheet) -> _Verdict:
    if barred := _barred(row, sheet):
        return barred
    if why := _incomplete(row, sheet):
        return DeliveryState.FAILED, f"the text cannot be sent: {why}"
    return None


def _barred(row: Recipient, sheet: Sheet) -> _Verdict:
    """Whatever the text."""
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


_SOMEWHERE = "somewhere"


class _Common(NamedTuple):
    """What is found once for all recipients who are alike and carry the same: what their letters share."""

    sheet: Sheet
    barred: bool
    """Nothing leaves to any of them, at whatever address."""
    sms: bool
    portal: str
    filled: bool
    """Their own values stand in the text."""
    values: Mapping[str, str] | None
    """Where it is not filled."""

    @staticmethod
    def of(tx: Tx, row: Recipient, sheet: Sheet) -> _Common:
        # The address is each one's own.
        at = row._replace(client_email=_SOMEWHERE, staff_email=_SOMEWHERE, phone_number=_SOMEWHERE)
        filled = sheet.filled and sheet.kept is None and row.person_kind == PersonKind.CLIENT
        return _Common(
            sheet,
            barred=_barred(at, sheet) is not None,
            sms=sheet.edition.channel is Channel.SMS,
            portal=tx.policy.portal_url if row.in_portal else "",
            filled=filled,
            values=None if filled else _values(row, sheet),
        )

    def letter(self, row: Recipient, id: DeliveryId, reading: int) -> Letter | None:
        """The recipient's; None where nothing may leave (`_verdict` says why)."""
        sheet, barred, sms, portal, filled, values = self
        address = row.phone_number if sms else row.client_email or row.staff_email
        if barred or not address or (sheet.needed and _incomplete(row, sheet)):
            return None
        if filled:
            values = _values(row, sheet)
        name, before, first, kept = row.name, row.before or "", bool(row.first_sms), sheet.kept
        if kept is not None:
            address, name, portal = row.address or "", kept["to"], kept["portal"]
            before, first = kept.get("before", ""), kept.get("first_sms", False)
        return Letter(
            sheet.edition, id, address, name, values, portal, before, row.attempts, kept is not None, first, reading
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
    letter, sheet = source.letter, source.sheet
    own = f'"to": {_quoted(letter.recipient)}, "values": {_json(letter.values)}'
    own += f', "portal": {_quoted(letter.portal)}, "before": {_quoted(letter.before)}'
    own += ', "first_sms": true}' if letter.first_sms else "}"
    written = f"{sheet.digest} {letter.address} {own}"
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{sheet.begins}, {own}", digest


def _json(values: Mapping[str, str] | None) -> str:
    return "{}" if values is _NO_VALUES else json.dumps(values)
