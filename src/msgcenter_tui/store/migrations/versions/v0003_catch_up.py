"""A run may be a catch-up (N11)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind IN ('broadcast', 'reply', 'owner', 'other', 'catch-up')"


def upgrade() -> None:
    # SQLite changes a constraint only by making the table anew, from what it was: reflection does not find them.
    with op.batch_alter_table("runs", copy_from=_runs()) as runs:
        runs.drop_constraint(op.f("ck_runs_kind"), type_="check")
        runs.create_check_constraint(op.f("ck_runs_kind"), KINDS)


def _runs() -> sa.Table:
    is_open, unsettled = sa.text("closed_at IS NULL"), sa.text("settled_at IS NULL")
    return sa.Table(
        "runs",
        sa.MetaData(),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("leaves_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name="ck_runs_channel"),
        sa.CheckConstraint("kind IN ('broadcast', 'reply', 'owner', 'other')", name="ck_runs_kind"),
        sa.CheckConstraint("(last IS NULL) = (closed_at IS NULL)", name="ck_runs_closed"),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_runs_thread_id"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.Index("ix_runs_thread_id_id", "thread_id", "id"),
        sa.Index("ix_runs_unsettled", "leaves_at", sqlite_where=unsettled, postgresql_where=unsettled),
        sa.Index(
            "uq_runs_open",
            "thread_id",
            "channel",
            "kind",
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        ),
    )
