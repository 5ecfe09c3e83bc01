"""Putting the walls up and taking them down: one transaction of the owner of the tables, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from msgcenter_tui.domain import LoginKind
from msgcenter_tui.store.walls import gates, notifier, portal, questions, staff
from msgcenter_tui.store.walls.plan import GROUPS, PORTAL, WALLS, Access, Plan

PLANS: dict[LoginKind, Plan] = {
    LoginKind.STAFF: staff.PLAN,
    LoginKind.PORTAL: portal.PLAN,
    LoginKind.NOTIFIER: notifier.PLAN,
}
VERSION_TABLE = "alembic_version"
_LOCK = 0x77616C6C73  # the advisory lock of who puts them up


def stand(conn: Connection) -> bool:
    """Whether there are walls in this database."""
    found = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %(walls)s)"
    return bool(conn.exec_driver_sql(found, {"walls": WALLS}).scalar())


def as_planned(conn: Connection) -> bool:
    """Whether the walls that stand are those of this version of the program."""
    noted = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %(walls)s"
    return bool(conn.exec_driver_sql(noted, {"walls": WALLS}).scalar() == _digest(conn))


def put_up(conn: Connection) -> None:
    """Put up the walls in this transaction, anew where they stand; for the owner of the tables.

    The groups (plan.GROUPS) exist by then.
    """
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")  # one at a time
    take_down(conn)
    schema = _quoted(conn, conn.exec_driver_sql("SELECT current_schema()").scalar_one())
    with _on(conn) as say:
        for name in (WALLS, PORTAL):
            say(f"CREATE SCHEMA {name}")
        for statement in _statements(conn, schema):
            say(statement)
        say(f"COMMENT ON SCHEMA {WALLS} IS '{_digest(conn)}'")


def gap(conn: Connection) -> str | None:
    """A schema in which every login may still make what would stand before the store's own; None: there is none."""
    asked = "SELECT current_schema() WHERE has_schema_privilege(%(group)s, current_schema(), 'CREATE')"
    found: str | None = conn.exec_driver_sql(asked, {"group": GROUPS[LoginKind.PORTAL]}).scalar()
    return found


def take_down(conn: Connection) -> None:
    """Take the walls away in this transaction. Who is mapped to which role is kept."""
    if not stand(conn):
        return
    schema = _quoted(conn, conn.exec_driver_sql("SELECT current_schema()").scalar_one())
    groups = ", ".join(GROUPS.values())
    with _on(conn) as say:
        for table in _tables(conn):
            say(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        say(f"DROP SCHEMA {PORTAL}, {WALLS} CASCADE")  # and with its functions most policies
        for table, name in conn.exec_driver_sql(_POLICIES).all():
            say(f"DROP POLICY {name} ON {_quoted(conn, table)}")
        say(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {groups}")
        say(f"REVOKE ALL ON SCHEMA {schema} FROM {groups}")
        for function in _triggers(conn):
            say(f"ALTER FUNCTION {function}() SECURITY INVOKER RESET search_path")
            say(f"GRANT EXECUTE ON FUNCTION {function}() TO PUBLIC")


def _statements(conn: Connection, schema: str) -> Iterator[str]:
    """All that makes the walls, in the order in which one thing leans on the other."""
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"  # nobody puts a table or function in front of the store's
    yield f"GRANT USAGE ON SCHEMA {schema}, {WALLS} TO {', '.join(GROUPS.values())}"
    yield f"GRANT USAGE ON SCHEMA {PORTAL} TO {GROUPS[LoginKind.PORTAL]}"
    for called, gives, body, kinds in questions.ASKED:
        yield from _function(schema, called, gives, body, kinds)
    for name, view in portal.VIEWS.items():
        yield f"CREATE VIEW {PORTAL}.{name} WITH (security_barrier) AS {view}"
        yield f"GRANT SELECT ON {PORTAL}.{name} TO {GROUPS[LoginKind.PORTAL]}"
    for index, body in questions.FOUND.items():
        kinds = questions.STAFF if index == "search_clients" else questions.BOTH
        yield from _function(schema, f"{index}(tsquery)", "SETOF bigint", body, kinds)
    yield from _gates(conn, schema)
    for kind, plan in PLANS.items():
        yield from _wall(GROUPS[kind], plan)
    for group in (GROUPS[LoginKind.STAFF], GROUPS[LoginKind.NOTIFIER]):
        yield f"GRANT SELECT ON {VERSION_TABLE} TO {group}"
    for table in _tables(conn):
        if table != VERSION_TABLE:  # whoever is in no group finds nothing, even with a right of their own
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for table, column, sequence in conn.exec_driver_sql(_SERIAL).all():
        yield from _numbered_within(table, column, sequence)
    for function in _triggers(conn):  # what they keep, nobody who sets them off may touch
        yield f"ALTER FUNCTION {function}() SECURITY DEFINER SET search_path = {schema}, pg_temp"
        yield f"REVOKE EXECUTE ON FUNCTION {function}() FROM PUBLIC"


def _gates(conn: Connection, schema: str) -> Iterator[str]:
    audience = "audience(bigint, text, text)", "SETOF bigint", gates.audiences(conn.dialect)
    yield from _function(schema, *audience, ())
    for called, gives, body in gates.INNER:
        yield from _function(schema, called, gives, body, (), "VOLATILE")
    for called, gives, body in gates.OPEN:
        yield from _function(schema, called, gives, body, (LoginKind.PORTAL,), "VOLATILE")
    for called, gives, body in gates.OF_ALL:
        yield from _function(schema, called, gives, body, tuple(LoginKind), "VOLATILE")


def _function(
    schema: str, called: str, gives: str, body: str, kinds: tuple[LoginKind, ...], lasts: str = "STABLE"
) -> Iterator[str]:
    """One that reads past the walls, and that only these kinds of logins may call."""
    plain = body.lstrip().startswith(("SELECT", "INSERT"))
    language, begins = ("sql", "") if plain else ("plpgsql", "#variable_conflict use_column")
    yield (
        f"CREATE FUNCTION {WALLS}.{called} RETURNS {gives} LANGUAGE {language} {lasts} SECURITY DEFINER"
        f" SET search_path = {schema}, pg_temp AS $walls${begins} {body} $walls$"
    )
    name, _, parameters = called.rstrip(")").partition("(")
    types = ", ".join(one.split()[-1] for one in parameters.split(", ") if one and not one.startswith("OUT "))
    yield f"REVOKE EXECUTE ON FUNCTION {WALLS}.{name}({types}) FROM PUBLIC"
    if kinds:
        groups = ", ".join(GROUPS[kind] for kind in kinds)
        yield f"GRANT EXECUTE ON FUNCTION {WALLS}.{name}({types}) TO {groups}"


def _wall(group: str, plan: Plan) -> Iterator[str]:
    for table, access in plan.items():
        yield f"GRANT {access.grants} ON {table} TO {group}"
        yield from _policies(group, table, access)


def _policies(group: str, table: str, access: Access) -> Iterator[str]:
    for policy in access.policies:
        name = f"{group}_{policy.commands.lower()}"
        rows = f" USING ({policy.rows})" if policy.rows else ""
        new = f" WITH CHECK ({policy.new})" if policy.new else ""
        yield f"CREATE POLICY {name} ON {table} FOR {policy.commands} TO {group}{rows}{new}"


_POLICIES = """
    SELECT tablename, policyname FROM pg_policies
    WHERE schemaname = current_schema() AND starts_with(policyname, 'msgcenter_')"""

# A sequence that gives ids by itself is used by whoever may insert. One that stands in a default needs a right on it,
# and that would tell how many messages there are.
_SERIAL = """
    SELECT c.relname, a.attname, s.relname FROM pg_class AS s
    JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class AS c ON c.oid = d.refobjid
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' AND c.relnamespace = current_schema()::regnamespace AND a.attidentity = '' ORDER BY 1"""


def _numbered_within(table: str, column: str, sequence: str) -> Iterator[str]:
    """Have the column's numbers given from within, going on where its sequence is."""
    yield f"ALTER TABLE {table} ALTER {column} DROP DEFAULT"
    yield f"ALTER SEQUENCE {sequence} OWNED BY NONE"
    yield f"ALTER SEQUENCE {sequence} RENAME TO {sequence}_before"
    yield f"ALTER TABLE {table} ALTER {column} ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME {sequence})"
    yield f"SELECT setval('{sequence}', last_value, is_called) FROM {sequence}_before"
    yield f"DROP SEQUENCE {sequence}_before"


def _tables(conn: Connection) -> list[str]:
    found = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    return [_quoted(conn, name) for name in conn.exec_driver_sql(f"{found} ORDER BY relname").scalars()]


def _triggers(conn: Connection) -> list[str]:
    """The functions that the store's own triggers call."""
    found = (
        "SELECT DISTINCT p.proname FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid"
        " JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        " AND c.relnamespace = current_schema()::regnamespace AND p.pronamespace = c.relnamespace ORDER BY 1"
    )
    return [_quoted(conn, name) for name in conn.exec_driver_sql(found).scalars()]


def _digest(conn: Connection) -> str:
    """The same for the same walls."""
    planned = repr((PLANS, portal.VIEWS, questions.ASKED, questions.FOUND, gates.INNER, gates.OPEN, gates.OF_ALL))
    return hashlib.sha256(f"{planned}{gates.audiences(conn.dialect)}".encode()).hexdigest()[:16]


def _quoted(conn: Connection, name: str) -> str:
    return conn.dialect.identifier_preparer.quote(name)


@contextmanager
def _on(conn: Connection) -> Iterator[Callable[[str], object]]:
    """Statements as they are: a percent sign in them is no parameter."""
    cursor = conn.connection.cursor()
    try:
        yield cursor.execute
    finally:
        cursor.close()
