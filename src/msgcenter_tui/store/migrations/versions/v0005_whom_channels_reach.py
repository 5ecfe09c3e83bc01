"""Indexes of the clients whom a broadcast reaches by each channel, and of the few whom no e-mail reaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MAILED = "status IN ('active', 'lead') AND email_key IS NOT NULL AND email_muted IS"
UNMAILED = "email_key IS NULL OR email_muted IS"
TEXTED = "phone_number IS NOT NULL AND consent = 'active'"


def upgrade() -> None:
    for name, columns, on_sqlite, on_postgresql in (
        ("ix_clients_mailed", ["workspace_id", "person_id"], f"{MAILED} 0", f"{MAILED} false"),
        ("ix_clients_unmailed", ["workspace_id", "status", "person_id"], f"{UNMAILED} 1", f"{UNMAILED} true"),
        ("ix_clients_texted", ["workspace_id", "status", "person_id"], TEXTED, TEXTED),
    ):
        op.create_index(
            name,
            "clients",
            columns,
            sqlite_where=sa.text(on_sqlite),
            postgresql_where=sa.text(on_postgresql),
        )
