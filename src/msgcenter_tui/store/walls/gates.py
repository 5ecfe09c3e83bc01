"""Gates in the wall around a portal: functions that do for a client what the client may do, and what follows from it.

A message of theirs takes the thread's next number, is marked for the staff who see it and enrolled for notification:
work on rows that no portal may see. So the store does it itself, as the owner of the tables (SECURITY DEFINER), after
it has judged anew whether this login may. The laws are those of store/posting.py and store/runs.py; a test plays the
same acts through the gates and through those, and compares what they wrote.
"""

from __future__ import annotations

from sqlalchemy import Dialect, literal_column, select

from msgcenter_tui.domain import Channel, RunKind
from msgcenter_tui.store.tables import threads
from msgcenter_tui.store.visibility import run_audience

KINDS = (RunKind.REPLY, RunKind.OWNER, RunKind.OTHER)
"""What a client's message can be for the ledger."""


def audiences(dialect: Dialect) -> str:
    """The body of the function that gives the people of a thread whom a kind of run concerns on a channel (N9, N10).

    It is made of the expressions by which the center itself enrolls.
    """
    here = select(threads.c.id, threads.c.workspace_id, threads.c.kind).where(threads.c.id == literal_column("$1"))
    parts = []
    for kind in KINDS:
        for channel in Channel:
            people = run_audience(kind, channel, here.subquery()).subquery()
            compiled = select(people.c.person_id).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            asked = f"$2 = '{kind.value}' AND $3 = '{channel.value}'"
            parts.append(f"SELECT person_id FROM ({compiled}) AS of_run WHERE {asked}")
    return " UNION ALL ".join(parts)


# The lock first, then the judgement: what is decided holds until the act is done (L4). What is not seen is not locked.
LOCKED = """
DECLARE one threads;
BEGIN
    IF NOT msgcenter_walls.sees(thread) THEN RAISE 'there is no such thread' USING ERRCODE = '42501'; END IF;
    SELECT * INTO one FROM threads WHERE id = thread FOR UPDATE;
    IF NOT msgcenter_walls.sees(thread) THEN RAISE 'there is no such thread' USING ERRCODE = '42501'; END IF;
    RETURN one;
END"""

WRITABLE = """
DECLARE one threads := msgcenter_walls.locked(thread);
BEGIN
    IF one.locked THEN RAISE 'replies are off' USING ERRCODE = '42501'; END IF;  -- L1: no client owns a thread
    RETURN one;
END"""

MINE = """
DECLARE one messages;
BEGIN
    SELECT * INTO one FROM messages WHERE id = message AND author_id = msgcenter_walls.client();
    IF NOT FOUND THEN RAISE 'there is no such message' USING ERRCODE = '42501'; END IF;
    PERFORM msgcenter_walls.locked(one.thread_id);
    SELECT * INTO one FROM messages WHERE id = message;
    IF NOT FOUND THEN RAISE 'there is no such message' USING ERRCODE = '42501'; END IF;
    RETURN one;
END"""

BEGIN = """
DECLARE
    me bigint := msgcenter_walls.client();
    here bigint := msgcenter_walls.enters();
    now bigint := msgcenter_walls.clock();
    begun bigint;
BEGIN
    -- The owner it will have is removed before it is begun, or behind it.
    PERFORM FROM members WHERE workspace_id = here AND person_id = owner FOR SHARE;
    IF here IS NULL OR NOT msgcenter_walls.reaches(owner)
        OR char_length(subject) > 200 THEN
        RAISE 'no thread can be begun so' USING ERRCODE = '42501';
    END IF;
    INSERT INTO threads (workspace_id, kind, state, subject, locked, owner_id, created_by, created_at, last_at)
    VALUES (here, 'direct', 'live', subject, false, owner, me, now, now) RETURNING id INTO begun;
    INSERT INTO participants (thread_id, person_id, added_at) VALUES (begun, me, now), (begun, owner, now);
    RETURN begun;
END"""

PUT = """
BEGIN
    PERFORM FROM threads WHERE id = thread AND created_by = msgcenter_walls.client() AND last_number = 0;
    IF NOT FOUND OR NOT msgcenter_walls.reaches(person) THEN
        RAISE 'nobody can be put there' USING ERRCODE = '42501';
    END IF;
    INSERT INTO participants (thread_id, person_id, added_at) VALUES (thread, person, msgcenter_walls.clock())
    ON CONFLICT DO NOTHING;
END"""

POST = """
DECLARE
    me bigint := msgcenter_walls.client();
    now bigint := msgcenter_walls.clock();
    one threads := msgcenter_walls.writable(thread);
    kinds text[] := ARRAY['other'];
BEGIN
    IF body ~ '^\\s*$' OR char_length(body) > 20000 THEN
        RAISE 'no message can be so' USING ERRCODE = '42501';
    END IF;
    IF one.kind = 'all-clients' THEN kinds := ARRAY['reply', 'owner']; END IF;
    UPDATE threads SET last_number = last_number + 1, last_at = now WHERE threads.id = thread
    RETURNING last_number INTO number;
    INSERT INTO messages (thread_id, number, author_id, run_kind, at, body)
    VALUES (thread, post.number, me, kinds[1], now, post.body) RETURNING messages.id INTO id;
    INSERT INTO marks (person_id, thread_id, from_number)
    SELECT person_id, thread, post.number FROM (
        SELECT p.person_id FROM participants AS p JOIN staff AS s ON s.person_id = p.person_id
        WHERE p.thread_id = thread
        UNION SELECT m.person_id FROM members AS m
        WHERE m.workspace_id = one.workspace_id AND one.kind <> 'direct') AS staff_there
    ON CONFLICT DO NOTHING;
    LOCK TABLE clients, members IN SHARE MODE;  -- several statements, one moment (N1)
    PERFORM msgcenter_walls.enroll(thread, post.number, kind, channel, least(greatest(quiet, 0), 86400000000),
        least(greatest(gather, 0), 86400000000), now)
    FROM unnest(kinds) AS kind, unnest(ARRAY['email', 'sms']) AS channel;
END"""

ENROLL = """
DECLARE
    me bigint := msgcenter_walls.client();
    run bigint;
    opened bigint;
    begun boolean;
BEGIN
    SELECT id, opened_at INTO run, opened FROM runs AS r WHERE r.thread_id = thread AND r.channel = enroll.channel
    AND r.kind = enroll.kind AND r.closed_at IS NULL;
    begun := NOT FOUND;
    opened := coalesce(opened, now);
    IF begun THEN
        PERFORM FROM msgcenter_walls.audience(thread, kind, channel) AS person WHERE person <> me LIMIT 1;
        IF NOT FOUND THEN RETURN; END IF;
        INSERT INTO runs (thread_id, channel, kind, first, opened_at, leaves_at)
        VALUES (thread, enroll.channel, enroll.kind, number, now, 0) RETURNING id INTO run;
    END IF;
    UPDATE runs AS r SET leaves_at = CASE enroll.kind WHEN 'reply' THEN opened + gather
        ELSE least(now + quiet, opened + 10 * quiet) END WHERE r.id = run;
    IF NOT begun THEN
        INSERT INTO gaps (run_id, person_id, first, last)
        SELECT d.run_id, d.person_id, d.last + 1, number - 1 FROM deliveries AS d
        WHERE d.run_id = run AND d.state IN ('waiting', 'held', 'retrying') AND d.last < number - 1
        AND d.person_id IN (SELECT msgcenter_walls.audience(thread, kind, channel));
        UPDATE deliveries AS d SET last = NULL
        WHERE d.run_id = run AND d.state IN ('waiting', 'held', 'retrying') AND d.last IS NOT NULL
        AND d.person_id IN (SELECT msgcenter_walls.audience(thread, kind, channel));
        UPDATE deliveries AS d SET last = number - 1
        WHERE d.run_id = run AND d.state IN ('waiting', 'held', 'retrying') AND d.last IS NULL
        AND d.person_id NOT IN (SELECT msgcenter_walls.audience(thread, kind, channel));
    END IF;
    INSERT INTO deliveries (run_id, person_id, first, state)
    SELECT run, person, number, 'waiting' FROM msgcenter_walls.audience(thread, kind, channel) AS person
    WHERE person <> me
    AND (begun OR NOT EXISTS (SELECT FROM deliveries AS d WHERE d.run_id = run AND d.person_id = person))
    ORDER BY person;
END"""

KEEP_VERSION = """
    INSERT INTO versions (message_id, version, at, by_id, body, facts)
    SELECT id, version, coalesce(edited_at, at), author_id, body, facts FROM messages WHERE id = $1"""

REWRITE = """
DECLARE one messages := msgcenter_walls.mine(message);
BEGIN
    PERFORM msgcenter_walls.writable(one.thread_id);
    IF one.deleted_at IS NOT NULL OR body ~ '^\\s*$' OR char_length(body) > 20000 THEN
        RAISE 'no message can be changed so' USING ERRCODE = '42501';
    END IF;
    PERFORM msgcenter_walls.keep_version(message);
    UPDATE messages AS m SET body = rewrite.body, version = version + 1, edited_at = msgcenter_walls.clock()
    WHERE m.id = message;
END"""

REMOVE = """
DECLARE one messages := msgcenter_walls.mine(message);
BEGIN
    IF one.deleted_at IS NOT NULL THEN RETURN; END IF;
    PERFORM msgcenter_walls.keep_version(message);
    UPDATE messages AS m SET body = '', facts = NULL, version = version + 1, deleted_at = msgcenter_walls.clock(),
        deleted_by = one.author_id WHERE m.id = message;
    PERFORM msgcenter_walls.cancel_emptied(one.thread_id, 'the message was deleted');
END"""

CANCEL_EMPTIED = """
DECLARE
    run bigint;
    now bigint := msgcenter_walls.clock();
BEGIN
    FOR run IN SELECT r.id FROM runs AS r WHERE r.thread_id = thread AND (r.settled_at IS NULL
        OR EXISTS (SELECT FROM deliveries AS d WHERE d.run_id = r.id AND d.state = 'held')) AND NOT EXISTS (
        SELECT FROM messages AS m WHERE m.thread_id = r.thread_id AND m.number >= r.first
        AND (r.last IS NULL OR m.number <= r.last) AND m.deleted_at IS NULL AND (m.run_kind = r.kind
            OR r.kind = 'catch-up' AND m.run_kind = 'broadcast'
            OR r.kind = 'owner' AND m.run_kind = 'reply'
                AND EXISTS (SELECT FROM people AS p WHERE p.id = m.author_id AND p.kind = 'client')))
    LOOP
        UPDATE deliveries AS d SET state = 'cancelled', reason = cancel_emptied.reason, settled_at = now,
            claimed_by = NULL, next_at = NULL WHERE d.run_id = run AND d.state IN ('waiting', 'held', 'retrying');
        UPDATE runs AS r SET closed_at = now, last = (SELECT last_number FROM threads WHERE id = thread)
        WHERE r.id = run AND r.closed_at IS NULL;
        UPDATE runs AS r SET settled_at = now WHERE r.id = run
        AND NOT EXISTS (SELECT FROM deliveries AS d WHERE d.run_id = run AND d.state = 'sending');
    END LOOP;
END"""

# Runs that carry the message, and whether any delivery of theirs that covers it has left (N14): of one's own message.
_CARRYING = """
    SELECT r.id FROM runs AS r WHERE r.thread_id = one.thread_id AND r.first <= one.number
    AND (r.last IS NULL OR r.last >= one.number)
    AND (r.kind = one.run_kind OR r.kind = 'owner' AND one.run_kind = 'reply')"""

ANYTHING_LEFT = f"""
DECLARE one messages;
BEGIN
    SELECT * INTO one FROM messages AS m WHERE m.thread_id = thread AND m.number = anything_left.number
    AND m.author_id = msgcenter_walls.client();
    RETURN EXISTS (SELECT FROM deliveries AS d WHERE d.run_id IN ({_CARRYING}) AND d.fenced_at IS NOT NULL
        AND d.first <= one.number AND (d.last IS NULL OR d.last >= one.number)
        AND NOT EXISTS (SELECT FROM gaps AS g WHERE g.run_id = d.run_id AND g.person_id = d.person_id
            AND g.first <= one.number AND g.last >= one.number))
        OR EXISTS (SELECT FROM folded AS f WHERE f.run_id IN ({_CARRYING}) AND f.state = 'sent');
END"""

TAKE_BACK = f"""
DECLARE
    one messages := msgcenter_walls.mine(message);
    newest bigint;
BEGIN
    -- What was passing its fence has passed now, and nothing else passes before this ends (N5).
    PERFORM FROM deliveries AS d WHERE d.state IN ('waiting', 'held', 'retrying') AND d.run_id IN ({_CARRYING}
        AND r.closed_at IS NOT NULL AND r.settled_at IS NULL) ORDER BY d.run_id, d.person_id FOR UPDATE;
    IF one.deleted_at IS NOT NULL OR msgcenter_walls.anything_left(one.thread_id, one.number)
        OR one.number < (SELECT max(m.number) FROM messages AS m WHERE m.thread_id = one.thread_id) THEN
        RAISE 'the message cannot be taken back' USING ERRCODE = '42501';
    END IF;
    DELETE FROM versions WHERE message_id = message;
    DELETE FROM messages WHERE id = message;
    SELECT max(at) INTO newest FROM messages AS m WHERE m.thread_id = one.thread_id;
    IF newest IS NULL THEN
        UPDATE threads SET state = 'undone' WHERE id = one.thread_id;
    ELSE
        UPDATE threads SET last_at = newest WHERE id = one.thread_id;
    END IF;
    PERFORM msgcenter_walls.cancel_emptied(one.thread_id, 'taken back before it left');
    RETURN newest IS NOT NULL;
END"""

STAY = "SELECT id FROM people WHERE id = msgcenter_walls.client() FOR KEY SHARE"
"""Nobody erases this client before their act ends."""

# store/chain.py. Whoever is signed in writes of themselves, and at the time that it is; nobody reads the log for it, or
# goes on behind anything but its end. Its strings have no sign that JSON would escape. All records of an act at once:
# each change of the head leaves a version of it behind, which the next one would have to go past.
NOTE = """
DECLARE
    stands audit_head;
    now bigint := msgcenter_walls.clock();
    who bigint; act text; what text; fields text[];
BEGIN
    SELECT * INTO stands FROM audit_head FOR UPDATE;
    IF NOT FOUND THEN
        stands := (SELECT (1, a.number, a.hash)::audit_head FROM audit AS a ORDER BY a.number DESC LIMIT 1);
        INSERT INTO audit_head (id, number, hash) VALUES (1, coalesce(stands.number, 0), coalesce(stands.hash, ''))
        RETURNING * INTO stands;
    END IF;
    number := stands.number;
    hash := stands.hash;
    FOR who, act, what, fields IN
        SELECT r.one ->> 0, r.one ->> 1, r.one ->> 2, ARRAY(SELECT json_array_elements_text(r.one -> 3))
        FROM json_array_elements(records) WITH ORDINALITY AS r (one, place) ORDER BY r.place
    LOOP
        IF who IS NOT NULL AND who IS DISTINCT FROM msgcenter_walls.person() OR msgcenter_walls.kind() IS NULL
            OR act !~ '^[a-z0-9][a-z0-9_.=:-]{0,39}$' OR what !~ '^[a-z]?[a-z0-9.:-]{0,39}$'
            OR EXISTS (SELECT FROM unnest(fields) AS f WHERE f IS NULL OR f !~ '^[a-z0-9][a-z0-9_.=:-]{0,63}$') THEN
            RAISE 'no record can be so' USING ERRCODE = '42501';
        END IF;
        number := number + 1;
        hash := encode(sha256(convert_to(format('["%s",%s,%s,%s,null,"%s","%s",[%s]]', hash, number, now,
            coalesce(who::text, 'null'), act, what,
            (SELECT coalesce(string_agg(format('"%s"', f.one), ',' ORDER BY f.place), '')
             FROM unnest(fields) WITH ORDINALITY AS f (one, place))), 'UTF8')), 'hex');
        INSERT INTO audit (at, who_id, act, what, fields, number, hash)
        VALUES (now, who, act, what, to_json(fields), note.number, note.hash);
    END LOOP;
    UPDATE audit_head AS h SET number = note.number, hash = note.hash;
END"""

NOTED = "SELECT EXISTS (SELECT FROM audit WHERE number = $1 AND hash = $2)"
"""Whether one's record is there: of a commit whose answer was lost (store/doubt.py)."""

INNER: tuple[tuple[str, str, str], ...] = (
    ("locked(thread bigint)", "threads", LOCKED),
    ("writable(thread bigint)", "threads", WRITABLE),
    ("mine(message bigint)", "messages", MINE),
    ("keep_version(message bigint)", "void", KEEP_VERSION),
    ("enroll(thread bigint, number integer, kind text, channel text, quiet bigint, gather bigint, now bigint)",
     "void", ENROLL),
    ("cancel_emptied(thread bigint, reason text)", "void", CANCEL_EMPTIED),
)  # fmt: skip
"""What the gates call, and nobody else."""

OPEN: tuple[tuple[str, str, str], ...] = (
    ("begin(owner bigint, subject text)", "bigint", BEGIN),
    ("put(thread bigint, person bigint)", "void", PUT),
    ("post(thread bigint, body text, quiet bigint, gather bigint, OUT id bigint, OUT number integer)", "record", POST),
    ("rewrite(message bigint, body text)", "void", REWRITE),
    ("remove(message bigint)", "void", REMOVE),
    ("anything_left(thread bigint, number integer)", "boolean", ANYTHING_LEFT),
    ("take_back(message bigint)", "boolean", TAKE_BACK),
    ("stay()", "bigint", STAY),
)
"""The gates: what a portal's login may call."""

OF_ALL: tuple[tuple[str, str, str], ...] = (
    (
        "note(records json, OUT number bigint, OUT hash text)",
        "record",
        NOTE,
    ),
    ("noted(number bigint, hash text)", "boolean", NOTED),
)
"""The gates to the audit log, which no login writes in by itself."""
