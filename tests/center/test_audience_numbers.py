"""The audience of a broadcast against the model, for random practices: each person of it, and every number (R4, N11).

The numbers of the list are those of the ledger (who was notified, who is about to be) and of the rule of seeing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.center.model import TEAM, Thread
from tests.center.test_model import _ALWAYS, Machine, fresh_stores

from msgcenter_tui.center import audience, messages
from msgcenter_tui.domain import Ahead, Among, Recipients, Status, ThreadKind

CLIENT = st.integers(0, 9)
CHANGES: list[dict[str, Any]] = [
    {"status": Status.ACTIVE}, {"status": Status.COMPLETE}, {"portal": True}, {"portal": False}, {"mute_email": True},
    {"mute_email": False}, {"move_to": "personal"}, {"move_to": "team"},
]  # fmt: skip

JOINS = st.tuples(st.just("joins"), st.sampled_from([Status.ACTIVE, Status.LEAD, Status.INACTIVE]), st.booleans())
READS = st.tuples(st.just("reads"), CLIENT, st.integers(1, 4))
SOME = st.lists(
    st.one_of(
        JOINS,
        st.tuples(st.just("changes"), CLIENT, st.sampled_from(CHANGES)),
        READS,
        st.tuples(st.just("answers"), CLIENT),
        st.tuples(st.sampled_from(["leaves", "is caught up", "is taken back", "follows", "follows", "is undone"])),
        st.sampled_from([("is deleted", 0), ("is deleted", 1), ("leaves",), ("leaves",)]),
    ),
    max_size=5,
)


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """The steps in the life of a broadcast that some miss at first."""
    steps = [
        *draw(st.lists(JOINS, max_size=2)),
        ("follows",),
        *draw(SOME),
        *draw(st.lists(JOINS, min_size=1, max_size=3)),
    ]
    steps += [*draw(st.lists(READS, max_size=2)), ("is caught up",), *draw(SOME)]
    return [*steps, ("leaves",), *draw(SOME), ("is caught up",), *draw(SOME)]


def take(machine: Machine, step: tuple[Any, ...]) -> None:
    """One step in the life of thread 0."""
    match step:
        case ("joins", status, portal):
            machine.add_client(ws=TEAM, status=status, portal=portal, sms=portal)
        case ("changes", who, change):
            machine.change_client(who=who, change=change)
        case ("reads", who, shown):
            machine.read(who=machine.model.people.index(machine.client(who)), which=0, shown=shown)
        case ("answers", who):
            machine.reply(who=machine.model.people.index(machine.client(who)), which=0)
        case ("leaves",):
            machine.wait(seconds=3600)
            machine.notifier()
        case ("is caught up",):
            machine.catch_up(who=0, which=0)
        case ("is taken back",):
            machine.take_the_catch_up_back(which=0)
        case ("follows",):
            machine.owner_writes(which=0)
        case ("is undone",):
            machine.undo(who=1, which=0)
        case ("is deleted", which):
            machine.change_message(who=0, which=0, message=which, delete=True)


def check_audience(machine: Machine, thread: Thread) -> None:
    """Every person of it, and the number of each filter."""
    model, actor, id = machine.model, machine.actors[machine.maya], machine.ids[thread]
    expected = {
        one.name: (
            model.sees(one, thread),
            "notified" if one in thread.got else "under-way" if model.pending(one, thread) else "not-notified",
            model.has_read(one, thread),
        )
        for one in model.people
        if not one.staff and (one.ws == thread.ws or one in thread.enrolled)
    }
    run = machine.store.run
    rows = run(audience.list_audience, actor, id, limit=200).items
    assert {row.person.name: (row.sees, row.notified.value, row.read) for row in rows} == expected
    assert [row.person.name.casefold() for row in rows] == sorted(name.casefold() for name in expected)
    counts = run(audience.audience_counts, actor, id)
    for among in Among:
        assert len(run(audience.list_audience, actor, id, among=among, limit=200).items) == counts[among], among
    number = {what: [row[1] for row in expected.values()].count(what.value) for what in NOTIFIED}
    assert {what: counts[what] for what in NOTIFIED} == number
    assert counts[Among.SEES] == sum(sees for sees, _, _ in expected.values())
    assert counts[Among.READ] == sum(sees and read for sees, _, read in expected.values())
    assert counts[Among.TO_CATCH_UP] == len(model.missed(thread))


NOTIFIED = (Among.NOTIFIED, Among.UNDER_WAY, Among.NOT_NOTIFIED)


def check_prospects(machine: Machine) -> None:
    """The list before a send, its numbers, and the figures of the question agree."""
    actor, team = machine.actors[machine.maya], machine.places[TEAM].id
    to = Recipients(ThreadKind.ALL_CLIENTS)
    rows = machine.store.run(audience.list_prospects, actor, recipients=to, workspace=team, limit=200).items
    those = [one for one in machine.model.people if not one.staff and one.ws == TEAM]
    assert {row.person.name: {channel.value for channel in row.channels} for row in rows} == {
        one.name: {channel for channel in ("email", "sms") if one.current and machine.model.reached(one, channel)}
        for one in those
    }
    counts = machine.store.run(audience.prospect_counts, actor, recipients=to, workspace=team)
    for ahead in Ahead:
        page = machine.store.run(audience.list_prospects, actor, recipients=to, workspace=team, ahead=ahead, limit=200)
        assert len(page.items) == counts[ahead], ahead
    reach = machine.store.run(messages.outlook, actor, to, team, locked=True).reach
    told = counts[Ahead.NOTIFIED], counts[Ahead.PORTAL_ONLY], counts[Ahead.NOT_REACHED]
    assert told == (reach.people, reach.portal_only, reach.unreachable)
    assert counts[Ahead.EXCLUDED] == sum(not one.current for one in those)


def test_the_numbers_are_those_of_the_ledger_and_of_the_rule_of_seeing(
    request: pytest.FixtureRequest, store_url: str, tmp_path: Path
) -> None:
    # V1, V2, V3, R4, N1, N4, N11
    fresh = fresh_stores(request, store_url, tmp_path)
    soak = request.config.getoption("-m") == "soak"

    @settings(_ALWAYS, max_examples=1000 if soak else 8, derandomize=not soak)
    @given(locked=st.booleans(), steps=lives())
    def walk(locked: bool, steps: list[tuple[Any, ...]]) -> None:
        machine = type("Machine", (Machine,), {"fresh": staticmethod(fresh)})()
        try:
            machine.start_broadcast(who=0, kind="all-clients", locked=locked, ws=TEAM)
            (thread,) = machine.model.threads
            for step in steps:
                take(machine, step)
            machine.the_ledger_owes_what_the_model_says()
            machine.what_was_sent_is_what_the_model_says_each_once()
            if machine.model.sees(machine.maya, thread):
                check_audience(machine, thread)
            check_prospects(machine)
        finally:
            machine.teardown()

    walk()
