"""A small practice with a morning's worth of threads: the same ids, names and times whenever it is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import messages, reading, templates
from msgcenter_tui.domain import (
    Actor,
    Client,
    Consent,
    DeliveryState,
    PersonId,
    Recipients,
    Role,
    Staff,
    Status,
    ThreadId,
    ThreadKind,
    Workspace,
)
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import deliveries, runs
from msgcenter_tui.store.tables import threads as thread_table

BEGIN = datetime(2026, 2, 9, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 9, 36, tzinfo=UTC)


@dataclass
class Practice:
    """Who and what there is; `maya` owns the team."""

    world: World
    maya: Staff
    leo: Staff
    team: Workspace
    clients: dict[str, Client]
    threads: dict[str, ThreadId]

    def moved_to(self, store: Store, clock: Clock) -> Practice:
        """The same practice in a copy of its store."""
        world = World(store, clock)
        world.administrator, world._owners = self.world.administrator, dict(self.world._owners)
        return replace(self, world=world, threads=dict(self.threads))

    @property
    def actor(self) -> Actor:
        return self.world.actor(self.maya)

    def start(
        self,
        name: str,
        to: Recipients,
        body: str,
        *,
        by: Actor | None = None,
        subject: str | None = None,
        locked: bool | None = None,
    ) -> ThreadId:
        sent = self.world.run(
            messages.start, by or self.actor, to, self.team.id, body, subject=subject, yes=True, locked=locked
        )
        assert sent.thread is not None
        self.threads[name] = sent.thread
        return sent.thread

    def reply(self, name: str, by: Actor, body: str) -> None:
        self.world.run(messages.reply, by, self.threads[name], body, yes=True)


ALL_CLIENTS = Recipients(ThreadKind.ALL_CLIENTS)


def direct(*people: PersonId) -> Recipients:
    return Recipients(ThreadKind.DIRECT, people)


def people(store: Store, clock: Clock) -> Practice:
    """Two of staff, a team, and a dozen clients of every kind."""
    clock.now = BEGIN
    world = World(store, clock)
    maya = world.staff("Maya Ortiz")
    leo = world.staff("Leo Brandt")
    team = world.team("Bright Beginnings", owner=maya)
    world.member(team, leo, Role.CONTRIBUTOR)
    portal = {
        name: world.client(name, team, portal=True, email=f"{place}@mail.example")
        for place, name in (
            ("ana", "Ana Flores"),
            ("cora", "Cora Lin"),
            ("pia", "Pia Berg"),
            ("zoe", "Zoë Åkesson"),
            ("mai", "Đặng Thị Mai"),
            ("wang", "王小明"),
        )
    }
    others = {
        "Ben Adeyemi": world.client("Ben Adeyemi", team, Status.LEAD),
        "Ида Волкова": world.client("Ида Волкова", team, Status.LEAD, email="ida@mail.example", portal=True),
        "Sam Hill": world.client(
            "Sam Hill", team, email=None, phone="+1 202 555 0143", consent=Consent.ACTIVE, how="form"
        ),
        "Rosa Díaz": world.client("Rosa Díaz", team, email=None),
        "Old Client": world.client("Old Client", team, Status.COMPLETE),
    }
    return Practice(world, maya, leo, team, {**portal, **others}, {})


def furnished(store: Store, clock: Clock) -> Practice:
    """The same with templates and threads; the clock stands at NOW."""
    practice = people(store, clock)
    world, maya, team = practice.world, practice.actor, practice.team
    for name, shortcut, body in TEMPLATES:
        world.run(templates.add, maya, name, body, shortcut=shortcut)
    world.run(templates.add, maya, "Office address", "12 Harbour Lane, second door.", shortcut="addr", team=team.id)

    client = {name: world.portal(one) for name, one in practice.clients.items()}
    ids = {name: one.id for name, one in practice.clients.items()}
    leo = world.actor(practice.leo)

    clock.now = datetime(2026, 2, 12, 10, 5, tzinfo=UTC)
    practice.start("about", direct(ids["Cora Lin"], ids["Pia Berg"]), "Would Thursday suit you both?")
    clock.now = datetime(2026, 2, 24, 17, 2, tzinfo=UTC)
    practice.start(
        "class", ALL_CLIENTS, "Our childbirth class has two free places this Saturday at 10.",
        subject="Childbirth class, Saturday", locked=False,
    )  # fmt: skip
    clock.advance(hours=1)
    practice.reply("class", client["Zoë Åkesson"], "We will be there!")
    clock.advance(minutes=4)
    practice.reply("class", client["Zoë Åkesson"], "Is there parking close by?")
    clock.now = datetime(2026, 2, 27, 15, 0, tzinfo=UTC)
    practice.start("team", Recipients(ThreadKind.ALL_TEAM), "Team meeting moved to 4 pm.", subject="Meeting")
    clock.now = datetime(2026, 2, 28, 11, 20, tzinfo=UTC)
    practice.start("mai", direct(ids["Đặng Thị Mai"]), "The form you asked for is at the desk.", by=leo)
    for name in ("class",):
        world.run(reading.read, maya, practice.threads[name], 1)
    clock.now = datetime(2026, 3, 2, 8, 50, tzinfo=UTC)
    practice.start(
        "ana", direct(ids["Ana Flores"]), "Your plan is ready, see you on Friday.", subject="Your birth plan"
    )
    clock.advance(minutes=4)
    practice.reply("ana", client["Ana Flores"], "Thank you! One more thing about the second page: is the time right?")
    everything_left(practice)
    clock.now = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
    practice.start(
        "holiday", ALL_CLIENTS,
        "Dear {{ client.first_name }},\n\nwe are closed from 24 December to 2 January. For anything urgent call the "
        "number on your plan.\n\nWarmly,\n{{ sender.first_name }}",
        subject="Holiday schedule",
    )  # fmt: skip
    clock.now = NOW
    for name in ("Ana Flores", "Cora Lin"):
        world.run(reading.read, client[name], practice.threads["holiday"], 1)
    return practice


def everything_left(practice: Practice) -> None:
    """As if a notifier had run: what waited is sent."""
    now = practice.world.clock.now
    with practice.world.store.write() as tx:
        left = {"fenced_at": now, "settled_at": now, "attempts": 1}
        tx.conn.execute(update(deliveries).values(state=DeliveryState.SENT, **left))
        last = func.coalesce(
            runs.c.last,
            select(thread_table.c.last_number).where(thread_table.c.id == runs.c.thread_id).scalar_subquery(),
        )
        tx.conn.execute(update(runs).values(last=last, closed_at=now, settled_at=now))


TEMPLATES = (
    (
        "Holiday closing", "holiday",
        "Dear {{ client.first_name }},\n\nwe are closed from [[first day]] to [[last day]]. For anything urgent call "
        "{{ workspace.name }} at the number on your plan.\n\nWarmly,\n{{ sender.first_name }}",
    ),
    ("Holiday greetings", "greet", "Dear {{ client.first_name }}, the whole team wishes you quiet days."),
    ("Schedule change", "sched", "Dear {{ client.first_name }},\nyour visit moves to [[day]] at [[hour]]."),
    ("Payment received", "paid", "Thank you, {{ client.name }}, your payment arrived."),
    (
        "Call me back", "call",
        'Please call me back{{ client.phone | default: "" }} when you have a quiet minute.',
    ),
)  # fmt: skip


__all__ = ["ALL_CLIENTS", "NOW", "Practice", "direct", "furnished", "people"]
