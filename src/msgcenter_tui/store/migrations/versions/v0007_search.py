"""Indexes of words: of what is written in each thread and by whom, of clients, of staff; kept by triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index(op.f("ix_threads_last_at_id"), "threads", ["last_at", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


# -- SQLite -----------------------------------------------------------------------------------------------------------

# A person in the words of a thread: a client by name, a member of staff by id, since they are in too many threads to
# change all of those with their name.
PERSON = "CASE p.kind WHEN 'staff' THEN char(57344) || p.id ELSE p.name END"

# A number is found by any part of it: by each of its ends, of which a search gives the beginning.
NUMBER = " || ' ' || ".join(f"coalesce(substr(c.phone_number, {at}), '')" for at in range(2, 15))

OF_CLIENT = f"p.id, p.name || ' ' || coalesce(c.email_key, '') || ' ' || {NUMBER} AS words"

WORDS_OF = {
    "search_threads": f"""
        SELECT t.id, coalesce(t.subject, '')
            || ' ' || coalesce((SELECT group_concat({PERSON}, ' ')
                                FROM participants JOIN people AS p ON p.id = person_id
                                WHERE thread_id = t.id), '')
            || ' ' || coalesce((SELECT group_concat(m.body || ' ' || {PERSON}, ' ')
                                FROM messages AS m JOIN people AS p ON p.id = m.author_id
                                WHERE m.thread_id = t.id AND m.deleted_at IS NULL), '') AS words
        FROM threads AS t""",
    "search_clients": f"SELECT {OF_CLIENT} FROM clients AS c JOIN people AS p ON p.id = c.person_id",
    "search_staff": "SELECT p.id, p.name AS words FROM people AS p WHERE p.kind = 'staff'",
}
"""What each index of words has of each row, as a view beside it: all of it is made anew from there."""


def _taken(table: str, words: str) -> str:
    """Take these rows (rowid, words) out. What else of the same words such a row has must be put in again."""
    return f"INSERT INTO {table} ({table}, rowid, words) SELECT 'delete', {words};"


def _put(table: str, words: str) -> str:
    return f"INSERT INTO {table} (rowid, words) SELECT {words};"


def _put_again(table: str, of: str) -> str:
    return _put(table, f"id, words FROM {table}_words WHERE id {of}")


def _by(row: str) -> str:
    return f"{row}.thread_id, {row}.body || ' ' || {PERSON} FROM people AS p WHERE p.id = {row}.author_id"


def _in(row: str) -> str:
    return f"{row}.thread_id, {PERSON} FROM people AS p WHERE p.id = {row}.person_id"


_OF_PERSON = """(SELECT thread_id FROM participants WHERE person_id = new.id
    UNION SELECT thread_id FROM messages WHERE author_id = new.id AND deleted_at IS NULL)"""

_OLD_CLIENT = f"{OF_CLIENT.replace('c.', 'old.')} FROM people AS p WHERE p.id = old.person_id"

TRIGGERS = {
    "search_thread_begun": (
        "AFTER INSERT ON threads WHEN new.subject IS NOT NULL",
        _put("search_threads", "new.id, new.subject"),
    ),
    "search_thread_renamed": (
        "AFTER UPDATE OF subject ON threads WHEN old.subject IS NOT new.subject",
        _taken("search_threads", "old.id, old.subject WHERE old.subject IS NOT NULL"),
        _put_again("search_threads", "= new.id"),
    ),
    "search_thread_gone": (
        "AFTER DELETE ON threads WHEN old.subject IS NOT NULL",
        _taken("search_threads", "old.id, old.subject"),
    ),
    "search_participant_added": (
        "AFTER INSERT ON participants",
        _put("search_threads", _in("new")),
    ),
    "search_participant_gone": (
        "AFTER DELETE ON participants",
        _taken("search_threads", _in("old")),
        _put_again("search_threads", "= old.thread_id"),
    ),
    "search_message_written": (
        "AFTER INSERT ON messages WHEN new.deleted_at IS NULL",
        _put("search_threads", _by("new")),
    ),
    "search_message_changed": (
        "AFTER UPDATE OF body, deleted_at ON messages",
        _taken("search_threads", f"{_by('old')} AND old.deleted_at IS NULL"),
        _put_again("search_threads", "= new.thread_id"),
    ),
    "search_message_gone": (
        "AFTER DELETE ON messages WHEN old.deleted_at IS NULL",
        _taken("search_threads", _by("old")),
        _put_again("search_threads", "= old.thread_id"),
    ),
    "search_staff_new": (
        "AFTER INSERT ON people WHEN new.kind = 'staff'",
        _put("search_staff", "new.id, new.name"),
    ),
    "search_staff_renamed": (
        "AFTER UPDATE OF name ON people WHEN new.kind = 'staff' AND old.name <> new.name",
        _taken("search_staff", "old.id, old.name"),
        _put("search_staff", "new.id, new.name"),
    ),
    "search_staff_gone": (
        "AFTER DELETE ON people WHEN old.kind = 'staff'",
        _taken("search_staff", "old.id, old.name"),
    ),
    "search_client_new": (
        "AFTER INSERT ON clients",
        _put_again("search_clients", "= new.person_id"),
    ),
    "search_client_changed": (
        "AFTER UPDATE OF email_key, phone_number ON clients"
        " WHEN old.email_key IS NOT new.email_key OR old.phone_number IS NOT new.phone_number",
        _taken("search_clients", _OLD_CLIENT),
        _put_again("search_clients", "= new.person_id"),
    ),
    "search_client_renamed": (
        "AFTER UPDATE OF name ON people WHEN new.kind = 'client' AND old.name <> new.name",
        _taken("search_clients", "old.id, old.name WHERE EXISTS (SELECT 1 FROM clients WHERE person_id = old.id)"),
        _put_again("search_clients", "= new.id"),
        _taken("search_threads", f"thread_id, old.name FROM {_OF_PERSON}"),
        _put_again("search_threads", f"IN {_OF_PERSON}"),
    ),
    "search_client_gone": (
        "AFTER DELETE ON clients",
        _taken("search_clients", _OLD_CLIENT),
    ),
}


def _sqlite() -> None:
    # Only which words a thread has: neither where they stand in it, nor how often, nor the text once more.
    bare = "content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 2'"
    for table, prefixes in (
        ("search_threads", "1 2 3 4 5 6"),
        ("search_clients", "1 2 3 4 5 6 7"),
        ("search_staff", "1 2"),
    ):
        _say(f"CREATE VIRTUAL TABLE {table} USING fts5(words, {bare}, prefix='{prefixes}')")
    _say("CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab('search_threads', 'row')")
    for table, words in WORDS_OF.items():
        _say(f"CREATE VIEW {table}_words AS {words}")
        _say(_put(table, f"id, words FROM {table}_words"))
    for name, (when, *what) in TRIGGERS.items():
        _say(f"CREATE TRIGGER {name} {when} BEGIN {' '.join(what)} END")


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


# What is a letter, a digit or a mark for SQLite's tokenizer, as far as a search asks the index for it.
LETTERS = (
    r"0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u0300-\u0374\u0376-\u037d\u037f-\u0386"
    r"\u0388-\u0481\u0483-\u0559\u0561-\u0588\u05d0-\u05f2\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06fc"
    r"\u0700-\u1fff\u2c00-\u2dff\u3005-\u3007\u3021-\ud7ff\ue000-\ufaff\ufe70-\ufefc"
)

# Accents go from Latin letters alone, as SQLite does it; then letters are put together again (Hangul is taken apart).
FOLD = r"""
    CREATE FUNCTION search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT normalize(regexp_replace(
            normalize(replace(lower(words COLLATE "{collation}"), 'ς', 'σ'), NFD),
            '([a-z])[\u0300-\u036f]+', '\1', 'g'), NFC)
    $$"""

WORDS = f"""
    CREATE FUNCTION search_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_to_tsvector(coalesce(array_agg(DISTINCT left(word, 200)), '{{}}'))
        FROM regexp_split_to_table(search_fold(coalesce(words, '')), '[^{LETTERS}]+') AS word WHERE word <> ''
    $$"""

NAMED = """
    CREATE FUNCTION search_person(person bigint) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT CASE kind WHEN 'staff' THEN chr(57344) || id ELSE name END FROM people WHERE id = person
    $$"""

OF_THREAD = """
    CREATE FUNCTION search_thread(thread bigint) RETURNS tsvector LANGUAGE sql VOLATILE AS $$
        SELECT search_words(concat_ws(' ', subject,
            (SELECT string_agg(search_person(person_id), ' ') FROM participants WHERE thread_id = thread),
            (SELECT string_agg(body || ' ' || search_person(author_id), ' ') FROM messages
             WHERE thread_id = thread AND deleted_at IS NULL)))
        FROM threads WHERE id = thread
    $$"""

OF_CLIENT = f"""
    CREATE FUNCTION search_client(client bigint) RETURNS tsvector LANGUAGE sql VOLATILE AS $$
        SELECT search_words(p.name || ' ' || coalesce(c.email_key, '') || ' ' || {NUMBER})
        FROM clients AS c JOIN people AS p ON p.id = c.person_id WHERE c.person_id = client
    $$"""

ADD = """
    CREATE FUNCTION search_add(thread bigint, words text) RETURNS void LANGUAGE sql AS $$
        INSERT INTO search_threads AS s (id, words) VALUES (thread, search_words(words))
        ON CONFLICT (id) DO UPDATE SET words = s.words || EXCLUDED.words
    $$"""

# The row first: whoever adds to it meanwhile is waited for, and seen by the statement after.
REWRITE = """
    CREATE FUNCTION search_rewrite(thread bigint) RETURNS void LANGUAGE sql AS $$
        SELECT 1 FROM search_threads WHERE id = thread FOR UPDATE;
        UPDATE search_threads SET words = search_thread(thread) WHERE id = thread
    $$"""

CHANGES = {
    "search_thread_begun": (
        "AFTER INSERT ON threads FOR EACH ROW WHEN (NEW.subject IS NOT NULL)",
        "PERFORM search_add(NEW.id, NEW.subject);",
    ),
    "search_thread_renamed": (
        "AFTER UPDATE OF subject ON threads FOR EACH ROW WHEN (OLD.subject IS DISTINCT FROM NEW.subject)",
        "PERFORM search_add(NEW.id, ''); PERFORM search_rewrite(NEW.id);",
    ),
    "search_thread_gone": (
        "AFTER DELETE ON threads FOR EACH ROW",
        "DELETE FROM search_threads WHERE id = OLD.id;",
    ),
    "search_participant_added": (
        "AFTER INSERT ON participants FOR EACH ROW",
        "PERFORM search_add(NEW.thread_id, search_person(NEW.person_id));",
    ),
    "search_participant_gone": (
        "AFTER DELETE ON participants FOR EACH ROW",
        "PERFORM search_rewrite(OLD.thread_id);",
    ),
    "search_message_written": (
        "AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.deleted_at IS NULL)",
        "PERFORM search_add(NEW.thread_id, NEW.body || ' ' || search_person(NEW.author_id));",
    ),
    "search_message_changed": (
        "AFTER UPDATE OF body, deleted_at ON messages FOR EACH ROW",
        "PERFORM search_rewrite(NEW.thread_id);",
    ),
    "search_message_gone": (
        "AFTER DELETE ON messages FOR EACH ROW",
        "PERFORM search_rewrite(OLD.thread_id);",
    ),
    "search_staff_new": (
        "AFTER INSERT ON people FOR EACH ROW WHEN (NEW.kind = 'staff')",
        "INSERT INTO search_staff VALUES (NEW.id, search_words(NEW.name));",
    ),
    "search_staff_renamed": (
        "AFTER UPDATE OF name ON people FOR EACH ROW WHEN (NEW.kind = 'staff' AND OLD.name <> NEW.name)",
        "UPDATE search_staff SET words = search_words(NEW.name) WHERE id = NEW.id;",
    ),
    "search_staff_gone": (
        "AFTER DELETE ON people FOR EACH ROW WHEN (OLD.kind = 'staff')",
        "DELETE FROM search_staff WHERE id = OLD.id;",
    ),
    "search_client_new": (
        "AFTER INSERT ON clients FOR EACH ROW",
        "INSERT INTO search_clients VALUES (NEW.person_id, search_client(NEW.person_id));",
    ),
    "search_client_changed": (
        "AFTER UPDATE OF email_key, phone_number ON clients FOR EACH ROW WHEN"
        " (OLD.email_key IS DISTINCT FROM NEW.email_key OR OLD.phone_number IS DISTINCT FROM NEW.phone_number)",
        "UPDATE search_clients SET words = search_client(NEW.person_id) WHERE id = NEW.person_id;",
    ),
    "search_client_renamed": (
        "AFTER UPDATE OF name ON people FOR EACH ROW WHEN (NEW.kind = 'client' AND OLD.name <> NEW.name)",
        "UPDATE search_clients SET words = search_client(NEW.id) WHERE id = NEW.id;"
        f" PERFORM search_rewrite(thread_id) FROM (SELECT * FROM {_OF_PERSON.replace('new.', 'NEW.')} AS o"
        " ORDER BY thread_id) AS o;",
    ),
    "search_client_gone": (
        "AFTER DELETE ON clients FOR EACH ROW",
        "DELETE FROM search_clients WHERE id = OLD.person_id;",
    ),
}


def _postgresql() -> None:
    # Named, else it would be that of what is folded: the keys of addresses are C's, which knows no letters but English.
    there = set(op.get_bind().scalars(sa.text("SELECT collname FROM pg_collation")))
    collation = next(name for name in ("und-x-icu", "pg_c_utf8", "default") if name in {*there, "default"})
    for function in (FOLD.replace("{collation}", collation), WORDS, NAMED, OF_THREAD, OF_CLIENT):
        _say(function)
    for table, words in (
        ("search_threads", "SELECT id, search_thread(id) FROM threads"),
        ("search_clients", "SELECT person_id, search_client(person_id) FROM clients"),
        ("search_staff", "SELECT id, search_words(name) FROM people WHERE kind = 'staff'"),
    ):
        _say(f"CREATE TABLE {table} (id bigint PRIMARY KEY, words tsvector NOT NULL)")
        _say(f"INSERT INTO {table} {words}")
        _say(f"CREATE INDEX ix_{table}_words ON {table} USING gin (words)")
    _say(ADD)
    _say(REWRITE)
    for name, (when, what) in CHANGES.items():
        _say(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what} RETURN NULL; END $$")
        _say(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")


def _say(statement: str) -> None:
    """As it is: colons in it are no parameters."""
    op.get_bind().exec_driver_sql(statement)
