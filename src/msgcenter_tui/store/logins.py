"""Who signs in to a server with which role, and the roles themselves (store/walls)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from msgcenter_tui.domain import Login, LoginKind, PersonId
from msgcenter_tui.store.tables import logins, people
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.walls.plan import GROUPS, PORTAL, WALLS

_SIGNED_IN = f"""
    SELECT session_user, has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = '{WALLS}'"""


# -- signing in -------------------------------------------------------------------------------------------------------


def signed_in(conn: Connection) -> Login | None:
    """Who this connection is signed in as; None on SQLite, without walls, and for who passes every wall."""
    if conn.dialect.name == "sqlite":
        return None
    walled = conn.exec_driver_sql(_SIGNED_IN).one_or_none()
    if walled is None or not walled[1]:
        return None
    role = walled[0]
    person = conn.exec_driver_sql(f"SELECT {WALLS}.person(), {WALLS}.kind()").one()
    if person[1] is None:
        return None
    id = None if person[0] is None else PersonId(f"p{person[0]}")
    return Login(role, LoginKind(person[1]), id)


def owns_tables(conn: Connection) -> bool:
    """Whether this connection may put up walls, and give roles their place."""
    owner = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'logins'::regclass"
    return bool(conn.exec_driver_sql(owner).scalar())


# -- who is who -------------------------------------------------------------------------------------------------------


def all_logins(tx: Tx) -> Sequence[Row[Any]]:
    """Rows of role, kind, person_id, since and the person's name, by role."""
    found = select(logins, people.c.name).outerjoin(people, people.c.id == logins.c.person_id)
    return tx.conn.execute(found.order_by(logins.c.role)).all()


def add_login(tx: Tx, login: Login) -> None:
    tx.conn.execute(insert(logins).values(role=login.role, kind=login.kind, person_id=login.person, since=tx.now))


def remove_login(tx: Tx, role: str) -> Login | None:
    """Forget whose it is; what it was, None where it was nobody's."""
    gone = delete(logins).where(logins.c.role == role).returning(logins.c.kind, logins.c.person_id)
    row = tx.conn.execute(gone).one_or_none()
    return None if row is None else Login(role, row.kind, row.person_id)


# -- roles of the server ----------------------------------------------------------------------------------------------


class Roles:
    """The roles of a server, as far as whoever is connected may make and change them."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def missing_groups(self) -> list[str]:
        return [group for group in GROUPS.values() if not self.there(group)]

    def may_make(self) -> bool:
        able = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
        return bool(self._conn.exec_driver_sql(able).scalar())

    def make_group(self, name: str) -> None:
        self._say(f"CREATE ROLE {self._quoted(name)} NOLOGIN")

    def there(self, name: str) -> bool:
        found = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %(name)s)"
        return bool(self._conn.exec_driver_sql(found, {"name": name}).scalar())

    def passes_walls(self, name: str) -> bool:
        """A superuser, the owner of the tables or one who is as good: a wall around them would be none."""
        passes = (
            "SELECT rolsuper OR rolbypassrls OR pg_has_role(rolname, (SELECT relowner FROM pg_class"
            " WHERE oid = 'logins'::regclass), 'MEMBER') FROM pg_roles WHERE rolname = %(name)s"
        )
        return bool(self._conn.exec_driver_sql(passes, {"name": name}).scalar())

    def make_login(self, name: str, password: str) -> None:
        """The server is told what the password is good for, never the password itself."""
        driver: Any = self._conn.connection.driver_connection
        known = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        self._say(f"CREATE ROLE {self._quoted(name)} LOGIN PASSWORD '{known}'")

    def let_in(self, login: Login) -> None:
        """Put it into the group of its kind; a portal finds its views first."""
        database = self._quoted(self._conn.exec_driver_sql("SELECT current_database()").scalar_one())
        schema = self._quoted(self._conn.exec_driver_sql("SELECT current_schema()").scalar_one())
        name = self._quoted(login.role)
        self._say(f"GRANT {GROUPS[login.kind]} TO {name}")
        if login.kind is LoginKind.PORTAL:
            self._say(f"ALTER ROLE {name} IN DATABASE {database} SET search_path = {PORTAL}, {schema}")

    def put_out(self, login: Login) -> None:
        """Take it out of its group; the role itself stays."""
        if not self.there(login.role):
            return
        database = self._quoted(self._conn.exec_driver_sql("SELECT current_database()").scalar_one())
        name = self._quoted(login.role)
        self._say(f"REVOKE {GROUPS[login.kind]} FROM {name}")
        if login.kind is LoginKind.PORTAL:
            self._say(f"ALTER ROLE {name} IN DATABASE {database} RESET search_path")

    def _quoted(self, name: str) -> str:
        return self._conn.dialect.identifier_preparer.quote_identifier(name)

    def _say(self, statement: str) -> None:
        cursor = self._conn.connection.cursor()
        cursor.execute(statement)
        cursor.close()
