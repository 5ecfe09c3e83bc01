"""A portal as it was at a time, and as it would be: against what the ordinary looks showed, on both stores (V, P3).

Random acts are done with the clock moved by hand, and what every portal shows is remembered at each step. Asked later
as of that step, each shows the same; and what it would show with another status, portal or workspace is what it does
show once the change is made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.center.practice import ALL_CLIENTS, Practice
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import clients, messages, participation, portal, reading, threads
from msgcenter_tui.domain import (
    Actor,
    Badge,
    Client,
    MessageId,
    PersonId,
    Recipients,
    Status,
    ThreadId,
    ThreadKind,
    Workspace,
)
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Act

WHICH = st.integers(0, 9)
STATUSES = st.sampled_from(Status)


class Seen(NamedTuple):
    """What a portal shows: of each thread, newest first, what the list and the open thread say."""

    threads: tuple[Any, ...]
    unread: tuple[Any, ...]


class Play:
    """A practice whose acts are chosen by number; what makes no sense just then does nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.practice = practice = Practice(World(store, clock))
        self.store, self.clock = store, clock
        self.maya, self.lee = practice.who(practice.maya), practice.who(practice.lee)
        self.places: list[Workspace] = [practice.team, practice.world.personal(practice.maya)]
        self.clients: list[Client] = []
        self.threads: list[ThreadId] = []
        self.messages: list[MessageId] = []
        self.add_client(Status.ACTIVE, True, 0)
        self.add_client(Status.LEAD, True, 0)

    def do(self, act: Any, *args: Any, by: Actor | None = None, **kwargs: Any) -> Any:
        try:
            return self.store.run(act, by or self.maya, *args, **kwargs)
        except Refused:
            return None

    def one(self, of: list[Any], which: int) -> Any:
        return of[which % len(of)] if of else None

    # -- acts ----------------------------------------------------------------------------------------------------------

    def add_client(self, status: Status, portal: bool, where: int) -> None:
        place = self.one(self.places, where)
        name = f"Client {len(self.clients)}"
        self.clients.append(self.practice.world.client(name, place, status, portal=portal))

    def change(self, who: int, **what: Any) -> None:
        if "move_to" in what:
            what["move_to"] = self.one(self.places, what["move_to"]).id
        self.do(clients.change, self.one(self.clients, who).id, **what)

    def broadcast(self, where: int, locked: bool) -> None:
        body, place = f"Dear all {len(self.messages)}", self.one(self.places, where)
        self._sent(self.practice.start(self.practice.maya, ALL_CLIENTS, body, locked=locked, workspace=place))

    def direct(self, who: int, other: int, by_lee: bool) -> None:
        to = {self.one(self.clients, who).id, self.one(self.clients, other).id}
        sent = self.do(
            messages.start, Recipients(ThreadKind.DIRECT, tuple(sorted(to))), self.places[0].id,
            f"Hello {len(self.messages)}", yes=True, by=self.lee if by_lee else self.maya,
        )  # fmt: skip
        self._sent(sent)

    def write(self, which: int, who: int) -> None:
        """By a client, or by Maya."""
        by = self.practice.who(self.one(self.clients, who)) if who % 3 else self.maya
        thread = self.one(self.threads, which)
        if thread is not None:
            self._sent(self.do(messages.reply, thread, f"More {len(self.messages)}", yes=True, by=by))

    def _sent(self, sent: Any) -> None:
        if sent is not None:
            self.messages.append(sent.message)
            if sent.thread not in self.threads:
                self.threads.append(sent.thread)

    def edit(self, which: int) -> None:
        self.do(messages.edit, self.one(self.messages, which) or "m0", f"Changed at {self.clock.now}")

    def delete_message(self, which: int) -> None:
        self.do(messages.delete_message, self.one(self.messages, which) or "m0")

    def manage(self, which: int, deed: str) -> None:
        more = {"yes": True} if deed == "unlock" else {}
        thread = self.one(self.threads, which)
        for by in (self.maya, self.lee):  # whose it is
            self.do(getattr(threads, deed), thread or "t0", by=by, **more)

    def people(self, which: int, who: int, deed: str) -> None:
        thread, client = self.one(self.threads, which), self.one(self.clients, who)
        more = {"yes": True} if deed == "add_person" else {}
        for by in (self.maya, self.lee):
            self.do(getattr(participation, deed), thread or "t0", client.id, by=by, **more)

    def lee_comes_or_goes(self, which: int, comes: bool) -> None:
        thread = self.one(self.threads, which) or "t0"
        if comes:
            self.do(participation.add_person, thread, self.lee.person, yes=True)
        else:
            self.do(participation.leave, thread, by=self.lee)

    # -- looks ---------------------------------------------------------------------------------------------------------

    def seen(self, client: PersonId, **eyes: Any) -> Seen | None:
        """What the view shows; None where there is none."""
        try:
            looking = self.store.run(portal.view_as, self.maya, client, **eyes)
        except Refused:
            return None
        return self.shown(looking)

    def shown(self, looking: Actor) -> Seen:
        rows = self.store.run(threads.list_threads, looking, limit=100).items
        first = self.store.run(threads.list_threads, looking, limit=1)
        assert [row.id for row in first.items] == [row.id for row in rows[:1]]
        if first.next is not None:
            rest = self.store.run(threads.list_threads, looking, limit=100, after=first.next)
            assert [row.id for row in (*first.items, *rest.items)] == [row.id for row in rows]
        found = []
        for row in rows:
            page = self.store.run(threads.open_thread, looking, row.id)
            thread = page.thread
            assert (thread.locked, thread.state) == (row.locked, row.state)
            texts = [
                (one.number, one.author.id, one.at, one.body, one.edited_at, one.deleted, one.versions)
                for one in page.messages
            ]
            facts = row.kind, row.workspace, row.locked, row.last_at, row.preview, row.last_author, row.others
            found.append((
                row.id, *facts, sorted(row.people) if not row.others else (), thread.newest, thread.why_not,
                sorted(one.id for one in thread.people), texts,
            ))  # fmt: skip
        badge = self.store.run(reading.badge, looking)
        return Seen(tuple(found), (*((row.id, row.unread) for row in rows), badge))


ACTS = st.one_of(
    st.tuples(st.just("add_client"), st.tuples(STATUSES, st.booleans(), WHICH)),
    st.tuples(st.just("change"), st.tuples(WHICH), st.fixed_dictionaries({"status": STATUSES})),
    st.tuples(st.just("change"), st.tuples(WHICH), st.fixed_dictionaries({"portal": st.booleans()})),
    st.tuples(st.just("change"), st.tuples(WHICH), st.fixed_dictionaries({"move_to": WHICH})),
    st.tuples(st.just("broadcast"), st.tuples(st.sampled_from([0, 0, 0, 1]), st.booleans())),
    st.tuples(st.just("direct"), st.tuples(WHICH, WHICH, st.booleans())),
    st.tuples(st.just("write"), st.tuples(WHICH, WHICH)),
    st.tuples(st.just("edit"), st.tuples(WHICH)),
    st.tuples(st.just("delete_message"), st.tuples(WHICH)),
    st.tuples(
        st.just("manage"), st.tuples(WHICH, st.sampled_from(["lock", "unlock", "delete", "restore", "withdraw"]))
    ),
    st.tuples(st.just("people"), st.tuples(WHICH, WHICH, st.sampled_from(["add_person", "remove_person"]))),
    st.tuples(st.just("lee_comes_or_goes"), st.tuples(WHICH, st.booleans())),
)
STORIES = st.lists(ACTS, min_size=3, max_size=14)


def settled(request: pytest.FixtureRequest) -> settings:
    """A few stories, the same each time, for `make test`; many others for `make soak`."""
    many = request.config.getoption("-m") == "soak"
    checks = list(HealthCheck)
    return settings(max_examples=400 if many else 5, derandomize=not many, deadline=None, suppress_health_check=checks)


def test_a_portal_as_of_a_time_is_what_it_showed_then(
    renewed_store: Callable[[Clock], Store], request: pytest.FixtureRequest
) -> None:  # V1..V8, L1, M2, P3
    @settled(request)
    @given(story=STORIES)
    def holds(story: list[Any]) -> None:
        clock = Clock()
        play = Play(renewed_store(clock), clock)
        remembered: list[tuple[datetime, PersonId, Seen | None]] = []
        for name, args, *more in [("edit", (0,)), *story]:
            clock.advance(minutes=1)
            getattr(play, name)(*args, **(more[0] if more else {}))
            remembered += [(clock.now, one.id, play.seen(one.id)) for one in play.clients]
        clock.advance(minutes=1)
        for at, client, seen in remembered:
            then = play.seen(client, at=at)
            assert (then and then.threads) == (seen and seen.threads), at

    holds()


def test_a_portal_as_it_would_be_is_what_it_shows_once_that_is_so(
    renewed_store: Callable[[Clock], Store], request: pytest.FixtureRequest
) -> None:  # V1, V2, V3, V8, R1, P3
    @settled(request)
    @given(
        story=STORIES,
        who=WHICH,
        read=WHICH,
        status=st.none() | STATUSES,
        switch=st.none() | st.booleans(),
        where=st.none() | st.integers(0, 1),
    )
    def holds(
        story: list[Any], who: int, read: int, status: Status | None, switch: bool | None, where: int | None
    ) -> None:
        clock = Clock()
        play = Play(renewed_store(clock), clock)
        for name, args, *more in story:
            clock.advance(minutes=1)
            getattr(play, name)(*args, **(more[0] if more else {}))
        client = play.one(play.clients, who)
        play.do(reading.read, play.one(play.threads, read) or "t0", 1, by=play.practice.who(client))
        place = None if where is None else play.places[where].id
        would = play.seen(client.id, status=status, portal=switch, workspace=place)
        then = play.seen(client.id, at=clock.now, status=status, portal=switch, workspace=place)
        assert (then and then.threads) == (would and would.threads)  # both at once: a time, and other facts
        play.store.run(clients.change, play.maya, client.id, status=status, portal=switch, move_to=place)
        assert play.seen(client.id) == would

    holds()


def test_an_imagined_client_sees_what_one_who_is_added_sees(
    renewed_store: Callable[[Clock], Store], request: pytest.FixtureRequest
) -> None:  # V2, R3, P3
    @settled(request)
    @given(story=STORIES, status=STATUSES, where=st.integers(0, 1))
    def holds(story: list[Any], status: Status, where: int) -> None:
        clock = Clock()
        play = Play(renewed_store(clock), clock)
        for name, args, *more in story:
            clock.advance(minutes=1)
            getattr(play, name)(*args, **(more[0] if more else {}))
        place = play.places[where]
        imagined = play.store.run(portal.view_as_new, play.maya, place.id, status=status)
        would = play.shown(imagined)
        added = play.practice.world.client(imagined.name, place, status, portal=True)
        assert play.seen(added.id) == would

    holds()


# -- what can be looked at, and what is known --------------------------------------------------------------------------


def test_a_view_of_then_shows_texts_locks_and_people_of_then(practice: Practice) -> None:  # V4, V8, L1, M2, P3
    ana, ben = practice.client("Ana"), practice.client("Ben")
    run, clock, maya = practice.store.run, practice.clock, practice.who(practice.maya)
    thread = practice.broadcast("one", locked=False)
    both = practice.direct(practice.maya, ana, ben, body="you two")
    message = practice.opened(practice.maya, thread).messages[0].id
    then = clock.advance(hours=1)
    clock.advance(hours=1)
    run(messages.edit, maya, message, "changed")
    practice.reply(practice.maya, thread, "later")
    run(threads.lock, maya, thread)
    run(participation.remove_person, maya, both, ana.id)
    run(threads.delete, maya, thread)
    assert practice.sees(ana) == []
    looking = run(portal.view_as, maya, ana.id, at=then)
    assert practice.sees(looking) == [both, thread]
    page = practice.opened(looking, thread)
    assert [(one.body, one.edited_at) for one in page.messages] == [("one", None)]
    assert not page.thread.locked
    people = practice.opened(looking, both).thread.people
    assert {one.name for one in people} == {"Maya Ortiz", "Ana", "Ben"}
    found = run(threads.list_threads, looking, search="one").items
    assert [row.id for row in found] == [thread]
    assert not run(threads.list_threads, looking, search="changed").items


def test_words_are_found_in_the_past_as_they_are_now(practice: Practice) -> None:  # P3
    run, maya, ana = practice.store.run, practice.who(practice.maya), practice.client("Ana")
    thread = practice.broadcast("We meet in Łódź, Straße_5, at noon")
    practice.direct(practice.maya, practice.client("Ben"), body="We meet in Łódź")  # not hers
    then = practice.clock.advance(hours=1)
    practice.clock.advance(hours=1)
    run(messages.edit, maya, practice.opened(practice.maya, thread).messages[0].id, "We meet in Kraków")
    now, looking = practice.who(ana), run(portal.view_as, maya, ana.id, at=then)

    def found(who: Actor, search: str) -> bool:
        return [row.id for row in run(threads.list_threads, who, search=search).items] == [thread]

    searches = ["lodz", "LÓDZ", "strasse", "noo", "meet lodz maya", '"at no"', "5"]
    assert [search for search in searches if not found(looking, search)] == []
    assert [search for search in (*searches[:4], '"at no"') if found(now, search)] == []
    for search in ("oon", "ódz", "krakow", "ben", "meet krakow"):  # no word begins so
        assert not found(looking, search), search
    for search in ("meet", "krakow", "maya", "ben"):
        assert found(now, search) == (search != "ben"), search


def test_what_is_not_kept_is_said_and_not_guessed(practice: Practice) -> None:  # P3, N5
    ana = practice.client("Ana")
    run, clock, maya = practice.store.run, practice.clock, practice.who(practice.maya)
    thread = practice.broadcast("one")
    gone = practice.broadcast("taken back")
    practice.reply(practice.maya, thread, "taken back, too")
    then = clock.advance(seconds=5)
    clock.advance(seconds=1)
    practice.read(ana, thread)
    for one in (gone, thread):
        run(messages.undo, maya, one)
    practice.reply(practice.maya, thread, "after that")
    clock.advance(seconds=1)
    run(messages.undo, maya, thread)  # written later: nobody saw it then
    run(threads.rename, maya, thread, "Another subject")
    looking = run(portal.view_as, maya, ana.id, at=then)
    assert practice.sees(looking) == [thread]
    told = run(portal.not_kept, looking)
    assert told[0] == "what was read then is not kept"
    assert told[2:] == (
        "1 of the subjects was changed since",
        "2 messages shown then were taken back since and are gone",
    )
    assert run(reading.badge, looking) == Badge(0, 0, known=False)
    with pytest.raises(Refused, match="nobody can say what was unread then"):
        run(threads.list_threads, looking, show=threads.Show.UNREAD)
    assert run(portal.not_kept, run(portal.view_as, maya, ana.id, status=Status.LEAD)) == ()


def test_what_could_not_be_seen_is_refused_with_the_reason(practice: Practice) -> None:  # P2, P3, S1, S4
    run, clock, maya, lee = practice.store.run, practice.clock, practice.who(practice.maya), practice.who(practice.lee)
    before = clock.now
    clock.advance(days=1)
    ana = practice.client("Ana", portal=False)
    bare = practice.client("Bare", portal=False, email=None)
    with_portal = clock.advance(days=1)
    practice.world.change(ana, portal=True)
    personal = practice.world.personal(practice.maya)
    practice.world.change(ana, move_to=personal.id)
    there = clock.advance(days=1)
    clock.advance(days=1)
    practice.world.run(clients.change, maya, ana.id, move_to=practice.team.id)
    cases: list[tuple[Client, dict[str, Any], str]] = [
        (ana, {"at": clock.now + timedelta(seconds=1)}, "the future: .*; look as of now"),
        (ana, {"at": before}, "no portal of Ana to see: they became a client after that, on 2026-03-0"),
        (ana, {"at": with_portal - timedelta(hours=1)}, "Ana could not sign in: .* not enabled then; choose another"),
        (ana, {"portal": False}, "Ana cannot sign in: their client portal is not enabled"),
        (bare, {"portal": True}, "Bare cannot sign in: .*; it needs a valid e-mail address first"),
        (ana, {"workspace": "w99"}, "there is no workspace 'w99'"),
        (ana, {"workspace": "nonsense"}, "there is no workspace"),
    ]
    for client, eyes, why in cases:
        with pytest.raises(Refused, match=why):
            run(portal.view_as, maya, client.id, **eyes)
    with pytest.raises(NotFound, match="no workspace"):
        run(portal.view_as, lee, ana.id, workspace=personal.id)
    assert run(portal.view_as, maya, ana.id, at=there).at == there
    with pytest.raises(Refused, match="a workspace that is not yours"):  # S4: Lee sees the team's broadcasts only
        run(portal.view_as, lee, ana.id, at=there)
    with pytest.raises(NotFound):
        run(portal.view_as_new, lee, personal.id)
    with pytest.raises(NotFound):
        run(portal.view_as_new, practice.world.portal(ana), practice.team.id)
    with pytest.raises(Refused, match="without a portal sees nothing"):
        run(portal.view_as_new, maya, practice.team.id, portal=False)


def test_such_a_view_reads_and_writes_nothing(practice: Practice) -> None:  # P3, R1
    ana, maya = practice.client("Ana"), practice.who(practice.maya)
    thread = practice.broadcast("Dear {{ client.first_name }}", locked=False)
    before = practice.unread(ana)
    for looking in (
        practice.store.run(portal.view_as, maya, ana.id, at=practice.clock.now),
        practice.store.run(portal.view_as, maya, ana.id, status=Status.LEAD),
        practice.store.run(portal.view_as_new, maya, practice.team.id, name="Jo Moss"),
    ):
        page = practice.opened(looking, thread)
        assert not page.thread.can_write
        assert page.messages[0].body == f"Dear {looking.name.split()[0]}"  # T5
        acts: list[tuple[Act[..., Any], tuple[Any, ...]]] = [
            (reading.read, (thread, 1)),
            (reading.set_unread, (thread,)),
            (messages.reply, (thread, "Hi")),
        ]
        for act, args in acts:
            with pytest.raises(Refused, match="you only look at this portal"):
                practice.store.run(act, looking, *args)
    assert practice.unread(ana) == before == {thread: 1}
