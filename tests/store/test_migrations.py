"""From nothing or any older schema to the newest: whole or not at all, by one process, with a copy kept."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from tests.hostile import HOSTILE
from tests.store import rows
from tests.store.older import of_version

from msgcenter_tui.domain import DeliveryState, ThreadKind
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import migrations
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tables import marks, members, metadata, participants, people, reads, runs, tell_postgresql
from msgcenter_tui.text import clean_line, fold, name_key

SOURCE = str(Path(migrations.__file__).parents[3])
STALE = "tables.py changed: add a migration that brings older stores there"

NEWEST = migrations.LINE.newest
FIRST = "31b595dfb7ff5d9a4f97edaf6f2051b77919b86d2e22f563333acc15cdc5e762"
"""The digest of the first migration: stores out there were made by it."""

BEFORE_RELEASE = "e9a18ccd1f241989f05dc8ea0177660a35f0af790ce2b50b826621870982daf8"
"""The same before the first release: two checks said the same in other words, slow ones on SQLite."""

CHECKS = (
    (
        " OR ".join(f"state = '{state}'" for state in DeliveryState),
        f"state IN ({', '.join(repr(state.value) for state in DeliveryState)})",
    ),
    (
        "state <> 'sending' AND state <> 'sent' AND state <> 'unknown' OR fenced_at IS NOT NULL\",\n" + 12 * " ",
        "state NOT IN ('sending', 'sent', 'unknown') OR fenced_at IS NOT NULL\", ",
    ),
    ('op.f("ck_deliveries_fenced"),\n', 'op.f("ck_deliveries_fenced")\n'),
)
"""What those checks say now, and what they said before."""

NEXT = '''
"""A version after the newest, for tests."""
from alembic import op
import sqlalchemy as sa
revision = "0998"
down_revision = "{newest}"

def upgrade():
    op.add_column("people", sa.Column("pronouns", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("threads") as threads:  # on SQLite this makes the table anew
        threads.alter_column("subject", new_column_name="title")
{more}
'''


@pytest.fixture
def following(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script of a version after the newest, known to the program: rewrite it to taste."""
    folder = tmp_path / "line"
    (folder / "versions").mkdir(parents=True)
    for there in (migrations.LINE.folder / "versions").glob("*.py"):
        (folder / "versions" / there.name).write_text(there.read_text())
    script = folder / "versions" / "v0998_following.py"
    script.write_text(NEXT.format(newest=NEWEST, more=""))
    monkeypatch.setattr(migrations, "LINE", migrations.Line(folder, (*migrations.LINE.revisions, "0998")))
    return script


def one_thread(store: Store) -> None:
    with store.write() as tx:
        thread = rows.thread(tx, rows.team(tx), maya := rows.staff(tx), subject="Kept")
        rows.message(tx, thread, 1, maya)


def counted(store: Store, table: str) -> int:
    with store.read() as tx:
        return int(tx.conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


DERIVED = "search_"
"""How the names of what is made of other tables begin: the migrations alone make it."""


def schema(conn: Connection) -> set[str]:
    """Everything that a database says of its tables, indexes and constraints, but for triggers and indexes of words."""
    if conn.dialect.name == "sqlite":
        made = text(
            "SELECT sql FROM sqlite_master WHERE type <> 'trigger' AND name NOT LIKE 'alembic%' AND sql <> ''"
            f" AND name NOT LIKE '{DERIVED}%'"
        )
        # One column or constraint a line, in an order that says nothing.
        return {" ".join(sorted(_lines(sql))) for sql in conn.execute(made).scalars()}
    made = text(
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length, collation_name,"
        "  is_nullable, column_default, is_identity) FROM information_schema.columns WHERE table_schema = 'public'"
    )
    return {part for part in conn.execute(made).scalars() if "alembic_version" not in part and DERIVED not in part}


def _lines(sql: str) -> list[str]:
    """A column that was added later stands behind the last one of before, on its line; a table made anew is quoted."""
    sql = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql)
    lines = (part for line in sql.splitlines() for part in re.split(r",\s+(?=\w+ [A-Z]+\b)", line))
    return [line.strip(" ,\t") for line in lines]


def test_the_first_migration_is_never_changed() -> None:
    path = migrations.LINE.folder / "versions" / "v0001_first.py"
    assert sha256(path.read_bytes()).hexdigest() == FIRST, "stores were made by it: add a migration instead"


def test_the_migrated_schema_is_the_live_one(store: Store) -> None:
    with store.write() as tx:
        # Of SQLite alembic misreads the default ''; the next test compares it word for word.
        opts = {
            "compare_server_default": not tx.sqlite,
            "include_name": lambda name, *_: name is None or not name.startswith(DERIVED),
        }
        context = MigrationContext.configure(tx.conn, opts=opts)
        assert compare_metadata(context, metadata) == [], STALE


def test_the_migrated_schema_says_word_for_word_what_the_live_tables_would_sqlite(sqlite_store: Store) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with sqlite_store.read() as tx, engine.connect() as live:
        assert schema(tx.conn) == schema(live), STALE
    engine.dispose()


def test_the_migrated_schema_says_word_for_word_what_the_live_tables_would_postgresql(
    postgresql_store: Store, postgresql_new: str
) -> None:
    engine = create_engine(postgresql_new.replace("postgresql://", "postgresql+psycopg://"))
    tell_postgresql()
    metadata.create_all(engine)
    with postgresql_store.read() as tx, engine.connect() as live:
        assert schema(tx.conn) == schema(live), STALE
    engine.dispose()


def test_the_list_of_versions_is_that_of_the_scripts() -> None:
    scripts = ScriptDirectory(str(migrations.LINE.folder))
    assert scripts.get_heads() == [migrations.LINE.newest]
    line = [step.revision for step in scripts.iterate_revisions(migrations.LINE.newest, "base")]
    assert tuple(reversed(line)) == migrations.LINE.revisions


def test_no_migration_reads_the_live_tables() -> None:
    for script in (migrations.LINE.folder / "versions").glob("*.py"):
        assert "msgcenter_tui" not in script.read_text("utf-8")


def test_a_store_that_is_up_to_date_opens_without_alembic(sqlite_url: str) -> None:
    code = (
        "import sys; from msgcenter_tui.store.store import open_store; s = open_store(sys.argv[1]);"
        "s.migrate(); s.close(); print('alembic' in sys.modules, 'psycopg' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sqlite_url],
        capture_output=True, text=True, check=True, timeout=30, env={**os.environ, "PYTHONPATH": SOURCE},
    )  # fmt: skip
    assert done.stdout.split() == ["False", "False"]


def test_making_a_store_again_changes_nothing(store: Store) -> None:
    one_thread(store)
    assert store.migrate() == migrations.LINE.newest
    assert counted(store, "messages") == 1


def test_an_older_store_is_upgraded_and_keeps_what_it_holds(store_url: str, following: Path) -> None:
    url = older(store_url)
    store = open_store(url)
    with store.read() as tx:
        assert tx.conn.execute(text("SELECT title FROM threads")).scalars().all() == ["Kept"]
        assert tx.conn.execute(text("SELECT pronouns FROM people")).scalars().all() == [""]
        assert migrations.revision(tx.conn) == "0998"
    assert counted(store, "messages") == 1  # rebuilding the table of threads took no child along
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.conn.execute(text("DELETE FROM threads"))
    restore_newest(store)


def test_a_store_of_the_first_version_comes_to_the_newest(tmp_path: Path, sqlite_store: Store) -> None:
    with of_version("0001", str(tmp_path / "first.db")) as store:
        one_thread(store)
    store = open_store(str(tmp_path / "first.db"))
    assert counted(store, "messages") == 1
    with store.read() as tx, sqlite_store.read() as new:
        assert schema(tx.conn) == schema(new.conn)
    store.close()


def test_the_ledger_of_a_second_version_is_there_after_the_upgrade(new_url: str) -> None:  # N11
    with of_version("0002", new_url) as store:
        one_thread(store)
        with store.write() as tx:
            for table in (
                "runs (id, thread_id, channel, kind, first, opened_at, leaves_at)"
                " VALUES (7, 1, 'email', 'broadcast', 1, 0, 0)",
                "deliveries (run_id, person_id, first, state) VALUES (7, 1, 1, 'waiting')",
                "gaps (run_id, person_id, first, last) VALUES (7, 1, 2, 3)",
            ):
                tx.conn.execute(text(f"INSERT INTO {table}"))
        with pytest.raises(IntegrityError), store.write() as tx:
            tx.conn.execute(text("UPDATE runs SET kind = 'catch-up'"))
    store = open_store(new_url)
    with store.write() as tx:
        assert migrations.revision(tx.conn) == NEWEST
        tx.conn.execute(text("UPDATE runs SET kind = 'catch-up'"))
        assert tx.conn.execute(text("SELECT id, kind, last FROM runs")).all() == [(7, "catch-up", None)]
    assert [counted(store, table) for table in ("deliveries", "gaps")] == [1, 1]
    for change in ("UPDATE runs SET kind = 'neither'", "DELETE FROM runs", "UPDATE runs SET closed_at = 1"):
        with pytest.raises(IntegrityError), store.write() as tx:
            tx.conn.execute(text(change))
    store.close()


def test_names_stand_by_their_base_letters_after_the_upgrade(new_url: str) -> None:
    odd = filter(None, map(clean_line, HOSTILE.values()))
    names = ["Zoe", "Łucja", "Émile", "Æsa Þórsdóttir", "İpek", "Nguyễn Ánh", "Ёлка", "Йод", "हिना", "가을", *odd]
    with of_version("0010", new_url) as store, store.write() as tx:
        for name in names:
            tx.conn.execute(insert(people).values(kind="client", name=name, name_key=fold(name), created_at=tx.now))
    store = open_store(new_url)
    with store.read() as tx:
        found = tx.conn.execute(text("SELECT name, name_key FROM people ORDER BY name_key, id")).all()
    assert {row.name: row.name_key for row in found} == {name: name_key(name) for name in names}
    assert [row.name for row in found if row.name in names[:3]] == ["Émile", "Łucja", "Zoe"]
    store.close()


def test_owners_are_in_the_threads_of_those_who_left_after_the_upgrade(new_url: str) -> None:  # rules.md, Words; V9, R1
    with of_version("0011", new_url) as store, store.write() as tx:
        team, elsewhere = rows.team(tx), rows.team(tx, "Elsewhere")
        maya, kim, lee, ben = (rows.staff(tx, name, f"{name}@x.org") for name in ("Maya", "Kim", "Lee", "Ben"))
        for place, person, role in (
            (team, maya, "owner"), (team, kim, "owner"), (team, lee, "participant"), (elsewhere, ben, "owner"),
        ):  # fmt: skip
            tx.conn.execute(insert(members).values(workspace_id=place, person_id=person, role=role, since=tx.now))
        left, stayed = (rows.thread(tx, team, one, ThreadKind.DIRECT, owner_id=one) for one in (ben, lee))
        for thread, person in ((left, ben), (left, maya), (stayed, lee)):
            tx.conn.execute(insert(participants).values(thread_id=thread, person_id=person, added_at=tx.now))
        tx.conn.execute(insert(reads).values(thread_id=left, person_id=kim, up_to=2))
    store = open_store(new_url)
    with store.read() as tx:
        found = select(participants.c.thread_id, participants.c.person_id)
        assert set(map(tuple, tx.conn.execute(found))) == {(left, ben), (left, maya), (left, kim), (stayed, lee)}
        unread = select(marks.c.thread_id, marks.c.person_id, marks.c.from_number)
        assert tx.conn.execute(unread).all() == [(left, kim, 3)]
    store.close()


def test_a_store_made_before_the_first_release_works_on(
    new_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = migrations.LINE
    script = (whole.folder / "versions" / "v0001_first.py").read_text()
    for now, before in CHECKS:
        assert script.count(now) == 1
        script = script.replace(now, before)
    assert sha256(script.encode()).hexdigest() == BEFORE_RELEASE
    (tmp_path / "line" / "versions").mkdir(parents=True)
    (tmp_path / "line" / "versions" / "v0001_first.py").write_text(script)
    monkeypatch.setattr(migrations, "LINE", migrations.Line(tmp_path / "line", ("0001",)))
    open_store(new_url).close()
    monkeypatch.setattr(migrations, "LINE", whole)
    store = open_store(new_url)
    put = text(
        "INSERT INTO deliveries (run_id, person_id, first, state, fenced_at) VALUES (1, 1, 1, :state, :fenced_at)"
    )
    with store.write() as tx:
        thread = rows.thread(tx, rows.team(tx), rows.staff(tx))
        run = {"thread_id": thread, "channel": "email", "kind": "broadcast", "first": 1}
        tx.conn.execute(insert(runs).values(**run, opened_at=tx.now, leaves_at=tx.now))
    for state, fenced_at in (("gone", 1), ("sent", None), ("sending", None), ("unknown", None)):
        with pytest.raises(IntegrityError), store.write() as tx:
            tx.conn.execute(put, {"state": state, "fenced_at": fenced_at})
    for state in DeliveryState:
        with store.write() as tx:
            tx.conn.execute(put, {"state": state.value, "fenced_at": 1})
            tx.conn.execute(text("DELETE FROM deliveries"))
    store.close()


def test_a_copy_is_kept_before_an_upgrade(sqlite_url: str, following: Path) -> None:
    older(sqlite_url)
    store = open_store(sqlite_url)
    store.close()
    copy = Path(f"{sqlite_url}.schema-{NEWEST}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == (NEWEST,)
        assert kept.execute("SELECT subject FROM threads").fetchall() == [("Kept",)]
    assert sorted(path.name for path in copy.parent.glob("store.db*")) == [
        "store.db", f"store.db.schema-{NEWEST}",
    ]  # fmt: skip


def test_an_upgrade_that_fails_leaves_the_older_store_as_it_was(store_url: str, following: Path) -> None:  # hazards 37
    following.write_text(NEXT.format(newest=NEWEST, more='    raise RuntimeError("half way")'))
    url = older(store_url)
    with pytest.raises(RuntimeError, match="half way"):
        open_store(url)
    still = Store(url)
    with still.read() as tx:
        assert migrations.revision(tx.conn) == NEWEST
        assert tx.conn.execute(text("SELECT subject FROM threads")).scalars().all() == ["Kept"]
        with pytest.raises(DBAPIError):
            tx.conn.execute(text("SELECT pronouns FROM people"))
    still.close()


DIE = """
import os, sys
from pathlib import Path
from msgcenter_tui.store import migrations
from msgcenter_tui.store.store import open_store
migrations.LINE = migrations.Line(Path(sys.argv[2]), (*migrations.LINE.revisions, "0998"))
open_store(sys.argv[1])
"""


def test_an_upgrade_that_is_killed_leaves_the_older_store_as_it_was(store_url: str, following: Path) -> None:
    # hazards 37
    following.write_text(NEXT.format(newest=NEWEST, more="    import os; os.kill(os.getpid(), 9)"))
    url = older(store_url)
    killed = subprocess.run(
        [sys.executable, "-c", DIE, url, str(following.parents[1])],
        env={**os.environ, "PYTHONPATH": SOURCE},
        check=False,
    )
    assert killed.returncode == -9
    still = Store(url)
    with still.read() as tx:
        assert migrations.revision(tx.conn) == NEWEST
        assert tx.conn.execute(text("SELECT subject FROM threads")).scalars().all() == ["Kept"]
        with pytest.raises(DBAPIError):
            tx.conn.execute(text("SELECT pronouns FROM people"))
    still.close()
    following.write_text(NEXT.format(newest=NEWEST, more=""))
    upgraded = open_store(url)  # nothing of the first attempt is in the way
    with upgraded.read() as tx:
        assert tx.conn.execute(text("SELECT title FROM threads")).scalars().all() == ["Kept"]
    restore_newest(upgraded)


def test_an_upgrade_that_would_orphan_rows_is_taken_back(sqlite_url: str, following: Path) -> None:
    following.write_text(NEXT.format(newest=NEWEST, more='    op.execute("DELETE FROM threads")'))
    older(sqlite_url)
    with pytest.raises(StoreUnavailable, match="1 rows point to rows that are not there, the first in table messages"):
        open_store(sqlite_url)
    still = Store(sqlite_url)
    assert counted(still, "threads") == 1
    still.close()


def test_a_newer_store_is_refused_and_left_alone(store: Store, store_url: str) -> None:  # hazards 36
    one_thread(store)
    with store.write() as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(StoreUnavailable, match=r"newer version of the program .*0999.*; upgrade the program") as caught:
        open_store(store_url)
    assert caught.value.exit_status == 3
    assert counted(store, "messages") == 1
    with store.write() as tx:
        tx.conn.execute(text(f"UPDATE alembic_version SET version_num = '{migrations.LINE.newest}'"))


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="no store of the Message Center: it holds other tables"):
        open_store(str(path))
    assert path.read_bytes() == before


def test_another_programs_versions_are_not_taken_for_ours(postgresql_new: str) -> None:
    engine = create_engine(postgresql_new.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE alembic_version (version_num text)"))
        conn.execute(text("CREATE TABLE things (id int)"))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="no store of the Message Center"):
        open_store(postgresql_new)


def starts(url: str, count: int) -> list[subprocess.Popen[str]]:
    """Processes that open the store at the same moment: each waits for its line on standard input."""
    code = (
        "import sys, alembic.operations, alembic.script; from msgcenter_tui.store.store import open_store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "s = open_store(sys.argv[1])\n"
        "with s.write() as tx: print(tx.conn.exec_driver_sql('SELECT count(*) FROM meta').scalar())\n"
        "s.close()"
    )
    return [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, url], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": SOURCE},
        )
        for _ in range(count)
    ]  # fmt: skip


def test_of_several_first_starts_one_makes_the_store_and_the_others_wait(new_url: str) -> None:  # hazards 38
    processes = starts(new_url, 4)
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")


# -- an older store ---------------------------------------------------------------------------------------------------


def older(url: str) -> str:
    """Fill the store, of the newest version; gives its URL."""
    store = Store(url)
    one_thread(store)
    store.close()
    return url


def restore_newest(store: Store) -> None:
    """Take that version back: the database of a server is used by the next test too."""
    if store.file is None:
        with store.write() as tx:
            tx.conn.execute(text("ALTER TABLE people DROP COLUMN pronouns"))
            tx.conn.execute(text("ALTER TABLE threads RENAME title TO subject"))
            tx.conn.execute(text(f"UPDATE alembic_version SET version_num = '{NEWEST}'"))
    store.close()


@pytest.mark.parametrize("url", ["sqlite_url", "postgresql_new"])
def test_an_upgrade_is_told_of_as_it_begins(request: pytest.FixtureRequest, url: str) -> None:
    place, heard = request.getfixturevalue(url), []
    open_store(place, upgrading=lambda: heard.append("made")).close()
    assert heard == []
    request.getfixturevalue("following")
    open_store(place, upgrading=lambda: heard.append("upgraded")).close()
    open_store(place, upgrading=lambda: heard.append("again")).close()
    assert heard == ["upgraded"]
