"""The audit log by keys: read, narrowed, opened, verified (S2, S4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice

import msgcenter_tui
from msgcenter_tui.center import audit, portal
from msgcenter_tui.tui.render_audit import ACT_WORDS
from msgcenter_tui.tui.screens.audit import AuditLog, RecordList
from msgcenter_tui.tui.screens.clients import Clients
from msgcenter_tui.tui.screens.inbox import Inbox


def test_every_act_that_is_recorded_has_words() -> None:
    room = Path(msgcenter_tui.__file__).parent
    source = "".join(
        path.read_text() for folder in ("center", "store") for path in sorted((room / folder).glob("*.py"))
    )
    recorded = set(re.findall(r'record\(\s*tx,[^"]*?"([a-z_.-]+)"', source))
    recorded |= set(re.findall(r'_decide\(tx, actor, "([a-z.-]+)"', source))
    assert len(recorded) > 35
    assert recorded - ACT_WORDS.keys() == set(), "say in render_audit.py what these are called"
    assert max(map(len, ACT_WORDS.values())) <= 21


async def arrive(driven: Driven) -> RecordList:
    await driven.until(lambda: isinstance(driven.screen, AuditLog) and driven.screen.records.rows)
    await driven.still()
    records: RecordList = driven.screen.records
    return records


async def test_it_is_read_narrowed_opened_and_verified(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.app.status.mail)
        await driven.press("A")
        records = await arrive(driven)
        page = practice.world.run(audit.list_records, practice.actor, limit=70)
        assert [row.id for row in records.rows[:70]] == [one.id for one in page.items]
        await driven.press("v")
        whole = practice.world.run(audit.verify, practice.actor)
        await driven.until(lambda: f"✓ Whole: {whole.last.number} records" in driven.text)
        await driven.press("y")
        assert driven.app.clipboard == f"{whole.last}"
        await driven.press("right_square_bracket", "right_square_bracket")
        await driven.until(lambda: records.rows and all(row.act.startswith("client.") for row in records.rows))
        assert "changed client" in driven.text or "added client" in driven.text
        name = driven.screen.things[records.rows[0].what].name
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, Clients) and driven.screen.searched == name)
        await driven.until(lambda: [row.name for row in driven.screen.clients.rows] == [name])
        await driven.press("escape", "A")
        await arrive(driven)
        await driven.press("escape")
        await driven.until(lambda: len({row.act.split(".")[0] for row in records.rows}) > 1)
        at = next(at for at, row in enumerate(records.rows) if row.what == practice.threads["holiday"])
        records.cursor = at
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and "Dear ‹first name›" in driven.text)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_who_was_signed_in_as_a_client_is_on_the_screen(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # P3
    zoe = practice.clients["Zoë Åkesson"]
    practice.reply("class", practice.world.run(portal.sign_in, practice.actor, zoe.id, yes=True), "See you there!")
    async with run(practice.actor, start="audit", size=size) as driven:
        records = await arrive(driven)
        assert "Maya Ortiz as Z" in next(line for line in driven.text.split("\n") if "wrote message" in line)
        if "Hash" not in driven.text:
            await driven.press("enter")
        await driven.until(lambda: "Zoë Åkesson (signed in by Maya Ortiz)" in driven.text)
        await driven.press("f")
        await driven.until(lambda: {row.name for row in records.rows} == {zoe.name})
        assert f"Only {zoe.name} " in driven.text


async def test_a_break_is_told_and_stays_on_the_screen(practice: Practice, run: Run) -> None:
    with practice.world.store.write() as tx:
        tx.conn.execute(text("DROP TRIGGER audit_no_update"))
        tx.conn.execute(text("UPDATE audit SET act = 'client.change' WHERE number = 3"))
    async with run(practice.actor, start="audit") as driven:
        await arrive(driven)
        await driven.press("v")
        await driven.until(lambda: "✗ The log is not whole: record 3 of" in driven.text)
        await driven.until(lambda: any("Compare it with a backup" in toast for toast in driven.toasts))


async def test_who_may_not_read_it_is_told_who_could(practice: Practice, run: Run) -> None:  # S4
    async with run(practice.world.actor(practice.leo)) as driven:
        await driven.until(lambda: driven.app.status.mail)
        await driven.press("A")
        await driven.until(lambda: any("Maya Ortiz" in toast for toast in driven.toasts))
        assert isinstance(driven.screen, Inbox)
