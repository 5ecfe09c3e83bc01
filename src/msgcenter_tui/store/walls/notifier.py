"""The wall around a notifier: the ledger, what it carries, how its recipients are reached; nobody's notes or drafts."""

from __future__ import annotations

from msgcenter_tui.store.walls.plan import Access, Plan, Policy, rows

NOTIFIES = "(SELECT msgcenter_walls.notifies())"
_LOCKED_ONLY = Policy("UPDATE", NOTIFIES, "false")
"""Rows can be locked, which takes the right to change them, and are not changed."""

_CLIENTS = "person_id, workspace_id, status, portal, email, email_key, email_muted, phone, phone_number, consent"

PLAN: Plan = {
    "people": rows("SELECT", NOTIFIES),
    "staff": rows("SELECT", NOTIFIES),
    "workspaces": rows("SELECT", NOTIFIES),
    "members": rows("SELECT", NOTIFIES),
    "clients": rows(f"SELECT ({_CLIENTS}), UPDATE (consent, email_problem)", NOTIFIES),
    "client_history": rows("INSERT", NOTIFIES),
    "threads": Access(
        "SELECT, UPDATE (last_number)",
        (Policy("SELECT", NOTIFIES), _LOCKED_ONLY),
    ),
    "participants": rows("SELECT", NOTIFIES),
    "messages": rows("SELECT", NOTIFIES),
    "versions": rows("SELECT", NOTIFIES),  # one that is sent again is sent as it was (N14)
    "reads": rows("SELECT", NOTIFIES),
    "runs": rows("SELECT, UPDATE", NOTIFIES),
    "deliveries": rows("SELECT, UPDATE", NOTIFIES),
    "gaps": rows("SELECT", NOTIFIES),
    "channels": rows("SELECT, INSERT, UPDATE, DELETE", NOTIFIES),
    "notifiers": rows("SELECT, INSERT, UPDATE, DELETE", NOTIFIES),
    "paces": rows("SELECT, INSERT, UPDATE", NOTIFIES),
    "meta": rows("SELECT, INSERT, DELETE", NOTIFIES),  # where the store is at home (N13)
}
