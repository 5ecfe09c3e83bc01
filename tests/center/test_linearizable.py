"""Several terminals at once, at random: whatever came of it could have come of the same acts one after the other.

Each round a few people do a few acts each at the same moment, on connections of their own. What each was told, and what
everybody then sees and is owed, must be what the model (tests/center/model.py) says of some order of these acts: one
that keeps each person's own order, and in which no act comes before one that had ended when it began.
"""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import pytest
from tests.center.at_once import together
from tests.center.ledger import owed
from tests.center.model import TEAM, Model, Person, Thread
from tests.center.practice import ALL_CLIENTS, Practice

from msgcenter_tui.center import clients, messages, reading, teams, threads
from msgcenter_tui.domain import Actor, Role, Status, ThreadId
from msgcenter_tui.errors import Refused

TERMINALS, EACH = 3, 2
MAYA, LEE, ANA, BEN = range(4)
"""Places in `Model.people`."""


@dataclass
class Deed:
    """One act at a terminal: how the model does it, and how the center does."""

    name: str
    on_model: Callable[[Model], bool]
    """Whether it is allowed; if so, it is done."""
    on_center: Callable[[], object]
    began: float = 0.0
    ended: float = 0.0
    allowed: bool = True

    def run(self) -> None:
        self.began = perf_counter()
        try:
            self.on_center()
        except Refused:
            self.allowed = False
        self.ended = perf_counter()


@dataclass
class Round:
    """One thread in a practice that is as it was before, and what can be done to it."""

    practice: Practice
    model: Model
    actors: Sequence[Actor]
    thread: ThreadId
    names: list[str] = field(default_factory=list)

    def deeds(self) -> Mapping[str, Callable[[int], Deed]]:
        return {
            "reply": lambda who: self._deed("reply", who, self._reply(who), messages.reply, "more", yes=True),
            "read": lambda who: self._deed("read", who, self._read(who), reading.read, 2),
            "lock": lambda _: self._deed("lock", MAYA, self._lock(True), threads.lock),
            "unlock": lambda _: self._deed("unlock", MAYA, self._lock(False), threads.unlock, yes=True),
            "delete": lambda _: self._deed("delete", MAYA, self._delete, threads.delete),
            "restore": lambda _: self._deed("restore", MAYA, self._restore, threads.restore),
            "join": lambda _: self._member(Role.CONTRIBUTOR),
            "part": lambda _: self._member(None),
            "inactive": lambda _: self._status("inactive"),
            "active": lambda _: self._status("active"),
        }

    def _deed(self, name: str, who: int, on_model: Callable[[Model], bool], act: Any, *more: Any, **named: Any) -> Deed:
        actor = self.actors[who]
        return Deed(f"{name} by {actor.name}", on_model, lambda: self._run(act, actor, self.thread, *more, **named))

    def _run(self, act: Any, *given: Any, **named: Any) -> object:
        return self.practice.store.run(act, *given, **named)

    def _member(self, role: Role | None) -> Deed:
        maya, lee, team = self.actors[MAYA], self.actors[LEE].person, self.practice.team.id

        def on_model(model: Model) -> bool:
            person = model.people[LEE]
            if role is not None:
                model.join(person, TEAM, role.value)
            elif model.role(person, TEAM):
                model.part(person, TEAM)
            else:
                return False
            return True

        if role is None:
            return Deed("remove Lee", on_model, lambda: self._run(teams.remove_member, maya, team, lee))
        return Deed("take Lee in", on_model, lambda: self._run(teams.set_member, maya, team, lee, role))

    def _status(self, status: str) -> Deed:
        def on_model(model: Model) -> bool:
            model.people[ANA].status = status
            return True

        maya, ana = self.actors[MAYA], self.actors[ANA].person
        return Deed(f"Ana is {status}", on_model, lambda: self._run(clients.change, maya, ana, status=status))

    # -- on the model -------------------------------------------------------------------------------------------------

    @staticmethod
    def _reply(who: int) -> Callable[[Model], bool]:
        def on_model(model: Model) -> bool:
            person, thread = model.people[who], model.threads[0]
            allowed = model.may_write(person, thread)
            if allowed:
                model.write(person, thread)
            return allowed

        return on_model

    @staticmethod
    def _read(who: int) -> Callable[[Model], bool]:
        def on_model(model: Model) -> bool:
            person, thread = model.people[who], model.threads[0]
            allowed = model.sees(person, thread)
            if allowed:
                model.read(person, thread, 2)
            return allowed

        return on_model

    @staticmethod
    def _lock(locked: bool) -> Callable[[Model], bool]:
        def on_model(model: Model) -> bool:
            thread = model.threads[0]
            if thread.state == "live":
                thread.locked = locked
            return thread.state == "live"

        return on_model

    @staticmethod
    def _delete(model: Model) -> bool:
        live = model.threads[0].state == "live"
        if live:
            model.delete(model.threads[0])
        return live

    @staticmethod
    def _restore(model: Model) -> bool:
        deleted = model.threads[0].state == "deleted"
        if deleted:
            model.threads[0].state = "live"
        return deleted

    # -- what everybody sees ------------------------------------------------------------------------------------------

    def seen(self) -> dict[str, Any]:
        store = self.practice.store
        found: dict[str, Any] = {"owed": owed(store, self.thread)}
        for actor in self.actors:
            rows = store.run(threads.list_threads, actor, limit=200).items
            found[actor.name] = next(((row.unread, row.locked) for row in rows if row.id == self.thread), None)
            if actor is self.actors[MAYA] and found[actor.name] is not None:
                found["messages"] = [
                    (one.number, one.author.name) for one in self.practice.opened(actor, self.thread).messages
                ]
        return found

    def said_by(self, model: Model) -> dict[str, Any]:
        thread = model.threads[0]
        found: dict[str, Any] = {"owed": model.owed(thread)}
        for person in model.people:
            sees = model.sees(person, thread)
            found[person.name] = (model.unread(person, thread), thread.locked) if sees else None
            if person is model.people[MAYA] and sees:
                found["messages"] = [(one.number, one.author.name) for one in thread.messages]
        return found


def orders(terminals: Sequence[Sequence[Deed]]) -> Iterator[list[Deed]]:
    """Every order of these acts that keeps each terminal's own, and the order of those that did not overlap."""
    if not any(terminals):
        yield []
        return
    first_to_end = min(deed.ended for deeds in terminals for deed in deeds)
    for index, deeds in enumerate(terminals):
        if deeds and deeds[0].began <= first_to_end:
            rest = [*terminals[:index], deeds[1:], *terminals[index + 1 :]]
            for order in orders(rest):
                yield [deeds[0], *order]


def explained(turn: Round, terminals: Sequence[Sequence[Deed]]) -> bool:
    seen = turn.seen()
    for order in orders(terminals):
        model = copy.deepcopy(turn.model)
        if all(deed.on_model(model) == deed.allowed for deed in order) and turn.said_by(model) == seen:
            return True
    return False


def fresh(practice: Practice, actors: Sequence[Actor], locked: bool) -> Round:
    """A new broadcast in a team whose people are as they were."""
    maya = actors[MAYA]
    practice.store.run(teams.set_member, maya, practice.team.id, actors[LEE].person, Role.CONTRIBUTOR)
    practice.store.run(clients.change, maya, actors[ANA].person, status=Status.ACTIVE)
    model = Model()
    model.people = [Person(actor.name, staff=not actor.is_client) for actor in actors]
    model.roles = {(TEAM, model.people[MAYA]): "owner", (TEAM, model.people[LEE]): "contributor"}
    sent = practice.start(practice.maya, ALL_CLIENTS, "first", locked=locked)
    assert sent.thread is not None
    model.threads.append(Thread(TEAM, "all-clients", locked, None, []))
    model.write(model.people[MAYA], model.threads[0])
    return Round(practice, model, actors, sent.thread)


@pytest.mark.parametrize("rounds", [5, pytest.param(300, marks=pytest.mark.soak)])
def test_what_comes_of_several_at_once_could_come_of_one_after_the_other(practice: Practice, rounds: int) -> None:
    # A1, V1, V4, V6, R1, L1, M5, N1
    chance = random.Random(rounds)
    ana, ben = practice.client("Ana"), practice.client("Ben")
    practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.kim.id)
    actors = [practice.who(one) for one in (practice.maya, practice.lee, ana, ben)]
    for _ in range(rounds):
        turn = fresh(practice, actors, locked=chance.random() < 0.3)
        deeds = turn.deeds()
        names = ["reply", "reply", "reply", *deeds]
        terminals = [
            [deeds[chance.choice(names)](chance.randrange(len(actors))) for _ in range(EACH)] for _ in range(TERMINALS)
        ]
        together(*(_runs(one) for one in terminals))
        told = [[(deed.name, deed.allowed) for deed in one] for one in terminals]
        assert explained(turn, terminals), (told, turn.seen())


def _runs(deeds: Sequence[Deed]) -> Callable[[], None]:
    def run() -> None:
        assert threading.current_thread() is not threading.main_thread()
        for deed in deeds:
            deed.run()

    return run


def test_the_search_for_an_order_finds_none_where_there_is_none(practice: Practice) -> None:
    """It can fail: a reply that was let through after the lock had ended is explained by no order."""
    actors = [
        practice.who(one) for one in (practice.maya, practice.lee, practice.client("Ana"), practice.client("Ben"))
    ]
    turn = fresh(practice, actors, locked=False)
    reply, lock = turn.deeds()["reply"](BEN), turn.deeds()["lock"](MAYA)
    reply.run()
    lock.run()
    assert explained(turn, [[reply], [lock]])
    reply.began, reply.ended = lock.ended + 1, lock.ended + 2
    assert not explained(turn, [[reply], [lock]])
