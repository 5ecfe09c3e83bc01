"""The wall around a member of staff: what is in the workspaces that they are a member of, and what is their own.

Finer rights (roles, owners, who is in a direct thread of the team) are the center's: this is a second wall, not a
second law. Policies lean on each other: what is said of `threads` holds for all that hangs on a thread, since a
statement within a policy meets the policies of the tables that it asks.
"""

from __future__ import annotations

from msgcenter_tui.store.walls.plan import OF_THREAD, Access, Plan, Policy, hangs_on, own_drafts, rows

ME = "(SELECT msgcenter_walls.staff())"
MINE = "ANY ((SELECT msgcenter_walls.workspaces())::bigint[])"
ADMINISTERS = "(SELECT msgcenter_walls.administers())"
WORKS_HERE = f"{ME} IS NOT NULL"


_OF_CLIENT = hangs_on("clients", "of.person_id = client_id")
_OF_RUN = hangs_on("runs", "of.id = run_id")

# What the portal of then showed is told by the audit (store/past.py): of threads and messages that they see.
_THREAD_OF_RECORD = """CASE
    WHEN act IN ('message.write', 'message.undo') AND fields ->> 0 ~ '^t[0-9]{1,18}$' THEN substr(fields ->> 0, 2)
    WHEN what ~ '^t[0-9]{1,18}$' THEN substr(what, 2) END::bigint"""

PLAN: Plan = {
    "people": Access(
        "SELECT, INSERT, UPDATE",
        (
            Policy("SELECT", f"{WORKS_HERE} AND kind = 'staff' OR {hangs_on('clients', 'of.person_id = people.id')}"
                   " OR msgcenter_walls.knows(id)"),
            Policy("INSERT", "", f"{WORKS_HERE} AND kind = 'client' OR {ADMINISTERS}"),
            Policy("UPDATE", f"id = {ME} OR {ADMINISTERS} OR {hangs_on('clients', 'of.person_id = people.id')}"),
        ),
    ),
    "staff": Access(
        "SELECT, INSERT, UPDATE",
        (Policy("SELECT", WORKS_HERE), Policy("INSERT", "", ADMINISTERS), Policy("UPDATE", ADMINISTERS)),
    ),
    "workspaces": Access(
        "SELECT, INSERT, UPDATE",
        (
            Policy("SELECT", f"id = {MINE} OR {ADMINISTERS}"),
            Policy("INSERT", "", ADMINISTERS),
            Policy("UPDATE", f"id = {MINE}"),
        ),
    ),
    "members": Access(
        "SELECT, INSERT, UPDATE, DELETE",
        (
            Policy("SELECT", f"workspace_id = {MINE} OR person_id = {ME} OR {ADMINISTERS}"),
            Policy("INSERT", "", f"workspace_id = {MINE} OR {ADMINISTERS}"),
            Policy("UPDATE", f"workspace_id = {MINE}"),
            Policy("DELETE", f"workspace_id = {MINE}"),
        ),
    ),
    "clients": rows("SELECT, INSERT, UPDATE", f"workspace_id = {MINE}"),
    "client_history": rows("SELECT, INSERT", _OF_CLIENT, f"{_OF_CLIENT} OR workspace_id = {MINE}"),
    "assignments": rows("SELECT, INSERT, DELETE", _OF_CLIENT),
    "threads": rows("SELECT, INSERT, UPDATE", f"workspace_id = {MINE}"),
    "participants": rows("SELECT, INSERT, DELETE", f"person_id = {ME} OR {OF_THREAD}", OF_THREAD),
    "messages": rows("SELECT, INSERT, UPDATE, DELETE", OF_THREAD),
    "versions": rows("SELECT, INSERT, DELETE", hangs_on("messages", "of.id = message_id")),
    "reads": Access(
        "SELECT, INSERT, UPDATE",
        (
            Policy("SELECT", f"person_id = {ME} OR {OF_THREAD}"),
            Policy("INSERT", "", f"person_id = {ME} AND {OF_THREAD}"),
            Policy("UPDATE", f"person_id = {ME}"),
        ),
    ),
    "marks": rows("SELECT, INSERT, UPDATE, DELETE", f"person_id = {ME} OR {OF_THREAD}", OF_THREAD),
    "drafts": Access(
        "SELECT, INSERT, UPDATE, DELETE",
        own_drafts(ME),
    ),
    "templates": rows("SELECT, INSERT, UPDATE, DELETE", f"person_id = {ME} OR workspace_id = {MINE}"),
    "template_uses": Access(
        "SELECT, INSERT, UPDATE, DELETE",
        (
            Policy("SELECT", f"person_id = {ME} OR {hangs_on('templates', 'of.id = template_id')}"),
            Policy("INSERT", "", f"person_id = {ME} AND {hangs_on('templates', 'of.id = template_id')}"),
            Policy("UPDATE", f"person_id = {ME}"),
            Policy("DELETE", hangs_on("templates", "of.id = template_id")),  # with the template go everybody's
        ),
    ),
    "runs": rows("SELECT, INSERT, UPDATE", OF_THREAD),
    "deliveries": rows("SELECT, INSERT, UPDATE", _OF_RUN),
    "gaps": rows("SELECT, INSERT", _OF_RUN),
    "folded": rows("SELECT", _OF_RUN),
    "channels": rows("SELECT, DELETE", WORKS_HERE),  # an Owner ends a pause
    "notifiers": rows("SELECT", WORKS_HERE),
    "audit": rows("SELECT", f"{ADMINISTERS} OR {hangs_on('threads', f'of.id = {_THREAD_OF_RECORD}')}"),
    "audit_head": rows("SELECT", ADMINISTERS),
    "logins": rows("SELECT", ADMINISTERS),
    "passphrases": Access(
        "SELECT, INSERT, UPDATE, DELETE",
        (
            Policy("SELECT", f"person_id = {ME} OR {ADMINISTERS}"),
            Policy("INSERT", "", f"person_id = {ME}"),
            Policy("UPDATE", f"person_id = {ME}"),
            Policy("DELETE", f"person_id = {ME} OR {ADMINISTERS}"),
        ),
    ),
    "meta": rows("SELECT", WORKS_HERE),
}  # fmt: skip
