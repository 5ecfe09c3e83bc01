"""Every rule of the product is held by a test that quotes it: `# V3` in the test of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.quotes import Quote, all_quotes, quotes

RULES = Path(__file__).parents[1] / "docs" / "rules.md"
BELOW = frozenset({"rules", "center", "store", "delivery"})
"""The rooms below the screens, where the code enforces each rule: a screen and a command only meet it."""

HELD = {
    "A1": "all clients are the current clients of the workspace",
    "A2": "all team members are the members without the sender",
    "A3": "only an owner starts a broadcast",
    "A4": "owners and contributors reach every client participants those assigned",
    "A5": "adding a person says first that they see the history",
    "A6": "an empty audience can be written to and the outlook says so",
    "V1": "a current client with a portal sees the broadcasts of their workspace",
    "V2": "who comes afterwards sees it unread and is not notified",
    "V3": "who stops being current loses it and finds it read when back",
    "V4": "deleting takes a thread from everyone and cancels what has not left",
    "V5": "a client learns nothing of others",
    "V6": "a new member sees earlier broadcasts as read and a removed one loses all",
    "V7": "in an unlocked broadcast all who see it see every reply",
    "V8": "clients see their direct threads whatever their status",
    "V9": "staff see their direct threads and every broadcast of the team",
    "R1": "ones own and deleted messages are not unread",
    "R2": "reading reads up to what was shown and never goes back",
    "R3": "a portal enabled after two broadcasts shows exactly two unread",
    "R4": "staff see how many of those who see it now have read",
    "N1": "sending takes a snapshot by each channel that reaches them",
    "N2": "the whole message and where to read on",
    "N3": "each change of status portal workspace and consent is kept",
    "N4": "who is not reached is told with the reason",
    "N5": "a run leaves when its thread has been quiet",
    "N6": "who has read all of it is not notified",
    "N7": "nothing of one recipient is in the mail of another",
    "N8": "what is done is done",
    "N9": "replies are gathered for the audience without their authors",
    "N10": "in a direct thread the others are notified portal or no portal",
    "N11": "who does not see it or has read it is left out",
    "N12": "what is forbidden by the time it leaves is suppressed",
    "N13": "in a copied store everything that waits is held",
    "N14": "the date and the id are those of the fence",
    "L1": "in a locked thread only the owner writes",
    "L2": "a new broadcast is locked unless the sender says otherwise",
    "L3": "an unlocked one and a direct one with several clients say who is exposed",
    "L4": "a reply begun before the lock is refused and stays a draft",
    "M1": "a subject is optional and only the owner changes it",
    "M2": "the author edits and former texts are kept for staff",
    "M3": "a body says something and has an end",
    "M4": "two terminals make two drafts",
    "M5": "messages are in the order of their numbers page by page",
    "M6": "recently sent texts are at hand each once",
    "T1": "a teams templates are changed by owners and used by members",
    "T2": "templates answer by name then shortcut then content",
    "T3": "the list of fields is closed",
    "T4": "what cannot be filled is not sent",
    "T5": "each client sees their own values and staff the fields names",
    "T6": "the exceptions are found and counted",
    "T7": "an unfilled blank blocks the send",
    "T8": "what a client writes is never expanded",
    "P1": "who views a portal sees the same and cannot write",
    "P2": "a portal needs an address",
    "P3": "signing in as a client asks first and is audited with both",
    "S1": "a refused send leaves the draft",
    "S2": "nothing edits or deletes an audit record",
    "S3": "every message to all clients is asked about",
    "S4": "a role may what the table says",
    "S5": "who could be meant is listed",
}
"""The test of each rule that is to be read first; others that quote it hold more of it."""

QUOTED = re.compile(r"(?<![\w.])[AVRNLMTPS][0-9]{1,2}(?![\w.]*\w)")


def rules_of(found: Iterable[Quote]) -> set[tuple[str, str, str]]:
    """(room, name of a test, rule) for each rule that a comment quotes."""
    return {(one.room, one.test, rule) for one in found for rule in QUOTED.findall(one.comment)}


def test_every_rule_is_held_below_the_screens_by_the_test_that_is_named_here() -> None:
    held = {(test, rule) for room, test, rule in rules_of(all_quotes()) if room in BELOW}
    named = {(f"test_{words.replace(' ', '_')}", rule) for rule, words in HELD.items()}
    assert named - held == set(), "no test there has this name, runs with `make test`, and quotes the rule"


def test_the_rules_are_those_of_the_document() -> None:
    assert [*HELD] == re.findall(r"^- ([A-Z][0-9]+) ", RULES.read_text("utf-8"), re.MULTILINE)


def test_what_is_quoted_is_a_rule() -> None:
    assert {(test, rule) for _, test, rule in rules_of(all_quotes()) if rule not in HELD} == set()


def test_a_quote_is_a_comment_within_a_test_that_is_run() -> None:
    source = '''
# A1
@decorated  # A2
def test_one():
    # A3, A4: both, not A15s or x.A6
    """A5"""
    string = "# V1"

def helper():
    # V2
    def test_within():
        pass  # V3

@pytest.mark.soak
def test_for_long():
    pass  # V4
'''
    found = rules_of(quotes(source, "center"))
    assert sorted(found) == [("center", "test_one", rule) for rule in ("A2", "A3", "A4")]
