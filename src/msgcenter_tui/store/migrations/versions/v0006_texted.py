"""Of deliveries by person only those of an SMS have an index: that of all made a broadcast wait for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TO_A_PHONE = sa.text("substr(address, 1, 1) = '+'")


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_texted",
        "deliveries",
        ["person_id", "run_id"],
        sqlite_where=TO_A_PHONE,
        postgresql_where=TO_A_PHONE,
    )
    op.drop_index(op.f("ix_deliveries_person_id_run_id"), "deliveries")
