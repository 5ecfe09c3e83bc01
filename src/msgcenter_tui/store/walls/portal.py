"""The wall around a portal's login: what its client would see, as P1 has it, and their own drafts and read marks.

It only reads; what a client writes goes through gates. Of tables with columns that are none of a client's business
(V5: a status, a note, somebody's place in the practice) there is a view of the same name, in a schema that is looked in
first; the tables themselves it cannot read.
"""

from __future__ import annotations

from msgcenter_tui.store.walls.plan import OF_THREAD, Access, Plan, Policy, own_drafts, rows

ME = "(SELECT msgcenter_walls.client())"

# store/visibility.py, visible_to_client: the same rule over live threads, its facts asked once a statement.
SEEN = """state = 'live' AND workspace_id = (SELECT msgcenter_walls.enters()) AND (
    kind = 'all-clients' AND (SELECT msgcenter_walls.listens())
    OR kind = 'direct' AND id = ANY ((SELECT msgcenter_walls.direct())::bigint[]))"""

PLAN: Plan = {
    "people": rows("SELECT", f"id = {ME} OR msgcenter_walls.meets(id)"),
    "workspaces": rows("SELECT", "id = (SELECT msgcenter_walls.home())"),
    # A row is locked by whoever may change one of its columns; that it stays as it is, the policy says.
    "threads": Access("SELECT, UPDATE (last_at)", (Policy("SELECT", SEEN), Policy("UPDATE", SEEN, "false"))),
    "participants": rows("SELECT", OF_THREAD),
    "messages": rows("SELECT", OF_THREAD),
    "reads": Access(
        "SELECT, INSERT, UPDATE",
        (
            Policy("SELECT", f"person_id = {ME}"),
            Policy("INSERT", "", f"person_id = {ME} AND {OF_THREAD}"),
            Policy("UPDATE", f"person_id = {ME}", f"person_id = {ME} AND {OF_THREAD}"),
        ),
    ),
    "drafts": Access(
        "SELECT, INSERT, DELETE, UPDATE (version, workspace_id, kind, recipients, subject, body, locked, cursor, at)",
        own_drafts(ME),
    ),
    # When what they wrote leaves (N5), and of nothing else.
    "runs": rows("SELECT", f"""EXISTS (
        SELECT FROM messages AS of WHERE of.thread_id = runs.thread_id AND of.author_id = {ME}
        AND of.number >= runs.first AND (runs.last IS NULL OR of.number <= runs.last))"""),
}  # fmt: skip

VIEWS = {
    "clients": f"""
        SELECT person_id, workspace_id, CASE WHEN status IN ('active', 'lead') THEN 'active' ELSE 'inactive' END
            AS status, portal, email, email_key, email_muted, NULL::text AS email_problem, phone, phone_number,
            consent, ''::text AS note
        FROM clients WHERE person_id = {ME}""",
    "assignments": f"SELECT client_id, staff_id FROM assignments WHERE client_id = {ME}",
    "members": """
        SELECT workspace_id, person_id, CASE role WHEN 'owner' THEN role ELSE 'participant' END AS role,
            0::bigint AS since
        FROM members AS m WHERE workspace_id = (SELECT msgcenter_walls.home()) AND (msgcenter_walls.reaches(person_id)
            OR EXISTS (SELECT FROM threads AS t WHERE t.id = ANY ((SELECT msgcenter_walls.direct())::bigint[])
                       AND t.owner_id = m.person_id))""",
    "staff": """
        SELECT person_id, email, email_key, false AS administrator FROM staff
        WHERE msgcenter_walls.reaches(person_id)""",
    "meta": "SELECT key, value FROM meta WHERE key = 'demonstration'",
    "channels": "SELECT * FROM channels WHERE false",
    "alembic_version": "SELECT version_num FROM alembic_version",
}
"""What a portal finds in the place of a table: to whom the client may write (A4), and of themselves what they know."""
