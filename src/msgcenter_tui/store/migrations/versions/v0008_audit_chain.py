"""Each audit record carries its number and a hash over the one before: the log so far is chained, and goes on so."""

from __future__ import annotations

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAGE = 2000
"""Records in memory at a time."""

line = json.JSONEncoder(separators=(",", ":")).encode

records = sa.table(
    "audit",
    *map(sa.column, ("id", "at", "who_id", "by_id", "act", "what", "number", "hash")),
    sa.column("fields", sa.JSON()),
)
head = sa.table("audit_head", *map(sa.column, ("id", "number", "hash")))


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.add_column("audit", sa.Column("number", sa.BigInteger(), nullable=True))
    op.add_column("audit", sa.Column("hash", sa.String(length=64), nullable=True))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in ("audit_no_update", "audit_no_delete") if on_sqlite else ("audit_append_only ON audit",):
        op.execute(f"DROP TRIGGER {trigger}")
    _chain(op.get_bind())
    with op.batch_alter_table("audit", copy_from=_audit()) as audit:
        audit.alter_column("number", existing_type=sa.BigInteger(), nullable=False)
        audit.alter_column("hash", existing_type=sa.String(length=64), nullable=False)
        audit.create_check_constraint(op.f("ck_audit_number"), "number > 0")
        audit.create_unique_constraint(op.f("uq_audit_number"), ["number"])
    _append_only(on_sqlite)


def _chain(conn: sa.Connection) -> None:
    """In the order of their ids; see store/chain.py for what is hashed."""
    number, hash, after = 0, "", -1
    page = sa.select(records).where(records.c.id > sa.bindparam("after")).order_by(records.c.id).limit(PAGE)
    placed = sa.update(records).where(records.c.id == sa.bindparam("of"))
    while rows := conn.execute(page, {"after": after}).all():
        links = []
        for row in rows:
            number += 1
            said = [hash, number, row.at, row.who_id, row.by_id, row.act, row.what, row.fields]
            hash = sha256(line(said).encode()).hexdigest()
            links.append({"of": row.id, "number": number, "hash": hash})
        conn.execute(placed, links)
        after = rows[-1].id
    if number:
        conn.execute(sa.insert(head).values(id=1, number=number, hash=hash))


def _append_only(on_sqlite: bool) -> None:
    """S2, as before; and no REPLACE by another program, which asks no trigger of DELETE unless it is told to."""
    if on_sqlite:
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit"
            " WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id OR number = new.number)"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_no_{event} BEFORE {event} ON audit"
                f" BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _audit() -> sa.Table:
    """What SQLite makes anew: it gives no constraint to a table that is there."""
    return sa.Table(
        "audit",
        sa.MetaData(),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who_id", NUMBER, nullable=True),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), server_default="", nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_audit_by_id"),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name="fk_audit_who_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.Index("ix_audit_at_id", "at", "id"),
    )
