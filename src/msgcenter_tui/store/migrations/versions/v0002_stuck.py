"""Indexes of the deliveries that want somebody or come back, few among very many; which account a pause is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STUCK = sa.text("state = 'held' OR state = 'unknown' OR state = 'failed' OR state = 'retrying'")

RETRYING = sa.text("state = 'retrying'")


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_stuck",
        "deliveries",
        ["state", "run_id", "person_id"],
        sqlite_where=STUCK,
        postgresql_where=STUCK,
    )
    op.create_index(
        "ix_deliveries_next",
        "deliveries",
        ["run_id", "next_at"],
        sqlite_where=RETRYING,
        postgresql_where=RETRYING,
    )
    op.add_column("channels", sa.Column("account", sa.Text()))
