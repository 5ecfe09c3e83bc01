"""Functions that policies ask: who is signed in, and what is theirs.

Each belongs to the owner of the tables and reads them past all walls (SECURITY DEFINER), finds names nowhere but in the
store's own schema, and tells the login what it may know of itself. In a policy it stands as `(SELECT ...)`, so that it
is asked once a statement, not once a row. SET ROLE changes nothing: it is the role of the sign-in that counts.
"""

from __future__ import annotations

from msgcenter_tui.domain import LoginKind

PERSON = {
    "person": "SELECT person_id FROM logins WHERE role = session_user",
    "staff": "SELECT person_id FROM logins WHERE role = session_user AND kind = 'staff'",
    "client": "SELECT person_id FROM logins WHERE role = session_user AND kind = 'portal'",
}
"""Functions without a parameter, of one number: who is signed in."""

KIND = "SELECT kind FROM logins WHERE role = session_user"

WORKSPACES = "SELECT array(SELECT workspace_id FROM members WHERE person_id = (SELECT msgcenter_walls.staff()))"
"""Where a member of staff is a member, their personal workspace among them."""

ADMINISTERS = "SELECT EXISTS (SELECT FROM staff WHERE person_id = (SELECT msgcenter_walls.staff()) AND administrator)"

NOTIFIES = "SELECT EXISTS (SELECT FROM logins WHERE role = session_user AND kind = 'notifier')"

KNOWS = """
    SELECT EXISTS (SELECT FROM client_history
                   WHERE client_id = $1 AND workspace_id = ANY ((SELECT msgcenter_walls.workspaces())::bigint[]))
        OR (SELECT msgcenter_walls.staff()) IS NOT NULL AND NOT EXISTS (SELECT FROM clients WHERE person_id = $1)"""
"""Whether a member of staff meets this client in what is theirs: who wrote there was a client there once.

Or whether it is nobody's client yet: the one whom they are about to add.
"""

DRAFTED = """
    SELECT EXISTS (SELECT FROM drafts WHERE thread_id = $1 AND person_id = msgcenter_walls.person())"""
"""Whether one has begun to write there: a second draft may stand beside the first, whatever one sees by now (M4)."""

TEAM_NAMED = """
    SELECT id FROM workspaces WHERE name_key = $1 AND (SELECT msgcenter_walls.staff()) IS NOT NULL"""
"""Whose a team's name is already (S5's like): a number, which opens nothing."""

# -- what is a client's -----------------------------------------------------------------------------------------------

HOME = "SELECT workspace_id FROM clients WHERE person_id = (SELECT msgcenter_walls.client())"

ENTERS = "SELECT workspace_id FROM clients WHERE person_id = (SELECT msgcenter_walls.client()) AND portal"
"""The same while their portal is enabled (P2)."""

LISTENS = """
    SELECT EXISTS (SELECT FROM clients
                   WHERE person_id = (SELECT msgcenter_walls.client()) AND portal AND status IN ('active', 'lead'))"""
"""Whether All Clients broadcasts are shown to them (V1)."""

DIRECT = """
    SELECT array(SELECT p.thread_id FROM participants AS p WHERE p.person_id = (SELECT msgcenter_walls.client()))"""
"""The direct threads that they are in, also of workspaces that they have left (V8)."""

REACHES = """
    SELECT EXISTS (SELECT FROM members WHERE person_id = $1 AND workspace_id = (SELECT msgcenter_walls.home())
        AND (role = 'owner' OR EXISTS (
            SELECT FROM assignments WHERE client_id = (SELECT msgcenter_walls.client()) AND staff_id = $1)))"""
"""Whether a client may write to this member of staff (A4)."""

MEETS = """
    SELECT EXISTS (SELECT FROM participants AS mine JOIN participants AS p ON p.thread_id = mine.thread_id
                   WHERE mine.person_id = (SELECT msgcenter_walls.client()) AND p.person_id = $1)
        OR msgcenter_walls.reaches($1)
        OR (SELECT msgcenter_walls.listens()) AND CASE (SELECT kind FROM people WHERE id = $1)
            -- Of staff, who write thousands of direct messages, it is asked by broadcast; of clients by author.
            WHEN 'staff' THEN EXISTS (
                SELECT FROM (SELECT id FROM threads WHERE workspace_id = (SELECT msgcenter_walls.enters())
                             AND kind = 'all-clients' AND state = 'live' OFFSET 0) AS t,
                LATERAL (SELECT 1 FROM messages WHERE thread_id = t.id AND author_id = $1 LIMIT 1) AS m)
            ELSE EXISTS (
                SELECT FROM messages AS m JOIN threads AS t ON t.id = m.thread_id
                WHERE m.author_id = $1 AND t.workspace_id = (SELECT msgcenter_walls.enters())
                AND t.kind = 'all-clients' AND t.state = 'live') END"""
"""Whether a client meets this person: in a direct thread of theirs, as one they may write to, in a broadcast (V7)."""

SEES = """
    SELECT EXISTS (SELECT FROM threads WHERE id = $1 AND state = 'live'
        AND workspace_id = (SELECT msgcenter_walls.enters())
        AND (kind = 'all-clients' AND (SELECT msgcenter_walls.listens())
             OR kind = 'direct' AND id = ANY ((SELECT msgcenter_walls.direct())::bigint[])))"""
"""Whether a client sees this thread, as portal.SEEN has it of all."""

CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
"""The store's clock, in microseconds: a portal does not say what time it is."""

# -- searching --------------------------------------------------------------------------------------------------------

# Policies on what is searched would have every row looked at: a condition that could tell what it is asked about may
# not stand before them, and that of an index of words could. So a search asks a function, which does both.
FOUND = {
    "search_threads": """
        SELECT s.id FROM search_threads AS s JOIN threads AS t ON t.id = s.id
        WHERE s.words @@ $1 AND (t.workspace_id = ANY ((SELECT msgcenter_walls.workspaces())::bigint[])
            OR t.workspace_id = (SELECT msgcenter_walls.enters()) AND t.state = 'live'
                AND (t.kind = 'all-clients' AND (SELECT msgcenter_walls.listens())
                     OR t.kind = 'direct' AND t.id = ANY ((SELECT msgcenter_walls.direct())::bigint[])))""",
    "search_clients": """
        SELECT s.id FROM search_clients AS s JOIN clients AS c ON c.person_id = s.id
        WHERE s.words @@ $1 AND c.workspace_id = ANY ((SELECT msgcenter_walls.workspaces())::bigint[])""",
    "search_staff": """
        SELECT s.id FROM search_staff AS s
        WHERE s.words @@ $1 AND ((SELECT msgcenter_walls.staff()) IS NOT NULL OR msgcenter_walls.meets(s.id))""",
}
"""For each index of words: the rows found among those that the login sees."""

BOTH, STAFF, CLIENT = (
    (LoginKind.STAFF, LoginKind.PORTAL),
    (LoginKind.STAFF,),
    (LoginKind.PORTAL,),
)

ASKED: tuple[tuple[str, str, str, tuple[LoginKind, ...]], ...] = (
    *((f"{name}()", "bigint", body, tuple(LoginKind)) for name, body in PERSON.items()),
    ("kind()", "text", KIND, tuple(LoginKind)),
    ("notifies()", "boolean", NOTIFIES, (LoginKind.NOTIFIER,)),
    ("workspaces()", "bigint[]", WORKSPACES, STAFF),
    ("administers()", "boolean", ADMINISTERS, STAFF),
    ("knows(bigint)", "boolean", KNOWS, STAFF),
    ("drafted(bigint)", "boolean", DRAFTED, BOTH),
    ("team_named(text)", "bigint", TEAM_NAMED, STAFF),
    ("home()", "bigint", HOME, CLIENT),
    ("enters()", "bigint", ENTERS, CLIENT),
    ("listens()", "boolean", LISTENS, CLIENT),
    ("direct()", "bigint[]", DIRECT, CLIENT),
    ("reaches(bigint)", "boolean", REACHES, CLIENT),
    ("meets(bigint)", "boolean", MEETS, CLIENT),
    ("sees(bigint)", "boolean", SEES, ()),
    ("clock()", "bigint", CLOCK, ()),
)
"""What is called how, gives what, and is asked by which kinds of logins; none: by gates only."""
