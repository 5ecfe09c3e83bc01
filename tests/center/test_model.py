"""The center against the model of tests/center/model.py, step by step, on both stores: A, V, R, L and N .

After each step everybody's lists, counts and badge, what the ledger owes, and what was sent are compared; an act that
the model forbids must be refused, and one that it allows must not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from tests.center.ledger import owed
from tests.center.model import PERSONAL, TEAM, Message, Model, Person, Thread
from tests.center.sending import send_all_that_is_due
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import catching_up, clients, messages, participation, reading, teams, threads
from msgcenter_tui.domain import Actor, Recipients, Role, Status, ThreadId, ThreadKind, ThreadState
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import Store, open_store

PEOPLE = st.integers(0, 20)
WHICH = st.integers(0, 30)


class Machine(RuleBasedStateMachine):
    @staticmethod
    def fresh() -> tuple[Store, Clock]:
        raise NotImplementedError  # each test brings its own

    def __init__(self) -> None:
        super().__init__()
        self.store, self.clock = self.fresh()
        self.start = self.clock.now
        self.world = World(self.store, self.clock)
        self.model = Model()
        self.actors: dict[Person, Actor] = {}
        self.ids: dict[Thread, ThreadId] = {}
        self.message_ids: dict[Message, Any] = {}
        self.got: list[tuple[str, str, ThreadId, tuple[int, ...]]] = []
        staff = {name: self.world.staff(name) for name in ("Maya", "Lee", "Kim", "Nora")}
        team = self.world.team("Team", owner=staff["Maya"], contributor=staff["Lee"], participant=staff["Kim"])
        personal = self.world.personal(staff["Maya"])
        self.places = {TEAM: team, PERSONAL: personal}
        for name, one in staff.items():
            person = Person(name, staff=True)
            self.model.people.append(person)
            self.actors[person] = self.world.actor(one)
        maya, lee, kim, _ = self.model.people
        self.maya = maya
        self.model.roles = {
            (TEAM, maya): "owner",
            (TEAM, lee): "contributor",
            (TEAM, kim): "participant",
            (PERSONAL, maya): "owner",
        }
        for name in ("Ana", "Ben"):
            self._add_client(name, TEAM, "active", portal=True, sms=name == "Ben")

    def teardown(self) -> None:
        self.store.close()

    # -- choosing -----------------------------------------------------------------------------------------------------

    def person(self, index: int) -> Person:
        return self.model.people[index % len(self.model.people)]

    def client(self, index: int) -> Person:
        everybody = [one for one in self.model.people if not one.staff]
        return everybody[index % len(everybody)]

    def thread(self, index: int) -> Thread | None:
        return self.model.threads[index % len(self.model.threads)] if self.model.threads else None

    def attempt(self, allowed: bool, act: Any, person: Person, *args: Any, **kwargs: Any) -> Any:
        """Do it, or find it refused: as the model says."""
        if allowed:
            return self.store.run(act, self.actors[person], *args, **kwargs)
        with pytest.raises(Refused):
            self.store.run(act, self.actors[person], *args, **kwargs)
        return None

    # -- people -------------------------------------------------------------------------------------------------------

    def _add_client(self, name: str, ws: str, status: str, *, portal: bool, sms: bool) -> None:
        more = {"phone": "+1 212 555 0188", "consent": "active"} if sms else {}
        added = self.world.client(name, self.places[ws], status, portal=portal, **more)
        person = Person(name, staff=False, ws=ws, status=status, portal=portal, sms=sms)
        self.model.people.append(person)
        self.actors[person] = self.world.portal(added)

    @rule(
        ws=st.sampled_from([TEAM, TEAM, PERSONAL]),
        status=st.sampled_from(Status),
        portal=st.booleans(),
        sms=st.booleans(),
    )
    def add_client(self, ws: str, status: Status, portal: bool, sms: bool) -> None:
        if len(self.model.people) < 10:
            self._add_client(f"Client {len(self.model.people)}", ws, status.value, portal=portal, sms=sms)

    @rule(
        who=PEOPLE,
        change=st.sampled_from(
            [
                {"status": Status.LEAD}, {"status": Status.ACTIVE}, {"status": Status.INACTIVE},
                {"status": Status.COMPLETE}, {"portal": True}, {"portal": False}, {"mute_email": True},
                {"mute_email": False}, {"move_to": TEAM}, {"move_to": PERSONAL},
            ]
        ),
    )  # fmt: skip
    def change_client(self, who: int, change: dict[str, Any]) -> None:
        person = self.client(who)
        ((field, value),) = change.items()
        setattr(person, {"move_to": "ws", "mute_email": "muted"}.get(field, field), getattr(value, "value", value))
        given: dict[str, Any] = {field: self.places[value].id if field == "move_to" else value}
        self.store.run(clients.change, self.actors[self.maya], self.actors[person].person, **given)

    @rule(who=st.integers(1, 3), role=st.sampled_from([*Role, None]))
    def change_member(self, who: int, role: Role | None) -> None:
        person = self.model.people[who]
        maya, team, id = self.actors[self.maya], self.places[TEAM].id, self.actors[person].person
        if role is not None:
            self.store.run(teams.set_member, maya, team, id, role)
            self.model.join(person, TEAM, role.value)
        elif self.model.role(person, TEAM):
            self.store.run(teams.remove_member, maya, team, id)
            self.model.part(person, TEAM)

    # -- threads ------------------------------------------------------------------------------------------------------

    @rule(
        who=PEOPLE,
        kind=st.sampled_from(["all-clients", "all-clients", "all-team"]),
        locked=st.booleans(),
        ws=st.sampled_from([TEAM, TEAM, PERSONAL]),
    )
    def start_broadcast(self, who: int, kind: str, locked: bool, ws: str) -> None:
        person = self.person(who)
        allowed = self.model.role(person, ws) == "owner" and not (kind == "all-team" and ws == PERSONAL)
        self._start(allowed, person, ws, kind, locked, [])

    @rule(who=PEOPLE, to=st.lists(PEOPLE, min_size=1, max_size=3))
    def start_direct(self, who: int, to: list[int]) -> None:
        person = self.person(who)
        others = list(dict.fromkeys(self.person(one) for one in to))
        ws = TEAM if person.staff else person.ws
        allowed = (person.staff and self.model.role(person, ws) is not None) or (not person.staff and person.portal)
        allowed = allowed and all(self.model.reaches(person, one, ws) for one in others)
        self._start(allowed, person, ws, "direct", False, others)

    def _start(self, allowed: bool, person: Person, ws: str, kind: str, locked: bool, to: list[Person]) -> None:
        recipients = Recipients(ThreadKind(kind), tuple(self.actors[one].person for one in to))
        sent = self.attempt(
            allowed, messages.start, person, recipients, self.places[ws].id, "first", locked=locked, yes=True
        )
        if sent is not None:
            owner = None if kind != "direct" else person if person.staff else to[0]
            thread = Thread(ws, kind, locked, owner, [person, *to] if kind == "direct" else [])
            self.model.threads.append(thread)
            self.ids[thread] = sent.thread
            self.message_ids[self.model.write(person, thread)] = sent.message

    @rule(who=PEOPLE, which=WHICH)
    def reply(self, who: int, which: int) -> None:
        person, thread = self.person(who), self.thread(which)
        if thread is not None:
            sent = self.attempt(
                self.model.may_write(person, thread), messages.reply, person, self.ids[thread], "more", yes=True
            )
            if sent is not None:
                self.message_ids[self.model.write(person, thread)] = sent.message
                if thread.kind == "direct" and not person.staff:
                    self._somebody_is_told(thread)

    def _somebody_is_told(self, thread: Thread) -> None:
        """N10: what a client writes to staff is owed to one of them."""
        staff = {one.name for one in self.model.people if one.staff}
        assert any(
            name in staff and thread.last in numbers
            for (name, _, _), numbers in owed(self.store, self.ids[thread]).items()
        )

    @rule(which=WHICH)
    def owner_writes(self, which: int) -> None:
        """Owners write most: without this rule a random author seldom may."""
        thread = self.thread(which)
        if thread is not None and self.model.may_write(self.maya, thread):
            self.reply(0, which)

    @rule(who=PEOPLE, which=WHICH, message=WHICH, delete=st.booleans())
    def change_message(self, who: int, which: int, message: int, delete: bool) -> None:
        person, thread = self.person(who), self.thread(which)
        if thread is None or not thread.messages:
            return
        chosen = thread.messages[message % len(thread.messages)]
        mine = chosen.author is person and self.model.sees(person, thread)
        id = self.message_ids[chosen]
        if not delete:
            allowed = mine and not chosen.deleted and self.model.may_write(person, thread)
            self.attempt(allowed, messages.edit, person, id, "other")
            return
        allowed = mine or (self.model.sees(person, thread) and person in self.model.owners(thread))
        self.attempt(allowed, messages.delete_message, person, id)
        if allowed:
            chosen.deleted = True
            self.model.cancel_emptied(thread)

    @rule(who=PEOPLE, which=WHICH)
    def undo(self, who: int, which: int) -> None:
        thread = self.thread(which)
        if thread is None:
            return
        newest = thread.messages[-1].author if thread.messages else None
        person = newest if newest is not None and who % 3 else self.person(who)
        allowed = self.model.may_undo(person, thread)
        self.attempt(allowed, messages.undo, person, self.ids[thread])
        if allowed:
            self.model.undo(thread)

    @rule(who=PEOPLE, which=WHICH, deed=st.sampled_from(["lock", "unlock", "delete", "restore"]))
    def manage(self, who: int, which: int, deed: str) -> None:
        thread = self.thread(which)
        if thread is None:
            return
        person = self.maya if who % 2 else self.person(who)
        owns = person.staff and self.model.would_see(person, thread) and person in self.model.owners(thread)
        allowed = owns and thread.state == ("deleted" if deed == "restore" else "live")
        more = {"yes": True} if deed == "unlock" else {}
        self.attempt(allowed, getattr(threads, deed), person, self.ids[thread], **more)
        if allowed and deed == "delete":
            self.model.delete(thread)
        elif allowed and deed == "restore":
            thread.state = "live"
        elif allowed:
            thread.locked = deed == "lock"

    @rule(who=PEOPLE, other=PEOPLE, which=WHICH)
    def add_to_thread(self, who: int, other: int, which: int) -> None:
        person, added, thread = self.person(who), self.person(other), self.thread(which)
        if thread is None:
            return
        allowed = thread.kind == "direct" and self.model.may_write(person, thread) and person.staff
        allowed = allowed and (added in thread.people or self.model.reaches(person, added, thread.ws))
        self.attempt(allowed, participation.add_person, person, self.ids[thread], self.actors[added].person, yes=True)
        if allowed and added not in thread.people:
            thread.people.append(added)

    @rule(who=PEOPLE, other=PEOPLE, which=WHICH)
    def remove_from_thread(self, who: int, other: int, which: int) -> None:
        person, gone, thread = self.person(who), self.person(other), self.thread(which)
        if thread is None:
            return
        owners = self.model.owners(thread)
        allowed = thread.kind == "direct" and self.model.sees(person, thread) and person.staff and gone in thread.people
        if gone is person:
            allowed = allowed and person not in owners
            self.attempt(allowed, participation.leave, person, self.ids[thread])
        else:
            allowed = allowed and person in owners and gone not in owners
            self.attempt(allowed, participation.remove_person, person, self.ids[thread], self.actors[gone].person)
        if allowed:
            thread.people.remove(gone)
            self.model.marked.pop((gone, thread), None)

    # -- reading ------------------------------------------------------------------------------------------------------

    @rule(who=PEOPLE, which=WHICH, shown=st.integers(1, 12))
    def read(self, who: int, which: int, shown: int) -> None:
        person, thread = self.person(who), self.thread(which)
        if thread is not None:
            allowed = self.model.sees(person, thread)
            self.attempt(allowed, reading.read, person, self.ids[thread], shown)
            if allowed:
                self.model.read(person, thread, shown)

    @rule(who=PEOPLE, which=WHICH, message=WHICH)
    def set_unread(self, who: int, which: int, message: int) -> None:
        person, thread = self.person(who), self.thread(which)
        if thread is None or not thread.messages:
            return
        chosen = thread.messages[message % len(thread.messages)]
        allowed = self.model.sees(person, thread)
        self.attempt(allowed, reading.set_unread, person, self.ids[thread], self.message_ids[chosen])
        if allowed:
            self.model.set_unread(person, thread, chosen.number)

    # -- time ---------------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 30, 59, 60, 61, 700, 3600]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)
        self.model.now += seconds

    @rule()
    def notifier(self) -> None:
        self.model.deliver()
        self.got += send_all_that_is_due(self.store)

    # -- the comparison -----------------------------------------------------------------------------------------------

    @invariant()
    def everybody_sees_and_counts_what_the_model_says(self) -> None:
        for person in self.model.people:
            if not person.staff and not person.portal:
                with pytest.raises(Refused, match="portal"):
                    self.store.run(threads.list_threads, self.actors[person])
                continue
            rows = self.store.run(threads.list_threads, self.actors[person], limit=200).items
            expected = {
                self.ids[thread]: self.model.unread(person, thread)
                for thread in self.model.threads
                if self.model.sees(person, thread)
            }
            assert {row.id: row.unread for row in rows} == expected, person.name
            badge = self.store.run(reading.badge, self.actors[person])
            counts = [count for count in expected.values() if count]
            assert (badge.threads, badge.messages) == (len(counts), sum(counts)), person.name

    @invariant()
    def somebody_of_the_team_sees_each_direct_thread(self) -> None:
        """Words, V9: whoever has left, it has an owner who can look after it."""
        seen = {
            row.id
            for person in self.model.people
            if person.staff
            for row in self.store.run(threads.list_threads, self.actors[person], limit=200).items
        }
        with self.store.read() as tx:
            live = tables.threads.c.kind == ThreadKind.DIRECT, tables.threads.c.state == ThreadState.LIVE
            assert set(tx.conn.scalars(select(tables.threads.c.id).where(*live))) <= seen

    @invariant()
    def the_ledger_owes_what_the_model_says(self) -> None:
        for thread, id in self.ids.items():
            assert owed(self.store, id) == self.model.owed(thread), id

    @invariant()
    def what_was_sent_is_what_the_model_says_each_once(self) -> None:
        expected = [
            (name, channel, self.ids[self.model.threads[index]], numbers)
            for name, channel, index, numbers in self.model.sent
        ]
        assert sorted(self.got) == sorted(expected)

    @rule(who=PEOPLE, which=WHICH)
    def catch_up(self, who: int, which: int) -> None:
        person, thread = self.person(who), self.thread(which)
        if thread is not None:
            allowed = self.model.may_catch_up(person, thread)
            reach = self.attempt(allowed, catching_up.catch_up, person, self.ids[thread], yes=True)
            if allowed:
                assert reach.people == self.model.catch_up(thread)

    @rule(which=WHICH)
    def take_the_catch_up_back(self, which: int) -> None:
        thread = self.thread(which)
        if thread is not None and self.model.may_catch_up(self.maya, thread):
            allowed = self.model.take_back(thread)
            self.attempt(allowed, catching_up.take_back, self.maya, self.ids[thread])

    @invariant()
    def readers_are_counted_as_the_model_says(self) -> None:
        """R4, for the newest thread."""
        thread = self.model.threads[-1] if self.model.threads else None
        if thread is None or thread.kind != "all-clients" or not self.model.sees(self.maya, thread):
            return
        seen = self.store.run(threads.open_thread, self.actors[self.maya], self.ids[thread]).thread
        newest = [one.number for one in thread.messages if one.kind == "broadcast" and not one.deleted]
        those = [one for one in self.model.people if not one.staff and self.model.sees(one, thread)]
        read = [one for one in those if newest and self.model.up_to.get((one, thread), 0) >= newest[-1]]
        assert seen.readers is not None
        assert seen.readers[:2] == (len(those), len(read))


def test_the_center_does_what_the_model_says(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> None:
    # A1..A5, V1..V9, R1..R4, L1, L4, N1..N3, N5, N6, N9, N10, N11, N12
    fresh = fresh_stores(request, store_url, tmp_path)
    machine = type("Machine", (Machine,), {"fresh": staticmethod(fresh)})
    run_state_machine_as_test(machine, settings=_settings(request))


def fresh_stores(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Callable[[], tuple[Store, Clock]]:
    """Gives a store without anybody each time, of the kind of `store_url`."""
    fixture = "sqlite_template" if not store_url.startswith("postgres") else "postgresql_emptied"
    source = request.getfixturevalue(fixture)
    count = 0

    def fresh() -> tuple[Store, Clock]:
        nonlocal count
        count += 1
        clock = Clock()
        if callable(source):
            return open_store(source(), clock=clock), clock
        path = tmp_path / f"{count}.db"
        path.write_bytes(source.read_bytes())
        return open_store(str(path), clock=clock), clock

    return fresh


def _settings(request: pytest.FixtureRequest) -> settings:
    """A short walk, the same each time, for `make test`; long ones, each time others, for `make soak`."""
    if request.config.getoption("-m") == "soak":
        return settings(_ALWAYS, max_examples=500, stateful_step_count=60)
    return settings(_ALWAYS, max_examples=8, stateful_step_count=30, derandomize=True)


_ALWAYS = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
