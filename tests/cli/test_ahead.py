"""A reader goes ahead of the store: the first list stands before what speaks to the store is loaded here."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import identity, messages, threads
from msgcenter_tui.domain import Recipients, ThreadKind
from msgcenter_tui.store.store import open_store

SOURCE = Path(__file__).resolve().parents[2] / "src"
WHO = "maya@practice.example"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nobody can be sent ahead here")

BEFORE = """
import asyncio, json, os, signal, sys, threading
from msgcenter_tui import forked
from msgcenter_tui.cli import ahead
from msgcenter_tui.cli.parser import parsed
from msgcenter_tui.cli.session import Session
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.beginning import Question, first_questions

forked._processors = lambda: 2
session = Session(parsed(["--db", sys.argv[1], "--as", sys.argv[2]]))
acts.by_name()
reader = ahead.begin(session)

def loaded():
    return "sqlalchemy" in sys.modules

async def main():
"""


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    """A practice with one thread to all clients."""
    place = tmp_path / "practice.db"
    store = open_store(str(place), clock=clock)
    world = World(store, clock)
    maya = world.staff("Maya", email=WHO)
    team = world.team("Bright Beginnings", owner=maya)
    world.client("Ana", team, portal=True, email="ana@mail.example")
    everybody = Recipients(ThreadKind.ALL_CLIENTS)
    world.run(messages.start, world.actor(maya), everybody, team.id, "We are closed.", subject="Holidays", yes=True)
    store.close()
    return place


def run(database: Path, body: str, who: str = WHO) -> Any:
    """What the body says last, run as the program in a process of its own."""
    code = BEFORE + indent(dedent(body), "    ") + "\nasyncio.run(main())\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(database), who],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout.splitlines()[-1])


def test_the_first_list_needs_no_store_here(database: Path) -> None:
    said = run(
        database,
        """
        found = reader.start()
        front = ahead.FrontAhead(reader, found.told, session)
        told = [await front.run(one.act, *one.args, **one.named) for one in first_questions(found.actor)]
        thread = told[1].items[0]
        opened = await front.run(acts.threads.open_thread, found.actor, thread.id, limit=50, counted=False)
        token, before = await front.changed(), loaded()
        await front.close()
        print(json.dumps([thread.subject, [one.text for one in opened.messages[0].pieces], before, loaded(), token]))
        """,
    )
    assert said == ["Holidays", ["We are closed."], False, False, ""]


def test_what_was_told_is_read_anew_when_it_is_asked_again(database: Path) -> None:
    said = run(
        database,
        """
        import subprocess
        found = reader.start()
        front = ahead.FrontAhead(reader, found.told, session)
        one = first_questions(found.actor)[1]
        before = await front.run(one.act, *one.args, **one.named)
        command = [sys.executable, "-m", "msgcenter_tui", "--db", sys.argv[1], "--as", sys.argv[2]]
        deleting = [*command, "thread", "delete", before.items[0].id, "--yes"]
        subprocess.run(deleting, check=True, stdout=subprocess.DEVNULL)
        after = await front.run(one.act, *one.args, **one.named)
        await front.close()
        print(json.dumps([len(before.items), len(after.items), loaded()]))
        """,
    )
    assert said == [1, 0, False]


def test_what_changes_something_is_done_here(database: Path, clock: Clock) -> None:
    said = run(
        database,
        """
        found = reader.start()
        front = ahead.FrontAhead(reader, found.told, session)
        thread = found.told[1][1].items[0].id
        await front.run(acts.threads.rename, found.actor, thread, "Summer")
        token = await front.changed()
        ended = reader.ended
        await front.close()
        session.close()
        print(json.dumps([token != "", loaded(), ended]))
        """,
    )
    assert said == [True, True, True]
    store = open_store(str(database), clock=clock)
    listed = store.run(threads.list_threads, store.run(identity.who, WHO)).items
    store.close()
    assert [thread.subject for thread in listed] == ["Summer"]


def test_a_reader_that_is_killed_is_not_missed(database: Path) -> None:
    said = run(
        database,
        """
        found = reader.start()
        front = ahead.FrontAhead(reader, found.told, session)
        os.kill(reader._process, signal.SIGKILL)
        badge = await front.run(acts.reading.badge, found.actor)
        await front.close()
        session.close()
        print(json.dumps([badge.threads, loaded()]))
        """,
    )
    assert said == [0, True]


def test_a_reader_that_hangs_is_not_waited_for(database: Path) -> None:
    said = run(
        database,
        """
        found = reader.start()
        front = ahead.FrontAhead(reader, found.told, session)
        reader._line.settimeout(0.1)
        os.kill(reader._process, signal.SIGSTOP)
        badge = await front.run(acts.reading.badge, found.actor)
        await front.close()
        session.close()
        [thread.join(20) for thread in threading.enumerate() if thread.name == "reader-ahead"]
        try:
            os.kill(reader._process, 0)
        except ProcessLookupError:
            print(json.dumps([badge.threads, loaded()]))
        """,
    )
    assert said == [0, True]


def test_a_store_that_does_not_open_there_is_opened_here(database: Path) -> None:
    said = run(
        database,
        """
        os.kill(reader._process, signal.SIGSTOP)
        reader._line.settimeout(0.1)
        found = reader.start()
        print(json.dumps([found, reader.ended]))
        """,
    )
    assert said == [None, True]


def test_a_refusal_is_the_stores_own(database: Path) -> None:
    said = run(
        database,
        """
        from msgcenter_tui.errors import NotFound
        found = reader.start()
        front = ahead.FrontAhead(reader, found.told, session)
        try:
            await front.run(acts.threads.open_thread, found.actor, "t999")
        except NotFound as error:
            words = str(error)
        await front.close()
        session.close()
        print(json.dumps(words))
        """,
    )
    assert "t999" in said


def test_it_ends_with_whoever_sent_it(database: Path) -> None:
    said = run(
        database,
        """
        found = reader.start()
        process = reader._process
        reader._line.close()
        print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))
        """,
    )
    assert said == 0


def test_a_room_that_is_not_loaded_has_its_types_and_its_functions(database: Path) -> None:
    said = run(
        database,
        """
        before = loaded(), acts.threads.list_threads
        kind, words = acts.templates.SentBefore, acts.passphrases.hashed("open, sesame")
        acts.load()
        reader.end()
        print(json.dumps([before[0], before[1].name, isinstance(kind, type), bool(words), acts.threads.__name__]))
        """,
    )
    assert said == [False, "list_threads", True, True, "msgcenter_tui.center.threads"]


NOTHING = """
found = None if reader is None else reader.start()
print(json.dumps([reader is not None, found is None]))
"""


@pytest.mark.parametrize("who", ["ana@mail.example", "nobody@mail.example"])
def test_it_says_nothing_for_a_client_or_for_nobody(database: Path, who: str) -> None:
    assert run(database, NOTHING, who) == [True, True]


def test_it_goes_only_where_there_is_a_store_to_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    for place in (empty, tmp_path / "missing.db"):
        assert run(place, NOTHING) == [False, True]
    assert empty.stat().st_size == 0
    assert not (tmp_path / "missing.db").exists()
    letter = tmp_path / "letter.txt"
    letter.write_text("This is no store.\n" * 100)
    assert run(letter, NOTHING) == [True, True]
    assert letter.read_text() == "This is no store.\n" * 100


def test_it_upgrades_nothing(database: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    shutil.copy(database, older)
    with sqlite3.connect(older) as store:
        store.execute("UPDATE alembic_version SET version_num = '0001'")
    store.close()
    assert run(older, NOTHING) == [True, True]
    with sqlite3.connect(older) as store:
        assert store.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    store.close()
