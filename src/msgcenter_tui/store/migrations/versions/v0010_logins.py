"""Who somebody is that signs in to a database server with a role of its own, and what opens a locked screen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "logins",
        sa.Column("role", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('staff', 'portal', 'notifier')", name=op.f("ck_logins_kind")),
        sa.CheckConstraint("(kind = 'notifier') = (person_id IS NULL)", name=op.f("ck_logins_person")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_logins_person_id")),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_person_id"), "logins", ["person_id"])
    op.create_table(
        "passphrases",
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["staff.person_id"], name=op.f("fk_passphrases_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passphrases")),
    )
