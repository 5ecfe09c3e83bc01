"""The versions of the schema: which one a store has, and the way from any to the newest.

Looking at the version is one plain SELECT; alembic is imported only when a migration is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from msgcenter_tui.errors import StoreUnavailable


@dataclass(frozen=True, slots=True)
class Line:
    """The migrations there are, oldest first, and the folder of their scripts."""

    folder: Path
    revisions: tuple[str, ...]

    @property
    def newest(self) -> str:
        return self.revisions[-1]


LINE = Line(Path(__file__).parent, tuple(f"{number:04}" for number in range(1, 16)))


def revision(conn: Connection) -> str | None:
    """The version of the schema; None where the database is empty.

    Raises StoreUnavailable for a database that holds something else.
    """
    if conn.dialect.name == "sqlite":
        tables = text("SELECT max(name = 'alembic_version'), count(*) FROM sqlite_master WHERE type = 'table'")
    else:
        tables = text(
            "SELECT max((relname = 'alembic_version')::int), count(*) FROM pg_class"
            " WHERE relkind IN ('r', 'p', 'v') AND relnamespace = current_schema()::regnamespace"
        )
    versioned, count = conn.execute(tables).one()
    if not count:
        return None
    found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar() if versioned else None
    if found is None:
        raise StoreUnavailable(
            "the database is no store of the Message Center",
            "it holds other tables",
            "choose an empty database, or another file, with --db",
        )
    return str(found)


def due(found: str | None, line: Line) -> bool:
    """Whether a store of version `found` has to be migrated; raises StoreUnavailable where it is too new."""
    if found is not None and found not in line.revisions:
        raise StoreUnavailable(
            "the store cannot be used",
            f"a newer version of the program made it (schema {found}, this one knows {line.newest})",
            "upgrade the program",
        )
    return found != line.newest


def upgrade(conn: Connection, line: Line) -> None:
    """Run what is due inside the transaction of `conn`; alembic is imported here."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(line.folder))
    context = MigrationContext.configure(conn)
    start = context.get_current_revision()
    steps = [step for step in scripts.iterate_revisions(line.newest, start or "base") if step.revision != start]
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(scripts, line.newest)
