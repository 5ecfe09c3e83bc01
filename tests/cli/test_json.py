"""The JSON of every command has the keys that cli.md promises, and says what happened."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.cli.conftest import ANA, MAYA, TEAM, Shell

CLIENT = {
    "id", "name", "email", "phone", "phone_number", "status", "portal", "sms", "note", "email_muted", "email_problem",
    "workspace", "workspace_id",
}  # fmt: skip
ROW = {
    "id", "kind", "workspace", "workspace_id", "subject", "locked", "deleted", "unread", "last_at", "preview", "people",
    "others",
}  # fmt: skip
THREAD = {
    "id", "kind", "workspace", "workspace_id", "subject", "locked", "deleted", "unread", "newest", "people",
    "can_write", "why_not",
}  # fmt: skip
MESSAGE = {"id", "number", "author", "at", "body", "edited", "deleted"}
TEMPLATE = {"id", "name", "shortcut", "subject", "body", "team"}
DRAFT = {"id", "thread", "to", "from", "subject", "body", "locked", "at"}
DELIVERY = {
    "id", "thread", "recipient", "channel", "address", "state", "attempts", "next_at", "settled_at", "why", "messages",
    "subject",
}  # fmt: skip
SENT = {
    "thread", "message", "to", "notified", "portal_only", "unreachable", "first_unreachable", "sms_segments"
}  # fmt: skip
STATUS = {
    "waiting", "due", "sending", "retrying", "unknown", "held", "failed", "reasons", "paused", "next_at"
}  # fmt: skip


def aware(words: str) -> bool:
    return datetime.fromisoformat(words).tzinfo is not None


def test_init_says_where_the_store_is_and_its_schema(empty: Shell) -> None:
    first = empty.ask("init")
    assert first["database"] == empty.database
    assert first["schema"]
    assert empty.ask("init") == first


def test_the_first_member_of_staff_needs_no_actor_and_administers(empty: Shell) -> None:  # S4
    maya = empty.ask("staff", "add", "Maya Ortiz", "--email", MAYA)
    assert maya.keys() == {"id", "name", "email", "administrator"}
    assert maya["administrator"]
    empty.say("staff", "add", "Leo", "--email", "leo@practice.example")
    # Who acts must be unambiguous from now on (S5).
    assert MAYA in empty.fail(1, "staff", "add", "Kim", "--email", "kim@practice.example")
    assert "administrator" in empty.fail(
        1, "--as", "leo@practice.example", "staff", "add", "Kim", "--email", "kim@practice.example"
    )
    appointed = empty.ask("--as", MAYA, "staff", "appoint", "leo@practice.example")
    assert appointed.keys() == maya.keys()
    assert appointed["administrator"]
    assert not empty.ask("--as", "leo@practice.example", "staff", "dismiss", MAYA)["administrator"]
    alone = empty.fail(1, "--as", "leo@practice.example", "staff", "dismiss", "leo@practice.example")
    assert "there is no other" in alone
    listed = empty.ask("--as", MAYA, "staff", "list")
    assert [one["name"] for one in listed["staff"]] == ["Leo", "Maya Ortiz"]
    assert listed["next"] is None


def test_teams_and_their_members(empty: Shell) -> None:
    empty.say("staff", "add", "Maya Ortiz", "--email", MAYA)
    empty.say("staff", "add", "Leo", "--email", "leo@practice.example")
    team = empty.ask("--as", MAYA, "teams", "add", TEAM, "--owner", MAYA)
    assert team.keys() == {"id", "name", "kind", "role", "clients", "current", "members"}
    role = ("--as", MAYA, "teams", "member", TEAM, "leo@practice.example", "--role", "participant")
    assert empty.ask(*role) == {}
    members = empty.ask("--as", MAYA, "teams", "member", TEAM)["members"]
    assert [(one["name"], one["role"]) for one in members] == [("Leo", "participant"), ("Maya Ortiz", "owner")]
    assert [one["name"] for one in empty.ask("--as", MAYA, "teams", "list")["teams"]] == ["personal", TEAM]
    assert empty.ask("--as", MAYA, "teams", "remove", TEAM, "leo@practice.example") == {}
    assert [one["name"] for one in empty.ask("--as", "leo@practice.example", "teams", "list")["teams"]] == ["personal"]


def test_a_client_is_added_changed_and_listed(shell: Shell) -> None:
    added = shell.ask("clients", "add", "Bo", "--in", TEAM)
    assert added.keys() == CLIENT
    assert (added["status"], added["portal"], added["sms"], added["email"]) == ("lead", False, "not-asked", None)
    changed = shell.ask(
        "clients", "set", added["id"], "--email", "bo@mail.example", "--status", "active", "--portal", "on",
        "--phone", "+1 202 555 0143", "--sms", "active", "--how", "said so", "--mute-email", "on", "--name", "Bob",
        "--note", "calls at night", "--move-to", "personal",
    )  # fmt: skip
    assert {key: changed[key] for key in CLIENT - {"id", "workspace_id"}} == {
        "name": "Bob", "email": "bo@mail.example", "phone": "+1 202 555 0143", "status": "active", "portal": True,
        "sms": "active", "note": "calls at night", "phone_number": "+12025550143", "email_muted": True,
        "email_problem": None, "workspace": "Maya Ortiz",
    }  # fmt: skip
    assert [one["name"] for one in shell.ask("clients", "list", "--in", "personal")["clients"]] == ["Bob"]
    assert [one["name"] for one in shell.ask("clients", "list", "--in", TEAM)["clients"]] == ["Ana Flores"]
    assert shell.ask("clients", "list", "--status", "complete") == {"clients": [], "next": None}


def test_lists_come_in_pages(shell: Shell) -> None:
    for name in ("Bo", "Cy", "Di"):
        shell.say("clients", "add", name, "--in", TEAM)
    first = shell.ask("clients", "list", "--limit", "3")
    assert [one["name"] for one in first["clients"]] == ["Ana Flores", "Bo", "Cy"]
    second = shell.ask("clients", "list", "--limit", "3", "--after", first["next"])
    assert [one["name"] for one in second["clients"]] == ["Di"]
    assert second["next"] is None


def test_assignments(shell: Shell) -> None:  # A4
    assert shell.ask("clients", "assign", ANA, MAYA) == {}
    assert shell.ask("clients", "unassign", ANA, MAYA) == {}
    assert "not assigned" in shell.fail(1, "clients", "unassign", ANA, MAYA)


def test_sending_says_who_is_reached(shell: Shell) -> None:
    shell.say("clients", "add", "Nobody Reaches", "--in", TEAM)
    words = ("send", "--to", "all-clients", "--from", TEAM, "--subject", "Holiday", "--body", "We are closed.")
    tried = shell.ask(*words, "--dry-run")
    assert tried.keys() == SENT
    assert (tried["thread"], tried["message"]) == (None, None)
    assert shell.ask("threads")["threads"] == []
    assert "--yes" in shell.fail(1, *words)  # S3
    sent = shell.ask(*words, "--yes")
    assert sent["notified"] == tried["notified"] == {"people": 1, "email": 1, "sms": 0}
    assert (sent["portal_only"], sent["unreachable"]) == (0, 1)
    (unreached,) = sent["first_unreachable"]  # N4
    assert unreached.keys() == {"client", "name", "reason"}
    assert unreached["name"] == "Nobody Reaches"
    (thread,) = shell.ask("threads")["threads"]
    assert thread.keys() == ROW
    assert (thread["id"], thread["kind"], thread["workspace"]) == (sent["thread"], "all-clients", TEAM)
    assert (thread["subject"], thread["locked"], thread["deleted"], thread["unread"]) == ("Holiday", True, False, 0)
    assert thread["preview"] == "We are closed."
    assert aware(thread["last_at"])


def test_a_direct_thread_by_addresses_and_an_answer_from_the_portal(shell: Shell) -> None:
    sent = shell.ask("send", "--to", ANA, "--from", TEAM, "--body", "How are you?")
    (row,) = shell.ask("--as", ANA, "threads", "--unread")["threads"]
    assert (row["subject"], row["unread"]) == (None, 1)
    answered = shell.ask("--as", ANA, "reply", sent["thread"], "--body", "Well")
    assert answered["notified"] is None
    assert shell.ask("unread") == {"threads": 1, "messages": 1}
    shown = shell.ask("show", sent["thread"], "--peek")
    assert shell.ask("unread") == {"threads": 1, "messages": 1}
    assert shown.keys() == {"thread", "messages", "audience", "more_before"}
    assert shown["thread"].keys() == THREAD
    assert [message["body"] for message in shown["messages"]] == ["How are you?", "Well"]
    assert all(message.keys() == MESSAGE and aware(message["at"]) for message in shown["messages"])
    assert shown["messages"][1]["author"] == {"id": row_id(shell), "name": "Ana Flores", "kind": "client"}
    shell.say("show", sent["thread"])  # R2
    assert shell.ask("unread") == {"threads": 0, "messages": 0}
    assert shell.ask("reply", sent["thread"], "--body", "Good")["notified"] == {"people": 1, "email": 1, "sms": 0}


def row_id(shell: Shell) -> str:
    (ana,) = shell.ask("clients", "list", "--search", "ana")["clients"]
    return str(ana["id"])


def test_showing_pages_of_a_thread_and_its_audience(shell: Shell, broadcast: str) -> None:
    for number in range(4):
        shell.say("reply", broadcast, "--body", f"more {number}", "--yes")
    page = shell.ask("show", broadcast, "--limit", "2")
    assert [message["number"] for message in page["messages"]] == [4, 5]
    assert page["audience"] == {"clients": 1, "see": 1, "read": 0}
    before = shell.ask("show", broadcast, "--limit", "2", "--before", page["messages"][0]["id"])
    assert [message["number"] for message in before["messages"]] == [2, 3]
    assert "no message" in shell.fail(1, "show", broadcast, "--before", "m999")
    seen = shell.ask("--as", ANA, "show", broadcast)
    assert seen["audience"] is None  # for staff only (V5)
    assert shell.ask("show", broadcast)["audience"]["read"] == 1  # R4


def test_editing_deleting_and_taking_back(shell: Shell, broadcast: str) -> None:
    (first,) = shell.ask("show", broadcast)["messages"]
    assert shell.ask("edit", first["id"], "--body", "We are open.") == {}
    (edited,) = shell.ask("show", broadcast)["messages"]
    assert (edited["body"], edited["edited"], edited["deleted"]) == ("We are open.", True, False)
    reply = shell.ask("reply", broadcast, "--body", "Oh no", "--yes")["message"]
    draft = shell.ask("undo", broadcast)["draft"]  # N5
    assert [message["id"] for message in shell.ask("show", broadcast)["messages"]] == [first["id"]]
    assert reply != first["id"]
    (kept,) = shell.ask("drafts", "list")
    assert kept.keys() == DRAFT
    assert (kept["id"], kept["thread"], kept["body"]) == (draft, broadcast, "Oh no")
    assert shell.ask("drafts", "show", draft)["body"] == "Oh no"
    assert shell.ask("reply", broadcast, "--draft", draft, "--yes")["message"] != reply
    assert shell.ask("drafts", "list") == []
    assert shell.ask("delete-message", first["id"]) == {}
    assert shell.ask("show", broadcast)["messages"][0]["deleted"]


def test_a_new_thread_that_is_taken_back_is_sent_again_as_its_draft(shell: Shell, broadcast: str) -> None:
    draft = shell.ask("undo", broadcast)["draft"]
    (kept,) = shell.ask("drafts", "list")
    assert kept["to"] == ["all-clients"]
    assert ["from", *TEAM.split()] in [line.split() for line in shell.say("drafts", "show", draft).splitlines()]
    again = shell.ask("send", "--draft", draft, "--yes")
    assert again["thread"] != broadcast
    assert shell.ask("show", again["thread"])["thread"]["workspace"] == TEAM
    other = shell.ask("undo", again["thread"])["draft"]
    assert shell.ask("drafts", "discard", other) == {}
    assert shell.ask("drafts", "list") == []


def test_changing_a_thread(shell: Shell, broadcast: str) -> None:
    assert shell.ask("thread", "rename", broadcast, "New") == {}
    assert shell.ask("threads")["threads"][0]["subject"] == "New"
    assert shell.ask("thread", "rename", broadcast, "") == {}
    assert shell.ask("threads")["threads"][0]["subject"] is None  # M1
    assert shell.ask("thread", "lock", broadcast) == {}
    assert "names" in shell.fail(1, "thread", "unlock", broadcast)  # L3
    assert shell.ask("thread", "unlock", broadcast, "--yes") == {}
    assert not shell.ask("threads")["threads"][0]["locked"]
    assert shell.ask("thread", "delete", broadcast) == {}
    assert shell.ask("threads")["threads"] == []
    assert shell.ask("--as", ANA, "threads")["threads"] == []  # V4
    (deleted,) = shell.ask("threads", "--deleted")["threads"]
    assert deleted["deleted"]
    assert shell.ask("thread", "restore", broadcast) == {}
    shell.say("--as", ANA, "show", broadcast)
    assert shell.ask("--as", ANA, "unread")["threads"] == 0
    assert shell.ask("--as", ANA, "thread", "unread", broadcast, "--from", "m1") == {}  # R2
    assert shell.ask("--as", ANA, "unread")["threads"] == 1


def test_people_come_to_a_direct_thread_and_go(shell: Shell) -> None:
    shell.say("staff", "add", "Leo", "--email", "leo@practice.example")
    maya = ("--as", MAYA)
    shell.say(*maya, "teams", "member", TEAM, "leo@practice.example", "--role", "contributor")
    thread = shell.ask(*maya, "send", "--to", ANA, "--from", TEAM, "--body", "Hello")["thread"]
    assert "history" in shell.fail(1, *maya, "thread", "add", thread, "leo@practice.example")  # A5
    assert shell.ask(*maya, "thread", "add", thread, "leo@practice.example", "--yes") == {}
    assert len(shell.ask(*maya, "show", thread)["thread"]["people"]) == 3
    assert shell.ask(*maya, "thread", "remove", thread, "leo@practice.example") == {}
    shell.say(*maya, "thread", "add", thread, "leo@practice.example", "--yes")
    assert shell.ask("--as", "leo@practice.example", "thread", "leave", thread) == {}
    assert shell.ask("--as", "leo@practice.example", "threads")["threads"] == []


def test_a_template_that_was_sent_stands_ahead_of_its_like(shell: Shell) -> None:  # T2
    for name in ("First start", "Second start"):
        shell.say("templates", "add", name, "--body", "Hello")

    def found() -> list[str]:
        return [one["name"] for one in shell.ask("templates", "list", "--search", "start")["templates"]]

    send = ("send", "--to", ANA, "--from", TEAM, "--template", "Second start")
    shell.say(*send, "--dry-run")
    assert found() == ["First start", "Second start"]
    shell.say(*send)
    assert found() == ["Second start", "First start"]


def test_templates_as_files(shell: Shell, tmp_path: Path) -> None:  # T1
    shell.say("templates", "add", "Holiday: closing", "--body", "Dear {{ client.first_name }}\n", "--shortcut", "hol")
    shell.say("templates", "add", "Welcome", "--body", "Hi", "--team", TEAM)
    folder = str(tmp_path / "set")
    out = shell.ask("templates", "export", "--to", folder)
    assert (out["added"], out["updated"], out["unchanged"]) == (2, 0, 0)
    assert [Path(file).name for file in out["files"]] == ["holiday-closing.md", "welcome.md"]
    assert shell.ask("templates", "export", "hol", "--to", folder)["unchanged"] == 1
    assert shell.ask("templates", "export", "--team", TEAM, "--to", str(tmp_path / "other"))["added"] == 1
    (tmp_path / "set" / "bad.md").write_text("---\nnane: Bad\n---\n{{ client.frist_name }}\n")
    expected = {
        "added": 1,  # the team's, of one's own
        "updated": 0,
        "unchanged": 1,
        "rejected": [
            {"file": f"{folder}/bad.md", "line": 2, "column": 1, "why": "there is no key nane; did you mean name?"},
            {
                "file": f"{folder}/bad.md",
                "line": 4,
                "column": 1,
                "why": 'there is no field "client.frist_name"; did you mean {{ client.first_name }}?',
            },
        ],
    }
    assert shell.ask("templates", "import", folder, "--dry-run") == expected
    assert shell.ask("templates", "import", folder) == expected
    assert shell.ask("templates", "import", folder)["unchanged"] == 2
    assert "1 file rejected" in shell.say("templates", "import", folder)
    assert shell.ask("templates", "import", f"{folder}/welcome.md", "--team", TEAM)["unchanged"] == 1
    shell.say("templates", "edit", "hol", "--body", "Other")
    assert "would be overwritten" in shell.fail(1, "templates", "export", "hol", "--to", folder)
    assert shell.ask("templates", "export", "hol", "--to", folder, "--force")["updated"] == 1
    assert "no file there" in shell.fail(2, "templates", "import", str(tmp_path))


def test_templates(shell: Shell) -> None:  # T1
    body = "Dear {{ client.first_name }}, until [[day]]."
    added = shell.ask("templates", "add", "Holiday", "--body", body, "--shortcut", "hol", "--subject", "Closed")
    assert added.keys() == TEMPLATE
    assert (added["name"], added["shortcut"], added["subject"], added["body"], added["team"]) == (
        "Holiday", "hol", "Closed", body, None,
    )  # fmt: skip
    team = shell.ask("templates", "add", "Welcome", "--body", "Hi", "--team", TEAM)
    assert team["team"] == TEAM
    assert {one["name"] for one in shell.ask("templates", "list")["templates"]} == {"Holiday", "Welcome"}
    assert shell.ask("templates", "show", "Holiday") == added
    rendered = shell.ask("templates", "render", "Holiday", "--for", ANA)
    assert rendered["body"] == "Dear Ana, until [[day]]."  # T5
    assert shell.ask("templates", "edit", "Welcome", "--body", "Hello", "--name", "Greeting")["body"] == "Hello"
    sent = shell.ask("send", "--to", ANA, "--from", TEAM, "--template", "Greeting")
    assert shell.ask("show", sent["thread"])["messages"][0]["body"] == "Hello"
    assert "first day" in shell.fail(1, "send", "--to", ANA, "--from", TEAM, "--body", "[[first day]]")  # T7
    assert shell.ask("templates", "remove", "Greeting") == {}
    assert "Greeting" in shell.fail(1, "templates", "show", "Greeting")


def test_the_ledger_and_the_badge_of_the_notifier(shell: Shell, broadcast: str) -> None:
    page = shell.ask("deliveries")
    (one,) = page["deliveries"]
    assert page["next"] is None
    assert one.keys() == DELIVERY
    assert one["recipient"].keys() == {"id", "name"}
    assert (one["thread"], one["channel"], one["state"], one["messages"]) == (broadcast, "email", "waiting", 1)
    assert shell.ask("deliveries", "--state", "failed")["deliveries"] == []
    assert len(shell.ask("deliveries", "--thread", broadcast)["deliveries"]) == 1
    assert shell.ask("deliveries", "retry", "--state", "failed") == {"changed": 0}
    assert shell.ask("deliveries", "release", "--all") == {"changed": 0}
    status = shell.ask("deliver", "--status")
    assert status.keys() == STATUS
    assert status["waiting"] == 1


def test_the_audit_names_who_did_what_and_no_words(shell: Shell, broadcast: str) -> None:  # S2
    page = shell.ask("audit", "--limit", "2")
    assert page.keys() == {"records", "next"}
    record = page["records"][0]
    assert record.keys() == {"at", "who", "act", "what", "fields", "id", "number", "hash"}
    assert (record["who"], record["act"], record["what"]) == ("Maya Ortiz", "thread.start", broadcast)
    assert aware(record["at"])
    assert shell.ask("audit", "--limit", "2", "--after", page["next"])["records"][0] not in page["records"]
    assert shell.ask("audit", "--since", "2200-01-01T00:00+02:00")["records"] == []
    assert shell.ask("audit", "--since", "yesterday") == shell.ask("audit")
    assert "closed" not in shell.say("--json", "audit")


def test_what_a_client_would_see(shell: Shell, broadcast: str) -> None:  # P3, R3, V2
    page = shell.ask("threads", "--view-as", ANA)
    assert [(one["id"], one["unread"]) for one in page["threads"]] == [(broadcast, 1)]
    assert page["view"].keys() == {"client", "name", "at", "if_status", "if_portal", "if_in", "not_kept"}
    assert (page["view"]["name"], page["view"]["at"], page["view"]["not_kept"]) == ("Ana Flores", None, [])
    assert shell.ask("show", broadcast, "--view-as", ANA)["messages"][0]["body"] == "We are closed."
    assert shell.ask("unread", "--view-as", ANA)["threads"] == 1  # nothing of it was read
    assert shell.ask("threads", "--view-as", ANA, "--if-status", "inactive")["threads"] == []
    assert "not enabled" in shell.fail(1, "threads", "--view-as", ANA, "--if-portal", "off")
    added = next(one["at"] for one in shell.ask("audit")["records"] if one["act"] == "client.add")
    then = shell.ask("threads", "--view-as", ANA, "--at", added)
    assert then["threads"] == []
    assert aware(then["view"]["at"])
    assert "what was read then is not kept" in then["view"]["not_kept"]
    assert shell.ask("unread", "--view-as", ANA, "--at", added)["threads"] is None
    assert "became a client after that" in shell.fail(1, "threads", "--view-as", ANA, "--at", "2020-01-01")
    assert "Ana Flores as of 20" in shell.say("threads", "--view-as", ANA, "--at", added)


def test_what_a_client_who_joins_today_would_see(shell: Shell, broadcast: str) -> None:  # R3, V2
    new = ("--view-as", "new", "--if-in", TEAM)
    page = shell.ask("unread", *new)
    assert (page["threads"], page["messages"]) == (1, 1)
    assert (page["view"]["client"], page["view"]["if_status"]) == (None, "lead")
    assert shell.ask("show", broadcast, *new, "--if-name", "Jo Moss")["view"]["name"] == "Jo Moss"
    assert f"a client who joins today (Lead, {TEAM})" in shell.say("threads", *new)
    assert "where the client joins" in shell.fail(2, "threads", "--view-as", "new")
    assert "whose portal" in shell.fail(2, "threads", "--at", "yesterday")
    assert "is no time" in shell.fail(2, "threads", *new, "--at", "some day")
    assert "--if-name" in shell.fail(2, "threads", "--view-as", ANA, "--if-name", "Jo")


def test_withdrawing_says_what_was_stopped(shell: Shell, broadcast: str) -> None:  # V4
    done = shell.ask("thread", "withdraw", broadcast)
    assert done == {"notifications": 1, "left": 0, "cancelled": 1, "portals": 1}
    assert shell.ask("threads", "--view-as", ANA)["threads"] == []
    assert "there is no thread" in shell.fail(1, "thread", "withdraw", broadcast)
    shell.say("thread", "restore", broadcast)
    assert shell.ask("show", broadcast)["thread"]["locked"]
    said = shell.say("thread", "withdraw", broadcast)
    assert "gone from 1 portal; `thread restore" in said
