"""What a delivery carries, as it is at this moment: its letter, or why there is none (N1, N6, N9, N12, N14, T5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row

from msgcenter_tui.domain import (
    Channel,
    DeliveryId,
    DeliveryState,
    PersonId,
    PersonKind,
    PieceKind,
    RunId,
    RunKind,
    ThreadId,
    ThreadKind,
    ThreadState,
)
from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules import consent, fields
from msgcenter_tui.store.carried import Text, delivery_rows, texts
from msgcenter_tui.store.keys import Key, id_of
from msgcenter_tui.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a letter, as its recipient reads it."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient is owed by one delivery: the words of a mail or an SMS, not yet its form."""

    id: DeliveryId
    channel: Channel
    kind: RunKind
    thread: ThreadId
    direct: bool
    address: str
    recipient: str
    sender: str
    """The workspace it comes from: the team's name, or of a personal one its owner's."""
    subject: str | None
    parts: tuple[Part, ...]
    follows: bool
    """It does not begin its thread."""
    locked: bool
    portal: str
    """Where to read on, for a client who sees the thread in a portal; else empty (N2)."""
    attempts: int
    kept: bool
    """It is sent again as it was, an unknown of before (N14)."""
    message_id: str = ""
    """Fixed at the fence, as is `date`; empty before."""
    date: datetime | None = None
    first_sms: bool = False
    """It is the first SMS to its recipient, and says how to stop (N3)."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A letter with what the ledger keeps of it at the fence."""

    run: RunId
    person: PersonId
    letter: Letter
    record: dict[str, Any]
    """What made the text: ids, versions and values, never the text itself."""
    digest: str
    """The same for the same text to the same address."""
    message_id: str | None
    """What it left under before, where it did."""
    fenced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A delivery that is settled without leaving, and why."""

    run: RunId
    person: PersonId
    state: DeliveryState
    reason: str


def prepare(tx: Tx, notifier: str, keys: Iterable[Key]) -> tuple[list[Leaving], list[Decided]]:
    """What those of these deliveries that the notifier has claimed are now: letters, or nothing that may leave.

    Their rows are locked. A handful of statements, however many there are.
    """
    rows = delivery_rows(tx, notifier, keys)
    carried = texts(tx, rows) if rows else {}
    leaving: list[Leaving] = []
    decided: list[Decided] = []
    for row in rows:
        parts = carried[row.run_id, row.person_id]
        verdict = _verdict(row, parts)
        if verdict is None:
            try:
                leaving.append(_leaving(tx, row, parts))
            except BadInput as error:
                verdict = DeliveryState.FAILED, f"the text cannot be sent: {error}"
        if verdict is not None:
            decided.append(Decided(row.run_id, row.person_id, *verdict))
    return leaving, decided


# -- judging ----------------------------------------------------------------------------------------------------------


def _verdict(row: Row[Any], parts: Sequence[Text]) -> tuple[DeliveryState, str] | None:
    if row.thread_state is not ThreadState.LIVE:
        taken_back = row.thread_state is ThreadState.UNDONE
        return DeliveryState.CANCELLED, "it was taken back" if taken_back else "the thread was deleted"
    if not parts:
        return DeliveryState.CANCELLED, "the message was deleted"
    if row.run_kind is RunKind.REPLY and not row.in_audience:
        return DeliveryState.CANCELLED, "not in the audience any more"
    if (row.up_to or 0) >= max(part.number for part in parts):
        return DeliveryState.READ_FIRST, "it was read before it left"
    if why := _why_not(row):
        return DeliveryState.SUPPRESSED, why
    return None


def _why_not(row: Row[Any]) -> str:
    erased = row.erased_at is not None
    if row.person_kind is PersonKind.STAFF:
        return consent.why_not(row.channel, email=row.staff_email, erased=erased)
    return consent.why_not(
        row.channel,
        email=row.client_email,
        muted=row.email_muted,
        phone=row.phone_number,
        consent=row.consent,
        erased=erased,
    )


# -- the letter -------------------------------------------------------------------------------------------------------


def _leaving(tx: Tx, row: Row[Any], parts: Sequence[Text]) -> Leaving:
    kept = row.letter is not None
    record: dict[str, Any] = row.letter if kept else _record(tx, row, parts)
    address = row.address if kept else _address(row)
    letter = Letter(
        id=id_of(row.run_id, row.person_id),
        channel=row.channel,
        kind=row.run_kind,
        thread=row.thread_id,
        direct=row.thread_kind is ThreadKind.DIRECT,
        address=address,
        recipient=record["to"],
        sender=record["from"],
        subject=record["subject"],
        parts=tuple(Part(part.author, part.at, _text(part, record["values"])) for part in parts),
        follows=min(part.number for part in parts) > 1,
        locked=record["locked"],
        portal=record["portal"],
        attempts=row.attempts,
        kept=kept,
        first_sms=record.get("first_sms", False),
    )
    written = json.dumps([address, record], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Leaving(row.run_id, row.person_id, letter, record, digest, row.message_id, row.fenced_at)


def _record(tx: Tx, row: Row[Any], parts: Sequence[Text]) -> dict[str, Any]:
    client = row.person_kind is PersonKind.CLIENT
    values = None
    if client:
        filled = any(part.facts is not None for part in parts)
        values = fields.client_values(row.name, row.client_email, row.phone) if filled else {}
    first = {"first_sms": True} if row.first_sms else {}
    return first | {
        "to": row.name,
        "from": row.workspace_name,
        "subject": row.subject,
        "parts": [[part.message, part.version, part.author] for part in parts],
        "values": values,
        "locked": row.locked,
        "portal": tx.policy.portal_url if client and row.in_portal else "",
    }


def _address(row: Row[Any]) -> str:
    if row.channel is Channel.SMS:
        return cast(str, row.phone_number)
    return cast(str, row.client_email or row.staff_email)


def _text(part: Text, values: Mapping[str, str] | None) -> str:
    """T5: a client reads the values, staff the names of the fields. T8: without facts there is nothing to fill."""
    if part.facts is None:
        return part.body
    if values is None:
        pieces = fields.pieces(part.body)
        return "".join(f"[{piece.text}]" if piece.kind is PieceKind.FIELD else piece.text for piece in pieces)
    filled = {**part.facts, **values}
    # T4: what was there when it was sent can be gone when it leaves.
    if problems := fields.check(part.body, broadcast=False, empty=fields.empty_of(filled)):
        raise BadInput(problems[0].what, "", problems[0].cure)
    return fields.fill(part.body, filled)
