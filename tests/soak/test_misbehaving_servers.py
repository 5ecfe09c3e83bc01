"""A mail server that misbehaves anywhere, and two notifiers before it: lost 0, repeated 0, nobody told wrongly (N8)."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.conftest import Clock
from tests.delivery.office import PATIENT, Office, account
from tests.delivery.scripted import DROP, Action, Scripted, Session, Step
from tests.world import World

from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel
from msgcenter_tui.store import channels
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store

pytestmark = pytest.mark.soak

RUNS = 20
CLIENTS, BROADCASTS, DIRECT = 40, 3, 10
PASSES = 400
"""So often the notifiers come back, at most, until nothing waits any more."""
PATIENCE = 120.0
"""Seconds for one pass of both."""

WRONG: dict[str, list[Action]] = {
    "greeting": ["421 busy", "450 4.7.0 slow", DROP, b"\xff\xfe\r\n", b"220-a\r\n220 b\r\n", "220 x"],
    "ehlo": ["502 no", DROP, "421 x"],
    "mail": ["421 4.3.2 x", "451 4.7.1 rate", DROP, b"25\r\n", b"250-x\r\n250 y\r\n", b"250 ok\r\n250 extra\r\n"],
    "rcpt": [
        "450 4.2.0 grey", "550 5.1.1 no", "421 bye", DROP, "552 5.2.2 full", "554 5.7.1 policy",
        b"250 a\r\n250 b\r\n", b"\x00\r\n",
    ],
    "data": ["451 4.3.0 x", "421 x", DROP, "554 5.6.0 no", b"354-a\r\n354 b\r\n", "250 what"],
    "dot": [
        "451 4.3.0 x", "421 4.4.2 x", DROP, "554 5.7.1 spam", "550 5.1.1 late no", "354 what", b"2\r\n",
        b"250-a\r\n250 b\r\n", "200 ok",
    ],
    "rset": ["421 x", DROP, "500 no"],
    "quit": [DROP, "500 no"],
}  # fmt: skip


def misbehaving(chance: random.Random, often: float, right: Step, wrong: list[Action]) -> Callable[..., Action]:
    assert isinstance(right, str)

    def step(_session: Session, _argument: str) -> Action:
        return chance.choice(wrong) if chance.random() < often else right

    return step


@pytest.mark.parametrize("extensions", [(), ("PIPELINING", "SMTPUTF8")], ids=["one at a time", "ahead"])
@pytest.mark.parametrize("seed", range(RUNS))
async def test_whatever_a_server_says(
    sqlite_store: Store, clock: Clock, seed: int, extensions: tuple[str, ...]
) -> None:
    chance, office = random.Random(seed), Office(World(sqlite_store, clock), clock)
    office.add(*(f"Client {number:02d}" for number in range(CLIENTS)))
    for number in range(BROADCASTS):
        office.broadcast(f"Announcement {number}")
    for client in office.clients[:DIRECT]:
        office.direct(client)
    office.due()
    often = chance.choice([0.15, 0.3, 0.45])
    async with Scripted(extensions=extensions) as server:
        for name, wrong in WRONG.items():
            server.steps[name] = misbehaving(chance, often, server.steps[name], wrong)
        await _until_nothing_waits(office, server, chance)
    rows = office.rows()
    assert len(rows) == BROADCASTS * CLIENTS + DIRECT
    assert {row.state.value for row in rows} <= {"sent", "failed", "unknown", "held"}  # held: a day late
    arrived = Counter(mail.message_id for mail in server.mails)
    assert set(arrived.values()) <= {1}
    sent = {row.message_id for row in rows if row.state.value == "sent"}
    unknown = {row.message_id for row in rows if row.state.value == "unknown"}
    assert sent <= set(arrived) <= sent | unknown


async def _until_nothing_waits(office: Office, server: Scripted, chance: random.Random) -> None:
    for _ in range(PASSES):
        fronts = [Front(office.store), Front(office.store)]
        try:
            passes = asyncio.gather(*(_notifier(front, server).once() for front in fronts))
            await asyncio.wait_for(passes, PATIENCE)
        finally:
            for front in fronts:
                await front.close()
        office.store.run(channels.resume, Channel.EMAIL)
        if not {"waiting", "retrying"} & set(office.states()):
            return
        office.due(seconds=chance.choice([10, 301, 4100]))
    pytest.fail(f"it never came to an end: {office.states()}")


def _notifier(front: Front, server: Scripted) -> Notifier:
    by = SmtpTransport(account(server.port), patience=replace(PATIENT, connect=5, command=5, dot=5))
    return Notifier(front, {Channel.EMAIL: by}, connections=3, random=lambda: 0.5)
