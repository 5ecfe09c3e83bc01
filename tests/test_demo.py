"""The demonstration holds what it promises: people, threads and a ledger, made by the center and really delivered."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import signal
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from msgcenter_tui import demo
from msgcenter_tui.center import (
    clients,
    deliveries,
    drafts,
    identity,
    messages,
    portal,
    reading,
    staff,
    teams,
    templates,
    threads,
)
from msgcenter_tui.cli.main import main
from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.demo import DemoPlace
from msgcenter_tui.demo.people import ANA, BRIGHT, INES, MAYA, STAFF
from msgcenter_tui.demo.place import make
from msgcenter_tui.demo.running import Notifying
from msgcenter_tui.domain import (
    Actor,
    Channel,
    Client,
    Consent,
    Delivery,
    DeliveryState,
    PieceKind,
    Policy,
    Recipients,
    Role,
    Status,
    ThreadKind,
    WorkspaceKind,
)
from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules import fields
from msgcenter_tui.store import identity as store_identity
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store

SOURCE = Path(__file__).resolve().parents[1] / "src"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> DemoPlace:
    return demo.prepare(folder=tmp_path_factory.mktemp("home") / "demo")


@pytest.fixture
def store(place: DemoPlace) -> Iterator[Store]:
    store = open_store(str(place.database))
    yield store
    store.close()


@pytest.fixture
def maya(store: Store) -> Actor:
    return store.run(identity.who, STAFF[MAYA])


def everybody(store: Store) -> list[Client]:
    """Every client of every workspace, each as its owner sees them."""
    found: dict[str, Client] = {}
    for address in STAFF.values():
        actor = store.run(identity.who, address)
        for client in store.run(clients.list_clients, actor, limit=200).items:
            found[client.id] = client
    return list(found.values())


# -- who is there -----------------------------------------------------------------------------------------------------


def test_five_staff_of_all_roles_in_two_teams(store: Store, maya: Actor) -> None:
    people = store.run(staff.list_staff, maya)
    assert len(people) == 5
    assert [one.name for one in people if one.administrator] == [MAYA]
    places = store.run(teams.counted_workspaces, maya)
    assert [place.kind for place in places] == [WorkspaceKind.PERSONAL, WorkspaceKind.TEAM, WorkspaceKind.TEAM]
    for team in places[1:]:
        assert {member.role for member in store.run(teams.members, maya, team.id)} == set(Role)
    assert all(place.clients for place in places)


def test_some_sixty_clients_of_every_kind(store: Store, maya: Actor) -> None:
    clientele = everybody(store)
    assert 55 <= len(clientele) <= 70
    for status in Status:
        assert {one.portal for one in clientele if one.status is status} == {True, False}, status
    assert {one.consent for one in clientele} == set(Consent)
    assert any(one.email is None for one in clientele)
    assert any(one.email is None and one.phone is None for one in clientele)
    assert any(one.phone is None and one.email for one in clientele)
    assert any(one.email_muted and one.portal for one in clientele)
    assert any(one.note for one in clientele)
    assert any(store.run(clients.get, maya, one.id).assigned for one in clientele if one.workspace_name == BRIGHT)


def test_names_of_many_scripts(store: Store) -> None:
    letters = {c for one in everybody(store) for c in one.name if c.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert scripts >= {"LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "DEVANAGARI", "CJK", "HANGUL"}
    assert {unicodedata.bidirectional(letter) for letter in letters} >= {"L", "R", "AL"}
    assert letters >= set("ễöŁéç")


def test_a_dozen_templates_with_fields_blanks_and_shortcuts(store: Store, maya: Actor) -> None:
    found = store.run(templates.list_templates, maya)
    assert len(found) >= 12
    assert {template.team_name for template in found} >= {None, BRIGHT}
    kinds = Counter(token.kind for template in found for token in fields.parse(template.body).tokens)
    assert kinds[fields.TokenKind.FIELD] > 12
    assert kinds[fields.TokenKind.BLANK] > 8
    assert not kinds[fields.TokenKind.ERROR]
    (holiday,) = (template for template in found if template.shortcut == "holiday")
    assert holiday.name == "Holiday closing"


# -- what was written -------------------------------------------------------------------------------------------------


def test_threads_of_every_kind_with_a_plausible_history(store: Store, maya: Actor) -> None:
    rows = store.run(threads.list_threads, maya, limit=100).items
    assert {(row.kind, row.locked) for row in rows} >= {
        (ThreadKind.ALL_CLIENTS, True),
        (ThreadKind.ALL_CLIENTS, False),
        (ThreadKind.ALL_TEAM, False),
        (ThreadKind.DIRECT, False),
    }
    assert any(row.subject is None for row in rows)
    assert any(row.workspace_name not in {BRIGHT, "Harbor Coaching"} for row in rows)
    now = datetime.now().astimezone()
    assert all(now - timedelta(days=70) < row.last_at <= now for row in rows)
    assert now - rows[0].last_at < timedelta(minutes=15)
    assert store.run(threads.list_threads, maya, show=threads.Show.DELETED).items[0].subject == "Winter party"

    written = [m for row in rows for m in store.run(threads.open_thread, maya, row.id).messages]
    assert any(message.edited_at for message in written)
    assert any(message.deleted for message in written)
    assert any(piece.kind is PieceKind.FIELD for message in written for piece in message.pieces)
    assert {message.author.kind.value for message in written} == {"staff", "client"}


def test_something_is_unread_and_something_unfinished(store: Store, maya: Actor) -> None:
    assert store.run(reading.badge, maya).threads == 3
    ana = store.run(identity.who, "ana.flores@example.com")
    assert ana.name == ANA
    badge = store.run(reading.badge, ana)
    assert (badge.threads, badge.messages) == (2, 2)

    kept = store.run(drafts.list_drafts, maya)
    reply, announcement = sorted(kept, key=lambda draft: draft.thread is None)
    assert reply.body.startswith("About the")
    assert announcement.recipients is not None
    assert "[[" in announcement.body


def test_latecomers_see_what_was_announced_and_were_not_notified(store: Store, maya: Actor) -> None:  # V2, N1
    tamsin = store.run(identity.who, "tamsin.reed@example.com")
    seen = store.run(threads.list_threads, tamsin).items
    assert {row.subject for row in seen} >= {"Welcome to your portal", "Holiday schedule"}
    assert all(row.unread for row in seen)
    notified = {row.subject for row in ledger(store, maya) if row.recipient.id == tamsin.person}
    assert notified == {"Holiday schedule"}


# -- what was delivered -----------------------------------------------------------------------------------------------


def ledger(store: Store, actor: Actor) -> list[Delivery]:
    found: list[Delivery] = []
    after = None
    while True:
        page = store.run(deliveries.list_deliveries, actor, limit=200, after=after)
        found += page.items
        if (after := page.next) is None:
            return found


def test_the_ledger_shows_what_really_happened(store: Store, maya: Actor) -> None:  # N8
    rows = {row.id: row for address in STAFF.values() for row in ledger(store, store.run(identity.who, address))}
    by_state = {state: [row for row in rows.values() if row.state is state] for state in DeliveryState}
    assert len(by_state[DeliveryState.SENT]) > 100
    assert {row.channel for row in by_state[DeliveryState.SENT]} == set(Channel)
    (failed,) = by_state[DeliveryState.FAILED]
    assert "550" in failed.why
    (unknown,) = by_state[DeliveryState.UNKNOWN]
    assert unknown.recipient.name == INES
    (held,) = by_state[DeliveryState.HELD]  # N13
    assert "late" in held.why
    assert by_state[DeliveryState.READ_FIRST]  # N6
    assert by_state[DeliveryState.CANCELLED]  # V4
    for state in (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING):
        assert not by_state[state]


def test_the_clients_are_nobody_so_signing_in_asks_nothing(store: Store, maya: Actor) -> None:  # P3
    ana = store.run(identity.who, "ana.flores@example.com")
    assert store.run(portal.sign_in, maya, ana.person).by == maya.person


async def test_while_it_is_open_what_is_sent_arrives_in_the_mailbox(place: DemoPlace, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(place.folder, tmp_path / "demo"))
    store = open_store(str(DemoPlace(folder).database), policy=Policy(quiet_period=timedelta(0)))
    store_identity.settle_here(store)  # else the notifier rightly takes it for a copy (N13)
    front = Front(store)
    catcher = Catcher(DemoPlace(folder).caught)
    notifying = Notifying(front, catcher)
    maya = store.run(identity.who, STAFF[MAYA])
    cora = store.run(identity.who, "cora.lin@example.com")
    (bright,) = (one for one in store.run(teams.workspaces, maya) if one.name == BRIGHT)
    to = Recipients(ThreadKind.DIRECT, (cora.person,))
    try:
        await front.run(messages.start, maya, to, bright.id, "Dear {{ client.first_name }}, see you at six.")
        async with asyncio.timeout(30):
            while "Cora" not in catcher.mails()[0].body:  # noqa: ASYNC110  (the mailbox is files: nobody tells of a new one)
                await asyncio.sleep(0.01)
    finally:
        await notifying.stop()
        await front.close()
        catcher.stop()
        store.close()
    assert catcher.mails()[0].to == "cora.lin@example.com"
    assert "Dear Cora, see you at six." in catcher.mails()[0].body


# -- the folder -------------------------------------------------------------------------------------------------------


def write(words: str) -> Callable[[DemoPlace], None]:
    """A preparation that only writes a few words."""
    return lambda unfinished: void((unfinished.folder / "words").write_text(words))


def void(_: object) -> None: ...


def test_it_can_be_talked_with_in_lines(
    place: DemoPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MSGCENTER_DEMO", str(shutil.copytree(place.folder, tmp_path / "copy")))
    monkeypatch.setattr("sys.stdin", io.StringIO("list\nportal ana flores\n1\n"))
    assert main(["demo", "--plain"]) == 0
    said = capsys.readouterr().out
    assert "You are Maya Ortiz." in said
    assert "portal of Ana Flores, only looking: " in said
    assert "Dear Ana," in said


def test_it_keeps_its_state_until_it_is_reset(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = make(folder, write("made"), reset=False)
    (folder / "words").write_text("changed")
    again = make(folder, write("made"), reset=False)
    assert (first.fresh, again.fresh) == (True, False)
    assert (folder / "words").read_text() == "changed"
    assert make(folder, write("made"), reset=True).fresh
    assert (folder / "words").read_text() == "made"
    assert not list(tmp_path.glob(".demo-*"))


def test_a_preparation_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    make(tmp_path / "demo", write("made"), reset=False)
    with pytest.raises(ZeroDivisionError):
        make(tmp_path / "demo", lambda unfinished: void(1 / 0), reset=True)
    assert (tmp_path / "demo" / "words").read_text() == "made"
    assert not list(tmp_path.glob(".demo-*"))


KILLED = """
import sys
from pathlib import Path
from msgcenter_tui.demo.place import make
from msgcenter_tui.demo.running import Notifying

def fill(unfinished):
    (unfinished.folder / "practice.sqlite3").write_text("half")
    print("half", flush=True)
    sys.stdin.read()

make(Path(sys.argv[1]), fill, reset=False)
"""


def test_a_preparation_that_is_killed_leaves_no_half_demonstration(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    working = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with working:
        assert working.stdout is not None
        assert working.stdout.readline() == b"half\n"
        working.send_signal(signal.SIGKILL)
    assert not folder.exists()
    assert list(tmp_path.glob(".demo-unfinished-*"))
    assert make(folder, write("made"), reset=False).fresh
    assert not list(tmp_path.glob(".demo-unfinished-*"))


def test_it_never_takes_a_folder_that_holds_something_else(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(BadInput, match="something else in it"):
        demo.prepare(folder=folder, reset=True)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("variable", [True, False], ids=["MSGCENTER_DEMO", "the user's data folder"])
def test_it_lies_in_a_folder_of_its_own(variable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("MSGCENTER_DEMO", raising=False)
    if variable:
        monkeypatch.setenv("MSGCENTER_DEMO", str(tmp_path / "practice"))
    found = demo.default_folder()
    assert found.is_relative_to(tmp_path)
    assert found.name == ("practice" if variable else "msgcenter-demo")


def test_just_after_midnight_it_tells_the_same_story(place: DemoPlace, tmp_path: Path) -> None:
    now = datetime.now().astimezone().replace(hour=0, minute=2)
    stores = [
        open_store(str(place.database)),
        open_store(str(demo.prepare(folder=tmp_path / "demo", now=now).database), clock=lambda: now),
    ]
    usual, other = ([*told(store)] for store in stores)
    assert other == usual
    newest = stores[1].run(threads.list_threads, stores[1].run(identity.who, STAFF[MAYA])).items[0].last_at
    assert now - timedelta(minutes=15) < newest <= now
    for store in stores:
        store.close()


def told(store: Store) -> Iterator[tuple[object, ...]]:
    """What Maya sees of the story, but for its times."""
    maya = store.run(identity.who, STAFF[MAYA])
    for row in store.run(threads.list_threads, maya, limit=100).items:
        thread = store.run(threads.open_thread, maya, row.id).thread
        progress = thread.progress and replace(thread.progress, at=None)
        yield row.subject, row.people, row.unread, row.preview, thread.newest, thread.readers, progress
