"""The first schema: a copy of the tables as they were then."""
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_channels_channel")),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channels")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "notifiers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("alive_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifiers")),
    )
    op.create_table(
        "people",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('staff', 'client')", name=op.f("ck_people_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_name_key_id"), "people", ["name_key", "id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who_id", NUMBER, nullable=True),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), server_default="", nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_audit_by_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_audit_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at_id"), "audit", ["at", "id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", KEY, nullable=False),
        sa.Column("administrator", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email_key", name=op.f("uq_staff_email_key")),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=True),
        sa.Column("owner_id", NUMBER, nullable=True),
        sa.Column("region", sa.String(length=2), server_default="US", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'personal') = (owner_id IS NOT NULL)", name=op.f("ck_workspaces_owned")),
        sa.CheckConstraint("(kind = 'team') = (name_key IS NOT NULL)", name=op.f("ck_workspaces_named")),
        sa.CheckConstraint("kind IN ('personal', 'team')", name=op.f("ck_workspaces_kind")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.person_id"], name=op.f("fk_workspaces_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("name_key", name=op.f("uq_workspaces_name_key")),
        sa.UniqueConstraint("owner_id", name=op.f("uq_workspaces_owner_id")),
    )
    op.create_table(
        "clients",
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("portal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", KEY, nullable=True),
        sa.Column("email_muted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("email_problem", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_number", sa.Text(), nullable=True),
        sa.Column("consent", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "consent IN ('not-asked', 'pending', 'active', 'declined')", name=op.f("ck_clients_consent")
        ),
        sa.CheckConstraint("status IN ('lead', 'active', 'inactive', 'complete')", name=op.f("ck_clients_status")),
        sa.CheckConstraint("NOT portal OR email_key IS NOT NULL", name=op.f("ck_clients_portal_email")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_clients_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_clients_workspace_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_clients")),
        sa.UniqueConstraint("workspace_id", "email_key", name=op.f("uq_clients_workspace_id_email_key")),
    )
    op.create_index(op.f("ix_clients_email_key"), "clients", ["email_key"], unique=False)
    op.create_index(
        op.f("ix_clients_workspace_id_status_person_id"),
        "clients",
        ["workspace_id", "status", "person_id"],
        unique=False,
    )
    op.create_table(
        "members",
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'contributor', 'participant')", name=op.f("ck_members_role")),
        sa.ForeignKeyConstraint(["person_id"], ["staff.person_id"], name=op.f("fk_members_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_members_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_person_id"), "members", ["person_id"], unique=False)
    op.create_table(
        "templates",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("workspace_id", NUMBER, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("shortcut", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (workspace_id IS NULL)", name=op.f("ck_templates_owned")),
        sa.ForeignKeyConstraint(["person_id"], ["staff.person_id"], name=op.f("fk_templates_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_templates_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("person_id", "name_key", name=op.f("uq_templates_person_id_name_key")),
        sa.UniqueConstraint("workspace_id", "name_key", name=op.f("uq_templates_workspace_id_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_templates_person_shortcut",
        "templates",
        ["person_id", "shortcut"],
        unique=True,
        sqlite_where=sa.text("shortcut <> ''"),
        postgresql_where=sa.text("shortcut <> ''"),
    )
    op.create_index(
        "uq_templates_workspace_shortcut",
        "templates",
        ["workspace_id", "shortcut"],
        unique=True,
        sqlite_where=sa.text("shortcut <> ''"),
        postgresql_where=sa.text("shortcut <> ''"),
    )
    op.create_table(
        "threads",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("owner_id", NUMBER, nullable=True),
        sa.Column("created_by", NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_by", NUMBER, nullable=True),
        sa.CheckConstraint("(kind = 'direct') = (owner_id IS NOT NULL)", name=op.f("ck_threads_owner")),
        sa.CheckConstraint("kind IN ('all-clients', 'all-team', 'direct')", name=op.f("ck_threads_kind")),
        sa.CheckConstraint("state IN ('live', 'deleted', 'undone')", name=op.f("ck_threads_state")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_threads_created_by")),
        sa.ForeignKeyConstraint(["deleted_by"], ["people.id"], name=op.f("fk_threads_deleted_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.person_id"], name=op.f("fk_threads_owner_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_threads_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
    )
    op.create_index(op.f("ix_threads_workspace_id_kind_id"), "threads", ["workspace_id", "kind", "id"], unique=False)
    op.create_index(
        op.f("ix_threads_workspace_id_last_at_id"), "threads", ["workspace_id", "last_at", "id"], unique=False
    )
    op.create_table(
        "assignments",
        sa.Column("client_id", NUMBER, nullable=False),
        sa.Column("staff_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.person_id"], name=op.f("fk_assignments_client_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.person_id"], name=op.f("fk_assignments_staff_id")),
        sa.PrimaryKeyConstraint("client_id", "staff_id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_staff_id"), "assignments", ["staff_id"], unique=False)
    op.create_table(
        "client_history",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("client_id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("portal", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("consent", sa.String(16), nullable=False),
        sa.Column("how", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "consent IN ('not-asked', 'pending', 'active', 'declined')", name=op.f("ck_client_history_consent")
        ),
        sa.CheckConstraint(
            "status IN ('lead', 'active', 'inactive', 'complete')", name=op.f("ck_client_history_status")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_client_history_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.person_id"], name=op.f("fk_client_history_client_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_client_history_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_history")),
    )
    op.create_index(op.f("ix_client_history_client_id_id"), "client_history", ["client_id", "id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("thread_id", NUMBER, nullable=True),
        sa.Column("workspace_id", NUMBER, nullable=True),
        sa.Column("kind", sa.String(16), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=True),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cursor", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_drafts_thread_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_drafts_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_drafts_person_id_at"), "drafts", ["person_id", "at"], unique=False)
    op.create_index(op.f("ix_drafts_thread_id"), "drafts", ["thread_id"], unique=False)
    op.create_table(
        "marks",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["staff.person_id"], name=op.f("fk_marks_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_marks_thread_id")),
        sa.PrimaryKeyConstraint("person_id", "thread_id", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_thread_id"), "marks", ["thread_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("run_kind", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_by", NUMBER, nullable=True),
        sa.CheckConstraint("run_kind IN ('broadcast', 'reply', 'owner', 'other')", name=op.f("ck_messages_run_kind")),
        sa.CheckConstraint("number > 0", name=op.f("ck_messages_number")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_messages_author_id")),
        sa.ForeignKeyConstraint(["deleted_by"], ["people.id"], name=op.f("fk_messages_deleted_by")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_messages_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("thread_id", "number", name=op.f("uq_messages_thread_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_messages_author_id_id"), "messages", ["author_id", "id"], unique=False)
    op.create_table(
        "participants",
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_participants_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_participants_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_participants")),
    )
    op.create_index(
        op.f("ix_participants_person_id_thread_id"), "participants", ["person_id", "thread_id"], unique=False
    )
    op.create_table(
        "reads",
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("up_to", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("unread_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reads_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_reads_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_reads")),
    )
    op.create_index(op.f("ix_reads_person_id_thread_id"), "reads", ["person_id", "thread_id"], unique=False)
    op.create_table(
        "runs",
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
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_runs_channel")),
        sa.CheckConstraint("kind IN ('broadcast', 'reply', 'owner', 'other')", name=op.f("ck_runs_kind")),
        sa.CheckConstraint("(last IS NULL) = (closed_at IS NULL)", name=op.f("ck_runs_closed")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_runs_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_thread_id_id"), "runs", ["thread_id", "id"], unique=False)
    op.create_index(
        "ix_runs_unsettled",
        "runs",
        ["leaves_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "uq_runs_open",
        "runs",
        ["thread_id", "channel", "kind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "deliveries",
        sa.Column("run_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("fenced_at", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("letter", sa.JSON(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state = 'waiting' OR state = 'held' OR state = 'sending' OR state = 'retrying' OR state = 'sent' OR state = 'failed' OR state = 'cancelled' OR state = 'read-first' OR state = 'suppressed' OR state = 'unknown'",
            name=op.f("ck_deliveries_state"),
        ),
        sa.CheckConstraint(
            "state <> 'sending' AND state <> 'sent' AND state <> 'unknown' OR fenced_at IS NOT NULL",
            name=op.f("ck_deliveries_fenced"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deliveries_person_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_deliveries_run_id")),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deliveries_claimed",
        "deliveries",
        ["claimed_by"],
        unique=False,
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_index(op.f("ix_deliveries_person_id_run_id"), "deliveries", ["person_id", "run_id"], unique=False)
    op.create_index(
        op.f("ix_deliveries_run_id_state_person_id"), "deliveries", ["run_id", "state", "person_id"], unique=False
    )
    op.create_table(
        "versions",
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_versions_by_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_versions_message_id")),
        sa.PrimaryKeyConstraint("message_id", "version", name=op.f("pk_versions")),
    )
    op.create_table(
        "gaps",
        sa.Column("run_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "person_id"],
            ["deliveries.run_id", "deliveries.person_id"],
            name=op.f("fk_gaps_run_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "person_id", "first", name=op.f("pk_gaps")),
    )
    _append_only()


def _append_only() -> None:
    """S2: nothing edits or deletes a record, not even a REPLACE."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_no_{event} BEFORE {event} ON audit"
                f" BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '23000'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
