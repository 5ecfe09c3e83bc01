"""Notifiers say by which accounts they send: those of one account share its pace (`per_minute`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("notifiers", sa.Column("accounts", sa.Text(), server_default="", nullable=False))
