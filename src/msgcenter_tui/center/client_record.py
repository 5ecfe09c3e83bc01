"""All that is stored of one client, as one document: what they may ask to be told (S4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row

from msgcenter_tui.center import finding, rendering
from msgcenter_tui.center.exporting import batched, former_texts
from msgcenter_tui.center.thread_sheets import message_facts, person
from msgcenter_tui.domain import Actor, Person, PersonId, PersonKind, RunKind, ThreadId, ThreadState
from msgcenter_tui.rules import fields
from msgcenter_tui.rules.states import LEFT
from msgcenter_tui.store import clientele, conversations, exporting
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.keys import id_of
from msgcenter_tui.store.tx import Tx, act, look

FORMAT = "msgcenter-client/1"
"""Later versions only add keys; one that changes the meaning of one has another number."""


@act
def note_export(tx: Tx, actor: Actor, client: str) -> None:
    """That it was asked for is kept (S2): whoever does the latter does this first."""
    finding.require_all_of_it(tx, actor)
    record(tx, actor, "client.export", finding.any_client(tx, client).id)


@look
def export_client(tx: Tx, actor: Actor, client: str) -> dict[str, object]:
    """All that is stored of a client, in whichever workspace, as one document: an administrator's act (S4).

    docs/operations.md says what each part means.
    """
    finding.require_all_of_it(tx, actor)
    row = finding.any_client(tx, client)
    them = Actor(PersonId(row.id), PersonKind.CLIENT, row.name)
    sent, folded = exporting.deliveries_to(tx, them.person), exporting.folded_to(tx, them.person)
    reads, drafts = exporting.reads_of(tx, them.person), exporting.drafts_of(tx, them.person)
    spans: dict[ThreadId, list[_Span]] = defaultdict(list)
    for one in (*sent, *folded):
        if one.state in LEFT:
            spans[one.thread_id].append(_Span(one.first, one.until or one.first, one.kind))
    for one in reads:
        spans[one.thread_id].append(_Span(1, one.up_to, None))
    return {
        "format": FORMAT,
        "at": tx.now.isoformat(),
        "by": person(Person(actor.person, actor.name, actor.kind)),
        "client": _facts(row),
        "history": [_change(one) for one in clientele.history_rows(tx, them.person)],
        "assigned": [person(one) for one in clientele.assigned_to(tx, them.person)],
        "threads": _threads(tx, them, spans, fields.client_values(row.name, row.email, row.phone)),
        "reads": [_read(one) for one in reads],
        "drafts": [_draft(one) for one in drafts],
        "deliveries": [_delivery(one) for one in sent] + [_folded(one, them.person) for one in folded],
        "audit": [_record(one) for one in exporting.audit_of(tx, them.person)],
    }


class _Span(NamedTuple):
    """Messages of a thread that reached them: of one kind, or whatever they are, since they were read."""

    first: int
    last: int
    kind: RunKind | None

    def has(self, message: Row[Any]) -> bool:
        written: RunKind = message.run_kind
        alike = self.kind in (None, written) or (self.kind is RunKind.CATCH_UP and written is RunKind.BROADCAST)
        return alike and self.first <= message.number <= self.last


def _threads(
    tx: Tx, them: Actor, spans: Mapping[ThreadId, Sequence[_Span]], values: dict[str, str]
) -> list[dict[str, object]]:
    """As they see them; of one that they do not see any more: what they wrote, were notified of, or have read."""
    found: list[dict[str, object]] = []
    for page in exporting.thread_pages(tx, exporting.concerning(them.person, list(spans))):
        ids = [row.id for row in page]
        seen, people = exporting.seen_now(tx, them, ids), conversations.participants_of(tx, ids)
        messages: dict[ThreadId, list[dict[str, object]]] = defaultdict(list)
        for batch in batched(exporting.message_rows(tx, ids)):
            former = former_texts(tx, [one for one in batch if one.author_id == them.person])
            for one in batch:
                reached = any(span.has(one) for span in spans.get(one.thread_id, ()))
                if one.thread_id in seen or one.author_id == them.person or reached:
                    shown = rendering.message(one, them, values)
                    messages[one.thread_id].append(message_facts(shown, former.get(one.id, ())))
        for row in page:
            if row.id not in seen and not messages[row.id]:
                continue
            found.append(
                {
                    "id": row.id,
                    "kind": row.kind.value,
                    "workspace": row.workspace_name,
                    "subject": row.subject,
                    "begun_at": row.created_at.isoformat(),
                    "sees": row.id in seen,
                    "deleted": row.state is not ThreadState.LIVE,
                    "people": [person(one) for one in people.get(row.id, ())],
                    "messages": messages[row.id],
                }
            )
    return found


def _facts(row: Row[Any]) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "workspace": row.workspace_name,
        "status": row.status.value,
        "portal": row.portal,
        "email": row.email,
        "email_muted": row.email_muted,
        "email_problem": row.email_problem,
        "phone": row.phone,
        "phone_number": row.phone_number,
        "sms": row.consent.value,
        "note": row.note,
    }


def _change(one: Row[Any]) -> dict[str, object]:
    return {
        "at": one.at.isoformat(),
        "by": one.by or "the provider",
        "status": one.status.value,
        "portal": one.portal,
        "workspace": one.workspace_id,
        "sms": one.consent.value,
        "how": one.how,
    }


def _read(one: Row[Any]) -> dict[str, object]:
    return {"thread": one.thread_id, "up_to": one.up_to, "first_at": _time(one.first_at), "at": _time(one.at)}


def _draft(one: Row[Any]) -> dict[str, object]:
    to = one.recipients or []
    return {
        "id": one.id,
        "thread": one.thread_id,
        "to": to,
        "subject": one.subject,
        "body": one.body,
        "at": _time(one.at),
    }


def _delivery(one: Row[Any]) -> dict[str, object]:
    return {
        "id": id_of(one.run_id, one.person_id),
        "thread": one.thread_id,
        "kind": one.kind.value,
        "messages": [one.first, one.until],
        "channel": one.channel.value,
        "address": one.address,
        "state": one.state.value,
        "why": one.reason,
        "attempts": one.attempts,
        "left_at": _time(one.fenced_at),
        "settled_at": _time(one.settled_at),
        "message_id": one.message_id,
        "folded": False,
    }


def _folded(one: Row[Any], client: PersonId) -> dict[str, object]:
    return {
        "id": id_of(one.run_id, client),
        "thread": one.thread_id,
        "kind": one.kind.value,
        "messages": [one.first, one.until],
        "channel": one.channel.value,
        "state": one.state.value,
        "folded": True,
    }


def _record(one: Row[Any]) -> dict[str, object]:
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "who": one.who_id,
        "by": one.by_id,
        "act": one.act,
        "what": one.what,
        "fields": one.fields,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
