"""People are found by the base letters of their names, too: `luc` finds Łucja, whose ł no index of words takes apart.

So the indexes hold of a person the key by which they are sorted, beside the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from alembic import op

revision = "0013"
down_revision = "0012"

NAME = re.compile(r"\b(p|old|new)\.name\b", re.IGNORECASE)
WITH_KEY = r"\1.name || ' ' || \1.name_key"

CHANGED = re.compile(r"old\.name (<>|IS DISTINCT FROM) new\.name", re.IGNORECASE)
KEY_TOO = r"(\g<0> OR old.name_key \1 new.name_key)"

OTHERS = "p.name_key <> lower(p.name)"
"""Whose key holds other words than the name: a row of an index that has the name has these already."""

OF_THREADS = f"""
    SELECT DISTINCT t.id, p.name_key AS words FROM people AS p JOIN (
        SELECT thread_id AS id, person_id FROM participants
        UNION SELECT thread_id, author_id FROM messages WHERE deleted_at IS NULL) AS t ON t.person_id = p.id
    WHERE p.kind = 'client' AND {OTHERS}"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _when(trigger: str) -> str:
    return CHANGED.sub(KEY_TOO, trigger.replace("UPDATE OF name ON", "UPDATE OF name, name_key ON"))


def _sqlite() -> None:
    ours = (
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') AND substr(name, 1, 7) = 'search_'"
    )
    for kind, name, there in _told(ours):
        when, begin, what = there.rpartition(" BEGIN ")
        _say(f"DROP {kind} {name}")
        _say(_when(when) + begin + NAME.sub(WITH_KEY, what))
    for index in ("search_clients", "search_staff"):
        _say(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
        _say(f"INSERT INTO {index} (rowid, words) SELECT id, words FROM {index}_words")
    _say(f"INSERT INTO search_threads (rowid, words) {OF_THREADS}")


PERSON = """
    CREATE OR REPLACE FUNCTION search_person(person bigint) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT CASE p.kind WHEN 'staff' THEN chr(57344) || p.id ELSE p.name END FROM people AS p WHERE p.id = person
    $$"""


def _postgresql() -> None:
    _say(PERSON)
    functions = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    for (there,) in _told(f"{functions} AND starts_with(proname, 'search_') AND prokind = 'f'"):
        if NAME.search(there):
            _say(NAME.sub(WITH_KEY, there))
    triggers = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'people'::regclass"
    for name, there in _told(f"{triggers} AND starts_with(tgname, 'search_')"):
        _say(f"DROP TRIGGER {name} ON people")
        _say(_when(there))
    others = f'{OTHERS} COLLATE "C"'
    of_person = f"SET words = {{}} FROM people AS p WHERE p.id = s.id AND {others}"
    _say(f"UPDATE search_clients AS s {of_person.format('search_client(s.id)')}")
    _say(f"UPDATE search_staff AS s {of_person.format(NAME.sub(WITH_KEY, 'search_words(p.name)'))}")
    of_threads = OF_THREADS.replace(OTHERS, others)
    _say(f"SELECT search_add(id, string_agg(words, ' ')) FROM ({of_threads}) AS t GROUP BY id ORDER BY id")


def _told(query: str) -> Sequence[Any]:
    return op.get_bind().exec_driver_sql(query).all()


def _say(statement: str) -> None:
    """As it is: colons in it are no parameters."""
    op.get_bind().exec_driver_sql(statement)
