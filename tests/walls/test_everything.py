"""What has to reach everything is not done in part from behind a wall (S4)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.center.practice import Practice
from tests.walls.conftest import Walled

from msgcenter_tui.center import audit, client_record, drafts, erasing, folding
from msgcenter_tui.domain import LoginKind, Recipients, ThreadKind
from msgcenter_tui.errors import Refused
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Act


def test_what_reaches_everything_is_the_owners_affair(practice: Practice, store: Walled) -> None:
    ana, maya = practice.client("Ana"), practice.who(practice.maya)
    acts: list[tuple[Act[..., Any], tuple[Any, ...]]] = [
        (erasing.erase, (maya, ana.id)),
        (folding.fold_some, (maya, practice.clock.now, None)),
        (client_record.export_client, (maya, ana.id)),
    ]
    for act, given in acts:
        with pytest.raises(Refused, match="sign in with the role that owns the tables"):
            store.run(act, *given)
    assert store.owner.run(erasing.erase, maya, ana.id, yes=True).new


def test_a_client_is_told_whom_a_draft_of_theirs_is_to(practice: Practice, store: Walled) -> None:  # M4, A4
    ana = practice.who(practice.client("Ana"))
    to = Recipients(ThreadKind.DIRECT, (practice.maya.id, practice.lee.id))  # Lee cannot be written to
    kept = store.run(drafts.save, ana, id=None, version=0, recipients=to, body="May I come?")
    (listed,) = store.run(drafts.list_drafts, ana)
    assert [[person.name for person in one.people] for one in (kept, listed)] == [["Maya Ortiz"]] * 2


def test_the_log_that_everybody_writes_through_the_gate_is_one_chain(practice: Practice, store: Walled) -> None:  # S2
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    practice.reply(ana, thread, "From a portal")
    practice.reply(practice.lee, thread, "From another member of staff")
    with store.login(None, LoginKind.NOTIFIER).write() as tx:
        record(tx, None, "deliveries.hold", thread, "count=2")
    walk = store.owner.run(audit.verify, practice.who(practice.maya))
    assert (walk.flaw, walk.over) == ("", True)
    newest = store.owner.run(audit.list_records, practice.who(practice.maya)).items[:3]
    assert [(one.act, one.who) for one in newest] == [
        ("deliveries.hold", "the program"),
        ("message.write", practice.lee.name),
        ("message.write", "Ana"),
    ]
