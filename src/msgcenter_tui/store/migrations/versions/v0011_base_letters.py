"""People are sorted by the base letters of their names: Łucja stands among those with L, and not behind Zoe."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

PAGE = 2000
"""People in memory at a time."""

MARKED = re.compile("([a-zα-ωе])[\u0300-\u036f]+")
NOT_TAKEN_APART = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th",
})  # fmt: skip

people = sa.table("people", sa.column("id"), sa.column("name_key"))


def upgrade() -> None:
    conn, after = op.get_bind(), -1
    page = sa.select(people).where(people.c.id > sa.bindparam("after")).order_by(people.c.id).limit(PAGE)
    changed = sa.update(people).where(people.c.id == sa.bindparam("of"))
    while rows := conn.execute(page, {"after": after}).all():
        keys = [(row.id, with_base(row.name_key), row.name_key) for row in rows if not row.name_key.isascii()]
        if others := [{"of": id, "name_key": key} for id, key, before in keys if key != before]:
            conn.execute(changed, others)
        after = rows[-1].id


def with_base(folded: str) -> str:
    """The key of a name from what it was so far; see text.name_key."""
    apart = unicodedata.normalize("NFD", folded).translate(NOT_TAKEN_APART)
    base = unicodedata.normalize("NFC", MARKED.sub(r"\1", apart))
    return folded if base == folded else f"{base}\x1f{folded}"
