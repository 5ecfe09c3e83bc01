"""A store with something in every column of every table, as odd as a store may hold it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
from tests.store import rows

from msgcenter_tui.domain import Channel, DeliveryState, LoginKind, Role, RunKind, ThreadKind
from msgcenter_tui.store import tables
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx

ODD = "\\N\t\\.\n\"'; -- Ünïcödé 👋 \u202egnol\u2028 ‹x› \\\\ \r%s :name ?"
"""What a format of columns and lines, an SQL statement or a terminal might stumble over."""

LEDGER: dict[DeliveryState, dict[str, Any]] = {
    DeliveryState.WAITING: {},
    DeliveryState.HELD: {"reason": "more than a day late"},
    DeliveryState.SENDING: {"claimed_by": "n2"},
    DeliveryState.RETRYING: {"attempts": 2, "claimed_by": "n1"},
    DeliveryState.SENT: {
        "address": "a@b.example",
        "message_id": "<1@b.example>",
        "letter": {"body": ODD, "n": [1, None]},
    },
    DeliveryState.FAILED: {"last": 1, "reason": ODD},
    DeliveryState.CANCELLED: {},
    DeliveryState.READ_FIRST: {},
    DeliveryState.SUPPRESSED: {},
    DeliveryState.UNKNOWN: {"claimed_by": "n3"},
}


def fill(tx: Tx) -> None:
    """Put it in. Messages 1 to 3, of which the last one is gone again."""

    def put(table: Any, **values: Any) -> Any:
        return tx.conn.execute(insert(table).values(values)).inserted_primary_key

    now = tx.now
    maya, leo = rows.staff(tx), rows.staff(tx, "Leo", "leo@practice.example")
    team = rows.team(tx)
    own = {"kind": "personal", "name": "Maya", "owner_id": maya, "region": "DE", "created_at": now}
    put(tables.workspaces, **own)
    put(tables.members, workspace_id=team, person_id=maya, role=Role.OWNER, since=now)
    put(tables.members, workspace_id=team, person_id=leo, role=Role.PARTICIPANT, since=now)
    clients = [rows.client(tx, team, f"Ana {number} {ODD}", note=ODD) for number in range(len(LEDGER))]
    known = {"email": "Ida@B.example", "email_key": "ida@b.example", "portal": True, "consent": "active"}
    ida = rows.client(tx, team, "Ida", phone="0151 23", phone_number="+4915123", email_problem=ODD, **known)
    put(tables.client_history, client_id=ida, at=now, by_id=maya, status="lead", portal=True, workspace_id=team,
        consent="pending", how=ODD)  # fmt: skip
    put(tables.assignments, client_id=ida, staff_id=leo)

    thread = rows.thread(tx, team, maya, subject=ODD, last_number=3)
    direct = rows.thread(tx, team, maya, ThreadKind.DIRECT, owner_id=maya, locked=False)
    put(tables.participants, thread_id=direct, person_id=ida, added_at=now)
    first = rows.message(tx, thread, 1, maya, body=ODD, facts={"sender.name": ODD})
    rows.message(tx, thread, 2, maya, body="Welcome", edited_at=now, version=2, deleted_at=now, deleted_by=maya)
    gone = rows.message(tx, thread, 3, maya)
    tx.conn.execute(tables.messages.delete().where(tables.messages.c.id == gone))
    put(tables.versions, message_id=first, version=1, at=now, by_id=maya, body=ODD, facts=None)
    put(tables.reads, thread_id=thread, person_id=maya, up_to=1, first_at=now, at=now, unread_from=2)
    put(tables.reads, thread_id=thread, person_id=leo, unread_from=1)
    put(tables.marks, person_id=leo, thread_id=direct, from_number=1)
    put(tables.drafts, person_id=leo, workspace_id=team, kind="direct", recipients=[ida, ODD], subject=ODD, body=ODD,
        locked=True, cursor=7, at=now)  # fmt: skip
    (template,) = put(tables.templates, person_id=maya, name="Hours", name_key="hours", shortcut="h", body=ODD, at=now)
    put(tables.template_uses, person_id=maya, template_id=template, times=2, last_at=now)

    times = {"opened_at": now, "leaves_at": now}
    put(tables.runs, thread_id=thread, channel=Channel.SMS, kind=RunKind.BROADCAST, first=2, **times)
    closed = {"kind": RunKind.BROADCAST, "first": 1, "last": 2, "closed_at": now, "settled_at": now}
    (run,) = put(tables.runs, thread_id=thread, channel=Channel.EMAIL, **closed, **times)
    for person, (state, more) in zip(clients, LEDGER.items(), strict=True):
        put(tables.deliveries, run_id=run, person_id=person, first=1, state=state, fenced_at=now, **more)
    put(tables.gaps, run_id=run, person_id=clients[0], first=2, last=2)
    put(tables.folded, run_id=run, first_id=ida, last_id=ida, state=DeliveryState.SENT)
    put(tables.notifiers, id="n1", started_at=now, alive_until=now)
    put(tables.paces, account="office", next_at=now)
    put(tables.channels, channel=Channel.SMS, paused_at=now, why=ODD, account="salt")
    put(tables.channels, channel=Channel.EMAIL)
    put(tables.passphrases, person_id=maya, kept=ODD, wrong=1, tried_at=now)
    put(tables.logins, role="practice_maya", kind=LoginKind.STAFF, person_id=maya, since=now)
    put(tables.meta, key="founded", value="1")
    put(tables.meta, key="Fönded", value=ODD)
    record(tx, None, "staff.add", maya, "name", "email")
