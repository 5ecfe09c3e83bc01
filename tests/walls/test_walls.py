"""Walls are put up, taken down and put up anew by the owner of the tables, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url, text
from tests.conftest import Clock
from tests.walls.conftest import url_of
from tests.world import World

from msgcenter_tui.center import staff, walls
from msgcenter_tui.domain import Actor, LoginKind, PersonId, PersonKind
from msgcenter_tui.errors import Refused, StoreUnavailable
from msgcenter_tui.store import migrations
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tables import metadata
from msgcenter_tui.store.walls import building
from msgcenter_tui.store.walls.plan import GROUPS

NOBODYS = {"search_threads", "search_clients", "search_staff"}
"""Tables that no login reads as they are."""

MAYA = Actor(PersonId("p1"), PersonKind.STAFF, "Maya")


def standing(store: Store) -> dict[str, object]:
    """What of the walls there is in the catalogs."""
    asked = {
        "policies": "SELECT count(*) FROM pg_policies WHERE schemaname = 'public'",
        "secured": "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace",
        "granted": "SELECT count(*) FROM information_schema.role_column_grants WHERE grantee LIKE 'msgcenter\\_%'",
        "raised": "SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
        "schemas": "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'msgcenter\\_%'",
    }
    with store.read() as tx:
        return {name: tx.conn.execute(text(question)).scalar() for name, question in asked.items()}


@pytest.fixture
def another(walled_url: str, postgresql_server: str) -> Iterator[Store]:
    """A store of the same owner in a database without walls, with its administrator."""
    import psycopg

    server = make_url(postgresql_server)
    with psycopg.connect(server.render_as_string(False), autocommit=True) as admin:
        admin.execute("CREATE DATABASE msgcenter_other OWNER practice_owner")
        store = open_store(make_url(walled_url).set(database="msgcenter_other").render_as_string(False))
        World(store, Clock()).staff("Maya")
        yield store
        store.close()
        admin.execute("DROP DATABASE msgcenter_other WITH (FORCE)")


def test_walls_are_put_up_anew_and_leave_nothing_behind(another: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = standing(another)
    assert another.run(walls.state, MAYA) == walls.State(stand=False, as_planned=False)
    another.run(walls.put_up, MAYA)
    up = standing(another)
    assert up["secured"] == len(metadata.tables) + 3
    assert another.run(walls.state, MAYA) == walls.State(stand=True, as_planned=True)
    another.run(walls.put_up, MAYA)
    assert standing(another) == up
    monkeypatch.setattr(building, "_digest", lambda conn: "of another version")
    assert another.run(walls.state, MAYA) == walls.State(stand=True, as_planned=False)
    another.run(walls.take_down, MAYA)
    assert standing(another) == before
    assert another.run(staff.add, MAYA, "Lee", "lee@practice.example").id == "p2"  # numbers go on


def test_a_schema_that_is_open_to_everybody_has_no_walls(another: Store, postgresql_server: str) -> None:
    import psycopg

    url = make_url(postgresql_server).set(database="msgcenter_other").render_as_string(False)
    with psycopg.connect(url, autocommit=True) as admin:  # as of servers before version 15
        admin.execute("ALTER SCHEMA public OWNER TO CURRENT_USER")
        admin.execute("GRANT ALL ON SCHEMA public TO PUBLIC")
        with pytest.raises(Refused, match="have its owner say: REVOKE CREATE ON SCHEMA public FROM PUBLIC"):
            another.run(walls.put_up, MAYA)
        assert not another.run(walls.state, MAYA).stand
        admin.execute("ALTER SCHEMA public OWNER TO practice_owner")  # who takes that away
        another.run(walls.put_up, MAYA)
    assert another.run(walls.state, MAYA).stand


def test_an_upgrade_puts_the_walls_up_anew_and_is_the_owners_affair(
    another: Store, walled_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    another.run(walls.put_up, MAYA)
    with another.write() as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '0009'"))
        tx.conn.execute(text("DROP TABLE logins, passphrases"))
    monkeypatch.setattr(migrations, "LINE", migrations.Line(migrations.LINE.folder, migrations.LINE.revisions[:10]))
    role = "practice_portal_0"
    url = make_url(url_of(walled_url, role)).set(database="msgcenter_other")
    url = url.update_query_dict({"options": "-csearch_path=msgcenter_portal,public"})
    with pytest.raises(StoreUnavailable, match="have an administrator start the program"):
        open_store(url.render_as_string(False))
    another.migrate()
    assert standing(another)["secured"] == len(metadata.tables) + 3


def test_every_table_has_its_place_in_the_plans() -> None:
    planned = set().union(*(plan for plan in building.PLANS.values()))
    assert set(metadata.tables) - planned - NOBODYS == set(), "say who may do what with it, or that nobody may"
    assert GROUPS.keys() == building.PLANS.keys() == set(LoginKind)


def test_what_does_not_depend_on_a_row_is_asked_once_a_statement() -> None:
    """A function of a policy stands in a SELECT of its own, but for what is asked of a row in a few cases."""
    of_a_row = {"knows(id)", "meets(id)", "drafted(thread_id)"}
    policies = [one for plan in building.PLANS.values() for access in plan.values() for one in access.policies]
    conditions = " ".join(f"{one.rows} {one.new}" for one in policies).replace("(SELECT msgcenter_walls.", "")
    assert set(re.findall(r"msgcenter_walls\.(\w+\(\w*\))", conditions)) == of_a_row
