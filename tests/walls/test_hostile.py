"""Whoever has a login of the server and says to it what they like reads nothing that is not theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conftest import MONDAY, Clock
from tests.walls.conftest import Walled, url_of
from tests.walls.hostile import OF_THE_TEAM, SECRETS, Hostile, Secrets, fill
from tests.world import World

from msgcenter_tui.domain import LoginKind

TABLES = (
    "clients", "people", "threads", "messages", "versions", "participants", "reads", "drafts", "templates",
    "template_uses", "deliveries", "gaps", "runs", "audit", "members", "staff", "logins", "marks", "client_history",
    "assignments", "workspaces", "search_threads", "search_clients", "search_staff", "meta", "notifiers", "channels",
)  # fmt: skip

LEAK = """CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
    'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END' ;; """

READS = {
    **{f"all of {name}": f"SELECT * FROM {name}" for name in TABLES},
    **{f"all of {name} itself": f"SELECT * FROM public.{name}" for name in ("clients", "members", "staff", "meta")},
    "a note": "SELECT note FROM public.clients",
    "a status": "SELECT status FROM public.clients WHERE person_id = {ana}",
    "a row by its key": "SELECT * FROM messages WHERE id = {said}",
    "a thread by its key": "SELECT * FROM threads WHERE id = {private}",
    "a row by its place": "SELECT * FROM messages WHERE ctid = ANY (ARRAY['(0,1)', '(0,2)', '(0,3)']::tid[])",
    "a sample": "SELECT * FROM messages TABLESAMPLE SYSTEM (100)",
    "a join": "SELECT * FROM messages AS m JOIN people AS p ON p.id = m.author_id JOIN threads AS t ON true",
    "an outer join": "SELECT * FROM participants AS a RIGHT JOIN people AS p ON p.id = a.person_id",
    "words of the index": "SELECT unnest(tsvector_to_array(words)) FROM search_threads",
    "statistics of words": "SELECT * FROM ts_stat('SELECT words FROM public.search_threads')",
    "a view of one's own": "CREATE TEMP VIEW v AS SELECT * FROM public.messages ;; SELECT * FROM v",
    "a rule of one's own": "CREATE TEMP TABLE t (x text) ;; CREATE RULE r AS ON INSERT TO t DO ALSO"
    " SELECT note FROM public.clients ;; INSERT INTO t VALUES ('') ",
    "what the planner knows": "SELECT tablename, most_common_vals::text, histogram_bounds::text FROM pg_stats",
    "what the planner keeps": "SELECT * FROM pg_statistic",
    "what the planner guesses": "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'",
    "another group": "SET ROLE msgcenter_staff ;; SELECT * FROM clients",
    "the owner": "SET ROLE practice_owner ;; SELECT * FROM clients",
    "another sign-in": "SET SESSION AUTHORIZATION practice_staff_0 ;; SELECT * FROM clients",
    "a role by a setting": "SELECT set_config('role', 'practice_staff_0', false) ;; SELECT * FROM public.clients",
    "a sign-in by a setting": "SELECT set_config('session_authorization', 'practice_owner', false)"
    " ;; SELECT * FROM public.clients",
    "its own group": "SET ROLE msgcenter_portal ;; SELECT * FROM messages ;; SELECT * FROM people",
    "no row security": "SET row_security = off ;; SELECT * FROM messages",
    "no policies": "ALTER TABLE public.messages DISABLE ROW LEVEL SECURITY ;; SELECT * FROM messages",
    "a policy of one's own": "CREATE POLICY mine ON public.messages USING (true) ;; SELECT * FROM messages",
    "a function that tells": LEAK + "SELECT 1 FROM messages WHERE pg_temp.leak(body)",
    "a function that tells, in a view": LEAK + "SELECT 1 FROM clients WHERE pg_temp.leak(note)",
    "a function that tells names": LEAK + "SELECT 1 FROM people WHERE pg_temp.leak(name)",
    "an operator that tells": LEAK.replace("(text)", "(text, text)")
    + "CREATE OPERATOR pg_temp.<<< (PROCEDURE = pg_temp.leak, LEFTARG = text, RIGHTARG = text)"
    " ;; SELECT 1 FROM messages WHERE body OPERATOR(pg_temp.<<<) ''",
    "a cast that complains": "SELECT 1 FROM messages WHERE body::integer = 1",
    "a division that complains": "SELECT 1 FROM people WHERE 1 / (CASE WHEN name LIKE 'Z%' THEN 0 ELSE 1 END) = 1",
    "a copy": "COPY public.messages TO STDOUT",
    "a copy of a query": "COPY (SELECT * FROM messages, people) TO STDOUT",
    "a copy to a program": "COPY public.clients TO PROGRAM 'cat'",
    "a copy from a file": "CREATE TEMP TABLE f (line text) ;; COPY f FROM '/etc/passwd'",
    "a cursor": "DECLARE c SCROLL CURSOR FOR SELECT * FROM messages ;; FETCH ALL FROM c ;; FETCH BACKWARD ALL FROM c",
    "a prepared statement": "PREPARE p AS SELECT * FROM public.deliveries ;; EXECUTE p",
    "a plan": "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM messages WHERE body LIKE '%e%'",
    "a plan of a join": "EXPLAIN (VERBOSE) SELECT * FROM people AS p JOIN messages AS m ON m.author_id = p.id",
    "XML of a table": "SELECT table_to_xml('public.clients', true, true, '')",
    "XML of a query": "SELECT query_to_xml('SELECT * FROM public.people', true, true, '')",
    "a block": "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM public.messages"
    " LOOP RAISE NOTICE '%', r; END LOOP; END $$",
    "a key that is taken": "INSERT INTO reads (thread_id, person_id, up_to) VALUES ({private}, {zelda}, 1)",
    "a key that points there": "INSERT INTO drafts (person_id, thread_id, at) VALUES ({ana}, {private}, 0)",
    "a name that is taken": "INSERT INTO people (id, kind, name, name_key, created_at)"
    " VALUES ({zelda}, 'client', '', '', 0)",
    "what a change returns": "UPDATE threads SET last_number = last_number RETURNING *",
    "what a change of a message returns": "UPDATE messages SET body = body RETURNING *",
    "what a deletion returns": "DELETE FROM participants RETURNING *",
    "what a merge returns": "MERGE INTO reads AS r USING messages AS m ON r.thread_id = m.thread_id"
    " WHEN MATCHED THEN UPDATE SET at = 0",
    "a lock": "SELECT * FROM threads FOR UPDATE",
    "a lock of a table": "LOCK TABLE public.clients IN ACCESS SHARE MODE",
    "a number that was given": "SELECT last_value FROM public.messages_id_seq",
    "numbers that were given": "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL",
    "the next number": "SELECT nextval('public.messages_id_seq')",
    "whatever is told": "LISTEN msgcenter ;; SELECT * FROM pg_listening_channels()",
    "large objects": "SELECT * FROM pg_largeobject",
    "a file": "SELECT pg_read_file('pg_hba.conf')",
    "a folder": "SELECT pg_ls_dir('.')",
    "columns": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema LIKE 'public'",
    "how views are made": "SELECT view_definition FROM information_schema.views",
    "what others say": "SELECT query FROM pg_stat_activity WHERE usename <> current_user",
    "passwords": "SELECT * FROM pg_authid",
    "a table in front": "CREATE TEMP TABLE members (workspace_id bigint, person_id bigint, role text)"
    " ;; CREATE TEMP TABLE logins AS SELECT current_user::text AS role, 'staff' AS kind, {maya}::bigint AS person_id"
    " ;; SET search_path = pg_temp, public ;; SELECT * FROM public.messages ;; SELECT * FROM public.people",
    "a function in front": "CREATE FUNCTION pg_temp.client() RETURNS bigint LANGUAGE sql AS 'SELECT {zelda}::bigint'"
    " ;; SET search_path = pg_temp, msgcenter_walls, public ;; SELECT * FROM messages",
    "what staff ask": "SELECT msgcenter_walls.workspaces()",
    "whom staff know": "SELECT msgcenter_walls.knows({zelda})",
    "what is asked by gates": "SELECT msgcenter_walls.sees({private})",
    "an audience": "SELECT msgcenter_walls.audience({seen}, 'reply', 'email')",
    "words of clients": "SELECT msgcenter_walls.search_clients('quill:*')",
    "whom one does not meet": "SELECT 'meets ' || {zelda} WHERE msgcenter_walls.meets({zelda})",
    "a thread by an inner gate": "SELECT msgcenter_walls.locked({private})",
    "a message by an inner gate": "SELECT msgcenter_walls.mine({said})",
    "a trigger of the store's": "CREATE TEMP TABLE t (id bigint, thread_id bigint, body text, author_id bigint)"
    " ;; CREATE TRIGGER t AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION public.search_message_written()",
    "another database": "CREATE EXTENSION dblink",
}  # fmt: skip


STAFF_READS = {
    **{f"all of {name}": f"SELECT * FROM {name}" for name in TABLES},
    "a client by id": "SELECT * FROM clients WHERE person_id = {ana}",
    "a name by id": "SELECT name FROM people WHERE id = {ana}",
    "a join": "SELECT * FROM messages AS m JOIN people AS p ON p.id = m.author_id JOIN threads AS t ON true",
    "its own group": "SET ROLE msgcenter_staff ;; SELECT * FROM clients ;; SELECT * FROM messages",
    "a notifier": "SET ROLE msgcenter_notifier ;; SELECT * FROM messages",
    "no row security": "SET row_security = off ;; SELECT * FROM messages",
    "a function that tells": LEAK + "SELECT 1 FROM messages WHERE pg_temp.leak(body)",
    "a function that tells notes": LEAK + "SELECT 1 FROM clients WHERE pg_temp.leak(note)",
    "a cast that complains": "SELECT 1 FROM messages WHERE body::integer = 1",
    "a copy": "COPY messages TO STDOUT ;; COPY clients TO STDOUT",
    "a plan": "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM clients WHERE note LIKE '%e%'",
    "what the planner knows": "SELECT tablename, most_common_vals::text, histogram_bounds::text FROM pg_stats",
    "words of threads": "SELECT 'found ' || id FROM msgcenter_walls.search_threads('elsewherewor:* | private:*') AS id",
    "a membership": "INSERT INTO members (workspace_id, person_id, role, since)"
    " VALUES (4, (SELECT msgcenter_walls.staff()), 'owner', 0) ;; SELECT * FROM clients",
    "an appointment": "UPDATE staff SET administrator = true ;; SELECT * FROM audit",
    "a client taken over": "UPDATE clients SET workspace_id = (SELECT max(id) FROM workspaces) RETURNING *",
    "a thread taken over": "UPDATE threads SET workspace_id = (SELECT max(id) FROM workspaces) RETURNING *",
    "another's login": "INSERT INTO logins VALUES ('practice_staff_5', 'staff', {maya}, 0)",
    "somebody put into a thread": "INSERT INTO participants VALUES ({private}, (SELECT msgcenter_walls.staff()), 0)",
    "a portal's gate": "SELECT msgcenter_walls.post({words}, 'x', 0, 0)",
}

NOT_THEIRS = ("Flores", "flores", "Hello Ana", "We close", *OF_THE_TEAM)
"""Of the other team: clients, texts, templates, drafts, and what was done there. Names of staff are no secret."""

NOTIFIER_READS = {
    "a note": "SELECT note FROM clients",
    "a row of a client": "SELECT clients FROM clients",
    "all of clients": "SELECT * FROM clients",
    "a note by a function": LEAK + "SELECT 1 FROM clients WHERE pg_temp.leak(note)",
    "a note that is returned": "UPDATE clients SET consent = consent RETURNING note",
    "drafts": "SELECT * FROM drafts",
    "templates": "SELECT * FROM templates",
    "the audit": "SELECT * FROM audit",
    "the audit, returned": "INSERT INTO audit (at, act, fields) VALUES (0, 'x', '[]') RETURNING *",
    "histories": "SELECT * FROM client_history",
    "marks": "SELECT * FROM marks",
    "words": "SELECT unnest(tsvector_to_array(words)) FROM search_clients",
    "logins": "SELECT * FROM logins",
    "a copy": "COPY clients TO STDOUT",
    "statistics": "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats"
    " WHERE tablename IN ('clients', 'drafts', 'templates')",
    "staff": "SET ROLE msgcenter_staff ;; SELECT * FROM drafts",
}
NOT_ITS = ("notewithin", "draftword", "templateword", "clients.change", "quillfeather", "practice_")
WRITES = {
    "a text": "UPDATE messages SET body = 'x'",
    "a thread": "UPDATE threads SET last_number = 99",
    "an address": "UPDATE clients SET email = 'x@mail.example'",
    "a message": "INSERT INTO messages (thread_id, number, author_id, run_kind, at, body)"
    " VALUES (1, 99, 1, 'other', 0, 'x')",
    "somebody's record": "INSERT INTO audit (at, who_id, act, fields) VALUES (0, {maya}, 'x', '[]')",
    "somebody's record, through the gate": """SELECT msgcenter_walls.note('[[{maya}, "x", "", []]]')""",
    "a record with words": """SELECT msgcenter_walls.note('[[null, "x", "", ["Some words"]]]')""",
    "a record with nothing in it": """SELECT msgcenter_walls.note('[[null, "x", "", [null]]]')""",
    "a record that hides behind a good one": """
        SELECT msgcenter_walls.note('[[null, "x", "", []], [{maya}, "x", "", []]]')""",
    "the end of the log": "UPDATE audit_head SET number = 0",
    "a role": "UPDATE members SET role = 'owner'",
}


@pytest.fixture(scope="module")
def secrets(walled_store: Walled) -> Secrets:
    walled_store.begin(Clock(MONDAY))
    made = fill(World(walled_store, walled_store.clock))  # type: ignore[arg-type]
    with walled_store.owner.write() as tx:
        tx.conn.exec_driver_sql("ANALYZE")
    return made


@pytest.fixture(scope="module")
def portal(secrets: Secrets, walled_store: Walled) -> Iterator[Hostile]:
    """A client's login."""
    store = walled_store.login(secrets.ana.id, LoginKind.PORTAL)
    assert store.login is not None
    hostile = Hostile(url_of(walled_store.url, store.login.role))
    yield hostile
    hostile.close()


@pytest.fixture(scope="module")
def elsewhere(secrets: Secrets, walled_store: Walled) -> Iterator[Hostile]:
    """The login of a member of staff who is in another team."""
    store = walled_store.login(secrets.other.id, LoginKind.STAFF)
    assert store.login is not None
    hostile = Hostile(url_of(walled_store.url, store.login.role))
    yield hostile
    hostile.close()


@pytest.fixture(scope="module")
def notifier(secrets: Secrets, walled_store: Walled) -> Iterator[Hostile]:
    store = walled_store.login(None, LoginKind.NOTIFIER)
    assert store.login is not None
    hostile = Hostile(url_of(walled_store.url, store.login.role))
    yield hostile
    hostile.close()


@pytest.mark.parametrize("what", READS)
def test_a_portals_connection_reads_nothing_that_is_not_its_own(
    what: str, portal: Hostile, secrets: Secrets
) -> None:  # V5, P1
    script = READS[what]
    heard = portal.hears(script, **(secrets.ids() if "{" in script else {}))
    assert [secret for secret in SECRETS if secret in heard] == []


def test_there_are_more_than_forty_ways_to_try_and_the_secrets_are_there(
    secrets: Secrets, walled_store: Walled
) -> None:
    assert len(READS) > 40
    owner = Hostile(walled_store.url)
    heard = "".join(owner.hears(f"SELECT * FROM public.{name}") for name in TABLES)
    owner.close()
    assert [secret for secret in SECRETS if secret not in heard] == []


@pytest.mark.parametrize("what", STAFF_READS)
def test_a_member_of_staff_reads_nothing_of_a_team_that_is_not_theirs(
    what: str, elsewhere: Hostile, secrets: Secrets
) -> None:  # V9, S4
    script = STAFF_READS[what]
    heard = elsewhere.hears(script, **(secrets.ids() if "{" in script else {}))
    assert [secret for secret in NOT_THEIRS if secret in heard] == []


def test_what_is_theirs_a_member_of_staff_reads(elsewhere: Hostile) -> None:
    assert "Yorick" in elsewhere.hears("SELECT name FROM people")
    assert "elsewherenote" in elsewhere.hears("SELECT note FROM clients")
    assert elsewhere.hears(STAFF_READS["words of threads"]).count("found") == 1


@pytest.mark.parametrize("what", NOTIFIER_READS)
def test_a_notifier_reads_no_more_than_it_needs(what: str, notifier: Hostile) -> None:
    heard = notifier.hears(NOTIFIER_READS[what])
    assert [secret for secret in NOT_ITS if secret in heard] == []


@pytest.mark.parametrize("what", WRITES)
def test_a_notifier_changes_nothing_but_where_deliveries_stand(what: str, notifier: Hostile, secrets: Secrets) -> None:
    script = WRITES[what]
    heard = notifier.hears(script, **(secrets.ids() if "{" in script else {}))
    assert "permission denied" in heard or "row-level security" in heard or "no record can be so" in heard


@pytest.mark.parametrize(
    "gate",
    [
        "post({private}, 'x', 0, 0)", "post({seen}, 'x', 0, 0)", "post({words}, ' ', 0, 0)", "rewrite({said}, 'x')",
        "remove({said})", "take_back({said})", "put({private}, {ana})", "put({words}, {wanda})",
        "begin({wanda}, NULL)", "begin({zelda}, NULL)", "begin({maya}, repeat('x', 201))", "post(99, 'x', 0, 0)",
    ],
)  # fmt: skip
def test_no_gate_opens_for_what_is_not_theirs_or_what_the_rules_forbid(
    gate: str, portal: Hostile, secrets: Secrets
) -> None:  # L1, A4, M2, M3
    heard = portal.hears(f"SELECT msgcenter_walls.{gate}", **secrets.ids())
    assert heard.startswith(("there is no such", "replies are off", "no message", "no thread", "nobody can"))


def test_a_portal_sees_itself_as_current_or_not_and_no_more_of_a_status(portal: Hostile, secrets: Secrets) -> None:
    # V5
    assert portal.hears("SELECT person_id, status, note FROM clients") == repr((secrets.ids()["ana"], "active", ""))
