"""The store keeps when the next letter of an account may go: all that send by it share its pace (`per_minute`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_paces")),
    )
