"""What is left of settled deliveries of old broadcasts: of whom, and in which state, by ranges of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

STATES = "state IN ('cancelled', 'failed', 'read-first', 'sent', 'suppressed')"


def upgrade() -> None:
    op.create_table(
        "folded",
        sa.Column("run_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("first_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("last_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_folded_state")),
        sa.CheckConstraint("last_id >= first_id", name=op.f("ck_folded_range")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_folded_run_id")),
        sa.PrimaryKeyConstraint("run_id", "first_id", name=op.f("pk_folded")),
        sqlite_with_rowid=False,
    )
