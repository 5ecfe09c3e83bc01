"""Searching: what is found is what one sees, and every word of the search begins a word of it (V)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from tests.center.practice import ALL_CLIENTS, ALL_TEAM, Practice
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import clients, participation, portal, revisions, threads
from msgcenter_tui.center.threads import Show
from msgcenter_tui.domain import Actor, Client, Recipients, Staff, ThreadKind
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store import client_search, searching, tables
from msgcenter_tui.store.staff import rename_people
from msgcenter_tui.store.store import Store


def found(practice: Practice, person: Any, search: str, **more: Any) -> list[str]:
    """Page by page, which must be the whole."""
    who, whole = practice.who(person), list[str]()
    for limit in (1000, 2):
        had, after = list[str](), None
        while True:
            page = practice.store.run(threads.list_threads, who, search=search, limit=limit, after=after, **more)
            had += [row.id for row in page.items]
            if (after := page.next) is None:
                break
        assert had == (whole or had)
        whole = had
    return whole


@pytest.fixture(params=["few", "many seen by few", "many"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms of a statement: it begins with what is found, with what is seen, or with what is newest."""
    if request.param != "few":
        monkeypatch.setattr(searching, "FEW", -1 if request.param == "many" else 3)
        monkeypatch.setattr(searching.Index, "are_few", lambda *_: False)


@pytest.mark.usefixtures("form")
def test_each_word_is_found_anywhere_in_the_thread(practice: Practice) -> None:
    ana = practice.client("Ana Flores")
    closed = practice.start(practice.maya, ALL_CLIENTS, "We are closed", subject="Holiday schedule").thread
    direct = practice.direct(practice.lee, ana, body="Bring the bag")
    practice.reply(ana, direct, "Is there a holiday?")
    assert found(practice, practice.lee, "ana holiday") == [direct]
    assert found(practice, practice.lee, "hol") == [direct, closed]
    assert found(practice, practice.lee, "HOLI clos") == found(practice, practice.lee, "maya") == [closed]
    assert found(practice, practice.lee, "flo bag") == found(practice, ana, "lee") == [direct]
    assert found(practice, practice.lee, "day") == found(practice, practice.lee, "ana closed") == []
    assert found(practice, practice.maya, "bag") == []  # V9: not in it
    assert found(practice, practice.lee, "holiday", show=Show.DIRECT) == [direct]


@pytest.mark.usefixtures("form")
def test_only_what_can_be_read_is_found(practice: Practice) -> None:
    # V, V4, N5
    ana, run, lee = practice.client("Ana"), practice.store.run, practice.who(practice.lee)
    thread = practice.direct(practice.lee, ana, body="apple pear")
    practice.clock.advance(seconds=90)
    second = practice.reply(ana, thread, "banana").message
    assert second is not None
    run(revisions.edit, practice.who(ana), second, "cherry pear")
    assert found(practice, ana, "banana") == []
    assert found(practice, ana, "cherry pear") == found(practice, ana, "apple") == [thread]
    run(revisions.delete_message, practice.who(ana), second)
    assert found(practice, practice.lee, "cherry") == []
    assert found(practice, practice.lee, "pear") == [thread]
    practice.reply(practice.lee, thread, "dates pear")
    assert found(practice, ana, "dates") == [thread]
    run(revisions.undo, lee, thread)
    assert found(practice, ana, "dates") == []
    run(threads.delete, lee, thread)
    assert found(practice, ana, "pear") == found(practice, practice.lee, "pear") == []
    assert found(practice, practice.lee, "pear", show=Show.DELETED) == [thread]
    assert found(practice, practice.lee, "cherry", show=Show.DELETED) == []


@pytest.mark.usefixtures("form")
def test_names_and_subjects_are_found_as_they_are_now(practice: Practice) -> None:
    ana, ben, run = practice.client("Ana"), practice.client("Ben"), practice.store.run
    lee = practice.who(practice.lee)
    thread = practice.direct(practice.lee, ana)
    broadcast = practice.broadcast(locked=False)
    practice.reply(ana, broadcast, "Ana says hello")
    run(threads.rename, lee, thread, "Old words")
    run(threads.rename, lee, thread, "New words")
    assert found(practice, practice.lee, "old") == []
    assert found(practice, practice.lee, "new words") == [thread]
    practice.world.change(ana, name="Zoe")
    assert found(practice, practice.lee, "zoe") == [broadcast, thread]
    assert found(practice, practice.lee, "ana") == [broadcast]  # her own words
    with practice.store.write() as tx:
        rename_people(tx, {practice.lee.id: "Xenia"})
    assert found(practice, practice.lee, "xen") == [thread]
    assert found(practice, practice.lee, "lee") == []
    run(participation.add_person, lee, thread, ben.id, yes=True)
    assert found(practice, practice.lee, "ben") == [thread]
    run(participation.remove_person, lee, thread, ben.id)
    assert found(practice, practice.lee, "ben") == []
    assert found(practice, practice.lee, "zoe") == [broadcast, thread]


SIGNS = [
    '"',
    "*",
    "NEAR",
    "a NEAR b",
    "OR",
    "AND NOT",
    "^x",
    "words:x",
    "-x",
    "(",
    "')--",
    "%",
    "_",
    "\\",
    "\x00",
    "x\x00y",
]


def test_what_is_typed_is_text(practice: Practice) -> None:
    thread = practice.broadcast(body="Nothing of it stands here")
    maya = practice.who(practice.maya)
    for search in (*SIGNS, "x" * 10_000, "\ud800", '"' * 300, "x " * 5000, "' | '", "':*", "!!!"):
        assert found(practice, practice.maya, search) in ([], [thread]), search
        practice.store.run(clients.list_clients, maya, search=search)
        practice.store.run(clients.reachable, maya, search=search, workspace=practice.team.id)


SEARCHES: dict[str, set[str]] = {
    "jose": {"José Peña", "Jose"},
    "JOSÉ pena": {"José Peña"},
    "明日": {"では明日"},
    "straße": {"Große Straße"},
    "ПРИВ": {"Привет, мир"},
    "οδός": {"Ἡ ΟΔΌΣ"},
    "안녕": {"안녕하세요"},
    "🎉": {"Well done🎉!"},
    "50%": {"50% off_now", "500"},
    "off_n": {"50% off_now"},
    '"done🎉"': {"Well done🎉!"},
    '"peña"': {"José Peña"},
    '"great street"': {"The great street"},
    '"street great"': set(),
    "great-street": {"The great-street!"},
    "off/now": set(),
}


@pytest.mark.usefixtures("form")
def test_scripts_accents_signs_and_quotes(practice: Practice) -> None:
    written = [
        "José Peña", "Jose", "では明日", "Große Straße", "Привет, мир", "Ἡ ΟΔΌΣ", "안녕하세요", "Well done🎉!",
        "50% off_now", "500", "The great street", "The great-street!", "Street? Great, street!",
    ]  # fmt: skip
    made = {practice.broadcast(body): body for body in written}
    for search, bodies in SEARCHES.items():
        assert {made[thread] for thread in found(practice, practice.maya, search)} == bodies, search  # type: ignore[index]


def test_a_long_word_with_many_endings_is_found(practice: Practice) -> None:
    made = [practice.broadcast(f"appointment{number}") for number in range(40)]
    assert found(practice, practice.maya, "appointm") == made[::-1]
    assert found(practice, practice.maya, "APPOINTMENT3") == [made[3], *made[30:]][::-1]


def test_another_time_is_searched_as_it_was(practice: Practice) -> None:
    ana = practice.client("Ana")
    thread = practice.broadcast("The first words")
    then = practice.clock.now
    practice.clock.advance(hours=1)
    (message,) = practice.opened(practice.maya, thread).messages
    practice.store.run(revisions.edit, practice.who(practice.maya), message.id, "Others")
    practice.clock.advance(hours=1)
    eyes = practice.store.run(portal.view_as, practice.who(practice.maya), ana.id, at=then)
    assert [row.id for row in practice.store.run(threads.list_threads, eyes, search="words first").items] == [thread]
    assert not practice.store.run(threads.list_threads, eyes, search="first others").items


@pytest.mark.usefixtures("form")
def test_people_are_found_by_the_base_letters_of_their_names(practice: Practice) -> None:
    run, maya, here = practice.store.run, practice.who(practice.maya), practice.team.id
    lucja, soren, rhea, plain = (
        practice.client(name, email=f"{number}@mail.example")
        for number, name in enumerate(("Łucja Wałęsa", "Søren Østerby", "Rhea Groß", "Lucja Smith"))
    )
    made = {str(practice.direct(practice.maya, one)): one.name for one in (lucja, soren, rhea, plain)}
    broadcast = practice.broadcast("Come", locked=False)
    practice.reply(soren, broadcast, "Gladly")
    with practice.store.write() as tx:
        rename_people(tx, {practice.lee.id: "Þóra Lee"})
    for search, names in (
        ("luc", {lucja.name, plain.name}), ("ŁUC", {lucja.name, plain.name}), ("luc wale", {lucja.name}),
        ("oster", {soren.name}), ("øst søren", {soren.name}), ("Groß", {rhea.name}), ("gross", {rhea.name}),
    ):  # fmt: skip
        threads_found = set(found(practice, practice.maya, search))
        assert {made[one] for one in threads_found - {broadcast}} == names, search
        assert (broadcast in threads_found) == (soren.name in names)
        assert {one.name for one in run(clients.list_clients, maya, search=search).items} == names, search
        assert {one.name for one in run(clients.reachable, maya, search=search, workspace=here)} == names
    practice.client("Somebody", email="żółw@mail.example")
    assert [one.name for one in run(clients.list_clients, maya, search="żółw").items] == ["Somebody"]
    (thora,) = run(clients.reachable, maya, search="thor", workspace=here)
    assert thora.name == "Þóra Lee"
    practice.world.change(lucja, name="Đorđe")
    assert found(practice, practice.maya, "luc wale") == []
    assert len(found(practice, practice.maya, "dorde")) == 1
    if practice.store.file is not None:
        with practice.store.write() as tx:
            for index in ("search_threads", "search_clients", "search_staff"):
                tx.conn.execute(text(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')"))


@pytest.mark.usefixtures("form")
def test_texts_are_found_by_their_base_letters(practice: Practice) -> None:
    town = practice.broadcast("Come to Łódź", subject="Straße und Ærø")
    other = practice.broadcast("Ещё in Αθήνα")
    for search in ("lodz", "łódź", "ŁÓDŹ", "Lódz", "strasse", "STRASSE", "straße", "aero", "Ærø", "lodz strass aer"):
        assert found(practice, practice.maya, search) == [town], search
    for search in ("еще", "ЕЩЁ", "αθηνα", "ΑΘΗΝΑ"):
        assert found(practice, practice.maya, search) == [other], search
    assert found(practice, practice.maya, '"to lodz"') == []  # in quotes, as it is written
    assert found(practice, practice.maya, '"to łódź"') == [town]


# -- against a model --------------------------------------------------------------------------------------------------

WORDS = ["ana", "anabel", "hol", "holiday", "HOLI", "péar", "pear", "б", "бен", "plan", "9", "900"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
NAMES = ["Ana Plan", "Péar Hol", "Бен", "Anabel 9"]


class Play:
    """A practice in which anybody may try anything; what is refused has not happened."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.practice = Practice(World(store, clock))
        self.clients = [self.practice.client(name) for name in NAMES[:3]]
        self.elsewhere = self.practice.world.client(
            "Eve Hol", self.practice.world.personal(self.practice.maya), portal=True
        )
        self.threads: list[str] = []
        self.messages: list[tuple[Staff | Client, str]] = []

    @property
    def staff(self) -> list[Staff]:
        return [self.practice.maya, self.practice.lee, self.practice.kim]

    @property
    def people(self) -> list[Staff | Client]:
        return [*self.staff, *self.clients, self.elsewhere]

    def does(self, deed: str, by: Staff | Client, other: Staff | Client, words: str, pick: int) -> None:
        practice, run, who = self.practice, self.practice.store.run, self.practice.who(by)
        practice.clock.advance(seconds=1)
        thread: Any = self.threads[pick % len(self.threads)] if self.threads else "t0"
        author, message = self.messages[pick % len(self.messages)] if self.messages else (by, "m0")
        try:
            if deed in ("all clients", "all team", "direct"):
                to = {"all clients": ALL_CLIENTS, "all team": ALL_TEAM}.get(deed) or Recipients(
                    ThreadKind.DIRECT, (other.id,)
                )
                subject = words.upper() if pick % 2 and not isinstance(by, Client) else None
                sent = practice.start(by, to, words, subject=subject, locked=False if deed == "all clients" else None)
                self.threads.append(str(sent.thread))
                self.messages.append((by, str(sent.message)))
            elif deed == "reply":
                self.messages.append((by, str(practice.reply(by, thread, words).message)))
            elif deed == "edit":
                run(revisions.edit, practice.who(author), message, words)  # type: ignore[arg-type]
            elif deed == "delete":
                run(revisions.delete_message, practice.who(author), message)  # type: ignore[arg-type]
            elif deed == "undo":
                run(revisions.undo, who, thread)
            elif deed == "rename thread":
                run(threads.rename, who, thread, words)
            elif deed == "delete thread":
                run(threads.delete, who, thread)
            elif deed == "restore":
                run(threads.restore, who, thread)
            elif deed == "add":
                run(participation.add_person, who, thread, other.id, yes=True)
            elif deed == "remove":
                run(participation.remove_person, who, thread, other.id)
            elif deed == "rename":
                with practice.store.write() as tx:
                    rename_people(tx, {other.id: words})
            elif deed == "status" and isinstance(other, Client):
                practice.world.change(other, status=["active", "inactive"][pick % 2])
        except MessageCenterError:
            pass

    def readable(self) -> dict[str, str]:
        """What stands in each thread, from the tables themselves."""
        people, messages, these = tables.people, tables.messages, tables.threads
        said: dict[str, list[str]] = {}
        with self.practice.store.read() as tx:
            for thread, subject in tx.conn.execute(select(these.c.id, these.c.subject)):
                said[thread] = [subject or ""]
            for row in tx.conn.execute(
                select(messages.c.thread_id, messages.c.body, people.c.name)
                .join(people, people.c.id == messages.c.author_id)
                .where(messages.c.deleted_at.is_(None))
            ):
                said[row.thread_id] += [row.body, row.name]
            for one in tx.conn.execute(
                select(tables.participants.c.thread_id, people.c.name).join(
                    people, people.c.id == tables.participants.c.person_id
                )
            ):
                said[one.thread_id].append(one.name)
        return {thread: " ".join(words).lower().replace("é", "e") for thread, words in said.items()}


DEEDS = [
    "all clients", "all team", "direct", "direct", "reply", "reply", "edit", "delete", "undo", "rename thread",
    "delete thread", "restore", "add", "remove", "rename", "status",
]  # fmt: skip
STEP = st.tuples(st.sampled_from(DEEDS), st.integers(0, 6), st.integers(0, 6), TEXTS, st.integers(0, 20))


def test_what_is_found_is_what_is_seen_and_holds_every_word(  # V
    renewed_store: Callable[[Clock], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    @settings(max_examples=6, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, min_size=5, max_size=20), st.lists(TEXTS, min_size=1, max_size=2), st.sampled_from([5000, 0]))
    def played(steps: list[tuple[str, int, int, str, int]], searches: list[str], few: int) -> None:
        monkeypatch.setattr(searching, "FEW", few)
        clock = Clock()
        store = renewed_store(clock)
        play = Play(store, clock)
        for deed, by, other, words, pick in steps:
            play.does(deed, play.people[by], play.people[other], words, pick)
        readable = play.readable()
        for person in play.people:
            actor = play.practice.who(person)
            for show in (Show.ALL, Show.DELETED, Show.UNREAD):
                seen = [row.id for row in store.run(threads.list_threads, actor, show=show).items]
                for search in searches:
                    wanted = search.lower().replace("é", "e").split()
                    expected = [
                        one for one in seen if all(re.search(rf"(?<!\w){word}", readable[one]) for word in wanted)
                    ]
                    assert found(play.practice, actor, search, show=show) == expected
        if store.file is not None:
            with store.write() as tx:
                for index in ("search_threads", "search_clients", "search_staff"):
                    tx.conn.execute(text(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')"))

    played()


# -- clients ----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["found few", "reached few", "met on the walk", "sorted", "sorted in parts"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways to a page of the clients that a search finds."""
    if request.param != "found few":
        monkeypatch.setattr(searching.Index, "are_few", lambda *_: False)
    monkeypatch.setattr(client_search, "are_few", lambda *_: request.param == "reached few")
    monkeypatch.setattr(client_search, "_WALK", 1000 if request.param == "met on the walk" else 0)
    monkeypatch.setattr(client_search, "_BATCH", 1 if request.param == "sorted in parts" else 500)


@pytest.mark.usefixtures("way")
def test_clients_are_found_by_the_beginnings_of_words(practice: Practice) -> None:
    # A4, S4
    lee, kim = practice.who(practice.lee), practice.who(practice.kim)
    for name, phone in (
        ("Ana Souza", "212 555 0188"),
        ("José Ananas", None),
        ("Banana O'Neil", "212 555 0199"),
        ("Łucja Ot", None),
    ):
        practice.client(name, phone=phone, email=f"{name.split()[1].replace(chr(39), '')}@mail.example")
    hidden = practice.world.client("Ana Elsewhere", practice.world.personal(practice.maya))
    mine = practice.client("Zoe Ana", email="souza@post.example")
    practice.store.run(clients.assign, lee, mine.id, practice.kim.id)

    def names(who: Actor, search: str, limit: int = 50) -> list[str]:
        had, after = list[str](), None
        while True:
            page = practice.store.run(clients.list_clients, who, search=search, limit=limit, after=after)
            had += [one.name for one in page.items]
            if (after := page.next) is None:
                return had

    assert names(lee, "ana") == names(lee, "ANA", 1) == ["Ana Souza", "José Ananas", "Zoe Ana"]
    assert names(lee, "jose") == names(lee, "anan jos") == ["José Ananas"]
    assert names(lee, "luc") == names(lee, "łuc ot") == ["Łucja Ot"]
    assert names(lee, "souza") == ["Ana Souza", "Zoe Ana"]
    assert names(lee, "neil") == names(lee, "o'neil") == names(lee, "0199") == ["Banana O'Neil"]
    assert names(lee, "(212) 555-01") == ["Ana Souza", "Banana O'Neil"]
    assert names(lee, "nana") == names(lee, "elsewhere") == names(lee, "ana elsewhere") == []
    assert names(kim, "ana") == names(kim, "example") == ["Zoe Ana"]
    assert names(kim, "212") == []
    practice.world.change(mine, name="Yara", email="yara@mail.example", phone="212 555 0777")
    assert names(lee, "zoe") == names(lee, "souza@post") == []
    assert names(kim, "yara") == names(kim, "0777") == ["Yara"]
    assert names(practice.who(practice.maya), hidden.name) == ["Ana Elsewhere"]
