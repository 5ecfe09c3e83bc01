"""Behind walls everybody is who they signed in as, and nobody else (S4, S5, P3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url
from tests.center.practice import Practice
from tests.delivery.office import Office
from tests.delivery.scripted import Scripted
from tests.walls.conftest import OWNER, Walled, url_of
from tests.world import World

from msgcenter_tui.center import audit as records
from msgcenter_tui.center import identity, messages, portal, threads, walls
from msgcenter_tui.domain import Actor, LoginKind
from msgcenter_tui.errors import Conflict, NotFound, Refused, StoreUnavailable
from msgcenter_tui.store import identity as home
from msgcenter_tui.store.store import Store, open_store


def test_who_is_signed_in_acts_and_nobody_else(store: Walled, practice: Practice) -> None:  # S5
    ana = practice.client("Ana")
    lee = store.login(practice.lee.id, LoginKind.STAFF)
    actor = lee.run(identity.who)
    assert (actor.person, actor.name) == (practice.lee.id, "Lee Park")
    assert lee.run(identity.who, "LEE.PARK@practice.example") == lee.run(identity.who, practice.lee.id) == actor
    for other in (practice.maya.email, practice.maya.id, ana.email, ana.id, "nobody@mail.example", "words"):
        with pytest.raises(Refused, match=r"you are signed in with the role .* and that is Lee"):
            lee.run(identity.who, other)
    as_ana = store.login(ana.id, LoginKind.PORTAL)
    assert as_ana.run(identity.who) == practice.who(ana)
    with pytest.raises(Refused, match=r"and that is Ana; leave out --as$"):
        as_ana.run(identity.who, practice.maya.email)


def test_a_client_whose_portal_is_off_is_told_why(store: Walled, practice: Practice) -> None:  # P2
    ana = practice.client("Ana", portal=False)
    with pytest.raises(Refused, match="Ana cannot sign in: their client portal is not enabled"):
        store.login(ana.id, LoginKind.PORTAL).run(identity.who)


def test_a_notifier_is_nobody_who_acts(store: Walled, practice: Practice) -> None:
    with pytest.raises(Refused, match="signed in as a notifier"):
        store.login(None, LoginKind.NOTIFIER).run(identity.who)


def test_staff_look_at_a_portal_and_sign_in_to_none(store: Walled, practice: Practice) -> None:  # P3
    ana, thread = practice.client("Ana"), practice.broadcast()
    lee = store.login(practice.lee.id, LoginKind.STAFF)
    viewing = lee.run(portal.view_as, practice.who(practice.lee), ana.id)
    assert [row.id for row in lee.run(threads.list_threads, viewing).items] == [thread]
    with pytest.raises(Refused, match=r"you cannot sign in as Ana: .* look at their portal"):
        lee.run(portal.sign_in, practice.who(practice.lee), ana.id, yes=True)


def test_an_actor_of_somebody_else_gets_nothing_through_a_login(store: Walled, practice: Practice) -> None:  # S4
    ana, ben = practice.client("Ana"), practice.client("Ben")
    private = practice.direct(practice.maya, ben)
    as_ana = store.login(ana.id, LoginKind.PORTAL)
    for forged in (practice.who(ben), practice.who(practice.maya)):
        with pytest.raises((Refused, StoreUnavailable)):
            as_ana.run(threads.open_thread, forged, private)
    lee = store.login(practice.lee.id, LoginKind.STAFF)
    with pytest.raises(StoreUnavailable, match="may not do this"):  # as its record says
        lee.run(messages.reply, practice.who(practice.maya), private, "forged", yes=True)
    assert practice.bodies(ben, private) == ["Hello"]


def test_what_a_client_writes_is_numbered_marked_and_owed_as_ever(store: Walled, practice: Practice) -> None:
    # N9, N10, R1, M2, N5; the same through the owner's connection is in tests/center
    ana, ben = practice.client("Ana"), practice.client("Ben")
    open_to_all = practice.broadcast(locked=False)
    first = practice.reply(ana, open_to_all)
    assert first.message is not None
    private = practice.direct(ana, practice.maya, body="A question")
    assert practice.unread(practice.maya) == {open_to_all: 1, private: 1}
    assert practice.unread(ben) == {open_to_all: 2}
    as_ana = practice.who(ana)
    store.run(messages.edit, as_ana, first.message, "Many thanks")
    assert practice.bodies(ben, open_to_all) == ["Dear all", "Many thanks"]
    draft = store.run(messages.undo, as_ana, private)
    assert draft.body == "A question"
    assert practice.sees(practice.maya) == [open_to_all]
    store.run(messages.delete_message, as_ana, first.message)
    assert practice.bodies(ben, open_to_all) == ["Dear all", ""]


async def test_a_notifier_carries_all_of_it_by_a_login_of_its_own(store: Walled, world: World) -> None:  # N1, N7
    office = Office(world, store.clock)
    office.add("Ana", "Ben")
    office.broadcast("Hello {{ client.first_name }}, we open on Monday.")
    office.due(seconds=61)
    notifier = store.login(None, LoginKind.NOTIFIER)
    assert home.moved(notifier) is None
    office.store = notifier
    async with Scripted() as server:
        assert (await office.send_to(server)).sent == 2
    home.settle_here(notifier)
    assert sorted(mail.to for mail in server.mails) == ["ana@mail.example", "ben@mail.example"]


# -- giving and taking logins -----------------------------------------------------------------------------------------


@pytest.fixture
def maya(practice: Practice) -> Actor:
    return practice.who(practice.maya)


@pytest.fixture
def made(walled_url: str) -> Iterator[list[str]]:
    """Roles to be dropped in the end."""
    import psycopg

    roles: list[str] = []
    yield roles
    with psycopg.connect(make_url(walled_url).set(drivername="postgresql").render_as_string(False)) as owner:
        for role in roles:
            owner.execute(f"DROP ROLE {role}")


def test_a_login_is_made_used_and_taken_away(
    store: Walled, practice: Practice, maya: Actor, made: list[str], walled_url: str
) -> None:  # S2, S4
    ana = practice.client("Ana")
    thread = practice.broadcast()
    added = store.owner.run(walls.add_login, maya, ana.email)
    made.append(added.login.role)
    assert added.login.role == f"msgcenter_{ana.id}"  # every login can list the names of all roles
    assert added.password is not None
    url = make_url(url_of(walled_url, added.login.role)).set(password=added.password)
    signed_in = open_store(url.render_as_string(hide_password=False))
    assert [row.id for row in signed_in.run(threads.list_threads, signed_in.run(identity.who)).items] == [thread]
    assert store.owner.run(walls.list_logins, maya)[0].name == "Ana"
    with pytest.raises(Conflict, match="is taken"):
        store.owner.run(walls.add_login, maya, practice.lee.id, role=added.login.role)
    store.owner.run(walls.remove_login, maya, added.login.role)
    with pytest.raises(StoreUnavailable, match="may not do this"):
        signed_in.run(threads.list_threads, practice.who(ana))
    signed_in.close()
    told = [(one.act, one.what) for one in store.owner.run(records.list_records, maya).items][:2]
    assert told == [("logins.remove", ana.id), ("logins.add", ana.id)]


def test_who_may_give_logins_and_to_whom(store: Walled, practice: Practice, maya: Actor) -> None:  # S4
    owner, lee = store.owner, practice.who(practice.lee)
    with pytest.raises(Refused, match="for an administrator"):
        owner.run(walls.add_login, lee, practice.lee.id)
    with pytest.raises(Refused, match="your role does not own the tables"):
        store.login(practice.maya.id, LoginKind.STAFF).run(walls.add_login, maya, practice.lee.id)
    with pytest.raises(Refused, match="as good as the owner of the tables"):
        owner.run(walls.add_login, maya, practice.lee.id, role=OWNER)
    with pytest.raises(NotFound, match="no client"):
        owner.run(walls.add_login, maya, "nobody@mail.example")
    with pytest.raises(Refused, match="is no name of a role"):
        owner.run(walls.add_login, maya, practice.lee.id, role='x"; DROP')
    with pytest.raises(NotFound, match="there is no login"):
        owner.run(walls.remove_login, maya, "somebody")


def test_a_file_has_no_logins(sqlite_store: Store) -> None:
    maya = World(sqlite_store, None).staff("Maya")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="whoever can read the file can read all of it"):
        sqlite_store.run(walls.put_up, World(sqlite_store, None).actor(maya))  # type: ignore[arg-type]
