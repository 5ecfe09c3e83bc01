"""Who owns a direct thread is in it: also who became Owner after the one who started it had left."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

OUTSIDE = """
    FROM threads AS t JOIN members AS m ON m.workspace_id = t.workspace_id
    WHERE t.kind = 'direct'
    AND (m.person_id = t.owner_id OR m.role = 'owner' AND NOT EXISTS (
        SELECT 1 FROM members AS o WHERE o.workspace_id = t.workspace_id AND o.person_id = t.owner_id))
    AND NOT EXISTS (SELECT 1 FROM participants AS p WHERE p.thread_id = t.id AND p.person_id = m.person_id)
"""

UNREAD = f"""
    INSERT INTO marks (person_id, thread_id, from_number)
    SELECT m.person_id, t.id, 1 + coalesce(
        (SELECT r.up_to FROM reads AS r WHERE r.thread_id = t.id AND r.person_id = m.person_id), 0)
    {OUTSIDE} ON CONFLICT DO NOTHING
"""

IN_IT = f"INSERT INTO participants (thread_id, person_id, added_at) SELECT t.id, m.person_id, :now {OUTSIDE}"


def upgrade() -> None:
    op.execute(UNREAD)  # first: who is in it by then is none of those any more
    op.execute(sa.text(IN_IT).bindparams(sa.bindparam("now", time.time_ns() // 1000, sa.BigInteger())))
