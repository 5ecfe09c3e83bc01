"""How often and when each person used a template last: what is used stands first in the picker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "template_uses",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("template_id", NUMBER, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["staff.person_id"], name=op.f("fk_template_uses_person_id")),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_template_uses_template_id")),
        sa.PrimaryKeyConstraint("person_id", "template_id", name=op.f("pk_template_uses")),
    )
    op.create_index(op.f("ix_template_uses_template_id"), "template_uses", ["template_id"])
