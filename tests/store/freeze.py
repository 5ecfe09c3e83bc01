"""Writes the first migration from the live tables: only until the first release, from then on changes are added.

python tests/store/freeze.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import create_engine
from sqlalchemy.types import TypeEngine

from msgcenter_tui.store import migrations
from msgcenter_tui.store.tables import metadata
from msgcenter_tui.store.types import Id, Instant, Word

HEAD = '''"""The first schema: a copy of the tables as they were then. Written by tests/store/freeze.py."""
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

'''

TAIL = '''

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
'''


def render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    if kind != "type":
        return False
    if isinstance(item, Id):
        return "NUMBER"
    if isinstance(item, Instant):
        return "sa.BigInteger()"
    if isinstance(item, Word):
        return f"sa.String({item.impl.length})"
    if isinstance(item, TypeEngine) and "postgresql" in item._variant_mapping:
        return "KEY"
    return False


def frozen() -> str:
    context = MigrationContext.configure(
        create_engine("sqlite://").connect(),
        opts={"render_item": render, "user_module_prefix": None, "target_metadata": metadata},
    )
    steps: list[ops.MigrateOperation] = []
    for table in metadata.sorted_tables:
        steps.append(ops.CreateTableOp.from_table(table))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        steps.extend(ops.CreateIndexOp.from_index(index) for index in indexes)
    code = render_python_code(
        ops.UpgradeOps(steps), render_item=render, migration_context=context, user_module_prefix="sa."
    )
    body = re.sub(r"^ *# ###.*\n?", "", code, flags=re.MULTILINE).strip()
    body = body.replace("sa.Boolean(), server_default=sa.text('0')", "sa.Boolean(), server_default=sa.false()")
    source = f"{HEAD}\ndef upgrade() -> None:\n    {body}\n    _append_only()\n{TAIL}"
    formatter = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=120", "-"]
    return subprocess.run(formatter, input=source, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    path = Path(migrations.__file__).parent / "versions" / "v0001_first.py"
    path.write_text(frozen(), "utf-8")
    print(path)
